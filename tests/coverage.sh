#!/usr/bin/env bash
# Which lines of flow, datasets and contrastive their own tests run.
#   bash tests/coverage.sh                   all three: an hour of two cores, of which most is LibTorch
#   bash tests/coverage.sh flow datasets     these alone: no LibTorch
# Counts are those of build-coverage/ since it was last cleared (COVERAGE_CLEAR=1 clears them first).
# Headers count, tests do not. gcovr is skipped over with a message where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tree=build-coverage
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

if ! command -v gcovr >/dev/null; then
  echo "skipped: gcovr is missing (apt-get install gcovr)"
  exit 77
fi

[[ -f $tree/CMakeCache.txt ]] || cmake -C cmake/presets/coverage.cmake -S . -B "$tree" -G Ninja
[[ -z ${COVERAGE_CLEAR:-} ]] || find "$tree" -name '*.gcda' -delete
for folder in "${folders[@]}"; do
  programs=$(programs_of "$folder")
  # shellcheck disable=SC2086
  cmake --build "$tree" -j "${JOBS:-$(nproc)}" --target $programs
  for program in $programs; do
    echo "== $program"
    "$(find "$tree/tests" -name "$program" -type f)" --gtest_brief=1
  done
done

# A line a file: name, lines, lines that ran, share. The same source compiled for several
# instruction sets is one file.
gcovr --root . --object-directory "$tree" --filter '(flow|datasets|contrastive)/' \
  --exclude-unreachable-branches --csv "$tree/coverage.csv" "$tree"

awk -F, -v wanted="${folders[*]}" '
  NR > 1 { split($1, part, "/"); all[part[1]] += $2; run[part[1]] += $3 }
  NR > 1 && $2 > 0 && $3 < 0.8 * $2 && index(" " wanted " ", " " part[1] " ") {
    thin = thin sprintf("  %s: %d of %d lines\n", $1, $3, $2)
  }
  END {
    n = split(wanted, names, " ")
    for (i = 1; i <= n; ++i)
      printf "%-12s %.1f%% of %d lines\n", names[i], 100 * run[names[i]] / all[names[i]], all[names[i]]
    if (thin != "") printf "files below 80%%:\n%s", thin
  }' "$tree/coverage.csv"
