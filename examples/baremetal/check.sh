#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One ctest entry: boots the image on one machine and holds its UART and exit status against what that machine has to give.
#
#   check.sh CASE IMAGE.elf LIMIT_S
#     pass      all checks hold, and both fault records are on the UART, decoded
#     no_smmu   a machine without SMMU: one sentence and exit status 3
#     no_edu    one device too few: one sentence and exit status 2
# Exit status 0 as it has to be, 1 not, 77 skipped: QEMU or the cross compiler is absent.
set -u
case=${1:?usage: check.sh CASE IMAGE.elf LIMIT_S} image=$2 limit_s=$3
here=$(dirname "$0")

if ! command -v qemu-system-aarch64 >/dev/null; then
	echo "SKIP: qemu-system-aarch64 is not installed (Debian package qemu-system-arm)"
	exit 77
fi
if [ ! -f "$image" ]; then
	echo "SKIP: no image: aarch64-linux-gnu-gcc was not there when the build was configured (Debian package gcc-aarch64-linux-gnu)"
	exit 77
fi

case $case in
pass)    wanted=0 ;;
no_smmu) wanted=3 MACHINE=virt && export MACHINE ;;
no_edu)  wanted=2 EDUS=1 && export EDUS ;;
*)       echo "check.sh: no case '$case': pass, no_smmu or no_edu" >&2 && exit 2 ;;
esac

uart=$(timeout -k 5 "$limit_s" sh "$here/run.sh" "$image" </dev/null 2>&1)
status=$?
printf '%s\n' "$uart"
faults=0
says() {   # says PATTERN: a line of the UART
	if ! printf '%s\n' "$uart" | grep -qE -- "$1"; then
		echo "check.sh: the UART has no line '$1'" >&2
		faults=1
	fi
}
if [ "$status" -eq 124 ]; then
	echo "check.sh: no verdict within $limit_s seconds" >&2
	exit 1
fi
if [ "$status" -ne "$wanted" ]; then
	echo "check.sh: exit status $status, not $wanted" >&2
	faults=1
fi
case $case in
pass)
	says '^PASS: [0-9]+ checks'
	says '^  event F_PERMISSION: StreamID 0x8, write of InputAddr 0x6008[0-9a-f]+,'
	says '^  event F_TRANSLATION: StreamID 0x8, write of InputAddr 0x4000[0-9a-f]+,'
	;;
no_smmu) says "^Nothing answers at the SMMU's address 0x9050000: was QEMU started with -machine virt,iommu=smmuv3\?" ;;
no_edu)  says '^FAIL: this machine cannot run the example: it needs two edu devices on bus 0' ;;
esac
exit $faults
