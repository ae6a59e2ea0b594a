#!/usr/bin/env bash
# Compares the public API with that of an earlier revision, and fails if something was removed or changed that a user's
# code may rest on.
#
# The first argument is the revision, such as v1.2.0, main or a commit; without one it is the last tag. Further
# arguments go to `swift package diagnose-api-breaking-changes`, such as --targets NPUMetrics for some of the modules,
# or --breakage-allowlist-path for breaks that are meant. It needs the history in the clone, and builds both revisions:
# the earlier one from the beginning, which takes as long as a first build of the package. What is compared is every
# module that both revisions have in a library product.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ]; then
  revision=$1
  shift
elif ! revision=$(git describe --tags --abbrev=0 2>/dev/null); then
  echo "This repository has no tag yet to compare with. Name a revision: Scripts/api-check.sh main" >&2
  exit 2
fi
if ! commit=$(git rev-parse --verify --quiet "$revision^{commit}"); then
  echo "$revision is no revision of this repository; a shallow clone lacks most: git fetch --unshallow --tags" >&2
  exit 2
fi

Scripts/install-dependencies.sh
echo "Comparing the public API with $revision (${commit:0:12})." >&2
exec swift package diagnose-api-breaking-changes "$commit" "$@"
