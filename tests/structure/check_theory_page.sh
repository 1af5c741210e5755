#!/usr/bin/env bash
# What docs/theory.md says computes and checks its statements must be there: every name on a line
# "Computed by:" is declared in a header, every Suite.test on a line "Checked by:" is a test.
# check_theory_page.sh [PAGE]
set -euo pipefail
page=${1:-docs/theory.md}

# names PREFIX: what stands in backticks on lines that begin so.
names() { grep "^- $1" "$page" | grep -oE '`[^`]+`' | tr -d '`' | sort -u || true; }

declared=$(find contrastive datasets pipelines -name '*.hpp' -exec cat {} + |
  grep -oE '\b(class|struct) [A-Za-z]+|\b[a-z_0-9]+\(' | sed -E 's/^(class|struct) //; s/\($//' | sort -u)
# A test's name may stand on the line after its suite.
tests=$(find tests -name '*_test.cpp' -exec cat {} + | tr '\n' ' ' |
  grep -oE '\bTEST(_F|_P)?\( *[A-Za-z0-9]+, *[A-Za-z0-9_]+' |
  sed -E 's/^TEST(_F|_P)?\( *//; s/, */./' | sort -u)

missing=$(comm -23 <(names 'Computed by:') <(echo "$declared"); comm -23 <(names 'Checked by:') <(echo "$tests"))
[ -z "$missing" ] || { printf '%s names what is not there:\n%s\n' "$page" "$missing" >&2; exit 1; }
n=$(names 'Checked by:' | wc -l)
[ "$n" -ge 50 ] || { echo "$page: only $n tests found: the check looks in the wrong place" >&2; exit 1; }
