#!/usr/bin/env bash
# Builds the documentation as a static site into .build/documentation; a dead link or an unknown symbol fails it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
graphs=.build/symbol-graphs
emitted=$graphs/emitted
output=.build/documentation

docc=$(dirname "$(command -v swift)")/docc
if [ ! -x "$docc" ]; then
  echo "docc is not beside swift ($docc); install a full toolchain." >&2
  exit 1
fi

# The build of the tests; `swift package dump-symbol-graph` would compile everything once more.
Scripts/build.sh debug --build-tests
directory=$(Scripts/build.sh debug --show-bin-path)
target=$(swiftc -print-target-info | sed -n 's/^ *"triple": "\(.*\)",$/\1/p' | head -1)
shopt -s nullglob
options=(-I "$directory/Modules" -target "$target" -minimum-access-level public -skip-synthesized-members)
# The C modules that ours import: SwiftPM writes the maps of those that have none.
for map in "$directory"/*.build/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap \
  Sources/*/module.modulemap; do
  options+=(-Xcc "-fmodule-map-file=$map")
done

rm -rf "$graphs" "$output"
mkdir -p "$emitted"
# The package's own modules only. The layers of the kit show as the one module that `import NPUTestKit` gives its users.
for module in $(Scripts/modules.sh); do
  swift symbolgraph-extract -module-name "$module" -output-dir "$emitted" "${options[@]}"
  for graph in "$emitted/$module.symbols.json" "$emitted/$module"@*.symbols.json; do
    name=$(basename "$graph")
    case $module in
      NPUMetrics | NPUSimulator) mv "$graph" "$graphs" ;;
      *) sed -E 's/("module":\{"name":)"[^"]+"/\1"NPUTestKit"/' "$graph" >"$graphs/NPUTestKit-${name//@/-}" ;;
    esac
  done
done
rm -r "$emitted"

"$docc" convert Documentation/NPUTestKit.docc --additional-symbol-graph-dir "$graphs" --output-dir "$output" \
  --fallback-display-name NPUTestKit --fallback-bundle-identifier NPUTestKit \
  --transform-for-static-hosting --warnings-as-errors
echo "$PWD/$output: serve it, for instance with: python3 -m http.server --directory $output 8080"
echo "Start at http://localhost:8080/documentation/nputestkit"
