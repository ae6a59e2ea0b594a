#!/usr/bin/env bash
# Times the kernels of NPUMetrics, or compares them with an earlier revision in one sitting.
#
#   Scripts/bench.sh [ARGUMENTS]                     times them; arguments go to `swift package benchmark`
#   Scripts/bench.sh --against REVISION [ARGUMENTS]  times the kernels of the revision, then these, and checks the ratio
#
# Times differ between machines, and on one machine from hour to hour, so that no stored time can be a limit. The check
# fails where the median of a kernel has become slower by more than the tolerance that Benchmarks.swift states. Each
# revision runs its own benchmarks; those that both have under one name are compared.
set -euo pipefail
cd "$(dirname "$0")/.."

revision=
if [ "${1:-}" = --against ]; then
  revision=${2:?--against takes a revision, such as HEAD~1}
  shift 2
fi

Scripts/install-dependencies.sh
# A progress bar is for people; in a file it is thousands of lines.
[ -t 1 ] || set -- --no-progress "$@"

# The harness starts the benchmarks itself, which the sandbox of plugins forbids.
benchmark() { swift package --disable-sandbox --allow-writing-to-package-directory benchmark "$@"; }

if [ -z "$revision" ]; then
  cd Benchmarks
  exec swift package --disable-sandbox benchmark "$@"
fi

commit=$(git rev-parse --verify --quiet "$revision^{commit}") || {
  echo "\"$revision\" names no commit of this repository." >&2
  exit 2
}
before=$PWD/.build/bench-$commit
if [ ! -e "$before" ]; then
  git worktree prune
  git worktree add --quiet --detach "$before" "$commit"
fi
(cd "$before/Benchmarks" && benchmark baseline update before "$@")
cd Benchmarks
benchmark baseline update after "$@"
rm -rf .benchmarkBaselines/Kernels/before
cp -R "$before/Benchmarks/.benchmarkBaselines/Kernels/before" .benchmarkBaselines/Kernels/before
benchmark baseline compare before after --no-progress
# The harness also fails where things became faster alone, and tells it only in words.
if ! check=$(benchmark baseline check before after --no-progress 2>&1); then
  echo "$check"
  case $check in *benchmarkThresholdImprovement*) ;; *) exit 1 ;; esac
fi
