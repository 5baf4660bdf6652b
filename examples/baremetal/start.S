/* SPDX-License-Identifier: Apache-2.0
 * From reset at EL1 to main(): identity map, stack, vectors, zeroed .bss. The MMU is on because the driver's atomics are only
 * promised to work on Normal memory, and everything is Device memory while it is off.
 * Not here: other EL than EL1, other CPUs (QEMU keeps them off), interrupts (all masked: the example polls).
 * Proof: ctest example.baremetal.pass. */

#define BLOCK    0x1                                    /* level 1: a block of 1 GiB */
#define AF       (1 << 10)
#define NORMAL   (BLOCK | AF | (1 << 2) | (3 << 8))     /* AttrIndx 1, inner shareable */
#define DEVICE   (BLOCK | AF | (0 << 2) | (3 << 53))    /* AttrIndx 0, PXN and UXN */

	.section .text.start, "ax"
	.global _start
_start:
	mrs	x0, CurrentEL
	cmp	x0, #(1 << 2)
	b.ne	halt                            /* nobody to tell: the tables below are for EL1 */
	adrp	x0, stack_top
	add	sp, x0, :lo12:stack_top
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0

	ldr	x0, =0xff04                     /* attribute 1: Normal write-back; 0: Device-nGnRE */
	msr	mair_el1, x0
	/* T0SZ 25: 39 bits, the walk starts at level 1. Write-back, inner shareable walks; 40-bit PAs; EPD1. */
	ldr	x0, =(25 | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 23) | (2 << 32))
	msr	tcr_el1, x0
	adrp	x0, identity
	msr	ttbr0_el1, x0
	isb
	tlbi	vmalle1
	ic	iallu
	dsb	sy
	isb
	mrs	x0, sctlr_el1
	ldr	x1, =((1 << 0) | (1 << 2) | (1 << 12))  /* M, C, I */
	orr	x0, x0, x1
	msr	sctlr_el1, x0
	isb

	adrp	x0, bss_start                   /* the linker script aligns both ends to 4 KiB */
	adrp	x1, bss_end
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	bl	main
	bl	machine_exit                    /* with what main() returned */
halt:	wfi
	b	halt

trapped:
	adrp	x0, stack_top                   /* whatever happened, nobody goes back */
	add	sp, x0, :lo12:stack_top
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	bl	machine_trapped
	b	halt

	.balign	2048
vectors:
	.rept	16
	.balign	128
	b	trapped
	.endr

	.section .rodata.identity, "a"
	.balign	4096
identity:
	.quad	0x0000000000 | DEVICE           /* UART, SMMU, BARs */
	.quad	0x0040000000 | NORMAL           /* RAM */
	.fill	254, 8, 0
	.quad	0x4000000000 | DEVICE           /* ECAM */
	.fill	255, 8, 0

	.section .note.GNU-stack, "", %progbits
