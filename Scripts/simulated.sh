# shellcheck shell=bash disable=SC2034
# For scripts that run a tool against a simulator of their own, which source it. Gives folder, a temporary one, and
# functions; folder and simulator end with the script.

folder=$(mktemp -d)
simulator=
trap '[ -z "$simulator" ] || { kill "$simulator" || true; wait "$simulator" || true; } 2>/dev/null; rm -rf "$folder"' EXIT

fail() {
  echo "$1" >&2
  exit 1
}

# Builds a tool and the simulator in a configuration; gives directory, where the executables are.
build() {
  local product
  Scripts/install-dependencies.sh
  for product in npu-simulator "$1"; do
    Scripts/build.sh "$2" --product "$product" >&2
  done
  directory=$(Scripts/build.sh "$2" --show-bin-path)
}

# Starts the simulator with some flags; gives simulator (its process) and address.
start_simulator() {
  mkfifo "$folder/address"
  "$directory/npu-simulator" --port "${PORT:-0}" "$@" >"$folder/address" &
  simulator=$!
  # Its first line; the rest is read so that it never waits for a reader.
  exec 3<"$folder/address"
  read -r address <&3
  cat <&3 >/dev/null &
}

# Starts a command and kills it (kill -9) within so many whole seconds: before its first line, in the middle of one, or
# at any other time. Gives status, 137 for one that was killed, and counts those in hits.
hits=0
kill_within() {
  local most=$1 child
  shift
  # The command itself, and no function: that would be a shell of its own, and the kill would hit the shell.
  "$@" >/dev/null 2>"$folder/errors" &
  child=$!
  sleep "$((RANDOM % most)).$((RANDOM % 90 + 10))"
  kill -9 "$child" 2>/dev/null || true
  status=0
  wait "$child" 2>/dev/null || status=$?
  if [ "$status" -eq 137 ]; then hits=$((hits + 1)); fi
}

# The whole lines of files; the last one of a file may be torn, and is cut off by whoever goes on with it.
whole_lines() {
  local file
  for file in "$@"; do
    if [ -s "$file" ]; then
      if [ -n "$(tail -c 1 "$file")" ]; then sed '$d' "$file"; else cat "$file"; fi
    fi
  done
}

# A whole number of the report in JSON, the first of its name.
figure() { grep -o "\"$1\":[0-9]*" "$folder/report" | head -1 | cut -d : -f 2; }
