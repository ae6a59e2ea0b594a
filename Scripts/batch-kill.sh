#!/usr/bin/env bash
# Kills batch-run again and again (kill -9) at random moments, lets it go on, and counts: every object of the input must
# have one outcome and one object of the output, whose SHA-256 is that of the outcome. OBJECTS (1000) says how many there
# are, KILLS (10) how often it is killed at most, PAUSE (2) after how many seconds at the latest, MODE=at-most-once that no
# item is asked for twice.
#
# NPUTESTKIT_S3_URL names a store that takes any key; without it the simulator has one. The service is the simulator,
# which counts the responses that it gave: no more than items and those that were under way at a kill.
# BATCH_CONFIGURATION=debug takes the build of the tests. Needs curl, which signs the requests of this script.
set -euo pipefail
cd "$(dirname "$0")/.."

objects=${OBJECTS:-1000}
kills=${KILLS:-10}
pause=${PAUSE:-2}
# shellcheck source=Scripts/simulated.sh
source Scripts/simulated.sh
build batch-run "${BATCH_CONFIGURATION:-release}"

export AWS_ACCESS_KEY_ID=BATCHKILLACCESSKEY AWS_SECRET_ACCESS_KEY=batch-kill-secret-key
bucket=batch-kill-$$
printf '{"output_tokens":4,"ttft_ms":5,"itl_ms":1,"object_store":{"buckets":["%s"],"access_keys":{"%s":"%s"}}}' \
  "$bucket" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >"$folder/behaviour"
start_simulator --behaviour "$folder/behaviour"
store=${NPUTESTKIT_S3_URL:-$address}
store=${store%/}

# Another client than the one that is tested.
s3() {
  curl -sS --fail --aws-sigv4 aws:amz:us-east-1:s3 --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" "$@"
}

# The keys below a prefix in its encoded form, which is signed as it stands: one a line, over all pages.
keys() {
  local marker="" page
  while :; do
    page=$(s3 "$store/$bucket?marker=$marker&max-keys=1000&prefix=$1")
    echo "$page" | grep -o '<Key>[^<]*' | sed 's/<Key>//' || true
    echo "$page" | grep -q '<IsTruncated>true' || break
    marker=$(echo "$page" | grep -o '<Key>[^<]*' | tail -1 | sed 's/<Key>//; s/%/%25/g; s,/,%2F,g')
  done
}

if [ "$store" != "$address" ]; then s3 -X PUT "$store/$bucket" >/dev/null; fi
echo "Putting $objects objects into $store/$bucket" >&2
mkdir "$folder/in"
for number in $(seq -w "$objects"); do echo "Say $number." >"$folder/in/$number.txt"; done
# All over one connection.
for number in $(seq -w "$objects"); do
  printf 'upload-file = "%s"\nurl = "%s"\noutput = /dev/null\n' \
    "$folder/in/$number.txt" "$store/$bucket/in/$number.txt"
done >"$folder/uploads"
s3 -K "$folder/uploads"

batch=("$directory/batch-run" --base-url "$address" --kind chat --input "s3://$bucket/in/" --output "s3://$bucket/out"
  --work "$folder/batch" --s3-endpoint "$store" --concurrency "${CONCURRENCY:-8}" --resume --json)
if [ "${MODE:-}" = at-most-once ]; then batch+=(--at-most-once); fi

known=0
advanced=0
for kill in $(seq "$kills"); do
  kill_within "$pause" "${batch[@]}"
  now=$(whole_lines "$folder/batch/outcomes.jsonl" | wc -l)
  echo "kill $kill: status $status, $now outcomes" >&2
  if [ "$now" -lt "$known" ]; then fail "Of $known outcomes $now are left after kill $kill."; fi
  if [ "$status" -eq 137 ] && [ "$now" -gt "$known" ]; then advanced=$((advanced + 1)); fi
  known=$now
  if [ "$now" -eq "$objects" ]; then break; fi
done

status=0
"${batch[@]}" >"$folder/report" 2>"$folder/errors" || status=$?
if [ "$status" -gt 1 ]; then
  cat "$folder/errors" "$folder/report" >&2
  exit "$status"
fi

# Each item once, in the outcomes of this machine and in those of the store.
s3 "$store/$bucket/out/outcomes.jsonl" >"$folder/stored"
cmp -s "$folder/stored" "$folder/batch/outcomes.jsonl" || fail "The store has other outcomes than this machine."
grep -o '"id":"[^"]*"' "$folder/stored" | grep -o '[0-9]*\.txt' | sort >"$folder/ids"
seq -w "$objects" | sed 's/$/.txt/' >"$folder/expected"
cmp -s "$folder/ids" "$folder/expected" || fail "The outcomes do not have every item once."

completed=$(figure completed)
interrupted=$(figure interrupted)
sessions=$(figure sessions)
[ "$((completed + interrupted))" -eq "$objects" ] || fail "$completed are completed and $interrupted interrupted of $objects."
if [ "${MODE:-}" != at-most-once ] && [ "$interrupted" -ne 0 ]; then fail "$interrupted items are interrupted."; fi

# Each completed item has one object, with the bytes that its outcome names.
keys out%2Foutputs%2F | sort >"$folder/outputs"
grep -o '"name":"[^"]*"' "$folder/stored" | cut -d '"' -f 4 | sed 's,^,out/,' | sort >"$folder/named"
if [ "${MODE:-}" = at-most-once ]; then
  # What was written when a kill came has an object and no outcome that names it.
  [ -z "$(comm -13 "$folder/outputs" "$folder/named")" ] || fail "An outcome names an object that is not there."
else
  cmp -s "$folder/outputs" "$folder/named" || fail "The objects are not those that the outcomes name."
fi
mkdir "$folder/got"
sed "s,^out/outputs/\(.*\),url = \"$store/$bucket/out/outputs/\1\"\noutput = \"$folder/got/\1\"," "$folder/named" >"$folder/downloads"
s3 -K "$folder/downloads"
grep -o '"name":"outputs/[^"]*","sha256":"[^"]*"' "$folder/stored" |
  sed 's,"name":"outputs/\([^"]*\)"\,"sha256":"\([^"]*\)",\2  \1,' >"$folder/sums"
[ "$(wc -l <"$folder/sums")" -eq "$completed" ] || fail "Not every completed outcome names a sum."
(cd "$folder/got" && sha256sum --quiet --strict -c "$folder/sums") || fail "An object has other bytes than its outcome says."

# How often the service was asked: each item once, and again only where a kill had met it.
begun=$(grep -c '"begun"' "$folder/batch/journal.jsonl")
asked=$(curl -sS "$address/metrics" | grep '^vllm:request_success_total' | awk '{ sum += $2 } END { print sum + 0 }')
twice=$(grep '"begun"' "$folder/batch/journal.jsonl" | sort | uniq -d | wc -l)
if [ "${MODE:-}" = at-most-once ]; then
  if [ "$begun" -ne "$objects" ] || [ "$twice" -ne 0 ]; then fail "$begun items were begun, $twice more than once."; fi
fi
if [ "$asked" -gt "$begun" ] || [ "$asked" -lt "$completed" ]; then
  fail "The service gave $asked responses for $begun items that were begun, of which $completed are completed."
fi
if [ "$hits" -eq 0 ]; then fail "No kill hit a batch that ran; raise OBJECTS."; fi
if [ "$advanced" -eq 0 ]; then fail "Every kill came before the first outcome; raise PAUSE."; fi
echo "$objects objects over $sessions parts, $hits kills: $completed completed, $interrupted interrupted, none lost, none" \
  "twice; $asked responses of the service, $twice items under way at a kill and asked for again."
