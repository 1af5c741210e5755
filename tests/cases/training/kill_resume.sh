#!/usr/bin/env bash
# kill_resume.sh LAGOON SCRATCH PYTHON TIMES [option of train...]: training is killed or signalled
# TIMES times, each at a random moment, and resumed; weights and records must be, to the bit, those of a
# run that nobody disturbed. Options may be --stream (no file) or --ranks 2.
set -euo pipefail
lagoon=$1 python=$3 times=$4
scratch=$2/train_kill_resume_$(basename -- "${5:-file}")_$4
same=$PWD/tests/cases/training/same_runs.py
shift 4
"$python" -c '' 2>/dev/null || { echo "skipped: no python3"; exit 0; }
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"

data=(flows.h5) ranks=()
steps=120
case " $* " in *" --stream "*) data=() ;; esac
case " $* " in *" --ranks 2 "*) ranks=(--ranks 2) ;; esac
"$lagoon" generate flows.h5 --samples 1500 --validation-fraction 0.2 --step-probe 64 --quiet >log 2>&1
train=("$lagoon" train "${data[@]}" --quiet)
how=(--steps "$steps" --batch-size 64 --mlp-width 64 --whitened-components 20 --warmup-steps 10
  --log-every 5 --validate-every 20 --checkpoint-every 7 --keep-last 2 "$@")

fail() { echo "$1" >&2; cat log >&2; exit 1; }
start=$(date +%s%N)
"${train[@]}" --run whole "${how[@]}" >log 2>&1 || fail "the undisturbed run failed"
microseconds=$((($(date +%s%N) - start) / 1000))

next_command() {
  if [ -e run/checkpoint/state.json ]; then
    command=("${train[@]}" --run run --resume "${ranks[@]}")
  else
    command=("${train[@]}" --run run "${how[@]}" --force)
  fi
}

signals=(KILL TERM KILL USR1 KILL USR2 KILL INT)
kills=0 early=0 runs=0
while [ "$kills" -lt "$times" ]; do
  rm -rf run
  for _ in 1 2 3 4; do  # a few kills a run: what is resumed is killed too
    [ "$kills" -lt "$times" ] || break
    signal=${signals[kills % ${#signals[@]}]}
    began=no
    if [ -e run/checkpoint/state.json ]; then began=yes; fi
    next_command
    "${command[@]}" >log 2>&1 &
    victim=$!
    moment=$(((RANDOM * 32768 + RANDOM) % microseconds))
    sleep "$(printf '%d.%06d' $((moment / 1000000)) $((moment % 1000000)))"
    kill "-$signal" "$victim" 2>/dev/null || true
    code=0
    wait "$victim" || code=$?
    if [ "$code" = 0 ]; then  # too late to count
      microseconds=$((microseconds * 9 / 10 + 1000))
      break
    fi
    kills=$((kills + 1))
    if [ "$began" = no ] && ! [ -e run/checkpoint/state.json ]; then early=$((early + 1)); fi
    [ "$signal" = KILL ] && continue
    case $code in
      75) [ -e run/checkpoint/requeue ] || fail "$signal: exit 75 without the requeue marker" ;;
      # Before the program listens to signals, or before the first step of a new run.
      130 | 138 | 140 | 143)
        [ "$began" = yes ] || ! [ -e run/checkpoint/state.json ] ||
          fail "$signal: exit $code although it had written a checkpoint" ;;
      *) fail "$signal: exit $code" ;;
    esac
  done
  if ! [ -e run/summary.json ] || ! grep -q '"finished": true' run/summary.json; then
    next_command
    "${command[@]}" >log 2>&1 || fail "not resumed"
  fi
  ! [ -e run/checkpoint/requeue ] || fail "the requeue marker is still there"
  "$python" "$same" whole run >same 2>&1 || fail "$(cat same)"
  runs=$((runs + 1))
done
echo "$times kills and signals of $runs runs ($early before a checkpoint): $(cat same)"
rm -rf "$scratch"
