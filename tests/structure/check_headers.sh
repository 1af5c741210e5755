#!/usr/bin/env bash
# Every header that needs no LibTorch compiles on its own: check_headers.sh COMPILER BUILD_TREE
# Where its source includes it before anything else, the build has shown that already.
set -euo pipefail
compiler=$1 tree=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
read -ra includes <<<"$(pkg-config --cflags eigen3 fftw3)"
all=$(git ls-files 'flow/*.hpp' 'datasets/*.hpp' 'contrastive/*.hpp' 'pipelines/*.hpp')
# A header that reaches LibTorch, itself or through others of ours, is checked by the build itself.
needs_torch=$(xargs grep -lE '<(torch|ATen|c10)/' <<<"$all")
quoted() { sed 's/.*/"&"/'; }
while more=$(grep -vxF "$needs_torch" <<<"$all" | xargs grep -lF "$(quoted <<<"$needs_torch")"); do
  needs_torch+=$'\n'$more
done
is_proved_by_source() {
  local source=${1%.hpp}.cpp
  [ -e "$source" ] && [ "$(grep -m1 '^#include' "$source")" = "#include \"$1\"" ]
}
while read -r header; do
  is_proved_by_source "$header" && continue
  printf '#include "%s"\n' "$header" >"$scratch/${header//\//_}.cpp"
done < <(grep -vxF "$needs_torch" <<<"$all")
# Where HDF5's headers lie apart, as Debian's do, the build's own commands say so.
read -ra hdf5 <<<"$(grep -ohE -- '-isystem [^ ]*hdf5[^ ]*' "$tree/compile_commands.json" | head -n 1 || true)"
find "$scratch" -name '*.cpp' -print0 |
  xargs -0 -P "$(nproc)" -n 4 "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -I. -I"$tree" \
    "${hdf5[@]}" "${includes[@]}"
