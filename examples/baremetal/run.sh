#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots the image: its UART is your terminal, its exit status is yours (0 pass, 1 a check failed, 2 unfit machine, 3 exception).
#
#   run.sh IMAGE.elf [QEMU_OPTION...]          MACHINE: other than virt,iommu=smmuv3; EDUS: how many edu devices, 2 if not set
#   run.sh build/release/examples/baremetal/baremetal.elf -trace 'smmuv3_*'     shows what QEMU's SMMU does
set -eu
image=${1:?usage: run.sh IMAGE.elf [QEMU_OPTION...]}
shift
i=0
while [ "$i" -lt "${EDUS:-2}" ]; do
	i=$((i + 1))
	set -- -device "edu,addr=$i" "$@"
done
exec qemu-system-aarch64 -machine "${MACHINE:-virt,iommu=smmuv3}" -cpu cortex-a53 -accel tcg -m 128 -nodefaults -no-reboot \
	-display none -monitor none -serial stdio -semihosting-config enable=on,target=native -kernel "$image" "$@"
