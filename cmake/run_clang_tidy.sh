#!/usr/bin/env bash
# clang-tidy over lagoon's sources: bash cmake/run_clang_tidy.sh [TREE] (default build-tidy). It configures
# a tree of its own, in which each file has its own command (no unity build). contrastive/ is read only
# where LAGOON_PYTHON (default python3) can import a LibTorch wheel: clang cannot read the headers of 1.13
# as C++20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tree=${1:-build-tidy}
python=${LAGOON_PYTHON:-python3}
files=('flow/*.cpp' 'datasets/*.cpp' 'pipelines/*.cpp')
if "$python" -c 'import torch' 2>/dev/null; then
  torch=(-DLAGOON_TORCH=wheel -DLAGOON_PYTHON="$(command -v "$python")")
  files+=('contrastive/*.cpp')
else
  torch=(-DLAGOON_TORCH=debian)
  echo "run_clang_tidy.sh: '$python' cannot import torch: contrastive/ is left out"
fi
cmake -S . -B "$tree" -G Ninja -DLAGOON_UNITY=OFF -DLAGOON_BUILD_TESTS=OFF "${torch[@]}" >/dev/null
cmake --build "$tree" --target lagoon_version >/dev/null
git ls-files "${files[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy-16 -p "$tree" --quiet
