#!/usr/bin/env bash
# ranks.sh LAGOON SCRATCH PYTHON [TORCHRUN]: training by several processes against one: the same losses, by
# --ranks, mpirun and torchrun; another number of ranks on resume; all stop when one is signalled; when one
# is killed the others end with a line that says what to do, and the last checkpoint is whole.
set -euo pipefail
lagoon=$1 scratch=$2/ranks python=$3 torchrun=${4:-}
curves=$PWD/tests/cases/training/loss_curves.py
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

fail() { echo "$1" >&2; cat log >&2; exit 1; }
"$lagoon" generate flows.h5 --samples 1500 --validation-fraction 0.2 --step-probe 64 --quiet
how=(--batch-size 101 --mlp-width 64 --whitened-components 20 --warmup-steps 5 --log-every 1
  --validate-every 10 --checkpoint-every 5 --threads 1 --quiet)
train() { "$lagoon" train flows.h5 "$@" >log 2>&1 || fail "train $*"; }
# Sums in another order, and what twenty steps make of that.
same() { "$python" "$curves" 2e-4 one "$1" || fail "$1 is not as one process"; }

train --run one --steps 20 "${how[@]}"
"$lagoon" train flows.h5 --run two --steps 20 --ranks 2 "${how[@]}" >log 2>&1 || {
  if grep -q 'neither Gloo nor MPI' log; then echo "skipped: this build has neither Gloo nor MPI"; exit 0; fi
  fail "two ranks"
}
same two
train --run three --steps 20 --ranks 3 "${how[@]}"
same three

echo "two ranks retrieve what one process does"
"$lagoon" retrieve one flows.h5 --split all --out found-one --examples 0 --embeddings --quiet >log 2>&1 || fail "retrieve"
"$lagoon" retrieve one flows.h5 --split all --out found-two --examples 0 --embeddings --ranks 2 --threads 1 --quiet >log 2>&1 ||
  fail "retrieve by two ranks"
cmp found-one/embeddings.safetensors found-two/embeddings.safetensors || fail "other embeddings"
"$python" - <<'END' || fail "two ranks found something else"
import json, sys
one, two = (json.load(open(f"found-{name}/summary.json")) for name in ("one", "two"))
for summary in (one, two):
    for key in ("seconds", "config", "history", "figures"):
        summary.pop(key, None)
sys.exit(one != two)
END
code=0
"$lagoon" retrieve one flows.h5 --split all --out found-one --ranks 2 --quiet >log 2>&1 || code=$?
[ "$code" = 1 ] && grep -q -- --force log || fail "exit $code for an existing folder"

echo "one process goes on as two, and two as one"
train --run changed --steps 10 --schedule constant "${how[@]}"
train --run unchanged --steps 20 --schedule constant "${how[@]}"
sed -i 's/^steps = 10$/steps = 20/' changed/config.toml
train --run changed --resume --ranks 2 --threads 1 --quiet
"$python" "$curves" 2e-4 unchanged changed || fail "resumed with two ranks it is another run"

if command -v mpirun >/dev/null; then
  if mpirun -n 2 --bind-to none "$lagoon" train flows.h5 --run mpi --steps 20 "${how[@]}" >log 2>&1; then
    grep -q 'started by mpirun' mpi/log.txt || fail "mpirun was not noticed"
    same mpi
  else
    grep -q 'without MPI' log || fail "mpirun"
    echo "this build has no MPI"
  fi
fi
if [ -n "$torchrun" ] && "$torchrun" --standalone --nproc-per-node 2 --no-python -- \
  "$lagoon" train flows.h5 --run torchrun --steps 20 "${how[@]}" >log 2>&1; then
  same torchrun
fi

ranks_of() {
  local launcher
  launcher=$(pgrep -P "$1" -x mpirun) || launcher=$1
  pgrep -P "$launcher"
}
begin() {  # a long run of two ranks that has written a checkpoint
  rm -rf "$1"
  "$lagoon" train flows.h5 --run "$1" --steps 100000 --schedule constant --ranks 2 "${how[@]}" >log 2>&1 &
  parent=$!
  for _ in $(seq 300); do
    if [ -e "$1/checkpoint/state.json" ]; then return; fi
    sleep 0.1
  done
  fail "no checkpoint"
}

echo "a signal to one rank stops both with a checkpoint"
begin signalled
kill -TERM "$(ranks_of "$parent" | tail -n 1)"
code=0
wait "$parent" || code=$?
[ "$code" = 75 ] && [ -e signalled/checkpoint/requeue ] || fail "exit $code after a signal"

echo "a rank is killed"
begin killed
kill -KILL "$(ranks_of "$parent" | tail -n 1)"
start=$SECONDS code=0
wait "$parent" || code=$?
[ "$code" != 0 ] && [ "$code" != 75 ] || fail "exit $code after a rank was killed"
grep -q -- --resume log || grep -q 'mpirun noticed' log || fail "nobody says what to do"
echo "the others ended after $((SECONDS - start)) s: $(grep -m 1 -e --resume -e noticed log)"
step=$("$python" -c 'import json; print(json.load(open("killed/checkpoint/state.json"))["content"]["step"])')
sed -i "s/^steps = 100000$/steps = $((step + 20))/" killed/config.toml
train --run killed --resume --ranks 2 --threads 1 --quiet
grep -q '"finished": true' killed/summary.json || fail "not finished"
rm -rf "$scratch"
