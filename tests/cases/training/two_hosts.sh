#!/usr/bin/env bash
# two_hosts.sh LAGOON SCRATCH PYTHON: two network namespaces are two hosts, with Gloo between them over a
# pair of virtual cables. Their run must be that of one process. Run as root.
set -euo pipefail
lagoon=$1 scratch=$2/two_hosts python=$3
curves=$PWD/tests/cases/training/loss_curves.py
command -v ip >/dev/null || { echo "skipped: no ip (iproute2)"; exit 0; }
[ "$(id -u)" = 0 ] || { echo "skipped: network namespaces need root"; exit 0; }
first=lagoon-a-$$ second=lagoon-b-$$
stop() {
  ip netns delete "$first" 2>/dev/null || true
  ip netns delete "$second" 2>/dev/null || true
}
trap stop EXIT
ip netns add "$first" 2>/dev/null || { echo "skipped: this machine allows no network namespaces"; exit 0; }
ip netns add "$second"
ip link add "lga$$" type veth peer name "lgb$$" || { echo "skipped: this machine has no virtual cables"; exit 0; }
plug() {  # HOST CABLE ADDRESS
  ip link set "$2" netns "$1"
  ip -n "$1" addr add "$3/24" dev "$2"
  ip -n "$1" link set "$2" up
  ip -n "$1" link set lo up
}
plug "$first" "lga$$" 10.77.0.1
plug "$second" "lgb$$" 10.77.0.2

rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch"
"$lagoon" generate flows.h5 --samples 1500 --validation-fraction 0.2 --step-probe 64 --quiet
how=(--steps 20 --batch-size 101 --mlp-width 64 --whitened-components 20 --warmup-steps 5 --log-every 1
  --validate-every 10 --threads 1 --quiet)
"$lagoon" train flows.h5 --run one "${how[@]}" >/dev/null
export MASTER_ADDR=10.77.0.1 MASTER_PORT=29577 WORLD_SIZE=2 LOCAL_RANK=0 LOCAL_WORLD_SIZE=1
RANK=1 ip netns exec "$second" "$lagoon" train flows.h5 --run two "${how[@]}" >second.log 2>&1 &
code=0
RANK=0 ip netns exec "$first" "$lagoon" train flows.h5 --run two "${how[@]}" >first.log 2>&1 || code=$?
wait $! || code=$?
if [ "$code" != 0 ]; then
  if grep -q 'neither Gloo nor MPI\|MPI sees' first.log; then echo "skipped: this build has no Gloo"; exit 0; fi
  cat first.log second.log >&2
  exit 1
fi
"$python" "$curves" 2e-4 one two
rm -rf "$scratch"
