#!/usr/bin/env bash
# disk_full.sh LAGOON SCRATCH PYTHON: on a disk too small (a tmpfs; needs root) generate stops with one
# line; what samples_complete counts is right; with room made, --resume ends in the same datasets.
set -euo pipefail
lagoon=$1 disk=$2/disk_full python=$3
same=$PWD/tests/cases/same_datasets.py
[ "$(id -u)" = 0 ] || { echo "skipped: mounting a small disk needs root"; exit 0; }
"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no python3 with h5py"; exit 0; }
if mountpoint -q "$disk"; then umount "$disk"; fi
mkdir -p "$disk"
mount -t tmpfs -o size=8m tmpfs "$disk" || { echo "skipped: no tmpfs can be mounted"; exit 0; }
work=$(mktemp -d "$2/disk_full_work.XXXXXX")
trap 'umount "$disk"; rm -rf "$work"' EXIT

fail() { echo "$1" >&2; cat "$work/log" >&2; exit 1; }
expect_one_line() {
  [ "$(wc -l <"$work/log")" = 1 ] && grep -q "$1" "$work/log" || fail "expected one line: $1"
}
flows=(--samples 40000 --times 40 --step-probe 64 --threads 1 --quiet)
"$lagoon" generate "$work/whole.h5" "${flows[@]}" >"$work/log" 2>&1

# Room is taken before the first flow is drawn.
"$lagoon" generate "$disk/flows.h5" "${flows[@]}" 2>"$work/log" && fail "8 MiB were enough"
expect_one_line "flows.h5"
[ -z "$(ls "$disk")" ] || fail "something was left behind"

# A file that lost its room (copied with its holes) meets the end of the disk while it is written.
"$lagoon" generate "$work/flows.h5" "${flows[@]}" >"$work/log" 2>&1 &
victim=$!
while ! [ -e "$work/flows.h5.part" ]; do sleep 0.01; done
kill "$victim"
wait "$victim" && fail "it was not stopped"
cp --sparse=always "$work/flows.h5.part" "$work/holes"
mount -o remount,size=$(($(du -k "$work/holes" | cut -f 1) + 2048))k "$disk"
cp --sparse=always "$work/holes" "$disk/flows.h5.part"
"$lagoon" generate "$disk/flows.h5" "${flows[@]}" --resume 2>"$work/log" && fail "no room was enough"
expect_one_line "flows.h5.part"
"$lagoon" inspect "$disk/flows.h5.part" --verify >"$work/log" 2>&1 || fail "a counted value is wrong"
grep '^flows:' "$work/log"

mount -o remount,size=256m "$disk"
"$lagoon" generate "$disk/flows.h5" "${flows[@]}" --resume >"$work/log" 2>&1 || fail "not resumed"
"$python" "$same" "$work/whole.h5" "$disk/flows.h5"
