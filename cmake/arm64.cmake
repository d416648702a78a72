# Toolchain to cross-compile for arm64 with Clang and Debian's arm64 libraries (scripts/setup arm64).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET ${CMAKE_LIBRARY_ARCHITECTURE})
endforeach()
# GNU's linker supports only this machine.
find_program(EKIDEN_CROSS_LLD NAMES ld.lld-19 ld.lld REQUIRED)
set(CMAKE_EXE_LINKER_FLAGS_INIT --ld-path=${EKIDEN_CROSS_LLD})
set(CMAKE_SHARED_LINKER_FLAGS_INIT --ld-path=${EKIDEN_CROSS_LLD})
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig:/usr/share/pkgconfig)
