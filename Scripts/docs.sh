#!/usr/bin/env bash
# Builds the documentation as a static site into .build/documentation; a dead link or an unknown symbol fails it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
graphs=.build/symbol-graphs
output=.build/documentation

docc=$(dirname "$(command -v swift)")/docc
if [ ! -x "$docc" ]; then
  echo "docc is not beside swift ($docc); install a full toolchain." >&2
  exit 1
fi

# The tests too: the command below asks for the graph of every module, and fails where one was not built.
swift build --build-tests
swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members
rm -rf "$graphs" "$output"
mkdir -p "$graphs"
shopt -s nullglob
emitted=$(dirname "$(swift build --show-bin-path)")/symbolgraph
# The package's own modules only. The layers of the kit show as the one module that `import NPUTestKit` gives its users.
for module in $(Scripts/modules.sh); do
  for graph in "$emitted/$module.symbols.json" "$emitted/$module"@*.symbols.json; do
    name=$(basename "$graph")
    case $module in
      NPUMetrics | NPUSimulator) cp "$graph" "$graphs" ;;
      *) sed -E 's/("module":\{"name":)"[^"]+"/\1"NPUTestKit"/' "$graph" >"$graphs/NPUTestKit-${name//@/-}" ;;
    esac
  done
done

"$docc" convert Documentation/NPUTestKit.docc --additional-symbol-graph-dir "$graphs" --output-dir "$output" \
  --fallback-display-name NPUTestKit --fallback-bundle-identifier NPUTestKit \
  --transform-for-static-hosting --warnings-as-errors
echo "$PWD/$output: serve it, for instance with: python3 -m http.server --directory $output 8080"
echo "Start at http://localhost:8080/documentation/nputestkit"
