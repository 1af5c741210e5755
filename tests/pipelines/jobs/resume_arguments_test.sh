#!/usr/bin/env bash
# What the job scripts of training give to the program: a run that is there goes on with its data, however
# its arguments were ordered. Launchers that start one process stand for mpirun, torchrun and srun.
set -euo pipefail
jobs=$PWD/pipelines/jobs scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir -p bin there/checkpoint
touch there/checkpoint/state.json
for launcher in mpirun torchrun srun; do
  printf '%s\n' '#!/bin/sh' 'until [ "$1" = program ]; do shift; done' 'shift; echo "$@"' >bin/$launcher
done
# Slurm runs a copy, and knows what was submitted.
cp "$jobs/train_srun.slurm" copy
printf '%s\n' '#!/bin/sh' "echo '   Command=$jobs/train_srun.slurm a.h5 --run there'" >bin/scontrol
chmod +x bin/*
export PATH=$scratch/bin:$PATH LAGOON=program SLURM_JOB_ID=1 SLURM_JOB_NODELIST=here

expect() {  # expect WORDS ARGUMENT...
  local words="train $1" script got
  shift
  for script in "$jobs/train_mpirun.sh 2" "$jobs/train_torchrun.sh 2" copy; do
    # shellcheck disable=SC2086  # a script and its number of ranks
    got=$(bash $script "$@")
    [ "$got" = "$words" ] || { echo "$script $*: lagoon $got, not $words" >&2; exit 1; }
  done
}

expect 'd.h5 --run new --steps 5' d.h5 --run new --steps 5
expect '--run=new d.h5' --run=new d.h5
resumed='d.h5 --run there --resume'
expect "$resumed" d.h5 --run there --steps 5
expect "$resumed" d.h5 --run=there
expect "$resumed" --run there d.h5
expect "$resumed" --preset quick d.h5 --run there
expect 'data --run there --resume' data --run there
expect '--run there --resume' --stream --run there
expect '--run there --resume' --stream --law-from a.h5 --run there
