#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang_warnings.sh CLANG SOURCE_ROOT WORK_DIR: the portable C parts raise no warning in a second compiler. 77: no clang here.
# $LAUNCHER: what the compiler is called through, a cache for example.
clang=$1
root=$2
work=$3
[ -x "$clang" ] || { echo "clang is not installed"; exit 77; }
sources=$(find "$root/driver/src" "$root/model/core/src" -name '*.c' | sort)
[ -n "$sources" ] || { echo "no source under driver/src and model/core/src"; exit 1; }
mkdir -p "$work" || exit 1
status=0
for source in $sources; do
	case $source in
	"$root"/driver/*) own=$root/driver ;;
	*) own=$root/model/core ;;
	esac
	# An object, not -fsyntax-only: a cache keeps objects alone.
	${LAUNCHER:-} "$clang" -c -O0 -o "$work/object.o" -std=c11 -Wall -Wextra -Wconversion -Werror -I"$own/include" -I"$own/src" \
		-I"$root/arch/gen" -I"$root/arch/trace" "$source" || status=1
done
echo "$(echo "$sources" | wc -l) files"
exit $status
