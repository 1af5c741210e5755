# cmake -C cmake/presets/coverage.cmake -S . -B build-coverage : counts which lines run (tests/coverage.sh).
# Little optimisation, or lines vanish; counters that threads may share.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_CXX_FLAGS "--coverage -fprofile-abs-path -fprofile-update=prefer-atomic" CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG" CACHE STRING "")
set(LAGOON_TORCH debian CACHE STRING "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
