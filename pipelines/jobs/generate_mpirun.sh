#!/usr/bin/env bash
# One dataset by mpirun, without a batch system. Every rank draws one shard; the last to finish writes
# the master, OUT.
#   bash generate_mpirun.sh RANKS flows.h5 --preset paper
# LAGOON names the program. Stopped or killed, the same command continues.
set -euo pipefail
ranks=$1
shift

# Unbound ranks share the cores of a node among them.
exec mpirun -n "$ranks" --bind-to none "${LAGOON:-lagoon}" generate "$@" --shard auto --resume
