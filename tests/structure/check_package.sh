#!/usr/bin/env bash
# The installed package serves a stranger's project, with LibTorch and without, also after it was moved;
# versions and components that are not there are refused: check_package.sh BUILD_TREE SCRATCH
set -euo pipefail
tree=$1 scratch=$2/package
rm -rf "$scratch"
cmake --install "$tree" --prefix "$scratch/first" >/dev/null
mv "$scratch/first" "$scratch/moved"
prefix=$scratch/moved

fail() {
  echo "$1" >&2
  exit 1
}

configure() {  # NAME [OPTION...]
  cmake -S tests/structure/consumer -B "$scratch/$1" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_PREFIX_PATH="$prefix" "${@:2}" >"$scratch/$1.log" 2>&1
}

refused() {  # NAME OPTION WORDS
  ! configure "$1" "$2" || fail "$2 was found"
  local said
  said=$(tr -s ' \n' ' ' <"$scratch/$1.log")
  [[ $said == *"$3"* ]] || fail "$1: no word of $3 in: $said"
}

told=$("$prefix/bin/lagoon" --version)
[ "$told" = "$("$tree/lagoon" --version)" ] || fail "the installed program is another: $told"
for page in man/man1/lagoon.1.gz man/man1/lagoon-generate.1.gz bash-completion/completions/lagoon \
  zsh/site-functions/_lagoon fish/vendor_completions.d/lagoon.fish doc/lagoon/README.md; do
  [ -s "$prefix/share/$page" ] || fail "share/$page is not installed"
done
version=$(sed -n '1s/lagoon \([^ ]*\) .*/\1/p' <<<"$told")
zgrep -q "lagoon $version" "$prefix/share/man/man1/lagoon.1.gz" || fail "the man page is of another version"
"$prefix/bin/lagoon" generate "$scratch/flows.h5" --samples 5 --quiet >/dev/null
content=$("$prefix/bin/lagoon" inspect "$scratch/flows.h5" --quiet)
grep -q "lagoon_version: $version\$" <<<"$content" ||
  fail "a dataset is of another version"

if [ -e "$prefix/libexec/lagoon/lagoon-learning" ]; then
  "$prefix/bin/lagoon" train "$scratch/flows.h5" --run "$scratch/run" --batch-size 2 --dry-run >/dev/null
fi

projects=(plain)
configure plain -DCOMPONENTS=datasets || fail "$(cat "$scratch/plain.log")"
grep -q "lagoon $version\$" "$scratch/plain.log" || fail "find_package tells another version than $version"
if [ -e "$prefix/lib/liblagoon_contrastive.a" ]; then
  projects+=(learning)
  configure learning "-DCOMPONENTS=datasets;contrastive" || fail "$(cat "$scratch/learning.log")"
else
  refused learning -DCOMPONENTS=contrastive "needs a build with LibTorch"
fi
for project in "${projects[@]}"; do
  cmake --build "$scratch/$project"
  "$scratch/$project/consumer" "$scratch/$project.h5"
  "$prefix/bin/lagoon" inspect "$scratch/$project.h5" --json "$scratch/$project.json" --quiet >/dev/null
done

refused later -DVERSION=9.9 "version: $version"
refused unknown -DCOMPONENTS=tides "no component tides"
