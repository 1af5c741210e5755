#!/usr/bin/env bash
# slurm.sh LAGOON SCRATCH PYTHON: training under a real Slurm of this test's own, run as root. A job that is
# signalled, and one that a job of a higher partition preempts, save, are requeued, go on and finish;
# weights and records are those of a run that nobody disturbed.
set -euo pipefail
export LAGOON=$1
scratch=$2/training_slurm
job_script=$PWD/pipelines/jobs/train_srun.slurm same=$PWD/tests/cases/training/same_runs.py python=$3
"$python" -c '' 2>/dev/null || { echo "skipped: no python3"; exit 0; }
partitions='PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
SlurmctldParameters=preempt_send_user_signal
PartitionName=low Nodes=HOST Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=60 State=UP
PartitionName=urgent Nodes=HOST PriorityTier=10 PreemptMode=OFF State=UP'
. tests/support/start_slurm.sh

cd "$scratch"
"$LAGOON" generate flows.h5 --samples 1500 --validation-fraction 0.2 --step-probe 64 --quiet >log 2>&1
how=(--steps 400 --batch-size 64 --mlp-width 64 --whitened-components 20 --log-every 5
  --validate-every 150 --checkpoint-every 100 --threads 1 --quiet)
"$LAGOON" train flows.h5 --run whole "${how[@]}" >log 2>&1

patience=900  # tenths of a second
finished='grep -qs "\"finished\": true" "$run/summary.json"'
submit() {  # submit RUN
  run=$1
  job=$(sbatch --parsable --output="$run.out" --ntasks=1 --cpus-per-task=1 --time=5 --signal=USR2@60 \
    "$job_script" flows.h5 --run "$run" "${how[@]}")
  wait_for '[ -s "$run/metrics.jsonl" ]'
}
# Slurm lets a requeued job wait two minutes; seconds do, but not less: credentials of the first start are
# revoked.
finish() {
  wait_for "$finished || [ \"\$(squeue -h -j $job -o %T)\" = PENDING ]"
  sleep 3
  eval "$finished" || scontrol update JobId="$job" StartTime=now
  wait_for "$finished"
  "$python" "$same" whole "$run"
  grep -E 'stopped by|continued at' "$run.out" || echo "finished before it was disturbed"
}

submit signalled
scancel --signal=USR2 "$job"
finish

submit preempted
# shellcheck disable=SC2034  # for the command below
urgent=$(sbatch --parsable --partition=urgent --output=urgent.out --exclusive --time=1 --wrap 'sleep 1')
wait_for '[ -e "$run/checkpoint/requeue" ] || eval "$finished"'
wait_for '[ -z "$(squeue -h -j "$urgent" -o %T 2>/dev/null)" ]'
finish
