#!/usr/bin/env bash
# The installed package serves a stranger's project: check_package.sh BUILD_TREE SCRATCH
set -euo pipefail
tree=$1 scratch=$2/package
rm -rf "$scratch"
cmake --install "$tree" --prefix "$scratch/prefix" >/dev/null
"$scratch/prefix/bin/lagoon" --version
cmake -S tests/structure/consumer -B "$scratch/consumer" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$scratch/prefix" -DLAGOON_USE_TORCH="$([ -e "$scratch/prefix/lib/liblagoon_contrastive.a" ] && echo ON || echo OFF)" >/dev/null
cmake --build "$scratch/consumer"
"$scratch/consumer/consumer" "$scratch/flows.h5"
