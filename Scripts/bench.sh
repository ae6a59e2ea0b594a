#!/usr/bin/env bash
# Times the kernels of NPUMetrics. Further arguments go to `swift package benchmark`, such as --filter "SSIM.*".
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
cd Benchmarks
# A progress bar is for people; in a file it is thousands of lines.
[ -t 1 ] || set -- --no-progress "$@"
# The harness starts the benchmarks itself, which the sandbox of plugins forbids.
exec swift package --disable-sandbox benchmark "$@"
