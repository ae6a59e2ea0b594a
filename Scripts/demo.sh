#!/usr/bin/env bash
# Builds llm-bench and lets it measure the simulator that is built into it. Further arguments go to llm-bench.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
echo "Building llm-bench; the first build takes a few minutes." >&2
Scripts/build.sh release --product llm-bench
directory=$(Scripts/build.sh release --show-bin-path)

# Limited by time and not by requests, so that it takes as long whatever the pace of the simulator.
set -- --goodput ttft:500 tpot:50 --dataset-name random --random-input-len 256 --random-output-len 128 \
  --max-concurrency 16 --duration 12 "$@"
printf '\n$ llm-bench %s\n\n' "$*"
exec "$directory/llm-bench" "$@"
