#!/usr/bin/env bash
# The quickstart's promise: both recalls, on at least 4,096 flows never seen in training, within
# eight minutes of computing.  quickstart.sh SCRATCH
set -euo pipefail
scratch=$1/quickstart
rm -rf "$scratch"
bash pipelines/quickstart.sh "$scratch"
python3 - "$scratch" <<'PY'
import json, sys
folder = sys.argv[1]
summary = json.load(open(folder + "/report/summary.json"))
assert summary["library_size"] >= 4096, summary["library_size"]
for direction, recall in summary["recall"].items():
    assert recall["1"] >= 0.80 and recall["5"] >= 0.95, (direction, recall)
    print(direction, recall)
PY
