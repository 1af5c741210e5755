#!/usr/bin/env bash
# Every page of docs/ is linked from README.md, every script of docs/python/ from a page, and every link
# within the tree leads somewhere: check_links.sh [ROOT]
set -euo pipefail
cd "${1:-.}"
pages=(README.md docs/*.md)
wrong=0
complain() { echo "$1" >&2; wrong=1; }

# links PAGE: what its links name, but for other hosts'; code is no link.
links() { sed '/^```/,/^```/d; s/`[^`]*`//g' "$1" | grep -oE '\]\([^)]+\)' | sed -E 's/^\]\(//; s/\)$//' | grep -v '://' || true; }

# anchors PAGE: the names that its headings have.
anchors() { sed '/^```/,/^```/d' "$1" | sed -nE 's/^#+ //p' | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'; }

for page in "${pages[@]}"; do
  folder=$(dirname "$page")
  while read -r link; do
    file=${link%%#*} anchor=
    [[ $link != *#* ]] || anchor=${link#*#}
    target=$page
    [ -z "$file" ] || target=$folder/$file
    if [ ! -e "$target" ]; then complain "$page: the link $link leads nowhere"; continue; fi
    [ -z "$anchor" ] || anchors "$target" | grep -qx -- "$anchor" || complain "$page: $target has no heading $anchor"
  done < <(links "$page")
done
for page in docs/*.md; do
  links README.md | grep -qxE "$page(#.*)?" || complain "$page is not linked from README.md"
done
for script in docs/python/*.py; do
  [ ! -e "$script" ] || grep -qF "${script#docs/}" docs/*.md README.md || complain "no page names $script"
done
exit "$wrong"
