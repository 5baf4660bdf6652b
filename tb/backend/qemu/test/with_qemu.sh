#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command that needs QEMU 7.2; exit status 77 and a line where it is absent or another version.
#
#   with_qemu.sh COMMAND [ARGUMENT...]
qemu=${TANDEM_QEMU:-qemu-system-aarch64}
if ! command -v "$qemu" >/dev/null; then
	echo "SKIP: $qemu is not installed (Debian package qemu-system-arm)"
	exit 77
fi
version=$("$qemu" --version 2>&1 | head -n 1)
case $version in
*" version 7.2."*) exec "$@" ;;
esac
echo "SKIP: the qemu backend knows version 7.2, this is: $version"
exit 77
