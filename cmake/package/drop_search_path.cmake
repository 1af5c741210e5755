# Debian's libraries are where the loader looks: the program of a package needs no path to them.
file(GLOB_RECURSE programs ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/lagoon)
list(FILTER programs INCLUDE REGEX "/bin/lagoon$")
foreach(program IN LISTS programs)
  file(RPATH_REMOVE FILE ${program})
endforeach()
