#!/usr/bin/env bash
# Encoders trained on flows that are drawn as they train, then asked for flows of another seed: recall
# among 32,768 both ways, and next to no gap between training and held-out flows.
#   fresh_flows.sh LAGOON SCRATCH [STEPS]
set -euo pipefail
lagoon=$1 scratch=$2/fresh_flows steps=${3:-4500}
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
if [ -z "${OPENBLAS_CORETYPE:-}" ] && grep -q AuthenticAMD /proc/cpuinfo && grep -q avx512vl /proc/cpuinfo; then
  export OPENBLAS_CORETYPE=SkylakeX
fi
SECONDS=0
"$lagoon" train --stream --run run --seed 1 --steps "$steps" --batch-size 1024 \
  --validate-every $((steps / 8)) --validation-library 32768 --quiet
echo "trained in $SECONDS s"
"$lagoon" generate library.h5 --law-from run --samples 32768 --seed 2 --validation-fraction 0 \
  --test-fraction 1 --quiet
"$lagoon" retrieve run library.h5 --out retrieval --quiet
python3 - <<'PY'
import json

curve = [json.loads(line) for line in open("run/metrics.jsonl")]
curve = [record for record in curve if record["kind"] == "recall"]
for record in curve:
    print(record["step"], f'{record["seconds"]:.0f} s', record["split"], record["recall"])
last = {record["split"]: record["recall"] for record in curve}
for direction, recall in last["validation"].items():
    gap = last["train"][direction]["1"] - recall["1"]
    print(direction, "gap", gap)
    assert abs(gap) < 0.01, (direction, gap)
summary = json.load(open("retrieval/summary.json"))
assert summary["library_size"] == 32768, summary["library_size"]
for direction, recall in summary["recall"].items():
    print(direction, recall)
    assert recall["1"] >= 0.98 and recall["5"] >= 0.995, (direction, recall)
PY
