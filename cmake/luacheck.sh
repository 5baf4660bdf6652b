#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# luacheck.sh LUACHECK SOURCE_ROOT: every Lua file of the tree is clean, and scenarios use neither io, os nor globals (.luacheckrc).
# Left out: build folders. 77: no luacheck here.
[ -x "$1" ] || { echo "luacheck is not installed (Debian package lua-check)"; exit 77; }
cd "$2" || exit 1
[ -n "$(find scenarios -name "*.lua" 2>/dev/null)" ] || { echo "no scenario found"; exit 1; }
# Proves first that the rule can fail.
for line in 'os.exit()' 'io.write("x")' 'leaked = 1' 'print(debug)'; do
	if echo "$line" | "$1" --no-color --filename scenarios/self_test.lua - >/dev/null; then
		echo "the configuration lets '$line' through"
		exit 1
	fi
done
# A tool may use io, but a variable that is set and never read is a mistake there, too.
if echo 'local unused = io' | "$1" --no-color --filename cmake/self_test.lua - >/dev/null; then
	echo "the configuration lets an unused variable of a tool through"
	exit 1
fi
exec "$1" --no-color --quiet . --exclude-files build 'build/**'
