#!/usr/bin/env bash
# Copies the Swift blocks of README.md, the documentation and the doc comments into Tests/DocumentationTests/Samples,
# where every build compiles them.
#
# With --check it changes nothing and fails if the copies are not what the documents say. A block that is not meant to
# be compiled names another language than swift.
set -euo pipefail
cd "$(dirname "$0")/.."

samples=Tests/DocumentationTests/Samples
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

# A block becomes the body of a function, where not even the runner of XCTest finds a test to run. Swift Testing has no
# tests inside functions: those become members of a suite that is disabled.
for document in README.md Documentation/NPUTestKit.docc/*.md; do
  name=$(basename "$document" .md)
  awk -v document="$document" -v name="$name" '
    function finish() {
      number += 1
      if (isSuite) imports["Testing"]
      samples = samples "\n" \
        (isSuite ? "@Suite(.disabled(\"compiled, not run\")) struct " : "func sample") name number \
        (isSuite ? " {\n" : "() async throws {\n") \
        "#sourceLocation(file: \"" document "\", line: " start ")\n" block "#sourceLocation()\n}\n"
    }
    /^```swift$/ { isInside = 1; start = NR + 1; block = ""; isSuite = 0; next }
    isInside && /^```$/ { isInside = 0; finish(); next }
    !isInside { next }
    /^import / { imports[$2]; $0 = "" }
    /^@(Suite|Test)/ { isSuite = 1 }
    { block = block $0 "\n" }
    END {
      if (!number) exit
      imports["NPUTestKit"]
      print "// Made by Scripts/samples.sh from " document ": change that, then run `make samples`."
      print "// swift-format-ignore-file\n"
      fflush()
      for (module in imports) print "import " module | "LC_ALL=C sort"
      close("LC_ALL=C sort")
      printf "%s", samples
    }' "$document" >"$fresh/$name.swift"
  [ -s "$fresh/$name.swift" ] || rm "$fresh/$name.swift"
done

# A block of a doc comment may use a few names that it does not explain: they are the parameters of its function.
parameters="transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, \
session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest"
{
  echo "// Made by Scripts/samples.sh from the doc comments in Sources/NPUTestKit: change those, then run \`make samples\`."
  echo "// swift-format-ignore-file"
  echo
  printf 'import %s\n' Foundation NPUTestKit NPUWebSocket Testing
  grep -rl '/// ```swift' Sources/NPUTestKit --include='*.swift' | LC_ALL=C sort | while read -r source; do
    awk -v source="$source" -v name="$(basename "$source" .swift | tr -cd 'A-Za-z')" -v parameters="$parameters" '
      function finish() {
        number += 1
        print "\n" (isSuite ? "@Suite(.disabled(\"compiled, not run\")) struct " : "func comment") name number \
          (isSuite ? " {" : "(\n  " parameters "\n) async throws {")
        print "#sourceLocation(file: \"" source "\", line: " start ")\n" block "#sourceLocation()\n}"
      }
      /^ *\/\/\/ ```swift$/ { isInside = 1; start = NR + 1; block = ""; isSuite = 0; next }
      isInside && /^ *\/\/\/ ```$/ { isInside = 0; finish(); next }
      !isInside { next }
      { sub(/^ *\/\/\/ ?/, "") }
      /^@(Suite|Test)/ { isSuite = 1 }
      { block = block $0 "\n" }' "$source"
  done
} >"$fresh/DocComments.swift"

if [ "${1:-}" = --check ]; then
  if ! diff -ru "$samples" "$fresh" >&2; then
    echo "The documents' Swift samples (+) are not the ones that are compiled (-). Run: make samples" >&2
    exit 1
  fi
else
  rm -rf "$samples"
  mkdir -p "$samples"
  cp "$fresh"/*.swift "$samples"
fi
