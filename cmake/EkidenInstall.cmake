# cmake --install: libraries, headers, programs with their manuals, and a package for find_package(ekiden).
include(CMakePackageConfigHelpers)
include(EkidenManuals)

get_property(libraries GLOBAL PROPERTY EKIDEN_LIBRARIES)
set(EKIDEN_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/ekiden)

foreach(library IN LISTS libraries)
  string(REPLACE "ekiden_" "" floor ${library})
  install(TARGETS ${library} EXPORT ekiden-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${floor}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endforeach()
install(EXPORT ekiden-targets NAMESPACE ekiden:: DESTINATION ${EKIDEN_PACKAGE_DIR})
install(TARGETS ekiden news-worker RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
ekiden_manuals(ekiden news-worker)
# AWS's libraries, which our static libraries need, if they come from our cache: the cache can be deleted.
if(aws-c-auth_DIR MATCHES "^${EKIDEN_AWS_CRT}/")
  install(DIRECTORY ${EKIDEN_AWS_CRT}/lib DESTINATION ${CMAKE_INSTALL_LIBDIR}/ekiden/aws-crt)
  install(DIRECTORY ${EKIDEN_AWS_CRT}/include DESTINATION ${CMAKE_INSTALL_LIBDIR}/ekiden/aws-crt)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ekiden-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/ekiden-config.cmake INSTALL_DESTINATION ${EKIDEN_PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/ekiden-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ekiden-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/ekiden-config-version.cmake
  DESTINATION ${EKIDEN_PACKAGE_DIR})
