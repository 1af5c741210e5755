#!/usr/bin/env bash
# clang-tidy over lagoon's sources: bash cmake/run_clang_tidy.sh [TREE [FILE...]] (default build-tidy and
# all). It configures a tree of its own, in which each file has its own command (no unity build). A file
# is read again only when it, one of our headers under it, its command, .clang-tidy or clang-tidy itself
# has changed since it passed: TREE/tidy holds what each file passed with, and the log of each that did
# not. contrastive/ is read only where LAGOON_PYTHON (default python3) can import a LibTorch wheel: clang
# cannot read the headers of 1.13 as C++20. LAGOON_JOBS is how many run at once (default: all cores).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tree=${1:-build-tidy}
shift || true
python=${LAGOON_PYTHON:-python3}
files=('flow/*.cpp' 'datasets/*.cpp' 'pipelines/*.cpp')
if "$python" -c 'import torch' 2>/dev/null; then
  torch=(-DLAGOON_TORCH=wheel -DLAGOON_PYTHON="$(command -v "$python")")
  files+=('contrastive/*.cpp')
else
  torch=(-DLAGOON_TORCH=debian)
  echo "run_clang_tidy.sh: '$python' cannot import torch: contrastive/ is left out"
fi
[ $# -eq 0 ] || files=("$@")
mkdir -p "$tree"
exec 9>"$tree/tidy.lock"
flock -n 9 || { echo "run_clang_tidy.sh: another run reads in '$tree' (wait for it, or give another tree)" >&2; exit 1; }
cmake -S . -B "$tree" -G Ninja -DLAGOON_UNITY=OFF -DLAGOON_BUILD_TESTS=OFF "${torch[@]}" >/dev/null
cmake --build "$tree" --target lagoon_version >/dev/null
mapfile -t files < <(for pattern in "${files[@]}"; do git ls-files "$pattern"; done)
python3 cmake/read_by_clang_tidy.py "$tree" "${LAGOON_JOBS:-$(nproc)}" "${files[@]}"
