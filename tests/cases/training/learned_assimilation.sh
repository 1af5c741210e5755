#!/usr/bin/env bash
# The learned posterior beside exact weights and 4D-Var, from training to the bands that
# docs/assimilation.md tells: the resolvable twin (16 unknowns), where a library resolves the
# posterior, and the default twin (96), where only its refinement does. What is done already in
# SCRATCH is not done again, and a run that was stopped goes on; FRESH=1 begins anew. Scores are
# taken again where the program or the run is newer than they are; a run is trained again with
# FRESH=1 only.
#   learned_assimilation.sh LAGOON SCRATCH
set -euo pipefail
lagoon=$1 scratch=$2/learned_assimilation
[ -z "${FRESH:-}" ] || rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
if [ -z "${OPENBLAS_CORETYPE:-}" ] && grep -q AuthenticAMD /proc/cpuinfo && grep -q avx512vl /proc/cpuinfo; then
  export OPENBLAS_CORETYPE=SkylakeX
fi

# train RUN FLOWS OPTIONS...: FLOWS is a file of them, or --stream for fresh ones
train() {
  local run=$1 flows=$2
  shift 2
  # A run that was stopped has a summary too, and the mark that it wants to go on.
  [ ! -e "$run/summary.json" ] || [ -e "$run/checkpoint/requeue" ] || return 0
  if [ -e "$run/checkpoint/state.json" ]; then
    "$lagoon" train "$flows" --run "$run" --resume --quiet
  else
    "$lagoon" train "$flows" --run "$run" --seed 11 --tilting quadratic --lambda-u 2 --lambda-v 0 \
      --force --quiet "$@"
  fi
}

# draw FILE OPTIONS...
draw() {
  local file=$1
  shift
  [ -e "$file" ] || "$lagoon" generate "$file" --quiet "$@"
}

# assimilate NAME OPTIONS...: 500 flows of NAME.h5, whose seed is another
assimilate() {
  local name=$1
  shift
  [ "$name.json" -nt "$lagoon" ] && [ "$name.json" -nt "$name/summary.json" ] ||
    "$lagoon" assimilate "$name" "$name.h5" --queries 0 --json "$name.json" --quiet "$@"
}
queries=(--samples 500 --seed 2 --validation-fraction 0 --test-fraction 1)

train resolvable --stream --max-wavenumber 1 --times 10 --noise 30 --whitened-components 20 \
  --embedding-dim 32 --mlp-width 256 --steps 2000 --batch-size 1024 --validate-every 2000
draw resolvable.h5 --law-from resolvable "${queries[@]}"
assimilate resolvable --methods prior,importance,nearest,contrastive

# Encoders that saw 60 times the noise rank flows that are all far away.
default=(--release uniform --drifters 8 --times 1000)
draw wide_training.h5 "${default[@]}" --noise 300 --samples 20000 --seed 5 --storage float32
train wide wide_training.h5 --embedding-dim 32 --mlp-width 256 --learning-rate 3e-3 \
  --warmup-steps 50 --steps 400 --batch-size 512 --validate-every 400
draw wide.h5 "${default[@]}" --noise 5 "${queries[@]}"
assimilate wide --methods prior,importance,nearest,variational,contrastive,contrastive_refined

python3 - <<'PY'
import json

failed = []


def expect(name, value, low, high):
    print(f"{name}: {value:.4g} (asked for: {low} to {high})")
    if not low <= value <= high:
        failed.append(name)


def within(name, methods, key, of, share):
    expect(f"{name} {key} over {of[0]}'s", methods[of[1]][key] / methods[of[0]][key], 0, 1 + share)


methods = json.load(open("resolvable.json"))["methods"]
learned = methods["contrastive"]
within("resolvable", methods, "crps", ("importance", "contrastive"), 0.05)
expect("resolvable median KL, nats", learned["divergence_from_importance"], 0, 0.5)
expect("resolvable 90% coverage", learned["coverage"]["90"], 0.86, 0.94)

methods = json.load(open("wide.json"))["methods"]
refined = methods["contrastive_refined"]
for key in ("crps", "relative_error", "velocity_error"):
    within("default", methods, key, ("variational", "contrastive_refined"), 0.05)
expect("default 90% coverage", refined["coverage"]["90"], 0.87, 0.93)
expect("default share at the optimum or below",
       refined["at_reference_optimum"] + refined["below_reference"], 0.95, 1)
expect("default top-1 error over nearest's",
       methods["contrastive"]["top_1_relative_error"] / methods["nearest"]["relative_error"], 0, 1.1)
assert not failed, failed
PY
