#!/usr/bin/env bash
# Checks the sources, builds everything once, runs all tests. Further arguments go to `swift test`, such as --filter Journal.
#
# Ends with the test runner's own summary and its exit status.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
echo "== lint"
Scripts/lint.sh
echo "== build"
swift build --build-tests
echo "== test"
exec swift test --skip-build "$@"
