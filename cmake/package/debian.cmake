# cpack -G DEB in the build tree: lagoon (the program) and liblagoon-dev (libraries, headers,
# find_package). The processor's instruction set is chosen when the program runs, so one package serves
# every machine of an architecture.
set(LAGOON_PACKAGE_CONTACT "the lagoon developers <lagoon@packages.example.org>" CACHE STRING
    "Maintainer of the Debian packages")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lagoon)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own first line
set(CPACK_PACKAGE_CONTACT "${LAGOON_PACKAGE_CONTACT}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/drop_search_path.cmake)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME lagoon)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "gnuplot-nox | gnuplot-qt | gnuplot-x11, fonts-dejavu-core")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "libopenblas0-pthread | libopenblas0")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "liblagoon-dev, openmpi-bin, python3-xarray, python3-h5netcdf")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"contrastive learning of flows from drifters
lagoon draws random divergence-free flows on the torus and follows drifters
in them, trains a pair of encoders by contrastive learning so that a
trajectory and the flow it came from land in the same place, and retrieves
the streamfunction behind a trajectory nobody has seen, with a posterior over
a library of flows. It compares that with classical data assimilation.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME liblagoon-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(development_packages libeigen3-dev libfftw3-dev libhdf5-dev libnetcdf-dev nlohmann-json3-dev pkg-config
    zlib1g-dev)
if(LAGOON_WITH_TORCH)
  list(APPEND development_packages libgloo-dev libopenmpi-dev libtorch-dev)
endif()
list(JOIN development_packages ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"libraries of lagoon, with headers and CMake package
Static libraries: random flows and trajectories, datasets in HDF5, closed
forms of the theory, diagnostics of embeddings and, with LibTorch, encoders,
losses and retrieval. find_package(lagoon) gives their targets.")

# The date in the changelog is that of the commit.
execute_process(COMMAND git log -1 --format=%ct WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                OUTPUT_VARIABLE commit_time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(commit_time)
  set(ENV{SOURCE_DATE_EPOCH} ${commit_time})
endif()
string(TIMESTAMP LAGOON_PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(documents_dir ${PROJECT_BINARY_DIR}/package)
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
string(REGEX REPLACE ".*developers\n\n" "" license "${license}")
string(REGEX REPLACE "\n$" "" license "${license}")
string(REPLACE "\n" "\n " license " ${license}")
string(REPLACE "\n \n" "\n .\n" license "${license}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${documents_dir}/changelog.Debian @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/docs/CHANGELOG.md ${documents_dir}/changelog COPYONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright.in ${documents_dir}/copyright @ONLY)
execute_process(COMMAND gzip -9nf ${documents_dir}/changelog ${documents_dir}/changelog.Debian
                COMMAND_ERROR_IS_FATAL ANY)
foreach(part program development)
  string(TOUPPER ${part} PART)
  install(FILES ${documents_dir}/copyright ${documents_dir}/changelog.gz ${documents_dir}/changelog.Debian.gz
          DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${CPACK_DEBIAN_${PART}_PACKAGE_NAME} COMPONENT ${part})
endforeach()
include(CPack)
