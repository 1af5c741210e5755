# What brings ranks together: LAGOON_HAS_GLOO, LAGOON_HAS_MPI and LAGOON_HAS_NCCL, and the target
# lagoon_communication with their headers; LAGOON_COMMUNICATION_LIBRARIES (paths, which an installed
# package can name). A build without any trains on one process.
set(LAGOON_WITH_GLOO AUTO CACHE STRING "Gloo of LibTorch: AUTO, ON or OFF (ON fails where it cannot be)")
set(LAGOON_WITH_MPI AUTO CACHE STRING "MPI on CPU tensors: AUTO, ON or OFF (ON fails where it cannot be)")
add_library(lagoon_communication INTERFACE)

# Gloo's headers must be those that LibTorch was built with: Debian's are, and wheels have none.
set(LAGOON_HAS_GLOO FALSE)
if(LAGOON_WITH_GLOO)
  find_path(GLOO_INCLUDE_DIR gloo/context.h PATHS ${TORCH_INCLUDE_DIRS} NO_DEFAULT_PATH)
  find_library(GLOO_LIBRARY gloo)
  if(GLOO_INCLUDE_DIR AND GLOO_LIBRARY)
    set(LAGOON_HAS_GLOO TRUE)
    list(APPEND LAGOON_COMMUNICATION_LIBRARIES ${GLOO_LIBRARY})
    target_compile_definitions(lagoon_communication INTERFACE LAGOON_HAS_GLOO USE_C10D_GLOO)
  elseif(NOT LAGOON_WITH_GLOO STREQUAL AUTO)
    message(FATAL_ERROR "LAGOON_WITH_GLOO is ON, but this LibTorch has no gloo/context.h beside it: "
      "install libgloo-dev for Debian's LibTorch; with a wheel use MPI")
  endif()
endif()

set(LAGOON_HAS_MPI FALSE)
if(LAGOON_WITH_MPI)
  find_package(MPI QUIET COMPONENTS C)
  if(MPI_C_FOUND)
    set(LAGOON_HAS_MPI TRUE)
    target_include_directories(lagoon_communication SYSTEM INTERFACE ${MPI_C_INCLUDE_DIRS})
    list(APPEND LAGOON_COMMUNICATION_LIBRARIES ${MPI_C_LIBRARIES})
    target_compile_definitions(lagoon_communication INTERFACE LAGOON_HAS_MPI OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
  elseif(NOT LAGOON_WITH_MPI STREQUAL AUTO)
    message(FATAL_ERROR "LAGOON_WITH_MPI is ON, but there is no MPI for C: install libopenmpi-dev")
  endif()
endif()

# NCCL as LibTorch has it: its header comes with the wheel's own package.
set(LAGOON_HAS_NCCL FALSE)
find_path(NCCL_INCLUDE_DIR nccl.h PATHS ${TORCH_INSTALL_PREFIX}/../nvidia/nccl/include)
if(LAGOON_HAS_CUDA AND LAGOON_CUDA_INCLUDE_DIR AND NCCL_INCLUDE_DIR)
  set(LAGOON_HAS_NCCL TRUE)
  target_include_directories(lagoon_communication SYSTEM INTERFACE ${NCCL_INCLUDE_DIR})
  target_compile_definitions(lagoon_communication INTERFACE LAGOON_HAS_NCCL USE_C10D_NCCL)
endif()
message(STATUS "ranks: Gloo ${LAGOON_HAS_GLOO}, MPI ${LAGOON_HAS_MPI}, NCCL ${LAGOON_HAS_NCCL}")
