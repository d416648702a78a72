# What nearly every source includes, of the standard library and of Asio, parsed once instead of once a source: half of
# the build's time. Nothing of ours is in it, so that no edit makes it anew; check_headers, which compiles without it,
# finds the include that a header forgot.
# ekiden_precompiled(TARGET [tests]): compiles TARGET with it, or with it and GoogleTest.
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
      # A program, because programs are compiled with other options (-fPIE) than libraries are.
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
  # As ekiden_runtime has it for all above: what is precompiled must be compiled with the same.
  target_compile_definitions(${target} PRIVATE BOOST_ASIO_NO_DEPRECATED)
  # GCC passes over one that does not fit, and says so: slower, and no fault.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-invalid-pch>)
endfunction()
