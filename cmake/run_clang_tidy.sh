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
cmake -S . -B "$tree" -G Ninja -DLAGOON_UNITY=OFF -DLAGOON_BUILD_TESTS=OFF "${torch[@]}" >/dev/null
cmake --build "$tree" --target lagoon_version >/dev/null
sed -n 's/^clang-tidy: //p' cmake/suppressions.txt >"$tree/tidy.suppressions"

# What a file's verdict depends on. Without the system's folders the preprocessor walks our headers only.
depends_on() {  # depends_on FILE
  local ours
  mapfile -t ours < <(g++ -std=c++20 -MM -MG -nostdinc -I . "$1" | tr -s ' \\\n' '\n' | grep -E '\.[ch]pp$' |
    grep -E '^(flow|datasets|contrastive|pipelines)/' | sort -u)
  { clang-tidy-16 --version; grep -B 1 "\"file\": \"$PWD/$1\"" "$TREE/compile_commands.json"
    cat .clang-tidy "${ours[@]}"; } | sha256sum
}

check() {  # check FILE
  local stamp=$TREE/tidy/$1 now
  now=$(depends_on "$1")
  if [ -f "$stamp" ] && [ "$now" = "$(cat "$stamp")" ]; then return; fi
  mkdir -p "$(dirname "$stamp")"
  rm -f "$stamp"
  if clang-tidy-16 -p "$TREE" --quiet "$1" >"$stamp.log" 2>&1 ||
    ! grep -E '^/.*: (error|warning): ' "$stamp.log" | grep -v -f "$TREE/tidy.suppressions"; then
    rm "$stamp.log"
    echo "$now" >"$stamp"
  else
    echo "$1: see $stamp.log"
    return 1
  fi
}
export TREE=$tree
export -f depends_on check
for pattern in "${files[@]}"; do git ls-files "$pattern"; done | xargs -P "${LAGOON_JOBS:-$(nproc)}" -I FILE bash -c 'check FILE'
