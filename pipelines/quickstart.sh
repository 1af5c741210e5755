#!/usr/bin/env bash
# The main job from nothing: installs what is missing, builds, makes flows and drifters, trains two
# encoders, retrieves, and writes a report to look at:  bash pipelines/quickstart.sh [OUT]
# OUT defaults to quickstart-out. Run it again to continue where it was stopped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-quickstart-out}

step() { printf '\n== %s\n' "$*"; }

step "0 of 5: what is missing is installed, and lagoon built: some 10 minutes of two cores the first time"
bash "$root/cmake/install_dependencies.sh"
if [ ! -f "$root/build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$root/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLAGOON_BUILD_TESTS=OFF \
    -DLAGOON_BUILD_BENCHMARKS=OFF >/dev/null
fi
cmake --build "$root/build" -j "$(nproc)" --target lagoon
lagoon=$root/build/lagoon
mkdir -p "$out"

# Debian's OpenBLAS takes its AVX2 kernels on AMD processors with AVX-512: half the speed.
if [ -z "${OPENBLAS_CORETYPE:-}" ] && grep -q AuthenticAMD /proc/cpuinfo && grep -q avx512vl /proc/cpuinfo; then
  export OPENBLAS_CORETYPE=SkylakeX
fi

run() {  # run NAME options... : trains OUT/NAME, or goes on where it was stopped
  if [ -e "$out/$1/checkpoint/state.json" ]; then
    "$lagoon" train "$out/flows.h5" --run "$out/$1" --resume
  else
    "$lagoon" train "$out/flows.h5" --run "$out/$1" --force "${@:2}"
  fi
}

step "1 of 5: flows and their drifters"
"$lagoon" generate "$out/flows.h5" --resume
step "2 of 5: a multilayer perceptron is trained, some 2 minutes of two cores"
run run
step "3 of 5: a transformer is trained, some 4 minutes"
run run-transformer --preset quick-transformer
step "4 of 5: flows are retrieved from trajectories nobody has seen"
"$lagoon" retrieve "$out/run" "$out/flows.h5" --out "$out/retrieval" --force
step "5 of 5: a report"
"$lagoon" report "$out/run" "$out/run-transformer" "$out/retrieval" --out "$out/report" --force
echo "open $out/report/index.html"
