#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Line and branch coverage of driver/src by the driver's own tests: builds both once more with gcc's counters, runs every test and
# lists per file what was reached, then every line and every branch that was not. Not a ctest: it compiles everything a second time.
# Not here: the explorer's tests (a build of the driver of their own) and the runs on garbage (driver.hostile), which reach code
# without expecting anything of it.
# $LAUNCHER: what the compiler is called through, a cache for example. $ONLY: names of tests ("ats pri"): run no others (for work on them).
# Usage: coverage.sh WORKDIR [BUILD]   BUILD: a build of this tree with the tests' library, default build/release.
# Exit 0: all lines and at least 98 % of the branches; 1: less, or a test failed; 2: cannot be measured, with a sentence.
set -eu
[ $# -ge 1 ] || { echo "usage: coverage.sh WORKDIR [BUILD]" >&2; exit 2; }
cd "$(dirname "$0")/../.."
mkdir -p "$1/all"
work=$(cd "$1" && pwd) build=${2:-build/release}
unity=$build/lib/libtandem_unity.a
[ -f "$unity" ] || { echo "no $unity: build the target tandem_unity first, or name another build" >&2; exit 2; }
flags="-std=c11 -O0 -pthread -Idriver/include -Idriver/src -Idriver/test -Iarch/gen -Iarch/trace -Itb/unity/include"

# shellcheck disable=SC2012,SC2046
header=$(ls -t $(find driver arch/gen arch/trace tb/unity/include -name '*.h') | head -n 1)

compile() { # SOURCE FLAGS...: an object in WORKDIR unless one is there that is newer than the source and every header
	source=$1 object=${1##*/}
	object=$work/${object%.c}.o
	shift
	if [ ! "$object" -nt "$source" ] || [ ! "$object" -nt "$header" ]; then
		# shellcheck disable=SC2086
		${LAUNCHER:-} gcc $flags "$@" -c "$source" -o "$object"
	fi
}

# Paths relative to the tree: gcov -r leaves out what lies elsewhere.
objects=
for source in driver/src/*.c; do
	compile "$source" --coverage -fprofile-update=atomic
	objects="$objects $object"
done
for bench in fake_smmu rig thread_smmu; do
	compile "driver/test/$bench.c"
	objects="$objects $object"
done

# One program for all tests, as linking one costs more than running it: main, setUp and tearDown get the test's name, the rest stays
# inside. The first argument says which test it is.
tests= table=
for source in driver/test/test_*.c; do
	name=${source##*/}
	name=${name%.c}
	case $name in test_explore*|test_hostile) continue ;; esac
	compile "$source"
	if [ ! "$work/all/$name.o" -nt "$work/$name.o" ]; then
		objcopy --redefine-sym main="$name" --redefine-sym setUp="setUp_$name" --redefine-sym tearDown="tearDown_$name" \
			--keep-global-symbol="$name" --keep-global-symbol="setUp_$name" --keep-global-symbol="tearDown_$name" \
			"$work/$name.o" "$work/all/$name.o"
	fi
	tests="$tests $name" table="$table TEST($name)"
done
cat > "$work/all.c" <<-END
	#include <string.h>
	#define TESTS $table
	#define TEST(name) int name(int, char **); __attribute__((weak)) void setUp_##name(void); __attribute__((weak)) void tearDown_##name(void);
	TESTS
	#undef TEST
	static const struct { const char *name; int (*main)(int, char **); void (*setUp)(void), (*tearDown)(void); } test[] = {
	#define TEST(name) { #name, name, setUp_##name, tearDown_##name },
	TESTS
	};
	static unsigned n;
	void setUp(void) { if (test[n].setUp) test[n].setUp(); }
	void tearDown(void) { if (test[n].tearDown) test[n].tearDown(); }
	int main(int argc, char **argv)
	{
		for (; n < sizeof test / sizeof test[0]; n++)
			if (argc > 1 && strcmp(test[n].name, argv[1]) == 0)
				return test[n].main(argc - 1, argv + 1);
		return 2;
	}
END
# shellcheck disable=SC2086
gcc -std=c11 -O0 -pthread "$work/all.c" "$work"/all/*.o $objects "$unity" -lgtest -lstdc++ -lm -lgcov -o "$work/all/tests"

rm -f "$work"/*.gcda
failed=
for name in $tests; do
	case " ${ONLY:-${name#test_}} " in *" ${name#test_} "*) ;; *) continue ;; esac
	again=0
	case $name in test_races|test_pgtable_shared|test_threads) again=9 ;; esac      # threads meet as they like: more than once
	while [ $again -ge 0 ]; do
		timeout 300 "$work/all/tests" "$name" > "$work/$name.log" 2>&1 || { failed="$failed $name"; tail -n 20 "$work/$name.log"; break; }
		again=$((again - 1))
	done
done
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }

gcov --branch-probabilities --branch-counts --relative-only --stdout --object-directory "$work" driver/src/*.c \
	> "$work/gcov.txt" 2> "$work/gcov.err" || { cat "$work/gcov.err" >&2; exit 2; }
exec "${LUA:-lua5.4}" driver/test/coverage.lua "$work/gcov.txt"
