#!/usr/bin/env bash
# Which lines of flow, datasets and contrastive their own tests run.
#   bash tests/coverage.sh                   all three: half an hour of two cores beside a built release tree
#   bash tests/coverage.sh flow datasets     these alone: no LibTorch
# Each folder has a tree, build-coverage-FOLDER, in which it alone counts; the others come from ccache.
# Its coverage.csv has the figures of each file, its coverage.txt the lines that did not run. Headers count,
# tests do not. Fails, after the figures, where a test fails or a folder is below 90%. gcovr is skipped
# over with a message where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jobs=${JOBS:-$(nproc)}
folders=("$@")
[[ ${#folders[@]} -gt 0 ]] || folders=(flow datasets contrastive)

programs_of() {
  case "$1" in
    flow) echo flow_tests ;;
    datasets) echo datasets_tests ;;
    contrastive)
      echo theory_tests diagnostics_tests sources_tests checkpoint_tests decision_tests bridging_tests \
        communication_tests contrastive_tests ;;
    *) echo "coverage.sh: '$1' is unknown: give flow, datasets, contrastive" >&2; exit 2 ;;
  esac
}

build() {  # FOLDER TREE PROGRAM...
  local folder=$1 tree=$2 torch=OFF
  [[ $folder != contrastive ]] || torch=ON
  [[ -f $tree/CMakeCache.txt ]] || cmake -C cmake/presets/coverage.cmake -D "LAGOON_COVERAGE=$folder" \
    -D "LAGOON_WITH_TORCH=$torch" -S . -B "$tree" -G Ninja
  cmake --build "$tree" -j "$jobs" --target "${@:3}"
}

run_tests() {  # PROGRAM : its tests, in as many processes as there are jobs
  local shards=() shard failed=0
  for ((shard = 0; shard < jobs; ++shard)); do
    GTEST_TOTAL_SHARDS=$jobs GTEST_SHARD_INDEX=$shard "$1" --gtest_brief=1 &
    shards+=($!)
  done
  for shard in "${shards[@]}"; do wait "$shard" || failed=1; done
  return "$failed"
}

# The same source compiled for several instruction sets is one file.
count() {  # FOLDER TREE
  gcovr --root . --object-directory "$2" --filter "$1/" --exclude-unreachable-branches -j "$jobs" \
    --csv "$2/coverage.csv" --txt "$2/coverage.txt" "$2/$1" "$2/tests/$1"
  awk -F, -v folder="$1" '
    NR > 1 { all += $2; run += $3 }
    NR > 1 && $2 > 0 && $3 < 0.8 * $2 { thin = thin sprintf("  %s: %d of %d lines\n", $1, $3, $2) }
    END {
      printf "%-12s %.1f%% of %d lines\n", folder, 100 * run / all, all
      if (thin != "") printf "files below 80%%:\n%s", thin
      exit run < 0.9 * all
    }' "$2/coverage.csv"
}

for folder in "${folders[@]}"; do programs_of "$folder" >/dev/null; done
if ! command -v gcovr >/dev/null; then
  echo "skipped: gcovr is missing (apt-get install gcovr)"
  exit 77
fi

status=0
for folder in "${folders[@]}"; do
  tree=build-coverage-$folder
  read -ra programs <<<"$(programs_of "$folder")"
  [[ ! -d $tree ]] || find "$tree" -name '*.gcda' -delete  # counts of another day, perhaps of other lines
  build "$folder" "$tree" "${programs[@]}"
  for program in "${programs[@]}"; do
    echo "== $program"
    run_tests "$(find "$tree/tests" -name "$program" -type f)" || status=1
  done
  count "$folder" "$tree" || status=1
done
exit "$status"
