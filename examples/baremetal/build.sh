#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The image in one command line: the driver core as it is, the port, the start-up file; no library, not even libgcc.
# Not here: the driver's sources by name (the build gives them; without them all of driver/src are taken).
#
#   build.sh OUTPUT.elf [DRIVER_SOURCE...]     CC: the cross compiler, aarch64-linux-gnu-gcc if not set
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
output=${1:?usage: build.sh OUTPUT.elf [DRIVER_SOURCE...]}
shift
[ $# -gt 0 ] || set -- "$root"/driver/src/*.c

# -mgeneral-regs-only: nobody has switched the vector registers on. -mno-outline-atomics: gcc would call its own runtime.
# -mstrict-align: before the MMU is on, an unaligned access traps. build-id: its note would lie where the image begins.
exec "${CC:-aarch64-linux-gnu-gcc}" -std=c11 -O2 -g -Wall -Wextra -Wconversion -Werror \
	-ffreestanding -nostdlib -static -fno-pic -no-pie \
	-march=armv8-a -mgeneral-regs-only -mno-outline-atomics -mstrict-align \
	-I"$root/driver/include" -I"$root/arch/gen" -I"$root/arch/trace" \
	-Wl,-T,"$here/virt.ld" -Wl,--build-id=none -Wl,--fatal-warnings -Wl,-z,max-page-size=4096 \
	-o "$output" "$here/start.S" "$here/machine.c" "$here/edu.c" "$here/main.c" "$@"
