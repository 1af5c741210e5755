#!/usr/bin/env bash
# cmake/read_by_clang_tidy.py must find, at its own line, what is wrong in a source that is read behind others,
# beside one whose names collide with it, or in a header; must read a file again when a header under it changes, and
# only then. Exit 77 where there is no clang-tidy.
set -euo pipefail
reader=$PWD/cmake/read_by_clang_tidy.py
command -v clang-tidy-16 clang++-16 >/dev/null || { echo "check_clang_tidy.sh: skipped: no clang-tidy-16"; exit 77; }
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
cd "$house"
mkdir -p cmake flow tree
printf '%s\n' "Checks: '-*,clang-analyzer-core.*,modernize-use-nullptr'" "WarningsAsErrors: '*'" \
  "HeaderFilterRegex: 'flow/.*'" >.clang-tidy
echo 'clang-tidy: flow/excused\.cpp:.*nullptr' >cmake/suppressions.txt

printf '%s\n' '#pragma once' 'inline int* nowhere() {' '  return nullptr;' '}' >flow/place.hpp
printf '%s\n' '#include "flow/place.hpp"' 'static int twice(int n) { return 2 * n; }' 'int good(int n) { return twice(n); }' \
  >flow/good.cpp
printf '%s\n' 'int ratio(int n) {' '  int part = 0;' '  if (n > 3) part = 1;' '  return n / part;' '}' >flow/divides.cpp
printf '%s\n' 'static int twice(int n) { return n + n; }' 'int* collides(int n) { return twice(n) ? new int : 0; }' \
  >flow/collides.cpp
echo 'int* excused() { return 0; }' >flow/excused.cpp
files=(flow/collides.cpp flow/divides.cpp flow/excused.cpp flow/good.cpp)
for file in "${files[@]}"; do
  echo "{\"directory\": \"$PWD\", \"file\": \"$PWD/$file\", \"command\": \"c++ -std=c++20 -I$PWD -o x.o -c $PWD/$file\"}"
done | paste -sd, | sed 's/.*/[&]/' >tree/compile_commands.json

expect() {  # expect STATUS TEXT: the reader's status, and what it says of which places
  local status=0
  python3 -B "$reader" tree 2 "${files[@]}" >said || status=$?
  [ "$status" = "$1" ] && [ "$(sed -n "s|^$PWD/\([^ ]*\) error: .*\[\([^],]*\).*|\1 \2|p" said | sort)" = "$2" ] ||
    { echo "check_clang_tidy.sh: expected status $1 and '$2', got $status and:" >&2; cat said >&2; exit 1; }
}
expect 1 'flow/collides.cpp:2:52: modernize-use-nullptr
flow/divides.cpp:4:12: clang-analyzer-core.DivideZero'
[ -f tree/tidy/flow/excused.cpp ] && [ -f tree/tidy/flow/good.cpp ] && [ -f tree/tidy/flow/divides.cpp.log ] ||
  { echo "check_clang_tidy.sh: what passed and what did not is not kept" >&2; exit 1; }

sed -i 's|n / part|n + part|' flow/divides.cpp
sed -i 's|: 0;|: nullptr;|' flow/collides.cpp
expect 0 ''
sed -i 's|nullptr|0|' flow/place.hpp
expect 1 'flow/place.hpp:3:10: modernize-use-nullptr'
[ -f tree/tidy/flow/divides.cpp ] && [ ! -f tree/tidy/flow/good.cpp ] ||
  { echo "check_clang_tidy.sh: a header's finding is not of the files that include it" >&2; exit 1; }
