#!/usr/bin/env bash
# Runs every command that README.md and docs/ print in ```bash blocks, in order, in an empty folder:
# check_documented_commands.sh LAGOON SCRATCH. What installs and builds (cmake, tests/run.sh) is what
# got us here, and the scripts of pipelines/ are run by the studies.
set -euo pipefail
lagoon=$1 root=$PWD
scratch=$2/documented_commands
rm -rf "$scratch"
mkdir -p "$scratch/bin"
ln -s "$lagoon" "$scratch/bin/lagoon"
export PATH=$scratch/bin:$PATH
# The python that has the clients of the file format, when there is one.
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import xarray, h5netcdf' 2>/dev/null; then
    ln -sf "$(command -v "$python")" "$scratch/bin/python3"
    break
  fi
done

for page in README.md docs/*.md; do
  blocks=$(awk '/^```bash$/ {inside = 1; next} /^```$/ {inside = 0} inside' "$root/$page" |
    grep -vE 'pipelines/[a-z_]+\.sh|tests/run\.sh|cmake/[a-z_]+\.sh|^cmake ' || true)
  [ -n "$blocks" ] || continue
  if grep -q python3 <<<"$blocks" && [ ! -e "$scratch/bin/python3" ]; then
    echo "$page: skipped, no python3 with xarray and h5netcdf"
    continue
  fi
  if grep -q LAGOON_DATA <<<"$blocks" && [ -z "${LAGOON_DATA:-}" ]; then
    echo "$page: skipped, LAGOON_DATA is not set"
    continue
  fi
  work=$scratch/$(basename "$page" .md)
  mkdir -p "$work"
  echo "== $page"
  (cd "$work" && LAGOON_DATA="${LAGOON_DATA:-}" bash -euo pipefail -c "$blocks") || {
    echo "$page: a printed command failed" >&2
    exit 1
  }
done
