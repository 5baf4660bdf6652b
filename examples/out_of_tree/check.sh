#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs a build, moves what was installed to another place, and builds and runs this project against it: with CMake and
# with pkg-config, in C and C++, on every backend given; then the installed command and its scenarios.
# Usage: check.sh CMAKE BUILD WORK CC CXX BACKEND... Proof: it is the test example.out_of_tree.
set -eu
cmake=$1 build=$2 work=$3 cc=$4 cxx=$5
shift 5
here=$(cd "$(dirname "$0")" && pwd)
prefix=$work/elsewhere/tandem
log=$work/log

quietly() {   # quietly WHAT COMMAND...: its output only when it fails
	what=$1
	shift
	if ! "$@" >"$log" 2>&1; then
		cat "$log" >&2
		echo "example.out_of_tree: $what failed" >&2
		exit 1
	fi
}

rm -rf "$work"
mkdir -p "$work/elsewhere"
quietly "installing" "$cmake" --install "$build" --prefix "$work/staging"
mv "$work/staging" "$prefix"

# Not one header of ours needs SystemC, Lua or the source tree.
for header in tandem.h test_engine.h trace.h; do
	printf "#include <tandem/%s>\nextern int used;\n" "$header" >"$work/alone.c"
	quietly "tandem/$header alone, as C" "$cc" -std=c11 -Wall -Wextra -pedantic -Werror -I "$prefix/include" -c "$work/alone.c" -o "$work/alone.o"
	quietly "tandem/$header alone, as C++" "$cxx" -std=c++11 -x c++ -Wall -Wextra -pedantic -Werror -I "$prefix/include" -c "$work/alone.c" -o "$work/alone.o"
done

quietly "configuring with find_package" "$cmake" -S "$here" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" \
	-DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" -DWITH_STATIC=ON
quietly "building with CMake" "$cmake" --build "$work/cmake"
mkdir "$work/make"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name tandem.pc)")
export PKG_CONFIG_PATH
quietly "building with pkg-config" make -f "$here/Makefile" OUT="$work/make" CC="$cc" CXX="$cxx"

# The wrong version is refused by CMake's package, with its sentence.
mkdir "$work/wrong"
printf 'cmake_minimum_required(VERSION 3.16)\nproject(wrong NONE)\nfind_package(tandem 99 REQUIRED)\n' >"$work/wrong/CMakeLists.txt"
if "$cmake" -S "$work/wrong" -B "$work/wrong/build" -DCMAKE_PREFIX_PATH="$prefix" >"$log" 2>&1 || ! grep -q '99' "$log"; then
	echo "example.out_of_tree: find_package(tandem 99) was not refused" >&2
	exit 1
fi

for backend in "$@"; do
	for program in cmake/tour cmake/tour_static cmake/firmware make/tour make/firmware; do
		echo "-- $program $backend"
		"$work/$program" "$here/platform.lua" "$backend"
	done
done

echo "-- the installed command"
cd /
quietly "tandem list" "$prefix/bin/tandem" list
if ! grep -q "^$prefix/share/tandem/scenarios/smoke/bring_up.lua" "$log"; then
	echo "example.out_of_tree: tandem list does not show the installed scenarios" >&2
	exit 1
fi
"$prefix/bin/tandem" run "$prefix/share/tandem/scenarios/smoke/bring_up.lua" --on tlm | tail -n 1
rm -rf "$work"
