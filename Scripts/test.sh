#!/usr/bin/env bash
# Checks the sources, builds everything once, runs all tests.
#
# Further arguments go to `swift test`, such as --filter Journal. Ends with the test runner's own summary and its exit status.
set -euo pipefail
cd "$(dirname "$0")/.."

# Swift Testing would start all tests at once, and each would wait for a machine that is busy with the others.
width=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-$((2 * $(getconf _NPROCESSORS_ONLN)))}
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="$width"

Scripts/install-dependencies.sh
echo "== lint"
Scripts/lint.sh
echo "== build"
swift build --build-tests --explicit-target-dependency-import-check error
if [ $# -gt 0 ]; then
  echo "== test"
  exec swift test --skip-build "$@"
fi
# The kernels' tests compute for minutes and would hold the threads on which tests of timeouts wait.
echo "== test: kernels"
swift test --skip-build --filter NPUMetricsTests
echo "== test: everything else"
exec swift test --skip-build --skip NPUMetricsTests
