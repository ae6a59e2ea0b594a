#!/usr/bin/env bash
# Prints the modules whose public declarations are the API of the package, one a line.
set -euo pipefail
cd "$(dirname "$0")/../Sources"

echo NPUMetrics
echo NPUSimulator
# Each folder of the kit is a layer; the umbrella only passes them on.
for folder in NPUTestKit/*/; do
  layer=$(basename "$folder")
  [ "$layer" = Kit ] || echo "NPU$layer"
done
