# cmake -C cmake/presets/coverage.cmake -D LAGOON_COVERAGE=flow -S . -B build-coverage-flow : counts which
# lines of a folder run (tests/coverage.sh). The other folders are compiled as the release preset does, so
# that ccache has them.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(LAGOON_TORCH debian CACHE STRING "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
