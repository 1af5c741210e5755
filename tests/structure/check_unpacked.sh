#!/usr/bin/env bash
# check_unpacked.sh SCRATCH [cmake-options...]: on a machine from which lagoon's packages were removed, an
# ordinary user unpacks them into a prefix, builds, installs and runs the program. The machine is a
# throw-away view of this one (an overlay), which needs root.
set -euo pipefail
scratch=$1/unpacked source=$PWD
shift
options=("${@:--DLAGOON_WITH_TORCH=OFF}")
[ "$(id -u)" = 0 ] || { echo "skipped: a view of the machine without packages needs root"; exit 0; }
rm -rf "$scratch"
mkdir -p "$scratch/view" "$scratch/user"
chmod 755 "$scratch/.." "$scratch"
chown nobody "$scratch/user"

# In the view as root: only what compiles is left of the packages.
remove_packages() {
  local list
  list=$(bash cmake/install_dependencies.sh --list | grep -vxE 'g\+\+|cmake|ninja-build|ccache|git')
  rm -f /var/lib/man-db/auto-update  # an index of manuals, for minutes
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -q -y purge --auto-remove $list libhdf5-103-1 libtorch1.13 libfftw3-double3
}

# In the view as the user.
build_and_run() {
  local without=()
  [[ "${options[*]}" != *LAGOON_WITH_TORCH=OFF* ]] || without=(--without-torch)
  [ ! -e /usr/include/eigen3 ] && [ ! -e /usr/bin/h5cc ] && [ ! -e /usr/include/fftw3.h ]
  bash cmake/unpack_dependencies.sh /mnt/prefix "${without[@]}"
  # shellcheck disable=SC1091
  . /mnt/prefix/environment.sh
  cmake -S . -B /mnt/build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLAGOON_BUILD_TESTS=OFF \
    -DLAGOON_BUILD_BENCHMARKS=OFF "${options[@]}"
  cmake --build /mnt/build
  cmake --install /mnt/build --prefix /mnt/lagoon
  cd /mnt
  /mnt/lagoon/bin/lagoon generate flows.h5 --samples 200 --step-probe 16 --quiet
  /mnt/lagoon/bin/lagoon inspect flows.h5 --verify
}

export -f remove_packages build_and_run
unshare --mount bash -euo pipefail -c '
  scratch=$1 source=$2
  shift 2
  mount -t tmpfs tmpfs "$scratch/view"
  mkdir "$scratch/view"/{upper,work,root}
  mount -t overlay overlay "$scratch/view/root" \
    -o lowerdir=/,upperdir="$scratch/view/upper",workdir="$scratch/view/work" ||
    { echo "skipped: no overlay can be mounted"; exit 0; }
  root=$scratch/view/root
  for folder in proc dev; do mount --rbind "/$folder" "$root/$folder"; done
  mount --bind "$scratch/user" "$root/mnt"
  chroot "$root" bash -euo pipefail -c "cd $source && remove_packages" >"$scratch/removed.log" 2>&1 ||
    { tail -n 5 "$scratch/removed.log" >&2; exit 1; }
  chroot --userspec=nobody:nogroup "$root" env HOME=/mnt CCACHE_DIR=/mnt/ccache bash -euo pipefail -c "
    cd $source
    options=($*)
    build_and_run"
' bash "$scratch" "$source" "${options[@]}"
