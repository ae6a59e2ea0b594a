#!/usr/bin/env bash
# Runs the tests of everything that several threads touch under the thread sanitizer. Further arguments go to `swift test`.
#
# The instrumented build stands beside the plain one, so that neither undoes the other.
set -euo pipefail
cd "$(dirname "$0")/.."

# As in test.sh: a few tests at a time for each core.
width=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-$((2 * $(getconf _NPROCESSORS_ONLN)))}
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="$width"

Scripts/install-dependencies.sh
swift build --build-tests --sanitize=thread --scratch-path .build/thread-sanitizer

preload=""
if [ "$(uname -s)" = Linux ]; then
  preload="$PWD/.build/thread-sanitizer/mutex.so"
  "$(dirname "$(readlink -f "$(command -v swiftc)")")/clang" -O2 -shared -fPIC \
    Scripts/thread-sanitizer-mutex.c -o "$preload" -ldl
fi
# halt_on_error: one race is enough to fail, and its report is the last thing on the screen.
LD_PRELOAD="$preload" \
  TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1${TSAN_OPTIONS:+ $TSAN_OPTIONS}" \
  exec swift test --skip-build --sanitize=thread --scratch-path .build/thread-sanitizer \
  --filter 'Transport|Transfer|Curl|Recorder|Load|Journal|Simulator|Soak|NPUReliabilityTests|NPUDeploymentTests' "$@"
