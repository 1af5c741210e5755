# Language, warnings, sanitizers and ccache for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)  # an installed program finds a wheel, a module, a prefix again
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
endif()

find_program(LAGOON_CCACHE ccache)
if(LAGOON_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the source: another clone finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${LAGOON_CCACHE})
endif()

# Linked by our own targets only, never exported: the user's code keeps the user's warnings.
add_library(lagoon_warnings INTERFACE)
target_compile_options(lagoon_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
# GCC 12 sees overlapping copies in "text" + std::string that are not there (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(lagoon_warnings INTERFACE -Wno-restrict)
endif()
# Under its sanitizers GCC gives false warnings of this kind, as its manual says (std::regex has one).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND (LAGOON_SANITIZE OR LAGOON_SANITIZE_THREADS))
  target_compile_options(lagoon_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

if(LAGOON_SANITIZE AND LAGOON_SANITIZE_THREADS)
  message(FATAL_ERROR "LAGOON_SANITIZE and LAGOON_SANITIZE_THREADS exclude each other: build two trees")
endif()
if(LAGOON_SANITIZE)  # -O1: two thirds of the time to compile
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer -O1 -g1)
  if(LAGOON_SANITIZE_BUT)
    add_compile_options(-fno-sanitize=${LAGOON_SANITIZE_BUT})
  endif()
  add_compile_definitions(LAGOON_SANITIZED)
  add_link_options(-fsanitize=address,undefined)
endif()
if(LAGOON_SANITIZE_THREADS)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer -O1 -g1)
  add_compile_definitions(LAGOON_SANITIZED)
  add_link_options(-fsanitize=thread)
endif()
if(LAGOON_FUZZ)
  # libFuzzer looks at the libraries' edges; its main() is linked into the targets of tests/fuzz only.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# The same bits on every instruction set: a multiplication and an addition are fused only where the
# code says std::fma.
add_compile_options(-ffp-contract=off)

# lagoon_batches(TARGET) : compiles the target's files of one folder together, so that headers are read
# once a folder and not once a file; a folder that is small, in bytes, joins the one above it. Names of a
# file's own must differ from those of its neighbours.
function(lagoon_batches target)
  set(small 20000)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "^[^/].*\\.cpp$")  # neither objects nor what is made
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    file(SIZE ${CMAKE_CURRENT_SOURCE_DIR}/${source} bytes)
    math(EXPR size_${folder} "${size_${folder}} + ${bytes}")
    list(APPEND files_${folder} ${source})
    list(APPEND folders "/${folder}")
  endforeach()
  while(folders)
    list(REMOVE_DUPLICATES folders)
    list(SORT folders ORDER DESCENDING)  # a folder before the one it lies in
    list(POP_FRONT folders folder)
    string(SUBSTRING ${folder} 1 -1 folder)
    if(folder AND size_${folder} LESS small)
      cmake_path(GET folder PARENT_PATH above)
      math(EXPR size_${above} "${size_${above}} + ${size_${folder}}")
      list(APPEND files_${above} ${files_${folder}})
      list(APPEND folders "/${above}")
    else()
      string(MAKE_C_IDENTIFIER "in_${folder}" group)
      set_source_files_properties(${files_${folder}} PROPERTIES UNITY_GROUP ${group})
    endif()
  endwhile()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # A class of a source file may hold what the file keeps to itself; GCC takes the file for a header.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

# lagoon_compile_quickly(TARGET) : less optimisation in the release tree, for test programs. Not for
# what is installed: of a template that two libraries instantiate the linker keeps one, maybe this one.
# GCC's doubts of what is initialised are made for its usual level.
function(lagoon_compile_quickly target)
  target_compile_options(${target} PRIVATE
    $<$<CONFIG:Release>:-O1> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endfunction()

# lagoon_count_lines(TARGET) : TARGET counts which lines run, if it is of the folder that LAGOON_COVERAGE
# names or of its tests (tests/coverage.sh). Little optimisation, or lines vanish; counters that threads
# may share.
function(lagoon_count_lines target)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE folder)
  if(LAGOON_COVERAGE AND folder MATCHES "^(tests/)?${LAGOON_COVERAGE}(/|$)")
    target_compile_options(${target} PRIVATE --coverage -fprofile-abs-path -fprofile-update=prefer-atomic -O1)
    target_link_options(${target} PUBLIC --coverage)
  endif()
endfunction()

# lagoon_library(NAME source...) : the static library lagoon_NAME, known as lagoon::NAME.
function(lagoon_library name)
  add_library(lagoon_${name} STATIC ${ARGN})
  add_library(lagoon::${name} ALIAS lagoon_${name})
  set_target_properties(lagoon_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(lagoon_${name} PUBLIC cxx_std_20)
  target_include_directories(lagoon_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/lagoon>)
  target_link_libraries(lagoon_${name} PRIVATE $<BUILD_INTERFACE:lagoon_warnings>)
  if(LAGOON_UNITY)
    cmake_language(EVAL CODE "cmake_language(DEFER CALL lagoon_batches lagoon_${name})")  # with what target_sources() adds
  endif()
  lagoon_count_lines(lagoon_${name})
endfunction()

# lagoon_kernels(LIBRARY NAME SOURCE lib...) : SOURCE compiled once per instruction set, each in a
# namespace of its own, into LIBRARY; as NAME_base, NAME_avx2 and NAME_avx512.
function(lagoon_kernels library name source)
  set(sets base)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND sets avx2 avx512)
    target_compile_definitions(${library} PRIVATE LAGOON_X86_KERNELS)
  endif()
  set(options_avx2 -mavx2 -mfma)
  set(options_avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma)
  foreach(isa IN LISTS sets)
    add_library(${name}_${isa} OBJECT ${source})
    target_compile_features(${name}_${isa} PRIVATE cxx_std_20)
    target_compile_definitions(${name}_${isa} PRIVATE LAGOON_ISA=${isa})
    target_compile_options(${name}_${isa} PRIVATE ${options_${isa}})
    if(LAGOON_SANITIZE)  # all is inlined: to mark where each local's life ends takes two thirds of the time to compile
      target_compile_options(${name}_${isa} PRIVATE -fno-sanitize-address-use-after-scope)
    endif()
    target_include_directories(${name}_${isa} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name}_${isa} PRIVATE ${ARGN} lagoon_warnings)
    lagoon_count_lines(${name}_${isa})
    target_sources(${library} PRIVATE $<TARGET_OBJECTS:${name}_${isa}>)
  endforeach()
endfunction()
