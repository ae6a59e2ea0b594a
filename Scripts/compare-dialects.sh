#!/usr/bin/env bash
# Runs benchmark tools and llm-bench against a service whose every event comes at a known instant, and prints what each
# tool measured beside what our dialect of that tool says: tool | figure | theirs | ours | difference.
#
#   Scripts/compare-dialects.sh [--reasoning] [--tokenizer NAME_OR_FOLDER] [TOOL ...]
#
# Tools: vllm sglang aiperf guidellm inference-perf evalscope; all of them unless some are named. Each is installed from
# PyPI, in the version that the dialect describes, into an environment of its own below .build/dialects, which takes
# gigabytes for all. A tool that cannot be installed or run is named and passed over. Some tools want a tokenizer though
# the service counts: a name on Hugging Face, or a folder.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/.build/dialects
mkdir -p "$folder"
Scripts/build.sh release --product llm-bench
exec python3 Scripts/dialects/compare.py --folder "$folder" \
  --llm-bench "$(Scripts/build.sh release --show-bin-path)/llm-bench" "$@"
