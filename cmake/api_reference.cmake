# cmake --build TREE --target api_reference: the headers' comments as pages, where Doxygen is installed.
find_package(Doxygen QUIET OPTIONAL_COMPONENTS dot)
set(LAGOON_HAVE_DOT NO)
if(DOXYGEN_HAVE_DOT OR TARGET Doxygen::dot)
  set(LAGOON_HAVE_DOT YES)
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/doxygen.conf.in ${PROJECT_BINARY_DIR}/doxygen.conf @ONLY)
if(TARGET Doxygen::doxygen)
  add_custom_target(api_reference
    COMMAND Doxygen::doxygen ${PROJECT_BINARY_DIR}/doxygen.conf
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "API reference: ${PROJECT_BINARY_DIR}/api_reference/index.html"
    VERBATIM)
endif()
