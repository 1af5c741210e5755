# shellcheck shell=bash
# Sourced by the job scripts of `lagoon train`, whose arguments it reads and sets. Afterwards $run is the
# folder of the run; if it can go on, the arguments are DATA, --run and --resume: a run goes on with its
# own options. DATA is the first argument, or else the first that ends in .h5 (none beside --stream).
run='' data='' previous=''
case ${1:-} in -*) ;; *) data=${1:-} ;; esac
for word in "$@"; do
  if [ "$previous" = --run ]; then
    run=$word
  else
    case $word in
      --run=*) run=${word#--run=} ;;
      -*) ;;
      *.h5) [ "$previous" = --law-from ] || data=${data:-$word} ;;
    esac
  fi
  previous=$word
done
if [ -n "$run" ] && [ -e "$run/checkpoint/state.json" ]; then
  set -- ${data:+"$data"} --run "$run" --resume
fi
unset data previous word
