#!/usr/bin/env bash
# Soaks a simulator of its own: by default an hour at 200 requests a second, and ends with the verdict on our own memory.
#
# DURATION (seconds, 3600) and RATE (requests a second, 200) set the load; further arguments go to soak. The simulator is
# another process, so that the memory that is judged is the client's alone; the simulator's is watched beside it.
# SOAK_CONFIGURATION=debug takes the build of the tests. The journal stands in a folder that is removed; JOURNAL names
# another place for it. Ends with the exit status of soak: 0 if nothing drifts.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=Scripts/simulated.sh
source Scripts/simulated.sh
build soak "${SOAK_CONFIGURATION:-release}"
start_simulator --ttft 20 --itl 2 --output-tokens 16

status=0
"$directory/soak" --base-url "$address" --duration "${DURATION:-3600}" --request-rate "${RATE:-200}" --concurrency 1000 \
  --process "$simulator" --journal "${JOURNAL:-$folder/soak.jsonl}" --keep-segments 2 "$@" || status=$?
exit "$status"
