#!/usr/bin/env bash
# One run of `lagoon train` by mpirun, without a batch system.
#   bash train_mpirun.sh RANKS flows.h5 --run run
# LAGOON names the program. The same command continues a run that was stopped or killed. mpirun makes
# 1 of the code 75 after SIGTERM: whether the run wants to go on is told by RUN/checkpoint/requeue.
set -euo pipefail
ranks=$1
shift
run=
for ((i = 1; i < $#; ++i)); do
  if [ "${!i}" = --run ]; then next=$((i + 1)) run=${!next}; fi
done
# A run goes on with its own options: of those given it takes the data and its folder.
if [ -e "$run/checkpoint/state.json" ]; then
  case $1 in -*) set -- --run "$run" --resume ;; *) set -- "$1" --run "$run" --resume ;; esac
fi

# Unbound ranks share the cores of a machine among them.
status=0
mpirun -n "$ranks" --bind-to none "${LAGOON:-lagoon}" train "$@" || status=$?
if [ -e "$run/checkpoint/requeue" ]; then exit 75; fi
if [ "$status" != 0 ] && [ -e "$run/checkpoint" ]; then
  echo "train_mpirun.sh: a rank failed; the last checkpoint is whole, and the same command continues" >&2
fi
exit "$status"
