# Precompiles the headers of the standard library and of Asio that nearly every source includes. This halves the build
# time. They include no header of ours, so that no edit compiles them again. check_headers compiles without them, so it
# finds a missing include.
# ekiden_precompiled(TARGET [tests]): compiles TARGET with them; with `tests` also with those of GoogleTest.
option(EKIDEN_PRECOMPILED "Compile with precompiled headers of Asio and the standard library" ON)

set(EKIDEN_PRECOMPILED_HEADERS
  <algorithm> <array> <charconv> <chrono> <cstdint> <deque> <exception> <filesystem> <fstream> <functional> <list> <map>
  <memory> <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <utility> <variant> <vector>
  <boost/asio/any_io_executor.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp>
  <boost/asio/post.hpp> <boost/asio/redirect_error.hpp> <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp>
  <boost/system/system_error.hpp>)

function(_ekiden_precompiled_target name)
  target_link_libraries(${name} PRIVATE Boost::headers Threads::Threads ekiden::warnings)
  target_compile_definitions(${name} PRIVATE BOOST_ASIO_NO_DEPRECATED)
  target_precompile_headers(${name} PRIVATE ${EKIDEN_PRECOMPILED_HEADERS} ${ARGN})
endfunction()

function(ekiden_precompiled target)
  if(NOT EKIDEN_PRECOMPILED)
    return()
  endif()
  if("${ARGN}" STREQUAL "tests")
    set(from ekiden_precompiled_tests)
    if(NOT TARGET ${from})
      # A program, because programs are compiled with other options (-fPIE) than libraries.
      set(source ${CMAKE_BINARY_DIR}/precompiled.cpp)
      file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
      add_executable(${from} EXCLUDE_FROM_ALL ${source})
      _ekiden_precompiled_target(${from} <gmock/gmock.h> <gtest/gtest.h>)
      target_link_libraries(${from} PRIVATE GTest::gtest GTest::gmock)
    endif()
  else()
    set(from ekiden_precompiled)
    if(NOT TARGET ${from})
      set(source ${CMAKE_BINARY_DIR}/precompiled_library.cpp)
      file(CONFIGURE OUTPUT ${source} CONTENT "// A target needs a source.\n")
      add_library(${from} OBJECT EXCLUDE_FROM_ALL ${source})
      _ekiden_precompiled_target(${from})
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${from})
  # The same definition as in ekiden_runtime: precompiled headers and their users must be compiled with the same options.
  target_compile_definitions(${target} PRIVATE BOOST_ASIO_NO_DEPRECATED)
  # GCC ignores a precompiled header that does not fit, with a warning. That is slower, but not an error.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-invalid-pch>)
endfunction()
