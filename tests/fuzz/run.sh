#!/usr/bin/env bash
# Builds the fuzz targets in build-fuzz and runs each for SECONDS: bash tests/fuzz/run.sh [SECONDS] [TARGET...]
# (default: 60 seconds, all). What a target finds lies in build-fuzz/findings/TARGET, and the corpus that grew
# in build-fuzz/corpus/TARGET; `build-fuzz/tests/fuzz/fuzz_TARGET FILE` shows a finding again. Findings end
# the run with 1; without clang it says so and ends with 77.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
shift || true
tree=$PWD/build-fuzz
fuzzer=$(clang++-16 -print-file-name=libclang_rt.fuzzer-x86_64.a 2>/dev/null || true)
[ -e "$fuzzer" ] || {
  echo "skipped: no clang++-16 with libFuzzer (packages clang-16 and libclang-rt-16-dev)"
  exit 77
}

mkdir -p "$tree"
cmake -C cmake/presets/fuzz.cmake -S . -B "$tree" -G Ninja >"$tree/configure.log" 2>&1 ||
  { cat "$tree/configure.log" >&2; exit 1; }
cmake --build "$tree" --target fuzz_targets
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  mapfile -t targets < <(find tests/fuzz/*/ -name '*.cpp' -exec basename {} .cpp \; | sort)
fi

# The inputs' files in memory, if there is a file system for that.
TMPDIR=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" lagoon-fuzz-XXXXXX)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
# A single allocation beyond what any input of this length accounts for is a finding.
# Frames name their module (%m), whatever the symbolizer: by it a library's fault is told from ours.
# shellcheck disable=SC2089,SC2090  # the quotes are for the sanitizer
ASAN_OPTIONS='allocator_may_return_null=1:detect_odr_violation=0:stack_trace_format="    #%n %p %F %L (%m)"'
# shellcheck disable=SC2090
export ASAN_OPTIONS
symbolizer=$(command -v llvm-symbolizer-16 llvm-symbolizer-14 llvm-symbolizer addr2line | head -n 1 || true)
export ASAN_SYMBOLIZER_PATH=$symbolizer UBSAN_OPTIONS=print_stacktrace=1
# The libraries drop what they had read of metadata that turns out to be damaged.
{ cat tests/support/leaks_of_libraries.txt; printf 'leak:libhdf5\nleak:libnetcdf\n'; } >"$TMPDIR/leaks"
export LSAN_OPTIONS=suppressions=$TMPDIR/leaks:print_suppressions=0
# Files are opened in children that may take seconds each; seed 0 is a new one each time.
limits=(-max_total_time="$seconds" -timeout=120 -seed="${LAGOON_FUZZ_SEED:-0}" -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=65536 -print_final_stats=1)

fuzz() {  # fuzz TARGET: one line, or what was found
  local program=$tree/tests/fuzz/fuzz_$1 corpus=$tree/corpus/$1 findings=$tree/findings/$1
  local seeds=$TMPDIR/seeds-$1 log=$findings/log.txt
  rm -rf "$findings"
  mkdir -p "$corpus" "$findings" "$seeds"
  "$program" --seeds "$seeds" 2>"$log" || { cat "$log"; return 1; }
  "$program" "${limits[@]}" -artifact_prefix="$findings/" "$corpus" "$seeds" >"$log" 2>&1 || {
    echo "$1: a finding in $findings"
    grep -vE '^(#|INFO:|stat::)' "$log" | head -n 60
    return 1
  }
  printf '%-18s %8s inputs, %5s edges of our code\n' "$1" \
    "$(awk '/number_of_executed_units/ {print $2}' "$log")" "$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | cut -c 6-)"
}
export -f fuzz
export tree
declare -p limits >"$TMPDIR/limits"

printf '%s\n' "${targets[@]}" |
  xargs -P "$(nproc)" -I {} bash -c 'set -euo pipefail; . "$TMPDIR/limits"; fuzz {}' ||
  { echo "fuzz: findings" >&2; exit 1; }
