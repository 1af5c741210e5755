#!/usr/bin/env bash
# Unpacks what lagoon needs and is not installed here from Debian 12's packages, without root:
#   bash cmake/unpack_dependencies.sh PREFIX [--without-torch] [--tests]
#   . PREFIX/environment.sh                    for CMake, the linker and the programs
# PREFIX is then bound to its place, for paths in its files name it. A C++20 compiler, CMake >= 3.24 and
# Ninja are to be here already. --tests adds what the tests use.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fail() { echo "unpack_dependencies.sh: $1" >&2; exit "${2:-1}"; }

prefix='' with_torch=1 tests=''
for word in "$@"; do
  case $word in
    --without-torch) with_torch= ;;
    --tests) tests=--tests ;;
    -*) fail "'$word' is unknown: give PREFIX, --without-torch or --tests" 2 ;;
    *) prefix=$word ;;
  esac
done
wanted=$(bash "$here/install_dependencies.sh" --list ${tests:+"$tests"})
[ -n "$with_torch" ] || wanted=$(grep -vE '^libtorch|^libopenblas' <<<"$wanted")
[ -n "$prefix" ] || fail "give the folder to unpack into" 2
for tool in c++ cmake ninja; do
  command -v "$tool" >/dev/null || fail "there is no $tool here: load its module, or pip install cmake ninja"
done
command -v apt-get >/dev/null || fail "there is no apt-get here: see docs/building.md for environment modules"
mkdir -p "$prefix/packages"
prefix=$(cd "$prefix" && pwd)
multiarch=$(uname -m)-linux-gnu

# The packages with the dependencies that are missing. Where the machine's own lists are too old or
# missing, new ones go into the prefix.
apt=(apt-get -q -o APT::Sandbox::User= -o Debug::NoLocking=true)
missing() {
  grep -vxE 'g\+\+|cmake|ninja-build|ccache|git' <<<"$wanted" |
    xargs "${apt[@]}" -s --no-install-recommends install 2>"$prefix/packages/log" |
    awk '/^Inst/ && $3 !~ /^\[/ {print $2}'
}
download() { (cd "$prefix/packages" && xargs -r "${apt[@]}" download >log 2>&1); }
if ! { packages=$(missing) && download <<<"$packages"; }; then
  mkdir -p "$prefix/apt/lists/partial" "$prefix/apt/cache/archives/partial"
  apt+=(-o Dir::State::Lists="$prefix/apt/lists" -o Dir::Cache="$prefix/apt/cache")
  "${apt[@]}" update >"$prefix/packages/log" 2>&1 || fail "$(tail -n 1 "$prefix/packages/log")"
  packages=$(missing) && download <<<"$packages" || fail "$(tail -n 1 "$prefix/packages/log")"
fi
for package in "$prefix"/packages/*.deb; do
  [ -e "$package" ] || break
  dpkg-deb -x "$package" "$prefix"
  rm "$package"
done

# What dpkg's scripts would have done: alternatives.
link() { [ ! -e "$1" ] || ln -sfn "$1" "$2"; }
for library in "$prefix/usr/lib/$multiarch"/openblas-pthread/*.so*; do
  link "$library" "$prefix/usr/lib/$multiarch/$(basename "$library")"
done
for program in gnuplot:gnuplot-nox mpirun:mpirun.openmpi mpicc:mpicc.openmpi mpicxx:mpicxx.openmpi; do
  link "$prefix/usr/bin/${program#*:}" "$prefix/usr/bin/${program%:*}"
done

# Links and texts that name /usr: whatever is in the prefix is meant there.
find "$prefix/usr" -type l -lname '/*' | while read -r name; do
  target=$prefix$(readlink "$name")
  [ ! -e "$target" ] || ln -sfn "$target" "$name"
done
# Links beside headers to libraries that were not unpacked, for the machine has them.
find "$prefix/usr" -xtype l | while read -r name; do
  target=$(realpath -m "$name")
  [ ! -e "${target#"$prefix"}" ] || ln -sfn "${target#"$prefix"}" "$name"
done
texts() {
  find "$prefix/usr" -type f \( -name '*.pc' -o -name '*.cmake' \)
  find "$prefix/usr/bin" -type f -size -100k 2>/dev/null | xargs -r grep -lI '^#!.*sh'
}
texts | PREFIX=$prefix xargs -r perl -pi -e \
  's#(^|[^\w./}]|-[IL])(/usr\b[\w./+-]*)#$1 . (-e "$ENV{PREFIX}$2" ? "$ENV{PREFIX}$2" : $2)#ge unless /^.!/'

cat >"$prefix/environment.sh" <<END
# . $prefix/environment.sh: what was unpacked here is found by CMake, the linker and programs.
export PATH=\$PATH:$prefix/usr/bin
export CMAKE_PREFIX_PATH=$prefix/usr\${CMAKE_PREFIX_PATH:+:\$CMAKE_PREFIX_PATH}
export PKG_CONFIG_PATH=$prefix/usr/lib/$multiarch/pkgconfig:$prefix/usr/share/pkgconfig\${PKG_CONFIG_PATH:+:\$PKG_CONFIG_PATH}
export LIBRARY_PATH=$prefix/usr/lib/$multiarch\${LIBRARY_PATH:+:\$LIBRARY_PATH}
export LD_LIBRARY_PATH=$prefix/usr/lib/$multiarch:$prefix/lib/$multiarch\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
END
# Open MPI's own ways to say where it lies: all of it, or what compiling with the machine's needs.
openmpi=$prefix/usr/lib/$multiarch/openmpi
if [ -e "$prefix/usr/bin/mpicc.openmpi" ]; then
  echo "export OPAL_PREFIX=$prefix/usr" >>"$prefix/environment.sh"
elif [ -e "$openmpi/include/mpi.h" ] && command -v ompi_info >/dev/null; then
  plugins=$(ompi_info --path pkglibdir --parsable | cut -d : -f 3)
  echo "export OPAL_INCLUDEDIR=$openmpi/include OPAL_LIBDIR=$openmpi/lib OPAL_PKGLIBDIR=$plugins" >>"$prefix/environment.sh"
fi
echo "unpacked $(wc -w <<<"$packages") packages; now: . $prefix/environment.sh"
