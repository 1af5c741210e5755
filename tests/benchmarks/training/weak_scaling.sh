#!/usr/bin/env bash
# weak_scaling.sh LAGOON SCRATCH [TURNS]: samples/s a rank of two ranks with twice the batch against one
# rank, one thread each, in alternating turns; prints the best of each and their ratio. (At least 90% is
# asked for; run it on a machine with two cores to itself.)
set -euo pipefail
lagoon=$1 scratch=$2/weak_scaling turns=${3:-3}
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
"$lagoon" generate flows.h5 --samples 6000 --step-probe 64 --quiet
batch=512
how=(--steps 60 --log-every 20 --lagrangian-encoder transformer --transformer-width 64 --threads 1 --quiet)
for _ in $(seq "$turns"); do
  "$lagoon" train flows.h5 --run one --force --ranks 1 --batch-size "$batch" "${how[@]}" >/dev/null
  cat one/metrics.jsonl >>one.jsonl
  "$lagoon" train flows.h5 --run two --force --ranks 2 --batch-size $((2 * batch)) "${how[@]}" >/dev/null
  cat two/metrics.jsonl >>two.jsonl
done
best() { grep -o '"samples_per_second":[ ]*[0-9.e+]*' "$1" | grep -o '[0-9.e+]*$' | sort -g | tail -n 1; }
one=$(best one.jsonl) two=$(best two.jsonl)
awk -v one="$one" -v two="$two" 'BEGIN {
  printf "one rank %.0f samples/s, two ranks %.0f: weak scaling %.1f%%\n", one, two, 50 * two / one }'
rm -rf "$scratch"
