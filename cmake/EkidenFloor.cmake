# EKIDEN_FLOORS: the floors of cmake/floors.txt, lowest first. EKIDEN_BELOW_<floor>: the floors that it uses directly.
# ekiden_floor(NAME SOURCES ... [PUBLIC libs...] [PRIVATE libs...])
#   Adds a floor: a static library ekiden_NAME (alias ekiden::NAME) with its public headers in NAME/include/ekiden/NAME.
#   It links the floors that cmake/floors.txt lists for it, and the given libraries. It can include only what it links.
# ekiden_tests(NAME LABEL unit|sim|e2e|large SOURCES ... [LIBS libs...])
#   Adds a test program. Every test gets the label. The configuration fails if a test source is in no target, because
#   nobody would notice that it does not compile any more.
include(GoogleTest)
include(EkidenPrecompiled)

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/floors.txt)
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/floors.txt lines REGEX "^[a-z]+:")
foreach(line IN LISTS lines)
  string(REGEX MATCHALL "[a-z]+" words "${line}")
  list(POP_FRONT words floor)
  list(APPEND EKIDEN_FLOORS ${floor})
  list(TRANSFORM words PREPEND ekiden::)
  set(EKIDEN_BELOW_${floor} ${words})
endforeach()

option(EKIDEN_CHECK_LISTED "Fail if a source is in no target" ON)
option(EKIDEN_LINK_MAP "Write the linker's map of each program next to it, as NAME.map" OFF)

function(_ekiden_check_listed directory pattern)
  if(NOT EKIDEN_CHECK_LISTED)
    return()
  endif()
  file(GLOB_RECURSE found RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${directory}/${pattern})
  get_property(listed DIRECTORY PROPERTY EKIDEN_LISTED_SOURCES)
  foreach(file IN LISTS found)
    if(NOT file IN_LIST listed)
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/${file} is in no target: add it to CMakeLists.txt or delete it.")
    endif()
  endforeach()
endfunction()

function(_ekiden_note_sources)
  set_property(DIRECTORY APPEND PROPERTY EKIDEN_LISTED_SOURCES ${ARGN})
endfunction()

# Call it once at the end of a floor's CMakeLists.txt.
function(ekiden_check_sources)
  _ekiden_check_listed(src "*.cpp")
  if(EKIDEN_TESTS)
    _ekiden_check_listed(test "*.cpp")
  endif()
endfunction()

function(ekiden_floor name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(ekiden_${name} STATIC ${ARG_SOURCES})
  add_library(ekiden::${name} ALIAS ekiden_${name})
  set_target_properties(ekiden_${name} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(ekiden_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  target_include_directories(ekiden_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_compile_features(ekiden_${name} PUBLIC cxx_std_20)
  target_link_libraries(ekiden_${name} PUBLIC ${EKIDEN_BELOW_${name}} ${ARG_PUBLIC}
    PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:ekiden::warnings>)
  ekiden_precompiled(ekiden_${name})
  _ekiden_note_sources(${ARG_SOURCES})
  set_property(GLOBAL APPEND PROPERTY EKIDEN_LIBRARIES ekiden_${name})
endfunction()

function(ekiden_tests name)
  if(NOT EKIDEN_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LIBS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gtest_main ekiden::warnings)
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/test)
  ekiden_precompiled(${name} tests)
  _ekiden_note_sources(${ARG_SOURCES})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()

function(ekiden_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} ekiden::warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(EKIDEN_LINK_MAP)
    target_link_options(${name} PRIVATE LINKER:-Map=$<TARGET_FILE:${name}>.map)
  endif()
  _ekiden_note_sources(${ARG_SOURCES})
endfunction()
