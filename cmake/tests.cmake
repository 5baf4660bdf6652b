# SPDX-License-Identifier: Apache-2.0
# tandem_add_test: one source or a few, one program, one ctest entry, one dotted name. Proof: cmake/test/.
#
#   tandem_add_test(NAME driver.ste SOURCES test/test_ste.c LINK tandem::driver)
#
#   NAME      ctest name; the program is test.<NAME> in the build's bin/ and is also the CMake target's name
#   SOURCES   .c or .cpp; a C test writes main() with UNITY_BEGIN/UNITY_END, a C++ test has its own main()
#             (UNITY_BEGIN/UNITY_END run TEST() cases too) or names GTest::gtest_main in LINK
#   LINK      libraries under test; tandem::unity (with GTest::gtest) and tandem::warnings come by themselves
#   INCLUDE   private include folders, for a test of a part's inside
#   ARGS      arguments of the ctest entry
#   TIMEOUT_S limit in seconds on a quiet machine, default 10; ctest gets a multiple of it, a larger one with sanitizers, so
#             that a busy machine fails no test
#   LABELS    ctest labels; `release-only` and `slow-asan` keep a test out of the sanitizer half of ./run test
#
# Exit status 77 means skipped.

if(DEFINED TANDEM_TIMEOUT_FACTOR)
  # the caller's own choice
elseif(TANDEM_SANITIZE STREQUAL "none")
  set(TANDEM_TIMEOUT_FACTOR 12)
else()
  set(TANDEM_TIMEOUT_FACTOR 40)
endif()

# Limits and labels for a ctest entry that add_test() made: a script, or another run of a program.
function(tandem_test_limits name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT_S" "LABELS")
  if(NOT arg_TIMEOUT_S)
    set(arg_TIMEOUT_S 10)
  endif()
  math(EXPR timeout_s "${arg_TIMEOUT_S} * ${TANDEM_TIMEOUT_FACTOR}")
  # What may take long starts first, so that nothing long is left alone at the end.
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout_s} COST ${timeout_s} SKIP_RETURN_CODE 77)
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
endfunction()

function(tandem_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT_S" "SOURCES;LINK;INCLUDE;ARGS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tandem_add_test(${arg_NAME}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()
  if(NOT arg_NAME MATCHES "^[a-z0-9_-]+(\\.[a-z0-9_-]+)+$" OR NOT arg_SOURCES)
    message(FATAL_ERROR "tandem_add_test needs a dotted lower-case NAME and SOURCES; got '${arg_NAME}'.")
  endif()
  if(NOT BUILD_TESTING)
    return()
  endif()
  set(program test.${arg_NAME})
  add_executable(${program} ${arg_SOURCES})
  target_link_libraries(${program} PRIVATE ${arg_LINK} tandem::unity tandem::warnings)
  target_include_directories(${program} PRIVATE ${arg_INCLUDE})
  add_test(NAME ${arg_NAME} COMMAND ${program} ${arg_ARGS})
  tandem_test_limits(${arg_NAME} TIMEOUT_S ${arg_TIMEOUT_S} LABELS ${arg_LABELS})
endfunction()
