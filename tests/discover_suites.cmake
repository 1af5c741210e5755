# cmake -DPROGRAM=... -DPROPERTIES=... -DOUTPUT=... -P discover_suites.cmake : a ctest for each suite of a
# GoogleTest program but studies, which are ctests of their own. One that skips all of its tests is skipped.
execute_process(COMMAND ${PROGRAM} --gtest_list_tests OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY)
get_filename_component(folder ${PROGRAM} NAME)
string(REPLACE _tests "" folder ${folder})
string(REGEX MATCHALL "\n[A-Za-z][A-Za-z0-9_/]*\\." suites "\n${listed}")
set(skipped [=[PASSED  \] 0 tests\..*SKIPPED \] [A-Za-z0-9_/]+\.[A-Za-z0-9_/]+.?$]=])
set(text "")
foreach(suite IN LISTS suites)
  string(REGEX REPLACE "[\n.]" "" suite ${suite})
  if(NOT suite MATCHES "Study$")
    string(APPEND text "add_test([=[${folder}.${suite}]=] ${PROGRAM} [=[--gtest_filter=${suite}.*]=])\n"
      "set_tests_properties([=[${folder}.${suite}]=] PROPERTIES ${PROPERTIES} SKIP_REGULAR_EXPRESSION [==[${skipped}]==])\n")
  endif()
endforeach()
file(WRITE ${OUTPUT} "${text}")
