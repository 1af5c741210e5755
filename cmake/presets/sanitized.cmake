# cmake -C cmake/presets/sanitized.cmake -S . -B build-sanitized : all that needs no LibTorch, under
# AddressSanitizer and UndefinedBehaviorSanitizer.
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(LAGOON_SANITIZE ON CACHE BOOL "")
set(LAGOON_WITH_TORCH OFF CACHE BOOL "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
