#!/usr/bin/env bash
# What Doxygen finds wrong in the comments of the headers: bash cmake/check_doxygen.sh DOXYGEN_CONF. Every
# function, class and enumeration says what it is, unless a rule of cmake/suppressions.txt speaks for it.
# Exit 77 where there is no doxygen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v doxygen >/dev/null || { echo "check_doxygen.sh: skipped: no doxygen"; exit 77; }
warnings=$(mktemp)
trap 'rm -f "$warnings" "$warnings".rules' EXIT
sed -n 's/^doxygen: //p' cmake/suppressions.txt >"$warnings.rules"
# Undocumented members are told only where they are not shown anyway; without output, in two seconds.
{ cat "$1"; echo 'EXTRACT_ALL = NO'; echo 'GENERATE_HTML = NO'; echo 'GENERATE_XML = NO'; echo 'HAVE_DOT = NO'
  echo 'WARN_AS_ERROR = NO'; } | doxygen - 2>"$warnings"
if grep -E '(warning|error): ' "$warnings" | grep -v -f "$warnings.rules"; then
  echo "check_doxygen.sh: say what these are, in a comment (///) above them" >&2
  exit 1
fi
