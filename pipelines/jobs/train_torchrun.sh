#!/usr/bin/env bash
# One run of `lagoon train` by torchrun, on one machine or on each of several.
#   bash train_torchrun.sh RANKS flows.h5 --run run
# On several machines, on each: NODES=4 NODE=0 MASTER_ADDR=first-host bash train_torchrun.sh RANKS ...
# with NODE from 0 on and RANKS those of one machine. LAGOON names the program. The same command
# continues a run that was stopped or killed. torchrun passes on SIGTERM, and makes 1 of every code
# that is not 0: whether the run wants to go on is told by RUN/checkpoint/requeue.
set -euo pipefail
ranks=$1
shift
# shellcheck source=pipelines/jobs/resume_arguments.sh
. "$(dirname "${BASH_SOURCE[0]}")/resume_arguments.sh"

meeting=(--standalone)
if [ "${NODES:-1}" != 1 ]; then
  meeting=(--nnodes "$NODES" --node-rank "$NODE" --master-addr "$MASTER_ADDR" --master-port "${MASTER_PORT:-29500}")
fi
status=0
torchrun "${meeting[@]}" --nproc-per-node "$ranks" --no-python -- \
  "${LAGOON:-lagoon}" train "$@" || status=$?
if [ -e "$run/checkpoint/requeue" ]; then exit 75; fi
exit "$status"
