#!/usr/bin/env bash
# The study of one GPU (H200 class), from a checkout to its figures:
#   bash pipelines/jobs/gpu_study.sh [--dry-run] [build|step|loss|paper|report ...]     all parts by default
# PYTHON has a torch with CUDA (python3); OUT is where all goes (gpu-study); MINUTES ends each run of
# training by SIGTERM, to be resumed by the next (0: none). Nothing is downloaded. Where nobody is root,
# source the environment.sh of cmake/unpack_dependencies.sh --without-torch --tests first. A part that was stopped
# goes on where it was when it is asked for again; `report` ends with the figures beside their aims.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${PYTHON:-python3} out=${OUT:-gpu-study} minutes=${MINUTES:-0}
tree=$out/build lagoon=$out/build/lagoon dry=
parts=()
for word in "$@"; do
  case $word in
    --dry-run) dry=1 ;;
    build | step | loss | paper | report) parts+=("$word") ;;
    *) echo "gpu_study.sh: '$word' is unknown: give --dry-run, build, step, loss, paper, report" >&2; exit 2 ;;
  esac
done
[ ${#parts[@]} -gt 0 ] || parts=(build step loss paper report)

run() {
  printf '+'; printf ' %q' "$@"; printf '\n'
  [ -n "$dry" ] || "$@"
}

build() {
  run cmake -S . -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLAGOON_BUILD_TESTS=ON \
    -DLAGOON_TORCH=wheel -DLAGOON_PYTHON="$(command -v "$python")"
  run cmake --build "$tree" --target lagoon training_benchmark loss_benchmark
}

# Model-FLOP utilisation at three widths (aims 25, 33, 38%) with the loss's share (1%), beside Python
# with torch.compile on the same card.
step() {
  data
  local width
  for width in 256 512 768; do
    run "$lagoon" train "$out/flows.h5" --run "$out/width-$width" --force --preset paper \
      --eulerian-encoder mlp --embedding-dim 128 --transformer-width "$width" --transformer-heads 8 \
      --epochs 0 --steps 60 --validate-every 1000000 --device cuda --precision bf16 --profile
  done
  run "$python" tests/benchmarks/training/python_training.py "$tree/tests/benchmarks/training_benchmark" \
    --device cuda --json "$out/step.json"
}

# 131,072 pairs of embeddings through the loss and back (aim: under 2 GiB beside the card's context),
# then whole steps of that size with the gradient cache, whose encoders take a shard at a time.
loss() {
  run "$tree/tests/benchmarks/loss_benchmark" --device=cuda --alone --rows=131072 --dims=128 &
  local measured=$! used most=0
  while kill -0 "$measured" 2>/dev/null && [ -z "$dry" ]; do
    used=$(nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits | head -n 1)
    if [ "$used" -gt "$most" ]; then most=$used; fi
    sleep 0.1
  done
  wait "$measured"
  [ -n "$dry" ] || echo "most memory of the card in use: $most MiB (aim 2,048 and the context's)"
  run "$lagoon" train --stream --run "$out/batch-131072" --force \
    --batch-size 131072 --gradient-cache --steps 3 --validate-every 1000000 --device cuda --precision bf16 --profile
}

data() {
  [ -e "$out/flows.h5" ] || run "$lagoon" generate "$out/flows.h5" --preset paper --resume
}

# A run to its end, over as many starts as it takes: 75 says stopped with progress saved.
train() {  # train NAME options...
  local name=$1 code=0 limit=() how=()
  shift
  [ "$minutes" = 0 ] || limit=(timeout --signal=TERM --kill-after=120 "${minutes}m")
  while :; do
    how=("$@")
    [ ! -e "$out/$name/checkpoint" ] || how=(--resume)
    run "${limit[@]}" "$lagoon" train "$out/flows.h5" --run "$out/$name" "${how[@]}" && return
    code=$?
    [ "$code" = 75 ] || [ "$code" = 124 ] || exit "$code"
  done
}

# Figure 14 of [BST], and beside it the learned coefficient encoder and fresh flows at the same cost.
paper() {
  data
  local gpu=(--device cuda --precision bf16)
  train paper --preset paper "${gpu[@]}"
  train coefficients --preset paper --eulerian-encoder mlp --embedding-dim 128 "${gpu[@]}"
  # 20 epochs of 32,268 flows in batches of 128, each seen once.
  train stream --preset paper --eulerian-encoder mlp --embedding-dim 128 --stream --epochs 0 --steps 5040 "${gpu[@]}"
}

# The figures: recall both ways of each run among the 32,268 flows of the test split, beside the aims.
report() {
  local name found=()
  for name in paper coefficients stream; do
    run "$lagoon" retrieve "$out/$name" "$out/flows.h5" --split test --out "$out/$name-found" --force
    found+=("$out/$name" "$out/$name-found")
  done
  run "$lagoon" report "${found[@]}" --out "$out/report" --force
  [ -z "$dry" ] || return 0
  "$python" - "$out" <<'END'
import json, pathlib, sys
out = pathlib.Path(sys.argv[1])
AIMS = {"paper": ("5", 0.95), "coefficients": ("1", 0.99), "stream": ("1", 0.99)}
for name, (k, aim) in AIMS.items():
    recall = json.loads((out / f"{name}-found" / "summary.json").read_text())["recall"]
    for direction, values in recall.items():
        print(f"{name}, {direction}: recall@1 {values['1']:.4f} @5 {values['5']:.4f} (aim @{k} {aim})")
for width, aim in ((256, 25), (512, 33), (768, 38)):
    summary = out / f"width-{width}" / "summary.json"
    if summary.exists():
        print(f"width {width}: {json.loads(summary.read_text()).get('profile')} (aim: {aim}% of the card's FLOPs)")
END
}

[ -n "$dry" ] || mkdir -p "$out"
for part in "${parts[@]}"; do
  echo "== $part"
  "$part"
done
