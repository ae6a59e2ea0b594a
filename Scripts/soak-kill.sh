#!/usr/bin/env bash
# Kills soak again and again (kill -9) at random moments, lets it go on, and counts the lines of its journal: every request
# must have one line and no more. KILLS (50) says how often, REQUESTS (20000) how many requests the soak has in all.
#
# SOAK_CONFIGURATION=debug takes the build of the tests. Ends with 0 if the journal accounts for every request once.
set -euo pipefail
cd "$(dirname "$0")/.."

kills=${KILLS:-50}
requests=${REQUESTS:-20000}
# shellcheck source=Scripts/soak-simulator.sh
source Scripts/soak-simulator.sh --ttft 2 --itl 1 --output-tokens 4

# In small segments, so that some kills fall on the change from one to the next. Not a function: in the background that
# would be a shell of its own, and the kill would hit the shell and leave the soak running.
soak=("$directory/soak" --base-url "$address" --requests "$requests" --request-rate "${RATE:-400}" --concurrency 200
  --window 0.5 --segment-size 0.5 --journal "$folder/j" --resume --json)

for kill in $(seq "$kills"); do
  "${soak[@]}" >/dev/null 2>"$folder/errors" &
  child=$!
  # Up to two seconds: before the first line, in the middle of one, between two segments.
  sleep "$((RANDOM % 20 / 10)).$((RANDOM % 90 + 10))"
  if kill -9 "$child" 2>/dev/null; then echo "kill $kill" >&2; fi
  wait "$child" 2>/dev/null || true
done

# A latency that drifts on a busy machine gives 1, and is another matter.
status=0
"${soak[@]}" >"$folder/report" 2>"$folder/errors" || status=$?
if [ "$status" -gt 1 ]; then
  cat "$folder/errors" "$folder/report" >&2
  exit "$status"
fi
cat "$folder"/j* | grep '"outcome"' | grep -o '"index":[0-9]*' | cut -d : -f 2 | sort -n >"$folder/indices"
seq 0 "$((requests - 1))" >"$folder/expected"
if ! cmp -s "$folder/indices" "$folder/expected"; then
  echo "The journal does not account for every request once:" >&2
  diff "$folder/expected" "$folder/indices" | head >&2 || true
  exit 1
fi
echo "$requests requests over $(grep -o '"sessions":[0-9]*' "$folder/report" | head -1 | cut -d : -f 2) parts, $kills kills: each has one line."
