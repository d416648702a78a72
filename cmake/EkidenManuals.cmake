# ekiden_manuals(PROGRAM...)
#   Makes the manual page and the completion scripts of each program, which the program itself prints, and installs them
#   where man and the shells look for them. Does nothing when cross-compiling, because the program cannot run.
function(ekiden_manuals)
  if(CMAKE_CROSSCOMPILING)
    return()
  endif()
  set(folder ${CMAKE_BINARY_DIR}/share)
  foreach(program IN LISTS ARGN)
    # zsh finds a function by the name of its file. Our function names have '_' instead of '-'.
    string(REPLACE "-" "_" function _${program})
    set(page ${folder}/man/man1/${program}.1)
    set(bash ${folder}/bash-completion/completions/${program})
    set(zsh ${folder}/zsh/site-functions/${function})
    add_custom_command(OUTPUT ${page} ${bash} ${zsh}
      COMMAND ${CMAKE_COMMAND} -E make_directory
        ${folder}/man/man1 ${folder}/bash-completion/completions ${folder}/zsh/site-functions
      COMMAND $<TARGET_FILE:${program}> man-page > ${page}
      COMMAND $<TARGET_FILE:${program}> completion bash > ${bash}
      COMMAND $<TARGET_FILE:${program}> completion zsh > ${zsh}
      DEPENDS ${program}
      COMMENT "Writing the manual of ${program}"
      VERBATIM)
    list(APPEND outputs ${page} ${bash} ${zsh})
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${bash} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${zsh} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  endforeach()
  add_custom_target(ekiden_manuals ALL DEPENDS ${outputs})
endfunction()
