# cmake -C cmake/presets/sanitized-threads.cmake -S . -B build-sanitized-threads : what runs in threads and
# needs no LibTorch, under ThreadSanitizer.
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(LAGOON_SANITIZE_THREADS ON CACHE BOOL "")
set(LAGOON_WITH_TORCH OFF CACHE BOOL "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
