# cmake -C cmake/presets/wheel.cmake -S . -B build-wheel : the same against a wheel's LibTorch.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(LAGOON_TORCH wheel CACHE STRING "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
