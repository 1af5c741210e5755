#!/usr/bin/env bash
# Every C++ file is as clang-format leaves it; shell scripts parse.
set -euo pipefail
formatter=$(command -v clang-format-14 || command -v clang-format) || {
  echo "check_format.sh: clang-format is not installed: bash cmake/install_dependencies.sh --tests" >&2
  exit 1
}
git ls-files '*.hpp' '*.cpp' | xargs "$formatter" --dry-run -Werror
git ls-files '*.sh' '.ci/run' | xargs -n 1 bash -n
