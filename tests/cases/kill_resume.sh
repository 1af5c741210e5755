#!/usr/bin/env bash
# kill_resume.sh LAGOON SCRATCH PYTHON TIMES: generate is killed TIMES times, each at a random moment
# before it is done, and resumed; every file must hold the same datasets as one that nobody disturbed.
set -euo pipefail
lagoon=$1 scratch=$2/kill_resume_$4 python=$3 times=$4
same=$PWD/tests/cases/same_datasets.py
"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no python3 with h5py"; exit 0; }
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"

flows=(--samples 16000 --times 10 --noise 1 --missing 5 --damping 3 --step-probe 64 --quiet)
start=$(date +%s%N)
"$lagoon" generate whole.h5 "${flows[@]}"
microseconds=$((($(date +%s%N) - start) / 1000))

unborn=0 unfinished=0
while [ $((unborn + unfinished)) -lt "$times" ]; do
  "$lagoon" generate flows.h5 "${flows[@]}" >log 2>&1 &
  victim=$!
  moment=$(((RANDOM * 32768 + RANDOM) % microseconds))
  sleep "$(printf '%d.%06d' $((moment / 1000000)) $((moment % 1000000)))"
  kill -9 "$victim" 2>/dev/null || true
  wait "$victim" 2>/dev/null || true
  if [ -e flows.h5 ]; then
    # Too late to count; the machine is faster now than it was.
    microseconds=$((moment + 1))
    rm flows.h5
    continue
  fi
  microseconds=$((microseconds + microseconds / 50))
  if [ -e flows.h5.part ]; then unfinished=$((unfinished + 1)); else unborn=$((unborn + 1)); fi
  "$lagoon" generate flows.h5 "${flows[@]}" --resume >log 2>&1 || { cat log >&2; exit 1; }
  "$python" "$same" whole.h5 flows.h5 >/dev/null
  rm flows.h5
done
[ -z "$(find . -mindepth 1 ! -name whole.h5 ! -name log)" ] || { ls >&2; exit 1; }
echo "$times killed ($unborn before the file was there, $unfinished amid it):" \
  "the same datasets every time"
rm -rf "$scratch"
