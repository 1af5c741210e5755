#!/usr/bin/env bash
# The job scripts under a real Slurm on the loopback, of this test's own, run as root:
# slurm.sh LAGOON SCRATCH [PYTHON]. The array's and the ranks' shards must hold what one process writes.
set -euo pipefail
export LAGOON=$1
scratch=$2/slurm
jobs=$PWD/pipelines/jobs same=$PWD/tests/cases/same_datasets.py python=${3:-python3}

"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no python3 with h5py"; exit 0; }

partitions='PartitionName=lagoon Nodes=HOST Default=YES OverSubscribe=FORCE:8 State=UP'
. tests/support/start_slurm.sh

cd "$scratch"
flows=(--samples 601 --times 20 --noise 1 --step-probe 16 --quiet)
"$LAGOON" generate whole.h5 "${flows[@]}" --threads 1
submit() {
  timeout 40 sbatch --wait --output=%x-%A-%a.out --cpus-per-task=1 --time=2 "$@" || {
    cat ./*.out >&2
    exit 1
  }
}
submit --array=3-9:2 "$jobs/generate_array.slurm" array.h5 "${flows[@]}"
submit --ntasks="$(nproc)" "$jobs/generate_mpi.slurm" ranks.h5 "${flows[@]}"
for out in array.h5 ranks.h5; do
  "$python" "$same" whole.h5 "$out"
done
ls array.shard-*-of-00004.h5

# A task that is signalled saves its flows and is put into the queue again, where it continues. Slurm
# lets it wait two minutes; seconds do, but not less: credentials of the first start are revoked.
long=(--samples 20000 --tolerance 1e-11 --step-probe 16 --quiet)
"$LAGOON" generate undisturbed.h5 "${long[@]}"
patience=400  # tenths of a second
job=$(sbatch --parsable --output=long.out --array=0-0 --cpus-per-task=1 --time=2 \
  "$jobs/generate_array.slurm" long.h5 "${long[@]}")
wait_for '[ -e long.h5.part ]'
scancel --signal=TERM "$job"
wait_for '[ -e long.h5 ] || [ "$(squeue -h -j "$job" -o "%T %r")" = "PENDING BeginTime" ]'
sleep 3
[ -e long.h5 ] || scontrol update JobId="$job" StartTime=now
wait_for '[ -e long.h5 ]'
grep -E 'stopped by SIGTERM|continued at' long.out || echo "finished before the signal"
"$python" "$same" undisturbed.h5 long.h5
