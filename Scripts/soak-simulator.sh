# shellcheck shell=bash disable=SC2034
# For soak.sh and soak-kill.sh, which source it: builds soak and npu-simulator, and starts a simulator that ends with the script.
#
# Takes the flags of the simulator; gives directory (of the executables), folder (a temporary one), simulator (its process)
# and address. SOAK_CONFIGURATION=debug takes the build of the tests.

Scripts/install-dependencies.sh
configuration=${SOAK_CONFIGURATION:-release}
for product in npu-simulator soak; do
  Scripts/build.sh "$configuration" --product "$product" >&2
done
directory=$(Scripts/build.sh "$configuration" --show-bin-path)

folder=$(mktemp -d)
mkfifo "$folder/address"
"$directory/npu-simulator" --port "${PORT:-0}" "$@" >"$folder/address" &
simulator=$!
trap 'kill "$simulator" 2>/dev/null || true; wait "$simulator" 2>/dev/null || true; rm -rf "$folder"' EXIT
# Its first line; the rest is read so that it never waits for a reader.
exec 3<"$folder/address"
read -r address <&3
cat <&3 >/dev/null &
