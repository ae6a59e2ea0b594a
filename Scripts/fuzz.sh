#!/usr/bin/env bash
# Feeds broken input to the readers of PNG, WAV, npu-smi output and HTTP/1.1 and to the text kernels. The first argument
# is the time for each in seconds (60); the rest goes to npu-fuzz, such as --seed 7 or --subject png.
#
# The files under Tests, and those of NPUTESTKIT_TEST_DATA if it names a folder, are mutated besides made ones.
# FUZZ_CONFIGURATION=debug takes the build of the tests: a short run in it costs less than a release build.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true

Scripts/install-dependencies.sh
# With optimisation for the number of executions; overflow and index checks stay in a release build.
configuration=${FUZZ_CONFIGURATION:-release}
Scripts/build.sh "$configuration" --product npu-fuzz
directory=$(Scripts/build.sh "$configuration" --show-bin-path)

corpus=(--corpus Tests/NPUMetricsTests/Fixtures)
if [ -n "${NPUTESTKIT_TEST_DATA:-}" ]; then corpus+=(--corpus "$NPUTESTKIT_TEST_DATA"); fi
exec "$directory/npu-fuzz" --seconds "$seconds" "${corpus[@]}" "$@"
