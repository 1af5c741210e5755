# cmake --install, and find_package(lagoon) for those who build on the libraries.
