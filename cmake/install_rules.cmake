# cmake --install, and find_package(lagoon) for those who build on the libraries.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(lagoon_libraries lagoon_flow lagoon_datasets lagoon_theory lagoon_diagnostics lagoon_checkpoint)
set(lagoon_folders flow datasets contrastive/theory contrastive/diagnostics contrastive/training/checkpoint)
if(LAGOON_WITH_TORCH)
  list(APPEND lagoon_libraries lagoon_contrastive lagoon_torch)
  set(lagoon_folders flow datasets contrastive)
endif()
set(lagoon_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lagoon)

install(TARGETS lagoon RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
if(LAGOON_WITH_TORCH)
  install(TARGETS lagoon-learning RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/lagoon COMPONENT program)
endif()
install(TARGETS ${lagoon_libraries} EXPORT lagoon_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
foreach(folder IN LISTS lagoon_folders)
  get_filename_component(parent ${folder} DIRECTORY)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lagoon/${parent} COMPONENT development
          FILES_MATCHING PATTERN "*.hpp" PATTERN "*.def")
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/contrastive/embeddings.hpp ${PROJECT_SOURCE_DIR}/contrastive/options.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lagoon/contrastive COMPONENT development)
install(EXPORT lagoon_targets NAMESPACE lagoon:: DESTINATION ${lagoon_config_dir}
        COMPONENT development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/lagoon_config.cmake.in
  ${PROJECT_BINARY_DIR}/lagoon-config.cmake INSTALL_DESTINATION ${lagoon_config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lagoon-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lagoon-config.cmake
              ${PROJECT_BINARY_DIR}/lagoon-config-version.cmake DESTINATION ${lagoon_config_dir}
        COMPONENT development)

include(package/install_documents)
# Debian's packages need Debian's libraries.
if(NOT LAGOON_WITH_TORCH OR Torch_DIR MATCHES "^/usr/")
  include(package/debian)
endif()
