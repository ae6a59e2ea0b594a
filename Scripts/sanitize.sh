#!/usr/bin/env bash
# Runs the tests of everything that several threads touch under the thread sanitizer. Further arguments go to `swift test`.
#
# The instrumented build stands beside the plain one, so that neither undoes the other.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
# halt_on_error: one race is enough to fail, and its report is the last thing on the screen.
TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1${TSAN_OPTIONS:+ $TSAN_OPTIONS}" \
  exec swift test --sanitize=thread --scratch-path .build/thread-sanitizer \
  --filter 'Transport|Transfer|Curl|Recorder|Load|Journal|Simulator' "$@"
