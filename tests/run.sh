#!/usr/bin/env bash
# Installs, builds and runs the tests.
#   bash tests/run.sh                 the quick gate: Release tree, all quick tests, the sanitizer
#                                     tree of everything that needs no LibTorch, and a minute of
#                                     fuzzing
#   bash tests/run.sh --torch wheel   a second tree against a LibTorch 2.x wheel, when there is one
#                                     (LAGOON_PYTHON: the interpreter that can import torch)
#   bash tests/run.sh --all           the gate, the wheel, sanitizers over LibTorch and over threads, a
#                                     minute of fuzzing a reader, clang-tidy, cppcheck and the long studies
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configure() {  # configure TREE PRESET cmake-options...
  local tree=$1 preset=$2
  shift 2
  echo "== $tree"
  cmake -C "cmake/presets/$preset.cmake" -S . -B "$tree" -G Ninja "$@" >"$tree.log" 2>&1 ||
    { cat "$tree.log" >&2; return 1; }
  mv "$tree.log" "$tree/configure.log"
}

build_and_test() {  # build_and_test TREE PRESET LABELS_LEFT_OUT cmake-options...
  local tree=$1 preset=$2 left_out=$3
  shift 3
  configure "$tree" "$preset" "$@"
  cmake --build "$tree" -j "$(nproc)"
  ctest --test-dir "$tree" --output-on-failure -j "$(nproc)" -LE "$left_out"
}

# Tests run beside one another, and some of them in threads: these sleep while they wait.
export OMP_WAIT_POLICY=passive
export LSAN_OPTIONS=suppressions=$PWD/tests/support/leaks_of_libraries.txt:print_suppressions=0

release() { build_and_test build release study; }
# Sanitized programs are too slow for the cases' sizes and clocks.
sanitized() { build_and_test build-sanitized sanitized 'study|structure|cases'; }
sanitized_torch() {
  build_and_test build-sanitized-torch sanitized-torch 'study|structure|cases'
  ctest --test-dir build-sanitized-torch --output-on-failure -L damage
}

# What runs in threads: generate, the background of --stream, likelihoods, ensembles, signals.
threads() {
  local tree=build-sanitized-threads
  configure "$tree" sanitized-threads
  cmake --build "$tree" -j "$(nproc)" --target threads_tests
  ctest --test-dir "$tree" --output-on-failure -L threads
}

fuzz() {  # fuzz SECONDS (of each target)
  echo "== build-fuzz"
  bash tests/fuzz/run.sh "$1" || [ $? = 77 ]
}

wheel() {
  local python=${LAGOON_PYTHON:-python3}
  if ! "$python" -c 'import torch' 2>/dev/null; then
    echo "== build-wheel: '$python' cannot import torch: nothing built (pip install torch, or set LAGOON_PYTHON)"
    return
  fi
  build_and_test build-wheel wheel 'study|structure' -DLAGOON_PYTHON="$(command -v "$python")"
}

all() {
  sanitized
  release
  wheel
  sanitized_torch
  threads
  fuzz 60
  bash cmake/run_clang_tidy.sh
  bash cmake/run_cppcheck.sh build || [ $? = 77 ]
  ctest --test-dir build --output-on-failure -L study
}

bash cmake/install_dependencies.sh --tests
case "${1:-}" in
  "") sanitized; release; LAGOON_FUZZ_SEED=1 fuzz 4 ;;
  --torch)
    case "${2:-}" in
      wheel) wheel ;;
      debian) release ;;
      *) echo "run.sh: --torch is '${2:-}': give wheel or debian" >&2; exit 2 ;;
    esac ;;
  --all) all ;;
  *) echo "run.sh: '$1' is unknown: give nothing, --torch wheel|debian or --all" >&2; exit 2 ;;
esac
