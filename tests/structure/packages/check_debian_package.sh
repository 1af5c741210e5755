#!/usr/bin/env bash
# The Debian packages install and run on a bare Debian 12, to which apt adds what they depend on:
# check_debian_package.sh BUILD_TREE SCRATCH. LAGOON_APT_SOURCES names the sources of packages, if not
# those of this machine. Needs root and mmdebstrap.
set -euo pipefail
tree=$1 scratch=$2/debian_package

skip() {
  echo "skipped: $1"
  exit 77
}

fail() {
  echo "$1" >&2
  exit 1
}

[ "$(id -u)" = 0 ] || skip "a bare system is made by root"
for tool in mmdebstrap dpkg-shlibdeps file unshare; do
  command -v $tool >/dev/null || skip "there is no $tool"
done
[ -e "$tree/CPackConfig.cmake" ] || skip "this build is not of Debian's libraries, so it makes no packages"

# Instruction sets are the kernels' choice when the program runs; everything else is the architecture's.
! grep '"command"' "$tree/compile_commands.json" | grep -vE '/kernel\.cpp' | grep -E -- ' -m(arch|avx|sse|fma)' ||
  fail "a file beside the kernels is compiled for one kind of processor"

rm -rf "$scratch"
mkdir -p "$scratch/packages"
cpack --config "$tree/CPackConfig.cmake" -B "$scratch/packages" >"$scratch/cpack.log" 2>&1 ||
  fail "$(tail -5 "$scratch/cpack.log")"
packages=("$scratch"/packages/*.deb)
[ ${#packages[@]} = 2 ] || fail "not two packages: ${packages[*]}"
version=$("$tree/lagoon" --version | sed -n '1s/lagoon \([^ ]*\) .*/\1/p')
for package in "${packages[@]}"; do
  [ "$(dpkg-deb -f "$package" Version)" = "$version-1" ] || fail "$package is not of version $version"
  if command -v lintian >/dev/null; then
    lintian --fail-on error --tag-display-limit 0 "$package"
  fi
done

sources=${LAGOON_APT_SOURCES:-}
for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
  [ -n "$sources" ] || [ ! -s "$file" ] || sources=$file
done
mmdebstrap --quiet --variant=minbase bookworm "$scratch/bare" ${sources:+"$sources"}
cp "$scratch"/packages/lagoon_*.deb "$scratch/bare/root/"

# With mounts of its own, which go with it.
in_bare() {
  unshare --mount bash -ec "mount -t proc proc '$scratch/bare/proc'
    mount --bind /dev '$scratch/bare/dev'
    exec chroot '$scratch/bare' env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
      OPENBLAS_CORETYPE='${OPENBLAS_CORETYPE:-}' DEBIAN_FRONTEND=noninteractive bash -euc '$1'"
}

in_bare "apt-get update -qq && apt-get install -qq -y -o Dpkg::Use-Pty=0 /root/lagoon_*.deb >/root/apt.log"
in_bare "cd /root
  lagoon --version
  lagoon generate flows.h5 --samples 3000 --test-fraction 0.1 --validation-fraction 0.1 --quiet
  lagoon inspect flows.h5 --verify --quiet
  lagoon train flows.h5 --run run --steps 20 --batch-size 128 --validate-every 20 --quiet
  lagoon retrieve run flows.h5 --out retrieval --quiet
  lagoon report run retrieval --out report --quiet
  test -s report/index.html
  zcat /usr/share/man/man1/lagoon-generate.1.gz | grep -q samples
  test -s /usr/share/bash-completion/completions/lagoon
  test -s /usr/share/doc/lagoon/copyright
  apt-get remove -qq -y -o Dpkg::Use-Pty=0 lagoon >/root/remove.log
  test ! -e /usr/bin/lagoon"
rm -rf "$scratch/bare"
