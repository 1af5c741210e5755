#!/usr/bin/env bash
# The command reference is that of the parser: docs/commands.md is what it prints now, man pages have no
# warnings, completions complete: check_reference.sh LAGOON SCRATCH
set -euo pipefail
lagoon=$1 scratch=$2/reference
rm -rf "$scratch"
mkdir -p "$scratch/here"

fail() {
  echo "$1" >&2
  exit 1
}

"$lagoon" --reference markdown >"$scratch/commands.md"
diff docs/commands.md "$scratch/commands.md" ||
  fail "docs/commands.md is not what the parser says: lagoon --reference markdown >docs/commands.md"

verbs=$(sed -n 's/^## //p' docs/commands.md)
for verb in '' $verbs; do
  page=$scratch/lagoon${verb:+-$verb}.1
  "$lagoon" --reference man ${verb:+"$verb"} >"$page"
  grep -q "^\.SH SYNOPSIS" "$page" || fail "$page has no synopsis"
  command -v groff >/dev/null || continue
  warnings=$(groff -man -Tutf8 -ww -rLL=78n -z "$page" 2>&1)
  [ -z "$warnings" ] || fail "$page: $warnings"
done

for shell in bash zsh fish; do
  "$lagoon" --reference $shell >"$scratch/completion.$shell"
  if command -v $shell >/dev/null; then
    $shell -n "$scratch/completion.$shell" || fail "$shell does not read its completion"
  else
    echo "no $shell here: its completion is not read"
  fi
done

touch "$scratch/here/flows.h5"
completed=$(python3 tests/structure/packages/complete_in_bash.py "$scratch/completion.bash" "$scratch/here" \
  'lagoon gener\t' 'lagoon generate out.h5 --stor\tfl\t6\t' 'lagoon generate out.h5 --storage=float3\t' \
  'lagoon generate out.h5 --law-f\tflo\t' 'lagoon inspect fl\t' 'lagoon gaussian pl\t' 'lagoon export --no-su\t' 'lagoon train --help-\t')
expected='<generate>
<generate><out.h5><--storage><float64>
<generate><out.h5><--storage=float32>
<generate><out.h5><--law-from><flows.h5>
<inspect><flows.h5>
<gaussian><planar>
<export><--no-su>
<train><--help-all>'
[ "$completed" = "$expected" ] || fail "completed: $completed; expected: $expected"

for wrong in html 'man genrate'; do
  code=0
  # shellcheck disable=SC2086  # its words are arguments
  "$lagoon" --reference $wrong 2>"$scratch/error" || code=$?
  [ $code = 2 ] && [ "$(wc -l <"$scratch/error")" = 1 ] || fail "--reference $wrong: exit code $code"
done
