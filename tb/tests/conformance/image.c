/* SPDX-License-Identifier: Apache-2.0
 * Memory as the vectors see it: little-endian words, and the baseline image B0 with its tables.
 * The rows run with RAM from 0 to 64 GiB, so every output address of the vectors below 2^36 holds data that can be
 * compared; with less RAM an access that translated but hit no memory aborts without an event. */
#include "conformance.h"

#include <string.h>

static uint8_t *ram;
static uint64_t ram_base;
static size_t ram_bytes;

static struct { uint64_t pa, bytes; } touched[4096];
static unsigned touched_count;

static void find_ram(void)
{
	if (ram == NULL)
		ram = api.ram(platform, &ram_base, &ram_bytes);
}

bool in_ram(uint64_t pa, uint64_t bytes)
{
	find_ram();
	return pa >= ram_base && bytes <= ram_bytes && pa - ram_base <= ram_bytes - bytes;
}

uint8_t *host(uint64_t pa)
{
	find_ram();
	return ram + (pa - ram_base);
}

void remember(uint64_t pa, uint64_t bytes)
{
	if (!in_ram(pa, bytes))
		return;
	for (unsigned i = touched_count; i > 0 && i + 16 > touched_count; i--) {
		if (touched[i - 1].pa <= pa && pa + bytes <= touched[i - 1].pa + touched[i - 1].bytes)
			return;
	}
	if (touched_count == sizeof touched / sizeof touched[0]) {
		fail("the program's list of touched memory is full");
		return;
	}
	touched[touched_count].pa = pa;
	touched[touched_count++].bytes = bytes;
}

void memory_clear(void)
{
	for (unsigned i = 0; i < touched_count; i++)
		memset(host(touched[i].pa), 0, touched[i].bytes);
	touched_count = 0;
}

void poke64(uint64_t pa, uint64_t value)
{
	if (!in_ram(pa, 8))
		return;
	remember(pa, 8);
	memcpy(host(pa), &value, 8);
}

uint64_t peek64(uint64_t pa)
{
	uint64_t value = 0;
	if (in_ram(pa, 8))
		memcpy(&value, host(pa), 8);
	return value;
}

void put_bits(uint64_t pa, unsigned word, unsigned lsb, unsigned width, uint64_t value)
{
	uint64_t mask = ((UINT64_C(1) << width) - 1) << lsb;
	poke64(pa + 8 * word, (peek64(pa + 8 * word) & ~mask) | (value << lsb & mask));
}

void put_address(uint64_t pa, unsigned word, unsigned lsb, unsigned width, uint64_t value)
{
	put_bits(pa, word, lsb, width, value >> lsb);
}

void new_ste(uint64_t pa)
{
	put_bits(pa, V, 1);
	put_bits(pa, S2R, 1);
	put_bits(pa, S2AA64, 1);
	put_bits(pa, S2PS, 5);
}

void new_cd(uint64_t pa)
{
	put_bits(pa, CD_V, 1);
	put_bits(pa, AA64, 1);
	put_bits(pa, T0SZ, 16);
	put_bits(pa, EPD1, 1);
	put_bits(pa, TG1, 2);
	put_bits(pa, T1SZ, 16);
	put_bits(pa, IPS, 5);
	put_bits(pa, A, 1);
	put_bits(pa, R, 1);
	put_address(pa, TTB0, 0x82000000);
	poke64(pa + 24, 0xff); /* MAIR attribute 0: Normal write-back */
}

static void stage2_of_ste(unsigned n)
{
	ste(n, S2T0SZ, 24);
	ste(n, S2SL0, 1);
	ste(n, S2TG, 0);
	ste_address(n, S2TTB, 0x84000000);
	ste(n, S2VMID, n);
}

static void configuration(void)
{
	static const uint8_t config[7] = { 0, 5, 6, 7, 4, 0, 5 };

	for (unsigned n = 1; n <= 6; n++) {
		new_ste(STE(n));
		ste(n, Config, config[n]);
	}
	ste_address(1, S1ContextPtr, CD1);
	ste(1, S2VMID, 1);
	stage2_of_ste(2);
	ste_address(3, S1ContextPtr, CD3);
	stage2_of_ste(3);
	ste_address(6, S1ContextPtr, CD6(0));
	ste(6, S1CDMax, 2);
	ste(6, S2VMID, 1);
	new_cd(CD1);
	cd(ASID, 0x11);
	new_cd(CD3);
	cd3(ASID, 0x13);
	for (unsigned n = 0; n < 4; n++) {
		new_cd(CD6(n));
		put_bits(CD6(n), ASID, 0x20 + n);
	}
}

static void stage1_tables(void)
{
	static const struct { uint64_t pa, value; } words[] = {
		{ 0x82000008, 0x82001003 }, { 0x82000010, 0x90000f41 }, { 0x82001020, 0x82002003 },
		{ 0x82001028, 0xa40000f41 }, { 0x82002018, 0x82003003 }, { 0x82002020, 0x980000f41 },
		{ 0x82002028, 0x4000000082003003 }, { 0x82002030, 0x2000000082003003 },
		{ 0x82002038, 0x1000000082003003 }, { 0x82002048, 0x10000000003 },
	};
	static const struct { unsigned i; uint64_t value; } pages[] = {
		{ 3, OUT | 0xf43 }, { 4, (OUT + 0x1000) | 0xfc3 }, { 5, (OUT + 0x2000) | 0xf03 },
		{ 6, (OUT + 0x3000) | 0xf83 }, { 7, (OUT + 0x4000) | 0xb43 },
		{ 9, (OUT + 0x6000) | 0xf43 | UINT64_C(3) << 53 }, { 10, (OUT + 0x7000) | 0xfc3 | UINT64_C(1) << 51 },
		{ 11, (OUT + 0x8000) | 0xf41 }, { 12, (OUT + 0x9000) | 0xbc3 },
		{ 13, (OUT + 0xa000) | 0xfc3 | UINT64_C(1) << 54 }, { 14, (OUT + 0xb000) | 0xfc3 | UINT64_C(1) << 53 },
		{ 32, 0x10000000f43 }, { 33, 0x10000000b43 },
	};

	for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
		poke64(words[k].pa, words[k].value);
	for (size_t k = 0; k < sizeof pages / sizeof pages[0]; k++)
		poke64(L3(pages[k].i), pages[k].value);
	for (unsigned i = 16; i < 32; i++) /* one contiguous group of 64 KiB */
		poke64(L3(i), (UINT64_C(0x950000000) + (i - 16) * UINT64_C(0x1000)) | 0xf43 | UINT64_C(1) << 52);
}

static void stage2_tables(void)
{
	static const struct { uint64_t pa, value; } words[] = {
		{ 0x84000010, 0x800007fd }, { 0x84000120, 0x84010003 }, { 0x84010488, 0x84011003 },
		{ 0x84001020, 0x84020003 }, { 0x84020018, 0x84021003 }, { 0x84021018, 0xc000037ff },
	};

	for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
		poke64(words[k].pa, words[k].value);
	for (unsigned j = 0; j < 16; j++)
		poke64(UINT64_C(0x84011a28) + 8 * j, UINT64_C(0xb000057ff) + j * UINT64_C(0x1000));
}

void baseline(void)
{
	memory_clear();
	configuration();
	stage1_tables();
	stage2_tables();
}
