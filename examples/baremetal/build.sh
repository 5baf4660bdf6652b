#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The image: the driver core as it is, the port, the start-up file; no library, not even libgcc.
# Not here: the driver's sources by name (the build gives them; without them all of driver/src are taken).
#
#   build.sh OUTPUT.elf [DRIVER_SOURCE...]     CC: the cross compiler, aarch64-linux-gnu-gcc if not set
#                                              LAUNCHER: what it is called through, a compiler cache for example
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
output=${1:?usage: build.sh OUTPUT.elf [DRIVER_SOURCE...]}
shift
[ $# -gt 0 ] || set -- "$root"/driver/src/*.c
cc=${CC:-aarch64-linux-gnu-gcc}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

# -mgeneral-regs-only: nobody has switched the vector registers on. -mno-outline-atomics: gcc would call its own runtime.
# -mstrict-align: before the MMU is on, an unaligned access traps.
for source in "$here/start.S" "$here/machine.c" "$here/edu.c" "$here/main.c" "$@"; do
	${LAUNCHER:-} "$cc" -c -std=c11 -O2 -g -Wall -Wextra -Wconversion -Werror \
		-ffreestanding -fno-pic -march=armv8-a -mgeneral-regs-only -mno-outline-atomics -mstrict-align \
		-I"$root/driver/include" -I"$root/arch/gen" -I"$root/arch/trace" -o "$objects/$(basename "$source").o" "$source"
done

# build-id: its note would lie where the image begins.
"$cc" -nostdlib -static -no-pie -Wl,-T,"$here/virt.ld" -Wl,--build-id=none -Wl,--fatal-warnings -Wl,-z,max-page-size=4096 \
	-o "$output" "$objects"/start.S.o "$objects"/*.c.o
