#!/usr/bin/env bash
# The job scripts under a real Slurm on the loopback, of this test's own, run as root:
# slurm.sh LAGOON SCRATCH [PYTHON]. The array's and the ranks' shards must hold what one process writes.
set -euo pipefail
export LAGOON=$1
scratch=$2/slurm
jobs=$PWD/pipelines/jobs same=$PWD/tests/cases/same_datasets.py python=${3:-python3}

for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || { echo "skipped: no $program (slurm-wlm, munge)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: a Slurm of one's own needs root"; exit 0; }
"$python" -c 'import h5py' 2>/dev/null || { echo "skipped: no python3 with h5py"; exit 0; }

rm -rf "$scratch"
mkdir -p "$scratch/state" "$scratch/spool"
chmod -R go-w "$scratch"
started=()
stop() {
  # Daemons of this test only, by their numbers; the last first.
  for ((i = ${#started[@]} - 1; i >= 0; --i)); do kill -9 "${started[i]}" 2>/dev/null || true; done
}
trap stop EXIT

start() {
  local log=$scratch/$1.log
  "$@" >"$log" 2>&1 &
  started+=($!)
}

export SLURM_CONF=$scratch/slurm.conf
host=$(hostname -s) port=$((20000 + RANDOM % 20000))
cat >"$SLURM_CONF" <<CONF
ClusterName=lagoon
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$scratch/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmUser=root
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
ReturnToService=2
MpiDefault=none
SchedulerParameters=bf_interval=1,sched_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=lagoon Nodes=$host Default=YES OverSubscribe=FORCE:8 State=UP
CONF
dd if=/dev/urandom of="$scratch/munge.key" bs=1024 count=1 2>/dev/null
chmod 400 "$scratch/munge.key"
start munged --foreground --force --key-file="$scratch/munge.key" \
  --socket="$scratch/munge.socket" --pid-file="$scratch/munge.pid" \
  --seed-file="$scratch/munge.seed" --log-file="$scratch/munge.log"
start slurmctld -D
start slurmd -D
for _ in $(seq 50); do
  [ "$(timeout 2 sinfo -h -o %t 2>/dev/null)" = idle ] && break
  sleep 0.2
done
[ "$(timeout 2 sinfo -h -o %t)" = idle ] || { echo "Slurm did not start: see $scratch/*.log" >&2; exit 1; }

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
wait_for() {
  for _ in $(seq 400); do
    eval "$1" && return
    sleep 0.1
  done
  echo "no sign of: $1" >&2
  squeue >&2
  tail ./*.out slurmctld.log >&2
  exit 1
}
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
