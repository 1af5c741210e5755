# cmake -DNM=nm -DNAMESPACE=lagoon::flow::avx512 -DOBJECTS=kernel.o -P check_kernel_symbols.cmake
# Fails if an object compiled for one instruction set exports a function or variable that does not
# name the namespace of that set: linked into a program, it could run on a machine that lacks it.
execute_process(COMMAND ${NM} --demangle --defined-only --extern-only ${OBJECTS}
                OUTPUT_VARIABLE symbols RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${NM} cannot read ${OBJECTS}")
endif()

string(REGEX MATCHALL "[^\n]+" lines "${symbols}")
set(found FALSE)
foreach(line IN LISTS lines)
  if(line MATCHES "${NAMESPACE}::kKernels?$")
    set(found TRUE)
  elseif(NOT line MATCHES "${NAMESPACE}::|DW\\.ref\\.__gxx_personality_v0$")  # a pointer, no code
    message(SEND_ERROR "shared symbol: ${line}")
  endif()
endforeach()
if(NOT found)
  message(FATAL_ERROR "${OBJECTS} defines no kernels of ${NAMESPACE}: wrong object?")
endif()
