#!/usr/bin/env bash
# The dataset of [BST] 6.3 takes at most twice the time of the slower of writing its bytes by dd and
# integrating without writing: paper_speed.sh LAGOON INTEGRATE_ONLY SCRATCH. All are timed in turn,
# three times, and the fastest of each counts.
set -euo pipefail
lagoon=$1 integrate_only=$2 scratch=$3/paper_speed
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"

seconds_of() {
  local start end
  start=$(date +%s.%N)
  "$@" >log 2>&1 || { cat log >&2; exit 1; }
  end=$(date +%s.%N)
  echo "$end - $start" | bc
}
least() { sort -g | head -n 1; }

for _ in 1 2 3; do
  seconds_of "$lagoon" generate flows.h5 --preset paper --quiet --force >>generate.seconds
  bytes=$(stat -c %s flows.h5)
  rm -f copy
  seconds_of dd if=/dev/zero of=copy bs="$((1 << 20))" count="$((bytes >> 20))" conv=fsync >>write.seconds
  rm -f copy
  "$integrate_only" flows.h5 >>integrate.seconds
done
"$lagoon" inspect flows.h5 --verify | grep -E '^(steps_per_interval|max_error|verify.largest)'
awk -v generate="$(least <generate.seconds)" -v write="$(least <write.seconds)" -v integrate="$(least <integrate.seconds)" '
  BEGIN {
    slower = write > integrate ? write : integrate
    printf "generate %.2f s, write %.2f s, integrate %.2f s: ratio %.2f\n",
      generate, write, integrate, generate / slower
    exit generate > 2 * slower
  }'
rm -f flows.h5
