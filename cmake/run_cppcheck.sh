#!/usr/bin/env bash
# cppcheck over lagoon's sources: bash cmake/run_cppcheck.sh [TREE] (default build). What it is not asked
# for is in cmake/suppressions.txt. TREE/cppcheck keeps what it knows of each file, so that only changed
# ones are read again. Exit 77 where there is no cppcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v cppcheck >/dev/null || { echo "run_cppcheck.sh: skipped: no cppcheck"; exit 77; }
kept=${1:-build}/cppcheck
mkdir -p "$kept"
sed -n 's/^cppcheck: //p' cmake/suppressions.txt >"$kept.suppressions"
git ls-files 'flow/*.cpp' 'datasets/*.cpp' 'contrastive/*.cpp' 'pipelines/*.cpp' >"$kept.files"
cppcheck --enable=warning,style,performance,portability --std=c++20 --language=c++ -I . \
  --cppcheck-build-dir="$kept" -j "${LAGOON_JOBS:-$(nproc)}" --suppressions-list="$kept.suppressions" \
  --file-list="$kept.files" --inline-suppr --error-exitcode=1 --quiet \
  --template='{file}:{line}: {severity}: {message} [{id}]'
