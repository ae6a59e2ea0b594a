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
# shellcheck source=Scripts/soak-simulator.sh
source Scripts/soak-simulator.sh --ttft 2 --itl 1 --output-tokens 4

# In small segments, so that some kills fall on the change from one to the next. Not a function: in the background that
# would be a shell of its own, and the kill would hit the shell and leave the soak running.
soak=("$directory/soak" --base-url "$address" --requests "$requests" --request-rate "${RATE:-400}" --concurrency 200
  --window 0.5 --segment-size 0.5 --journal "$folder/j" --resume --json)

# The lines of requests that are whole; the last line of a file may be torn, and is cut off by the next part.
lines() {
  local file
  for file in "$folder"/j*; do
    if [ -s "$file" ]; then
      if [ -n "$(tail -c 1 "$file")" ]; then sed '$d' "$file"; else cat "$file"; fi
    fi
  done | grep '"outcome"' || true
}

fail() {
  echo "$1" >&2
  exit 1
}

hits=0
advanced=0
known=0
for kill in $(seq "$kills"); do
  "${soak[@]}" >/dev/null 2>"$folder/errors" &
  child=$!
  # Up to two seconds: before the first line, in the middle of one, between two segments.
  sleep "$((RANDOM % 20 / 10)).$((RANDOM % 90 + 10))"
  kill -9 "$child" 2>/dev/null || true
  status=0
  wait "$child" 2>/dev/null || status=$?
  # 137 is that of a process that was killed; any other ended before.
  if [ "$status" -eq 137 ]; then hits=$((hits + 1)); fi
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

# The first of a name: keys are sorted, and those of the summary stand before the report.
figure() { grep -o "\"$1\":[0-9]*" "$folder/report" | head -1 | cut -d : -f 2; }
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
