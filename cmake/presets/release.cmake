# cmake -C cmake/presets/release.cmake -S . -B build : everything, optimised, with Debian's LibTorch.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(LAGOON_TORCH debian CACHE STRING "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
