#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# helpers.sh CMAKE SOURCE_ROOT WORK_DIR: a dummy project uses tests.cmake, warnings.cmake and sanitize.cmake for real and
# shows that a test passes, fails, is skipped and times out, that a warning stops the build, and that ASan is on.
# $LAUNCHER: what the compilers are called through, a cache for example.
cmake=$1
root=$2
work=$3
ctest=$(dirname "$cmake")/ctest
rm -rf "$work" && mkdir -p "$work/src" && cd "$work" || exit 1
failures=0

claim() {   # claim SENTENCE COMMAND...
	sentence=$1
	shift
	if "$@" >claim.log 2>&1; then
		echo "ok: $sentence"
	else
		echo "WRONG: $sentence"
		cat claim.log
		failures=$((failures + 1))
	fi
}
fails() { ! "$@"; }
says() { grep -qF -- "$1" "$2" || { cat "$2"; false; }; }

cat >src/CMakeLists.txt <<TEXT
cmake_minimum_required(VERSION 3.25)
project(dummy C CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY \${CMAKE_BINARY_DIR}/bin)
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 17)
set(BUILD_TESTING ON)
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)
enable_testing()
set(TANDEM_SANITIZE none CACHE STRING "")
set(CMAKE_MODULE_PATH $root/cmake)
set(TANDEM_TIMEOUT_FACTOR 1)
include(warnings)
include(sanitize)
include(tests)
add_library(unity STATIC $root/tb/unity/src/unity.cpp)
add_library(tandem::unity ALIAS unity)
target_include_directories(unity PUBLIC $root/tb/unity/include)
target_link_libraries(unity PUBLIC GTest::gtest Threads::Threads)
add_library(part STATIC part.c)
tandem_add_test(NAME dummy.good SOURCES good.c extra.c LINK part INCLUDE private ARGS --gtest_filter=*one TIMEOUT_S 7 LABELS a b)
tandem_add_test(NAME dummy.cpp SOURCES good.cpp LINK GTest::gtest_main)
tandem_add_test(NAME dummy.bad SOURCES bad.c)
tandem_add_test(NAME dummy.skipped SOURCES skipped.c)
tandem_add_test(NAME dummy.endless SOURCES endless.c TIMEOUT_S 1)
tandem_add_test(NAME dummy.overrun SOURCES overrun.c)
if(EXTRA)
  tandem_add_test(\${EXTRA})
endif()
TEXT
c_test() {   # c_test NAME BODY
	printf '%s\n' '#include <stdlib.h>' '#include "unity.h"' 'static void one(void)' '{' "$2" '}' \
		'int main(int argc, char **argv) { UNITY_BEGIN(argc, argv); RUN_TEST(one); return UNITY_END(); }' >"src/$1.c"
}
mkdir src/private
echo 'int part(void); int extra(void);' >src/private/private.h
echo 'int part(void); int part(void) { return 1; }' >src/part.c
echo 'int extra(void); int extra(void) { return 2; }' >src/extra.c
c_test good 'TEST_ASSERT_EQUAL_INT(3, part() + extra());'
sed -i '1i #include "private.h"' src/good.c
printf '%s\n' '#include <gtest/gtest.h>' 'TEST(Cpp, one) { EXPECT_EQ(1, 1); }' >src/good.cpp
c_test bad 'TEST_ASSERT_EQUAL_INT(3, 4);'
c_test skipped 'TEST_IGNORE_MESSAGE("not here");'
c_test endless 'for (volatile int on = 1; on != 0;) ;'
# shellcheck disable=SC2016
c_test overrun 'volatile char *p = malloc(4); TEST_ASSERT_NOT_NULL((void *)(size_t)p); p[4] = 1; free((void *)(size_t)p);'
c_test narrow 'volatile long wide = 1; int narrow = wide; TEST_ASSERT_EQUAL_INT(1, narrow);'

launcher="-DCMAKE_C_COMPILER_LAUNCHER=${LAUNCHER:-} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER:-}"
# shellcheck disable=SC2086 # two words
claim "the dummy project configures" "$cmake" -G Ninja -S src -B build $launcher
claim "it builds" "$cmake" --build build
"$ctest" --test-dir build >ctest.log 2>&1
claim "a C test of several files passes" says "dummy.good .......................   Passed" ctest.log
claim "a C++ test passes" says "dummy.cpp ........................   Passed" ctest.log
claim "a failing assertion fails the entry" says "dummy.bad ........................***Failed" ctest.log
claim "an ignored test is skipped" says "dummy.skipped ....................***Skipped" ctest.log
claim "an endless test hits its limit" says "dummy.endless ....................***Timeout" ctest.log
"$ctest" --test-dir build --show-only=json-v1 >show.json
claim "arguments reach the program" says "gtest_filter=*one" show.json
claim "the limit is the one given" says '"value" : 7' show.json
claim "labels are a list" sh -c 'tr -d " \n" <show.json | grep -qF "[\"a\",\"b\"]"'
claim "the program lies in bin under its dotted name" test -x build/bin/test.dummy.good

claim "a narrowing conversion stops the build" fails sh -c "
	'$cmake' -S src -B build '-DEXTRA=NAME;dummy.narrow;SOURCES;narrow.c' && '$cmake' --build build --target test.dummy.narrow"
claim "a name without a dot is refused" fails "$cmake" -S src -B build "-DEXTRA=NAME;dummy;SOURCES;good.c"
claim "an unknown keyword is refused" fails "$cmake" -S src -B build "-DEXTRA=NAME;dummy.x;TIMEOUT;3;SOURCES;good.c"
claim "an unknown sanitizer is refused" fails "$cmake" -S src -B build "-DEXTRA=" -DTANDEM_SANITIZE=adress

# shellcheck disable=SC2086 # two words
claim "the sanitized build configures" "$cmake" -G Ninja -S src -B asan -DTANDEM_SANITIZE=address $launcher
claim "it builds" "$cmake" --build asan --target test.dummy.overrun
"$ctest" --test-dir asan -R dummy.overrun --output-on-failure >asan.log 2>&1
claim "an overrun is found" says "heap-buffer-overflow" asan.log
[ $failures -eq 0 ]
