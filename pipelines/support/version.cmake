# cmake -DSOURCE=... -DOUTPUT=... -DLAGOON_VERSION=... -DLAGOON_LIBRARIES=... -P version.cmake : at every build, since
# the commit changes between builds; OUTPUT is touched only if its text changes.
execute_process(
  COMMAND git describe --always --dirty --abbrev=12 --exclude=*
  WORKING_DIRECTORY ${SOURCE}
  OUTPUT_VARIABLE LAGOON_GIT_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT LAGOON_GIT_COMMIT)
  set(LAGOON_GIT_COMMIT unknown)
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cpp.in ${OUTPUT} @ONLY)
