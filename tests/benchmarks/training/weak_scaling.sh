#!/usr/bin/env bash
# weak_scaling.sh LAGOON SCRATCH [TURNS [gloo|mpi]]: two ranks with twice the batch against one rank, each
# of one thread and bound to a core of its own with all that works beside it (the thread that makes pairs,
# the one that communicates), in alternating turns. Prints
#   samples/s a rank, the best of the turns, and their ratio: at least 90% is asked for;
#   the same of two ranks that know nothing of each other: what the machine costs when both cores work;
#   processor time a pair, which other work on the machine hardly changes: what ranks do in addition.
# Run it on a machine with two cores to itself; processor time may be read on a busy one.
set -euo pipefail
lagoon=$(realpath "$(command -v "$1")") scratch=$(realpath -m "$2")/weak_scaling turns=${3:-3} transport=${4:-gloo}
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
"$lagoon" generate flows.h5 --samples 6000 --step-probe 64 --quiet
batch=512 short=20 long=80
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
exec 3>&2  # what fails under the clock is told here, not to the clock's reader
fail() { echo "$1" >&3; cat ./*.log >&3; exit 1; }

train() {  # CORE RUN STEPS BATCH RANKS
  taskset -c "$1" "$lagoon" train flows.h5 --run "$2" --steps "$3" --batch-size "$4" --ranks "$5" --force --threads 1 \
    --log-every 20 --validate-every 1000 --lagrangian-encoder transformer --transformer-width 64 --quiet >"$2.log" 2>&1
}
rank() {  # RANK STEPS, as a launcher starts it
  RANK=$1 LOCAL_RANK=$1 WORLD_SIZE=2 LOCAL_WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=29631 train "$1" two "$2" $((2 * batch)) 0
}
export -f train
export lagoon batch
one() { train 0 one "$1" "$batch" 1; }
alone() { train 0 alone "$1" "$batch" 1 & train 1 other "$1" "$batch" 1; wait $!; }
two() {
  if [ "$transport" = mpi ]; then
    mpirun -n 2 --bind-to none bash -c 'train "$OMPI_COMM_WORLD_RANK" two '"$1"' $((2 * batch)) 0'
  else
    rank 0 "$1" & rank 1 "$1"; wait $!
  fi
}
measure() {  # NAME: adds its records and the processor time of the steps between the short and the long run
  local TIMEFORMAT='%U %S' steps
  for steps in "$short" "$long"; do
    { time "$1" "$steps" || fail "$1"; } 2>&1 | awk '{ printf "%s ", $1 + $2 }' >>"$1.processor"
  done
  echo >>"$1.processor"
  cat "$1/metrics.jsonl" >>"$1.jsonl"
}
for _ in $(seq "$turns"); do measure one; measure alone; measure two; done

best() { grep -o '"samples_per_second":[ ]*[0-9.e+]*' "$1.jsonl" | grep -o '[0-9.e+]*$' | sort -g | tail -n 1; }
processor() { awk '{ print $2 - $1 }' "$1.processor" | sort -g | head -n 1; }
awk -v one="$(best one)" -v alone="$(best alone)" -v two="$(best two)" -v pairs=$((batch * (long - short))) \
  -v p_one="$(processor one)" -v p_alone="$(processor alone)" -v p_two="$(processor two)" 'BEGIN {
  printf "one rank %.0f samples/s, two ranks %.0f: weak scaling %.1f%%\n", one, two, 50 * two / one
  printf "two ranks apart %.0f samples/s each (%.1f%%); of those, together %.1f%%\n", alone, 100 * alone / one, 50 * two / alone
  printf "processor time a pair: %.3f ms, apart %.3f ms, together %.3f ms: %.1f%% and %.1f%% of the first\n",
    1e3 * p_one / pairs, 500 * p_alone / pairs, 500 * p_two / pairs, 50 * p_alone / p_one, 50 * p_two / p_one }'
rm -rf "$scratch"
