#!/usr/bin/env bash
# clang-tidy over every source of lagoon: bash cmake/run_clang_tidy.sh [TREE] (default build-tidy). It
# configures a tree of its own, in which each file has its own command (no unity build).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tree=${1:-build-tidy}
cmake -S . -B "$tree" -G Ninja -DLAGOON_UNITY=OFF -DLAGOON_TORCH=debian -DLAGOON_BUILD_TESTS=OFF >/dev/null
cmake --build "$tree" --target lagoon_version >/dev/null
# The kernel is compiled three times: its commands differ only in the instruction set.
git ls-files 'flow/*.cpp' 'datasets/*.cpp' 'contrastive/*.cpp' 'pipelines/*.cpp' |
  xargs -P "$(nproc)" -n 1 clang-tidy-16 -p "$tree" --quiet
