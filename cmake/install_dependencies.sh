#!/usr/bin/env bash
# Installs what lagoon needs from Debian 12's packages: bash cmake/install_dependencies.sh [--tests] [--list]
# Needs root or sudo only when something is missing. --tests adds what the tests use; --list prints the
# packages and does nothing.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config git
  libboost-dev libeigen3-dev libfftw3-dev libhdf5-dev libnetcdf-dev librandom123-dev zlib1g-dev
  libcli11-dev libtomlplusplus-dev libspdlog-dev libfmt-dev nlohmann-json3-dev
  libtorch-dev libgloo-dev libopenmpi-dev libopenblas0-pthread gnuplot-nox fonts-dejavu-core
)
if [[ " $* " == *" --tests "* ]]; then
  packages+=(
    libgtest-dev clang-format-14 clang-tidy-16 clang-16 libclang-rt-16-dev shellcheck binutils
    netcdf-bin python3 python3-numpy python3-scipy python3-h5py python3-xarray python3-h5netcdf
    python3-netcdf4 python3-matplotlib openmpi-bin iproute2 groff-base
  )
fi

if [[ " $* " == *" --list "* ]]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "installing: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || {
    echo "install_dependencies.sh: not root and no sudo: ask for these packages: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
