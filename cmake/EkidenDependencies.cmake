# The libraries that Ekiden uses. All come from Debian's packages (scripts/setup lists them), except AWS's library of
# credential providers, which scripts/aws-crt builds into a cache.

set(CMAKE_THREAD_PREFER_PTHREAD ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# An installed library, or one in CMAKE_PREFIX_PATH, has priority over our cache.
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/aws-crt --prefix
  OUTPUT_VARIABLE EKIDEN_AWS_CRT OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
list(APPEND CMAKE_PREFIX_PATH ${EKIDEN_AWS_CRT})
# Forget the libraries that an older build of this folder found in our cache.
cmake_path(GET EKIDEN_AWS_CRT PARENT_PATH EKIDEN_CACHE)
foreach(library aws-c-common s2n aws-c-cal aws-c-io aws-c-compression aws-c-http aws-c-sdkutils aws-c-auth)
  if("${${library}_DIR}" MATCHES "^${EKIDEN_CACHE}/" AND NOT "${${library}_DIR}" MATCHES "^${EKIDEN_AWS_CRT}/")
    unset(${library}_DIR CACHE)
  endif()
endforeach()
# The libcrypto that we link. Without this, aws-c-auth would choose a static one.
set(crypto_LIBRARY ${OPENSSL_CRYPTO_LIBRARY})
find_package(aws-c-auth CONFIG QUIET)
if(NOT aws-c-auth_FOUND)
  message(FATAL_ERROR
    "aws-c-auth, AWS's library of credential providers, was not found. Run scripts/setup or scripts/aws-crt, which "
    "fetch and build it, or add your own installation to CMAKE_PREFIX_PATH.")
endif()
