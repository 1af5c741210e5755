# cmake -C cmake/presets/sanitized-torch.cmake -S . -B build-sanitized-torch : the whole tree under the
# sanitizers. A file that includes LibTorch takes two minutes and 2.6 GB to compile.
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(LAGOON_SANITIZE ON CACHE BOOL "")
set(LAGOON_TORCH debian CACHE STRING "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
