#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang_warnings.sh CLANG SOURCE_ROOT: the portable C parts raise no warning in a second compiler. 77: no clang here.
clang=$1
root=$2
[ -x "$clang" ] || { echo "clang is not installed"; exit 77; }
sources=$(find "$root/driver/src" "$root/model/core/src" -name '*.c' | sort)
[ -n "$sources" ] || { echo "no source under driver/src and model/core/src"; exit 1; }
status=0
for source in $sources; do
	case $source in
	"$root"/driver/*) own=$root/driver ;;
	*) own=$root/model/core ;;
	esac
	"$clang" -fsyntax-only -std=c11 -Wall -Wextra -Wconversion -Werror -I"$own/include" -I"$own/src" \
		-I"$root/arch/gen" -I"$root/arch/trace" "$source" || status=1
done
echo "$(echo "$sources" | wc -l) files"
exit $status
