# Checks the compiler, and sets the warnings and the sanitizers.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "Ekiden does not build with GCC ${CMAKE_CXX_COMPILER_VERSION}: GCC older than 14 miscompiles ordinary co_await "
    "statements without a warning. Use Clang 16 or newer (Debian 12: apt install clang-19, then "
    "-DCMAKE_CXX_COMPILER=clang++-19) or GCC 14.")
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
  message(FATAL_ERROR
    "Ekiden does not build with Clang ${CMAKE_CXX_COMPILER_VERSION}: it needs Clang 16 or newer, or GCC 14.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Never exported: users of an installed Ekiden choose their own warnings.
add_library(ekiden_warnings INTERFACE)
add_library(ekiden::warnings ALIAS ekiden_warnings)
target_compile_options(ekiden_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

find_program(EKIDEN_LLD NAMES ld.lld-19 ld.lld)
if(EKIDEN_LLD AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(--ld-path=${EKIDEN_LLD})
endif()

set(EKIDEN_SANITIZE "" CACHE STRING "Sanitizers to build with, as in -fsanitize=")
if(EKIDEN_SANITIZE)
  add_compile_options(-fsanitize=${EKIDEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${EKIDEN_SANITIZE})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections -Wl,--as-needed)
endif()
