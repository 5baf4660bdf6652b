# SPDX-License-Identifier: Apache-2.0
# `cmake --install`: the command with its scenarios and plans, libtandem with headers, CMake package and pkg-config file.
# What is installed may be moved: nothing in it knows its place. Proof: ctest example.out_of_tree.
include(CMakePackageConfigHelpers)

set(tandem_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tandem)
set(tandem_data_dir ${CMAKE_INSTALL_DATADIR}/tandem)

install(TARGETS tandem RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios plans DESTINATION ${tandem_data_dir}
  FILES_MATCHING PATTERN "*.lua" PATTERN "README.md")
install(DIRECTORY tb/perf DESTINATION ${tandem_data_dir} FILES_MATCHING PATTERN "*.lua" PATTERN "test" EXCLUDE)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(TARGETS tandem_shared EXPORT tandemTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${CMAKE_ARCHIVE_OUTPUT_DIRECTORY}/libtandem.a DESTINATION ${CMAKE_INSTALL_LIBDIR} OPTIONAL)
install(FILES tb/include/tandem/tandem.h tb/include/tandem/test_engine.h tb/include/tandem/trace.h arch/trace/smmuv3_trace.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tandem)

# What the static library needs beside SystemC and Lua.
set(TANDEM_STATIC_Z "")
if(TANDEM_RTL_WAVES AND TARGET smmu::rtl_sim)
  set(TANDEM_STATIC_Z "z")
endif()
install(EXPORT tandemTargets NAMESPACE tandem:: DESTINATION ${tandem_package_dir})
configure_package_config_file(cmake/install/tandemConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/install/tandemConfig.cmake
  INSTALL_DESTINATION ${tandem_package_dir} PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/install/tandemConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/install/tandemConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/install/tandemConfigVersion.cmake
  DESTINATION ${tandem_package_dir})

# From lib/pkgconfig, or lib/x86_64-linux-gnu/pkgconfig, back to the prefix.
string(REGEX REPLACE "[^/]+" ".." TANDEM_PC_PREFIX ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
string(REGEX REPLACE "(.+)" "-l\\1 " TANDEM_PC_Z "${TANDEM_STATIC_Z}")
configure_file(cmake/install/tandem.pc.in ${CMAKE_CURRENT_BINARY_DIR}/install/tandem.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/install/tandem.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# A project outside of this tree, against what was installed from this one.
if(BUILD_TESTING)
  set(backends)
  if(TARGET smmu::model_tlm)
    list(APPEND backends tlm)
  endif()
  if(TARGET smmu::rtl_sim)
    list(APPEND backends rtl)
  endif()
  add_test(NAME example.out_of_tree COMMAND sh ${PROJECT_SOURCE_DIR}/examples/out_of_tree/check.sh ${CMAKE_COMMAND} ${CMAKE_BINARY_DIR}
    ${CMAKE_BINARY_DIR}/out_of_tree ${CMAKE_C_COMPILER} ${CMAKE_CXX_COMPILER} ${backends})
  tandem_test_limits(example.out_of_tree TIMEOUT_S 60 LABELS release-only)
endif()
