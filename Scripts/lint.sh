#!/usr/bin/env bash
# Checks the format of the Swift sources, that the documents' samples are the compiled ones, and the shell scripts, with
# the tool shellcheck where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Kernels

Scripts/samples.sh --check

scripts=(Scripts/*.sh .ci/run)
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then shellcheck "${scripts[@]}"; fi
