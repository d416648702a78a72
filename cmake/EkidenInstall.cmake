# cmake --install: libraries, headers, programs, and a package that find_package(ekiden) takes.
include(CMakePackageConfigHelpers)
