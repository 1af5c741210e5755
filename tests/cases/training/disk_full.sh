#!/usr/bin/env bash
# disk_full.sh LAGOON SCRATCH PYTHON: on a disk that fills up (a tmpfs; needs root) training stops
# with one line, its earlier checkpoint is whole, and with room made it goes on to the same weights. Of two
# ranks, --ranks and mpirun, the other is told at once.
set -euo pipefail
lagoon=$1 disk=$2/train_disk_full python=$3
same=$PWD/tests/cases/training/same_runs.py
[ "$(id -u)" = 0 ] || { echo "skipped: mounting a small disk needs root"; exit 0; }
"$python" -c '' 2>/dev/null || { echo "skipped: no python3"; exit 0; }
if mountpoint -q "$disk"; then umount "$disk"; fi
mkdir -p "$disk"
mount -t tmpfs -o size=64m tmpfs "$disk" || { echo "skipped: no tmpfs can be mounted"; exit 0; }
work=$(mktemp -d "$2/train_disk_full_work.XXXXXX")
trap 'umount "$disk"; rm -rf "$work"' EXIT

fail() { echo "$1" >&2; cat "$work/log" >&2; exit 1; }
"$lagoon" generate "$work/flows.h5" --samples 1000 --validation-fraction 0.2 --step-probe 64 --quiet
train=("$lagoon" train "$work/flows.h5" --quiet)
how=(--steps 40 --batch-size 64 --mlp-width 64 --whitened-components 20 --log-every 5
  --validate-every 50 --checkpoint-every 4 --keep-last 0)
"${train[@]}" --run "$work/whole" "${how[@]}" >"$work/log" 2>&1 || fail "the undisturbed run failed"

# Room for a checkpoint, but not for the next one beside it.
checkpoint=$(du -k "$work/whole/checkpoint" | cut -f 1)
mount -o remount,size=$((checkpoint + checkpoint / 2 + 64))k "$disk"
"${train[@]}" --run "$disk/run" "${how[@]}" 2>"$work/log" && fail "the disk was large enough"
[ "$(wc -l <"$work/log")" = 1 ] || fail "expected one line"
grep -q 'the checkpoint of step 4 is whole: make room' "$work/log" || fail "another line"
[ -z "$(find "$disk/run/checkpoint" -mindepth 1 ! -name weights.safetensors ! -name state.json)" ] ||
  fail "half a checkpoint was left: $(ls "$disk/run/checkpoint")"
"$lagoon" inspect "$disk/run" >"$work/inspected" 2>&1 || fail "the earlier checkpoint is damaged"

# Whoever waits for the rank whose disk it is must not wait for long.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ranks() {
  code=0
  timeout 40 "$@" --run "$disk/ranks" "${how[@]}" --threads 1 >"$work/log" 2>&1 || code=$?
  rm -rf "$disk/ranks"
  if grep -q 'neither Gloo nor MPI\|is without MPI' "$work/log"; then return; fi
  [ "$code" != 0 ] && [ "$code" != 124 ] || fail "exit $code of two ranks"
  grep -q 'there is no earlier checkpoint: make room\|is whole: make room' "$work/log" || fail "rank 0 does not say why"
}
mv "$disk/run" "$work/run"
ranks "${train[@]}" --ranks 2
if command -v mpirun >/dev/null; then ranks mpirun -n 2 --bind-to none --oversubscribe "${train[@]}"; fi
mv "$work/run" "$disk/run"

mount -o remount,size=64m "$disk"
"${train[@]}" --run "$disk/run" --resume >"$work/log" 2>&1 || fail "not resumed"
"$python" "$same" "$work/whole" "$disk/run"
