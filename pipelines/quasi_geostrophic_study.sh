#!/usr/bin/env bash
# The whole job on a turbulent flow nobody here made (docs/quasi_geostrophic.md):
#   bash pipelines/quasi_geostrophic_study.sh FIELD [OUT [options of lagoon import...]]
# FIELD is jLab's vortex.mat; OUT defaults to quasi-geostrophic-out and takes 0.8 GB. LAGOON names the
# program if it is not build/lagoon. Run it again to continue where it was stopped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lagoon=${LAGOON:-$root/build/lagoon}
field=${1:?give the file vortex.mat}
out=${2:-quasi-geostrophic-out}
shift $(($# < 2 ? $# : 2))
mkdir -p "$out"

# The real flow in 7 x 7 modes with its real drifters, and a law of their geometry.
"$lagoon" import "$field" "$out/real.h5" --json "$out/import.json" --force "$@"
# Random flows of that law: to learn from, and, of another seed, to be chosen among.
"$lagoon" generate "$out/flows.h5" --law-from "$out/real.h5" --samples 20000 --tolerance 1e-7 --resume
"$lagoon" generate "$out/library.h5" --law-from "$out/real.h5" --samples 16384 --tolerance 1e-7 \
  --seed 1 --validation-fraction 0 --test-fraction 1 --resume
if [ -e "$out/run/config.toml" ]; then
  "$lagoon" train "$out/flows.h5" --run "$out/run" --resume
else
  "$lagoon" train "$out/flows.h5" --run "$out/run" --steps 600 --learning-rate 1e-3 --weight-decay 0.01 \
    --validate-every 100
fi
# The control: random flows are retrieved among themselves. Then the real drifters ask.
"$lagoon" retrieve "$out/run" "$out/library.h5" --out "$out/retrieval-random" --queries 2000 --force
"$lagoon" retrieve "$out/run" "$out/real.h5" --library "$out/library.h5" \
  --out "$out/retrieval-real" --force
"$lagoon" report "$out/run" "$out/retrieval-real" "$out/retrieval-random" --out "$out/report" --force \
  --title "Random flows, and a turbulent one"
