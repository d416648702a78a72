# Target check_headers: compiles each public header alone, so that users need no other include before it.
# One object library per floor, with one source per header. Not in `all`: scripts/test builds it by name.
add_custom_target(check_headers)
get_property(floors GLOBAL PROPERTY EKIDEN_LIBRARIES)
foreach(floor IN LISTS floors)
  string(REPLACE "ekiden_" "" folder ${floor})
  set(root ${PROJECT_SOURCE_DIR}/${folder}/include)
  file(GLOB_RECURSE headers RELATIVE ${root} CONFIGURE_DEPENDS ${root}/*.hpp)
  set(sources "")
  foreach(header IN LISTS headers)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp)
    # Twice, to find a header without an include guard.
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <@header@>\n#include <@header@>\n" @ONLY)
    list(APPEND sources ${source})
  endforeach()
  if(sources)
    add_library(check_headers_${folder} OBJECT EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(check_headers_${folder} PRIVATE ${floor} ekiden::warnings)
    # This code never runs, so debug information would only cost time.
    target_compile_options(check_headers_${folder} PRIVATE -g0)
    add_dependencies(check_headers check_headers_${folder})
  endif()
endforeach()
