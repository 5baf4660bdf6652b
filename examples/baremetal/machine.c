/* SPDX-License-Identifier: Apache-2.0
 * The port of the driver core to QEMU's virt machine without an operating system: everything the core needs from its host is
 * in this file. Copy it for your own board; what has to change is the clock, the console and the address of the SMMU.
 * Not here: locks (one CPU, no interrupts: calls never overlap) and cache maintenance (the SMMU snoops; main() refuses one that
 * does not: such a board fills in clean and discard). Proof: ctest example.baremetal.* */
#include "machine.h"

#include <stdarg.h>

/* -- Memory functions: what a compiler may call by itself --------------------------------------------------------------- */

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);
int memcmp(const void *a, const void *b, size_t count);

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
	return memmove(to, from, count);
}

void *memmove(void *to, const void *from, size_t count)
{
	unsigned char *const d = to;
	const unsigned char *const s = from;
	if ((uintptr_t)d <= (uintptr_t)s)
		for (size_t i = 0; i < count; i++)
			d[i] = s[i];
	else
		for (size_t i = count; i > 0; i--)
			d[i - 1] = s[i - 1];
	return to;
}

void *memset(void *to, int value, size_t count)
{
	unsigned char *const d = to;
	for (size_t i = 0; i < count; i++)
		d[i] = (unsigned char)value;
	return to;
}

int memcmp(const void *a, const void *b, size_t count)
{
	const unsigned char *const x = a, *const y = b;
	for (size_t i = 0; i < count; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

/* -- Console ------------------------------------------------------------------------------------------------------------ */

enum { UART_DR = 0x00, UART_FR = 0x18, UART_FR_TXFF = 1u << 5 };

static void put(char c)
{
	while (load32(MACHINE_UART + UART_FR) & UART_FR_TXFF)
		;
	store32(MACHINE_UART + UART_DR, (unsigned char)c);
}

static void put_text(const char *text)
{
	for (; *text; text++)
		put(*text);
}

static void put_number(uint64_t value, unsigned base)
{
	char digits[20];
	unsigned count = 0;
	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	while (count > 0)
		put(digits[--count]);
}

void say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	for (; *format; format++) {
		if (*format != '%') {
			put(*format);
			continue;
		}
		switch (*++format) {
		case 's':
			put_text(va_arg(args, const char *));
			break;
		case 'u':
			put_number(va_arg(args, unsigned), 10);
			break;
		case 'x':
			put_text("0x");
			put_number(va_arg(args, uint64_t), 16);
			break;
		default:
			put('%');
		}
	}
	va_end(args);
}

/* -- Clock and end ------------------------------------------------------------------------------------------------------ */

uint64_t machine_now_us(void)
{
	uint64_t ticks, hz;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) :: "memory");
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	return ticks / hz * 1000000 + ticks % hz * 1000000 / hz;
}

_Noreturn static void power_off(void)
{
	register uint64_t x0 __asm__("x0") = 0x84000008; /* PSCI SYSTEM_OFF */
	__asm__ volatile("hvc #0" : "+r"(x0) :: "memory");
	for (;;)
		__asm__ volatile("wfi");
}

_Noreturn void machine_exit(uint64_t status)
{
	const uint64_t block[2] = { 0x20026, status };          /* ADP_Stopped_ApplicationExit */
	register uint64_t x0 __asm__("x0") = 0x18;              /* SYS_EXIT */
	register uint64_t x1 __asm__("x1") = (uintptr_t)block;
	__asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
	power_off();
}

_Noreturn void machine_trapped(uint64_t esr, uint64_t elr, uint64_t far)
{
	static bool again;
	if (again)
		power_off();    /* without semihosting the way out traps as well */
	again = true;
	say("FAIL: exception: ESR %x, ELR %x, FAR %x\n", esr, elr, far);
	if (esr >> 26 == 0x25 && far >= MACHINE_SMMU && far - MACHINE_SMMU < MACHINE_SMMU_BYTES)
		say("Nothing answers at the SMMU's address %x: was QEMU started with -machine virt,iommu=smmuv3?\n", MACHINE_SMMU);
	machine_exit(EXIT_TRAPPED);
}

/* -- The two tables of functions ---------------------------------------------------------------------------------------- */

static uint64_t now_us(void *ctx)
{
	(void)ctx;
	return machine_now_us();
}

static void relax(void *ctx)
{
	(void)ctx;
	__asm__ volatile("yield");
}

static void order(void *ctx)
{
	(void)ctx;
	barrier();
}

void machine_host(struct smmu_host *out)
{
	*out = (struct smmu_host){ .now_us = now_us, .relax = relax, .publish = order, .consume = order };
}

static uint64_t base_of(const void *ctx) { return *(const uint64_t *)ctx; }

static uint32_t read32(void *ctx, uint32_t offset)
{
	return load32(base_of(ctx) + offset);
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	store32(base_of(ctx) + offset, value);
}

static uint64_t read64(void *ctx, uint32_t offset)
{
	return load64(base_of(ctx) + offset);
}

static void write64(void *ctx, uint32_t offset, uint64_t value)
{
	store64(base_of(ctx) + offset, value);
}

void machine_smmu_port(struct smmu_port *out)
{
	static uint64_t base = MACHINE_SMMU;
	*out = (struct smmu_port){ .ctx = &base, .read32 = read32, .write32 = write32, .read64 = read64, .write64 = write64 };
}
