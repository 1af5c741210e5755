#!/usr/bin/env bash
# Runs every command that README.md and docs/ print in ```bash blocks, and every ```python block, in
# order, a folder a page: check_documented_commands.sh LAGOON SCRATCH [PAGE...]. What installs and builds
# (cmake, tests/run.sh) is what got us here, and the scripts of pipelines/ are run by the studies.
# Blocks of no language are not run: what they show needs another machine, or data that nobody may give away.
set -euo pipefail
lagoon=$1 root=$PWD
scratch=$2/documented_commands
shift 2
[ $# -gt 0 ] || set -- README.md docs/*.md
rm -rf "$scratch"
mkdir -p "$scratch/bin"
ln -s "$lagoon" "$scratch/bin/lagoon"
export PATH=$scratch/bin:$PATH MPLBACKEND=Agg PYTHONPATH=$root/docs/python PYTHONDONTWRITEBYTECODE=1
# The python that has most of what the pages use: it tells what it lacks, and goes on.
find_python() {
  local modules python
  for modules in xarray,h5netcdf,matplotlib,torch xarray,h5netcdf,matplotlib xarray,h5netcdf; do
    for python in "${LAGOON_PYTHON:-python3}" python3 /usr/bin/python3; do
      ! "$python" -c "import $modules" 2>/dev/null || { command -v "$python"; return; }
    done
  done
}
python=$(find_python)
if [ -n "$python" ]; then
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$python" "$root/tests/structure/pages/run_python.py" >"$scratch/bin/python3"
  chmod +x "$scratch/bin/python3"
fi

# blocks PAGE: a script of its blocks.
blocks() {
  awk -v has_python="$python" '
    /^```python$/ && !has_python { print "echo python: skipped, no python3 with xarray and h5netcdf"; next }
    /^```python$/ { inside = 2; print "python3 - <<\"END_OF_THE_BLOCK\""; next }
    /^```bash$/ { inside = 1; next }
    /^```$/ { if (inside == 2) print "END_OF_THE_BLOCK"; inside = 0 }
    inside && !/^```/' "$1" |
    grep -vE 'pipelines/[a-z_]+\.sh|tests/run\.sh|cmake/[a-z_]+\.sh|^cmake ' || true
}

for page in "$@"; do
  script=$(blocks "$root/$page")
  [ -n "$script" ] || continue
  if grep -q python3 <<<"$script" && [ -z "$python" ]; then
    echo "$page: skipped, no python3 with xarray and h5netcdf"
    continue
  fi
  if grep -q LAGOON_DATA <<<"$script" && [ -z "${LAGOON_DATA:-}" ]; then
    echo "$page: skipped, LAGOON_DATA is not set"
    continue
  fi
  work=$scratch/$(basename "$page" .md)
  mkdir -p "$work"
  ln -s "$root/docs" "$work/docs"
  echo "== $page"
  (cd "$work" && LAGOON_DATA="${LAGOON_DATA:-}" bash -euo pipefail -c "$script") || {
    echo "$page: a printed command failed" >&2
    exit 1
  }
  # A page with headings of files lists their names.
  if grep -q '^### `' "$root/$page" && [ -n "$python" ]; then
    (cd "$work" && python3 "$root/tests/structure/pages/check_written_names.py" "$root/$page")
  fi
done
