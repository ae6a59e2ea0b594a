#!/usr/bin/env bash
# Builds the documentation of all modules as a static site into .build/documentation; a dead link fails it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
graphs=.build/symbol-graphs
output=.build/documentation
# The layers of the kit, shown as one module: that is how a user imports them.
layers=NPUBase,NPUTransport,NPUServices,NPUTelemetry,NPULoad,NPUConformance,NPUReporting

docc=$(dirname "$(command -v swift)")/docc
if [ ! -x "$docc" ]; then
  echo "docc is not beside swift ($docc); install a full toolchain." >&2
  exit 1
fi

for target in NPUTestKit NPUSimulator; do swift build --target "$target"; done
build=$(swift build --show-bin-path)
triple=$(swift -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -n 1)

# `swift package dump-symbol-graph` leaves out what an umbrella module re-exports, so the extractor is called by hand.
shopt -s nullglob
options=(-target "$triple" -I "$build/Modules" -minimum-access-level public -skip-synthesized-members)
for map in "$build"/*.build/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap \
  Sources/*/module.modulemap; do
  options+=(-Xcc "-fmodule-map-file=$map")
done
rm -rf "$graphs" "$output"
mkdir -p "$graphs"
swift symbolgraph-extract -module-name NPUTestKit "${options[@]}" -output-dir "$graphs" \
  -experimental-allowed-reexported-modules="$layers"
for module in NPUMetrics NPUSimulator; do
  swift symbolgraph-extract -module-name "$module" "${options[@]}" -output-dir "$graphs"
done

"$docc" convert Documentation/NPUTestKit.docc --additional-symbol-graph-dir "$graphs" --output-dir "$output" \
  --fallback-display-name NPUTestKit --fallback-bundle-identifier NPUTestKit \
  --transform-for-static-hosting --warnings-as-errors
echo "$PWD/$output: serve it, for instance with: python3 -m http.server --directory $output 8080"
echo "Start at http://localhost:8080/documentation/nputestkit"
