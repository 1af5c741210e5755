#!/usr/bin/env bash
# The checks of the house must fail on a broken house, or they prove nothing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
mkdir -p "$house"/{flow,datasets,contrastive,pipelines,tests}
echo 'flow/ datasets/ contrastive/ pipelines/ tests/' >"$house/README.md"

check() { cmake -DROOT="$house" -DFEW_FILES=1 -P "$here/check_$1.cmake" >/dev/null 2>&1; }
must_pass() { check "$1" || { echo "check_$1 refuses a good house" >&2; exit 1; }; }
must_fail() { if check "$1"; then echo "check_$1 misses: $2" >&2; exit 1; fi; }

echo '#include "flow/a.hpp"' >"$house/datasets/a.hpp"
must_pass layers
must_pass tree
echo '#include "datasets/a.hpp"' >"$house/flow/a.hpp"
must_fail layers 'an include against the data flow'
rm "$house/flow/a.hpp"
echo '#include <torch/torch.h>' >"$house/pipelines/a.cpp"
must_fail layers 'LibTorch outside contrastive/'
rm "$house/pipelines/a.cpp"
for i in 0 1 2 3 4 5 6 7 8 9 10; do touch "$house/flow/unit_$i.hpp"; done
must_fail tree 'eleven units in a folder'
rm "$house"/flow/unit_*
mkdir "$house/flow/unnamed"
must_fail tree 'a folder that README.md does not name'

theory() { (cd "$here/../.." && bash "$here/check_theory_page.sh" "$1") >/dev/null 2>&1; }
page=$here/../../docs/theory.md
theory "$page" || { echo 'check_theory_page refuses a good page' >&2; exit 1; }
for name in quadratic_one_sided Planar.every_entry_of_the_table; do
  sed "s/\`$name\`/\`${name}s\`/" "$page" >"$house/theory.md"
  if theory "$house/theory.md"; then echo "check_theory_page misses: ${name}s" >&2; exit 1; fi
done
