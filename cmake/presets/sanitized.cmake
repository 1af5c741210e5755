# cmake -C cmake/presets/sanitized.cmake -S . -B build-sanitized : all that needs no LibTorch, under
# AddressSanitizer and UndefinedBehaviorSanitizer.
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(LAGOON_SANITIZE ON CACHE BOOL "")
# A third of the time to compile, for what AddressSanitizer or the processor notices; the whole tree with
# LibTorch (sanitized-torch.cmake) has these too.
set(LAGOON_SANITIZE_BUT null,alignment,object-size,vptr CACHE STRING "")
set(LAGOON_WITH_TORCH OFF CACHE BOOL "")
set(LAGOON_BUILD_TESTS ON CACHE BOOL "")
set(LAGOON_BUILD_BENCHMARKS OFF CACHE BOOL "")
