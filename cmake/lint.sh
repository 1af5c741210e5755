#!/usr/bin/env bash
# What can be said of the sources without a build: bash cmake/lint.sh
# C++ files are as clang-format leaves them; shell scripts parse, and shellcheck has nothing to say of them
# (.shellcheckrc). clang-tidy is cmake/run_clang_tidy.sh: it needs the commands of a build, and minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash cmake/format.sh --check
mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' '.ci/run')
for script in "${scripts[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then
  shellcheck "${scripts[@]}"
else
  echo "lint.sh: shellcheck is not installed: scripts are only parsed (bash cmake/install_dependencies.sh --tests)"
fi
