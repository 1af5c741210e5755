# cmake -C cmake/presets/fuzz.cmake -S . -B build-fuzz : the readers under libFuzzer, AddressSanitizer and
# UndefinedBehaviorSanitizer. bash tests/fuzz/run.sh SECONDS builds and runs it.
set(CMAKE_C_COMPILER clang-16 CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++-16 CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1" CACHE STRING "")  # asserts speak
set(LAGOON_SANITIZE ON CACHE BOOL "")
set(LAGOON_FUZZ ON CACHE BOOL "")
set(LAGOON_WITH_TORCH OFF CACHE BOOL "")
set(LAGOON_BUILD_TESTS OFF CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
