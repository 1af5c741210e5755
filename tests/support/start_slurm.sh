# shellcheck shell=bash disable=SC2154
# start_slurm: a Slurm of the test's own on the loopback, as root, in the folder $scratch; to be sourced.
# It ends with the test. $partitions are lines of slurm.conf, in which HOST is this machine. Gives wait_for.
for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || { echo "skipped: no $program (slurm-wlm, munge)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: a Slurm of one's own needs root"; exit 0; }

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

# wait_for CONDITION : until it holds, for $patience tenths of a second.
wait_for() {
  for _ in $(seq "$patience"); do
    eval "$1" && return
    sleep 0.1
  done
  echo "no sign of: $1" >&2
  squeue >&2
  tail ./*.out slurmctld.log >&2
  exit 1
}

export SLURM_CONF=$scratch/slurm.conf
host=$(hostname -s) port=$((20000 + RANDOM % 12000))  # below what others are given
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
${partitions//HOST/$host}
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

