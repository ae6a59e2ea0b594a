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
Scripts/build.sh debug --build-tests
if [ $# -gt 0 ]; then
  echo "== test"
  exec swift test --skip-build "$@"
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# Runs tests; where some fail, names them once more at the end, for a log that only keeps its last lines.
run_tests() {
  local status=0
  swift test --skip-build "$@" 2>&1 | tee "$output" || status=$?
  [ "$status" -ne 0 ] || return 0
  echo "== failed"
  grep -E '^(✘|↳)|: error: |Fatal error|unexpected signal' "$output" | cut -c 1-2000 | head -100 || true
  # The runner's own summary comes last.
  grep -E 'Test run with|^Executed ' "$output" | tail -1 || true
  return "$status"
}

# The kernels' tests compute for minutes and would hold the threads on which tests of timeouts wait.
echo "== test: kernels"
run_tests --filter NPUMetricsTests
echo "== test: everything else"
run_tests --skip NPUMetricsTests
