# Man pages, completions, documents, licence and changelogs: with the program.
set(reference_dir ${PROJECT_BINARY_DIR}/reference)
install(CODE "execute_process(COMMAND ${CMAKE_COMMAND} -DLAGOON=$<TARGET_FILE:lagoon>
  -DOUTPUT=${reference_dir} -P ${CMAKE_CURRENT_LIST_DIR}/write_reference.cmake
  COMMAND_ERROR_IS_FATAL ANY)" COMPONENT program)
install(DIRECTORY ${reference_dir}/ DESTINATION ${CMAKE_INSTALL_DATAROOTDIR} COMPONENT program)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/lagoon COMPONENT program)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/lagoon/docs COMPONENT program
        PATTERN CHANGELOG.md EXCLUDE PATTERN commands.md EXCLUDE PATTERN __pycache__ EXCLUDE)
