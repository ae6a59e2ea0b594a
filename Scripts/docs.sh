#!/usr/bin/env bash
# Builds the documentation of all modules as a static site into .build/documentation; a dead link fails it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/install-dependencies.sh
modules=(NPUMetrics NPUSimulator NPUTestKit)
graphs=.build/symbol-graphs
output=.build/documentation

docc=$(dirname "$(command -v swift)")/docc
if [ ! -x "$docc" ]; then
  echo "docc is not beside swift ($docc); install a full toolchain." >&2
  exit 1
fi

swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members
# The package's own modules only: the C target and the tests are nobody's API.
rm -rf "$graphs" "$output"
mkdir -p "$graphs"
emitted=$(dirname "$(swift build --show-bin-path)")/symbolgraph
shopt -s nullglob
for module in "${modules[@]}"; do
  cp "$emitted/$module.symbols.json" "$emitted/$module"@*.symbols.json "$graphs"
done

"$docc" convert Documentation/NPUTestKit.docc --additional-symbol-graph-dir "$graphs" --output-dir "$output" \
  --fallback-display-name NPUTestKit --fallback-bundle-identifier NPUTestKit \
  --transform-for-static-hosting --warnings-as-errors
echo "$PWD/$output: serve it, for instance with: python3 -m http.server --directory $output 8080"
echo "Start at http://localhost:8080/documentation/nputestkit"
