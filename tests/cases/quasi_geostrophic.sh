#!/usr/bin/env bash
# The study of docs/quasi_geostrophic.md on the real run: the fit must come out, and the projection of
# the true flow must be found.  quasi_geostrophic.sh LAGOON SCRATCH
set -euo pipefail
lagoon=$1 scratch=$2/quasi_geostrophic
if [ ! -f "${LAGOON_DATA:-}/qg_torus_drifters/vortex.mat" ]; then
  echo "skipped: LAGOON_DATA does not lead to qg_torus_drifters/vortex.mat"
  exit 0
fi
rm -rf "$scratch"
LAGOON=$lagoon bash pipelines/quasi_geostrophic_study.sh \
  "$LAGOON_DATA/qg_torus_drifters/vortex.mat" "$scratch"
python3 - "$scratch" <<'PY'
import json, sys
folder = sys.argv[1]
example = json.load(open(folder + "/retrieval-real/summary.json"))["examples"][0]
assert example["rank"] == 1, example["rank"]
print("rank of the projection", example["rank"])
PY
