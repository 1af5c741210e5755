#!/usr/bin/env bash
# clang-tidy over every source of lagoon: bash cmake/run_clang_tidy.sh [BUILD_TREE]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tree=${1:-build}
[ -f "$tree/compile_commands.json" ] || { echo "run_clang_tidy.sh: no $tree/compile_commands.json: build first" >&2; exit 1; }
# Files in a unity build have no command of their own: take a tree configured without one.
tidy_tree=$tree-tidy
cmake -S . -B "$tidy_tree" -G Ninja -DCMAKE_UNITY_BUILD=OFF -DLAGOON_UNITY=OFF -DLAGOON_TORCH=debian >/dev/null
cmake --build "$tidy_tree" --target lagoon_generated_headers >/dev/null
git ls-files 'flow/*.cpp' 'datasets/*.cpp' 'contrastive/*.cpp' 'pipelines/*.cpp' |
  xargs -P "$(nproc)" -n 1 clang-tidy-14 -p "$tidy_tree" --quiet
