#!/usr/bin/env bash
# Kills soak again and again (kill -9) at random moments, lets it go on, and counts the lines of its journal: every
# request must have one line and no more. KILLS (50) says how often, REQUESTS (20000) how many requests the soak has in
# all.
#
# A soak that began anew after a kill, or that ended by itself before it, proves nothing: no line that was whole may
# ever be gone, most of the kills must hit a soak that runs, each run that added a line is a part of the soak in its
# report, and the report and the lines must say the same.
# SOAK_CONFIGURATION=debug takes the build of the tests. Ends with 0 if the journal accounts for every request once.
set -euo pipefail
cd "$(dirname "$0")/.."

kills=${KILLS:-50}
requests=${REQUESTS:-20000}
# shellcheck source=Scripts/simulated.sh
source Scripts/simulated.sh
build soak "${SOAK_CONFIGURATION:-release}"
start_simulator --ttft 2 --itl 1 --output-tokens 4

# In small segments, so that some kills fall on the change from one to the next.
soak=("$directory/soak" --base-url "$address" --requests "$requests" --request-rate "${RATE:-400}" --concurrency 200
  --window 0.5 --segment-size 0.5 --journal "$folder/j" --resume --json)

# The lines of requests.
lines() { whole_lines "$folder"/j* | grep '"outcome"' || true; }

advanced=0
known=0
for kill in $(seq "$kills"); do
  kill_within 2 "${soak[@]}"
  now=$(lines | wc -l)
  echo "kill $kill: status $status, $now lines" >&2
  if [ "$now" -lt "$known" ]; then fail "Of $known lines $now are left after kill $kill: the soak began anew."; fi
  if [ "$now" -gt "$known" ]; then advanced=$((advanced + 1)); fi
  known=$now
done

# A latency that drifts on a busy machine gives 1, and is another matter.
status=0
"${soak[@]}" >"$folder/report" 2>"$folder/errors" || status=$?
if [ "$status" -gt 1 ]; then
  cat "$folder/errors" "$folder/report" >&2
  exit "$status"
fi
lines | grep -o '"index":[0-9]*' | cut -d : -f 2 | sort -n >"$folder/indices"
seq 0 "$((requests - 1))" >"$folder/expected"
if ! cmp -s "$folder/indices" "$folder/expected"; then
  echo "The journal does not account for every request once:" >&2
  diff "$folder/expected" "$folder/indices" | head >&2 || true
  exit 1
fi

# Keys are sorted: those of the summary stand before the report.
sessions=$(figure sessions)
completed=$(figure completed)
failed=$(figure failed)
good=$(lines | grep -c '"outcome":"success"' || true)
if [ "$((hits * 2))" -le "$kills" ]; then
  head -c 500 "$folder/errors" >&2
  fail "Only $hits of $kills kills hit a soak that ran; raise REQUESTS, or see above why it ends."
fi
if [ "$sessions" -lt "$advanced" ]; then fail "$advanced runs added lines, and the report knows $sessions parts."; fi
if [ "$((completed + failed))" -ne "$requests" ] || [ "$completed" -ne "$good" ]; then
  fail "The report has $completed completed and $failed failed, the journal $good completed of $requests."
fi
echo "$requests requests over $sessions parts, $hits of $kills kills hit: each has one line."
