#!/usr/bin/env bash
# Lets Huawei's own SDK for Python and our client make the same calls of ModelArts' deployment API at the simulated
# gateway: both must pass, a request that was changed must not, and both must have signed the same.
#
#   Scripts/compare-modelarts-sdk.sh
#
# The SDK is installed from PyPI into an environment of its own below .build/modelarts-sdk; PYTHON names another Python
# that has it already. Needs the tests to be built, or builds them.
set -euo pipefail
cd "$(dirname "$0")/.."
version=3.1.219
if [ -z "${PYTHON:-}" ]; then
  folder=$PWD/.build/modelarts-sdk
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
  "$folder/bin/pip" install -q "huaweicloudsdkcore==$version" "huaweicloudsdkmodelarts==$version"
  PYTHON=$folder/bin/python
fi
"$PYTHON" -c 'import huaweicloudsdkmodelarts.v1' || { echo "$PYTHON has no huaweicloudsdkmodelarts" >&2; exit 2; }
NPUTESTKIT_MODELARTS_SDK=$PYTHON exec Scripts/test.sh --filter HuaweiSDKTests
