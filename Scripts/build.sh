#!/usr/bin/env bash
# Builds with the options that a configuration (debug, release) has in all scripts; the rest goes to `swift build`.
#
# SwiftPM compiles everything again where an option differs. The debug build, which is the one of the tests, also checks
# that each target names the targets that it imports.
set -euo pipefail
cd "$(dirname "$0")/.."

configuration=${1:?usage: build.sh debug|release ...}
shift
checks=()
if [ "$configuration" = debug ]; then checks=(--explicit-target-dependency-import-check error); fi
exec swift build -c "$configuration" ${checks[@]+"${checks[@]}"} "$@"
