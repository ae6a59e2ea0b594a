#!/usr/bin/env bash
# Formats the Swift sources in place.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Kernels
