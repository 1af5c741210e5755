#!/usr/bin/env bash
# Formats C++ files as .clang-format says: bash cmake/format.sh [--check] [FILE...] (default: every file of
# the tree). --check changes nothing, and fails where something would change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
formatter=$(command -v clang-format-14 || command -v clang-format) || {
  echo "format.sh: clang-format is not installed: bash cmake/install_dependencies.sh --tests" >&2
  exit 1
}
how=(-i)
if [ "${1:-}" = --check ]; then
  how=(--dry-run -Werror)
  shift
fi
if [ $# = 0 ]; then
  git ls-files -z --cached --others --exclude-standard '*.hpp' '*.cpp' | xargs -0 "$formatter" "${how[@]}"
else
  "$formatter" "${how[@]}" "$@"
fi
