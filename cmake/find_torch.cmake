# LibTorch: the one that LAGOON_TORCH=debian|wheel names; without it Torch_DIR and CMAKE_PREFIX_PATH,
# Debian's package, a wheel that python3 can import. Defines the target lagoon_torch, whose headers
# are SYSTEM (Debian's 1.13 headers warn).
set(LAGOON_TORCH "" CACHE STRING "debian, wheel or empty: where to look for LibTorch first")
set_property(CACHE LAGOON_TORCH PROPERTY STRINGS "" debian wheel)
set(LAGOON_PYTHON python3 CACHE STRING "The python that can import torch (for a wheel)")

function(lagoon_wheel_prefix result)
  execute_process(
    COMMAND ${LAGOON_PYTHON} -c "import torch; print(torch.utils.cmake_prefix_path)"
    OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  if(status EQUAL 0)
    set(${result} ${prefix} PARENT_SCOPE)
  else()
    set(${result} "" PARENT_SCOPE)
  endif()
endfunction()

# A wheel with CUDA in FOLDER. Its configuration wants a whole CUDA toolkit; lagoon, which has no kernels
# of its own, links the wheel's libraries, and NCCL needs the runtime's headers: a toolkit's, or those
# that came with the wheel if they are complete (pip install nvidia-cuda-crt).
macro(lagoon_take_cuda_wheel folder)
  set(TORCH_INSTALL_PREFIX ${folder})
  set(Torch_DIR ${folder}/share/cmake/Torch)
  file(STRINGS ${folder}/version.py Torch_VERSION REGEX "^__version__")
  string(REGEX REPLACE ".*'([0-9.]+).*" "\\1" Torch_VERSION "${Torch_VERSION}")
  file(GLOB cuda_headers ${folder}/../nvidia/cu*/include)
  find_path(LAGOON_CUDA_INCLUDE_DIR crt/host_config.h NO_DEFAULT_PATH
            PATHS ${cuda_headers} $ENV{CUDA_HOME}/include /usr/local/cuda/include)
  set(TORCH_INCLUDE_DIRS ${folder}/include ${folder}/include/torch/csrc/api/include ${cuda_headers})
  if(LAGOON_CUDA_INCLUDE_DIR)
    list(APPEND TORCH_INCLUDE_DIRS ${LAGOON_CUDA_INCLUDE_DIR})  # after the wheel's own, which has more
  endif()
  # Nothing calls libtorch_cuda by name: it registers itself when it is loaded.
  set(TORCH_LIBRARIES ${folder}/lib/libtorch.so ${folder}/lib/libtorch_cpu.so ${folder}/lib/libc10.so
                      -Wl,--no-as-needed,${folder}/lib/libtorch_cuda.so,--as-needed
                      ${folder}/lib/libc10_cuda.so)
  set(LAGOON_HAS_CUDA TRUE)
endmacro()

# Finds the wheel and its own parts only: its configuration looks for them in the system's folders first,
# where another LibTorch may lie. Without one it ends with `otherwise`.
macro(lagoon_find_wheel otherwise)
  lagoon_wheel_prefix(wheel)
  if(NOT wheel)
    message(FATAL_ERROR "${otherwise}")
  endif()
  if(EXISTS ${wheel}/../../lib/libtorch_cuda.so)
    get_filename_component(wheel_folder ${wheel}/../.. ABSOLUTE)
    lagoon_take_cuda_wheel(${wheel_folder})
  else()
    set(Caffe2_DIR ${wheel}/Caffe2)
    list(PREPEND CMAKE_LIBRARY_PATH ${wheel}/../../lib)
    find_package(Torch REQUIRED PATHS ${wheel} NO_DEFAULT_PATH)
  endif()
endmacro()

if(LAGOON_TORCH)  # the one that is named, also in a tree that has found another
  unset(Torch_DIR CACHE)
  unset(TORCH_LIBRARY CACHE)
endif()
if(LAGOON_TORCH STREQUAL "wheel")
  lagoon_find_wheel("LAGOON_TORCH=wheel, but '${LAGOON_PYTHON}' cannot import torch: pip install torch, or \
point LAGOON_PYTHON at the interpreter that has it")
elseif(LAGOON_TORCH STREQUAL "debian")
  string(REPLACE ":" ";" unpacked "$ENV{CMAKE_PREFIX_PATH}")  # unpack_dependencies.sh's prefix
  find_package(Torch REQUIRED PATHS ${unpacked} /usr NO_DEFAULT_PATH
               PATH_SUFFIXES lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake)
elseif(LAGOON_TORCH STREQUAL "")
  find_package(Torch QUIET)
  if(NOT Torch_FOUND)
    lagoon_find_wheel("there is no LibTorch: install libtorch-dev, pip install torch (LAGOON_PYTHON names \
the interpreter that has it), or give -DLAGOON_WITH_TORCH=OFF")
  endif()
else()
  message(FATAL_ERROR "LAGOON_TORCH is '${LAGOON_TORCH}': give debian, wheel or nothing")
endif()
message(STATUS "LibTorch ${Torch_VERSION} in ${Torch_DIR}")

add_library(lagoon_torch INTERFACE)
target_include_directories(lagoon_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(lagoon_torch INTERFACE ${TORCH_LIBRARIES})
separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(lagoon_torch INTERFACE ${torch_flags})
