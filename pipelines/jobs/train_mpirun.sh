#!/usr/bin/env bash
# One run of `lagoon train` by mpirun, without a batch system.
#   bash train_mpirun.sh RANKS flows.h5 --run run
# LAGOON names the program. The same command continues a run that was stopped or killed. mpirun makes
# 1 of the code 75 after SIGTERM: whether the run wants to go on is told by RUN/checkpoint/requeue.
set -euo pipefail
ranks=$1
shift
# shellcheck source=pipelines/jobs/resume_arguments.sh
. "$(dirname "${BASH_SOURCE[0]}")/resume_arguments.sh"

# Unbound ranks share the cores of a machine among them.
status=0
mpirun -n "$ranks" --bind-to none "${LAGOON:-lagoon}" train "$@" || status=$?
if [ -e "$run/checkpoint/requeue" ]; then exit 75; fi
if [ "$status" != 0 ] && [ -e "$run/checkpoint" ]; then
  echo "train_mpirun.sh: a rank failed; the last checkpoint is whole, and the same command continues" >&2
fi
exit "$status"
