# cmake -DLAGOON=PROGRAM -DOUTPUT=FOLDER -P write_reference.cmake : what `lagoon --reference` prints, as
# an installation wants it: share/man/man1/lagoon*.1.gz and the completions of three shells.
function(write_page file)
  get_filename_component(folder ${OUTPUT}/${file} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${LAGOON} --reference ${ARGN} OUTPUT_FILE ${OUTPUT}/${file}
                  COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${OUTPUT})
write_page(bash-completion/completions/lagoon bash)
write_page(zsh/site-functions/_lagoon zsh)
write_page(fish/vendor_completions.d/lagoon.fish fish)
write_page(doc/lagoon/commands.md markdown)
write_page(man/man1/lagoon.1 man)
file(STRINGS ${OUTPUT}/doc/lagoon/commands.md verbs REGEX "^## ")
foreach(verb IN LISTS verbs)
  string(SUBSTRING ${verb} 3 -1 verb)
  write_page(man/man1/lagoon-${verb}.1 man ${verb})
endforeach()
file(GLOB pages ${OUTPUT}/man/man1/*.1)
execute_process(COMMAND gzip -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
