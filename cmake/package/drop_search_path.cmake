# Debian's libraries are where the loader looks: the programs of a package need no path to them.
file(GLOB_RECURSE programs ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/lagoon ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/lagoon-learning)
list(FILTER programs INCLUDE REGEX "/(bin|libexec/lagoon)/lagoon[a-z-]*$")
foreach(program IN LISTS programs)
  file(RPATH_REMOVE FILE ${program})
endforeach()
