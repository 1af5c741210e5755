#!/usr/bin/env bash
# Every header that needs no LibTorch compiles on its own: check_headers.sh COMPILER BUILD_TREE
set -euo pipefail
compiler=$1 tree=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
includes=$(pkg-config --cflags eigen3 fftw3)
headers=$(git ls-files 'flow/*.hpp' 'datasets/*.hpp' 'contrastive/*.hpp' 'pipelines/*.hpp' | xargs grep -L '<torch/\|<ATen/\|<c10/')
needs_torch=$(git ls-files 'contrastive/*.hpp' | xargs grep -l '<torch/\|<ATen/\|<c10/' || true)
for header in $headers; do
  # A header that reaches LibTorch through another of ours is checked by the build itself.
  skip=
  for torch_header in $needs_torch; do
    if grep -q "\"$torch_header\"" "$header"; then skip=1; fi
  done
  [ -z "$skip" ] || continue
  printf '#include "%s"\n' "$header" >"$scratch/${header//\//_}.cpp"
done
# Where HDF5's headers lie apart, as Debian's do, the build's own commands say so.
hdf5=$(grep -ohE -- '-isystem [^ ]*hdf5[^ ]*' "$tree/compile_commands.json" | head -n 1 || true)
find "$scratch" -name '*.cpp' -print0 |
  xargs -0 -P "$(nproc)" -n 4 "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -I. -I"$tree" \
    $hdf5 $includes
