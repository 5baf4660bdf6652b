/* SPDX-License-Identifier: Apache-2.0
 * Counter group: what CFGR says, filters encoded by hand, allocation conflicts, accumulation across wraps, capture.
 * The fake keeps W1S/W1C pairs; counts are put into EVCNTR by the test. proves: AB-76 */
#include "rig.h"
#include "unity.h"

#define PAGE0 0x20000u
#define PAGE1 0x30000u

static struct rig rig;
static struct fake_smmu *smmu;
static struct smmu_port port;
static struct smmu_pmcg *pmcg;

void setUp(void)
{
	rig_open(&rig, 1);
	smmu = rig.smmu[0];
	fake_port(smmu, &port);
	fake_set_reg(smmu, PAGE0 + 0xe20, 0x3f);        /* CEID0: events 0 to 5 */
	fake_set_reg(smmu, PAGE0 + 0xe28 + 4, 1u << 31); /* CEID1: event 127 */
}

void tearDown(void) { rig_close(&rig); }

/* NCTR 5:0, SIZE 13:8, RELOC 20, CAPTURE 22, SID_FILTER_TYPE 23. */
static void probe(uint32_t cfgr, bool irq)
{
	fake_set_reg(smmu, PAGE0 + 0xe00, cfgr);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_probe(rig.sys, &port, PAGE0, PAGE1, irq, &pmcg));
}

static uint64_t read(uint8_t counter)
{
	uint64_t value;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_read(pmcg, counter, &value));
	return value;
}

static void test_info_and_reset(void)
{
	fake_set_reg(smmu, PAGE0 + 0xc00, 0xff);        /* somebody left counters running */
	fake_set_reg(smmu, PAGE0 + 0xc20, 0xff);
	probe(47u << 8 | 7 | 1u << 22, false);
	TEST_ASSERT_EQUAL_UINT8(8, smmu_pmcg_info(pmcg)->counter_count);
	TEST_ASSERT_EQUAL_UINT8(48, smmu_pmcg_info(pmcg)->width_bits);
	TEST_ASSERT_TRUE(smmu_pmcg_info(pmcg)->capture);
	TEST_ASSERT_FALSE(smmu_pmcg_info(pmcg)->relocated || smmu_pmcg_info(pmcg)->shared_filter);
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xc00));
	TEST_ASSERT_EQUAL_HEX32(1, fake_reg(smmu, PAGE0 + 0xe04));
}

static void test_a_width_the_architecture_does_not_have_is_refused(void)
{
	fake_set_reg(smmu, PAGE0 + 0xe00, 40u << 8);
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_pmcg_probe(rig.sys, &port, PAGE0, PAGE1, false, &pmcg));
	TEST_ASSERT_NULL(pmcg);
	smmu->never_ack_offset = PAGE0 + 0xe54;
	fake_set_reg(smmu, PAGE0 + 0xe00, 31u << 8);
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_pmcg_probe(rig.sys, &port, PAGE0, PAGE1, true, &pmcg));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pmcg_probe(rig.sys, NULL, PAGE0, PAGE1, true, &pmcg));
}

/* FILTER_SID_SPAN is bit 29. All: SPAN with SMR all ones. Exact: no SPAN. Span of 16 around 0x47: low four bits ignored, so
 * trailing ones 3, then a zero: 0x47 itself. Span of 2 around 0x43: 0x42. */
static void test_filters_are_encoded_as_trailing_ones(void)
{
	static const struct { struct smmu_pmcg_filter filter; uint32_t evtyper, smr; } rows[] = {
		{ { SMMU_PMCG_ALL, 0, 0 }, 0x20000001, 0xffffffff },
		{ { SMMU_PMCG_EXACT, 0x43, 0 }, 0x00000001, 0x43 },
		{ { SMMU_PMCG_SPAN, 0x4c, 4 }, 0x20000001, 0x47 },
		{ { SMMU_PMCG_SPAN, 0x43, 1 }, 0x20000001, 0x42 },
		{ { SMMU_PMCG_SPAN, 0x12345678, 31 }, 0x20000001, 0x3fffffff },
	};
	probe(31u << 8 | 7, false);
	for (uint8_t i = 0; i < 5; i++) {
		uint8_t n;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, &rows[i].filter, &n));
		TEST_ASSERT_EQUAL_UINT8(i, n);
		TEST_ASSERT_EQUAL_HEX32(rows[i].evtyper, fake_reg(smmu, PAGE0 + 0x400 + 4u * n));
		TEST_ASSERT_EQUAL_HEX32(rows[i].smr, fake_reg(smmu, PAGE0 + 0xa00 + 4u * n));
	}
}

static void test_allocation_limits(void)
{
	uint8_t n;
	const struct smmu_pmcg_filter bad = { SMMU_PMCG_SPAN, 0, 32 };
	probe(31u << 8 | 1, false);
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_pmcg_alloc(pmcg, 6, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_pmcg_alloc(pmcg, 65536, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_pmcg_alloc(pmcg, 1, &bad, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 127, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 0x1234, NULL, &n));        /* IMPLEMENTATION DEFINED: no CEID */
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_pmcg_alloc(pmcg, 1, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_free(pmcg, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pmcg_free(pmcg, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pmcg_start(pmcg, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pmcg_start(pmcg, 200));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, NULL, &n));
	TEST_ASSERT_EQUAL_UINT8(0, n);
}

static void test_one_filter_for_all_counters_conflicts(void)
{
	const struct smmu_pmcg_filter one = { SMMU_PMCG_EXACT, 0x20, 0 }, two = { SMMU_PMCG_EXACT, 0x21, 0 };
	uint8_t cycles, a, b, c;
	probe(31u << 8 | 3 | 1u << 23, false);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 0, NULL, &cycles));        /* cycles ignore filters */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, &one, &a));
	TEST_ASSERT_EQUAL_HEX32(0x0, fake_reg(smmu, PAGE0 + 0x400));    /* counter 0: still cycles, exact filter */
	TEST_ASSERT_EQUAL_HEX32(0x20, fake_reg(smmu, PAGE0 + 0xa00));
	TEST_ASSERT_EQUAL_HEX32(0x1, fake_reg(smmu, PAGE0 + 0x404));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pmcg_alloc(pmcg, 2, &two, &b));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 2, &one, &b));
	smmu_pmcg_free(pmcg, a);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pmcg_alloc(pmcg, 2, &two, &c));
	smmu_pmcg_free(pmcg, b);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 2, &two, &c));
	TEST_ASSERT_EQUAL_HEX32(0x21, fake_reg(smmu, PAGE0 + 0xa00));
}

/* Values put into a 32-bit counter: 5, then almost the end, an overflow interrupt, then a wrap seen only by reading. */
static void test_accumulation_is_exact_across_wraps(void)
{
	uint8_t n;
	probe(31u << 8 | 3, true);
	TEST_ASSERT_EQUAL_HEX32(1, fake_reg(smmu, PAGE0 + 0xe54));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_start(pmcg, n));
	TEST_ASSERT_EQUAL_HEX32(1, fake_reg(smmu, PAGE0 + 0xc00));
	TEST_ASSERT_EQUAL_HEX32(1, fake_reg(smmu, PAGE0 + 0xc40));
	fake_set_reg(smmu, PAGE0, 5);
	TEST_ASSERT_EQUAL_UINT64(5, read(n));
	fake_set_reg(smmu, PAGE0, 0xfffffff0);
	TEST_ASSERT_EQUAL_UINT64(0xfffffff0, read(n));
	fake_set_reg(smmu, PAGE0, 3);                   /* wrapped: 16 to zero, 3 more */
	fake_set_reg(smmu, PAGE0 + 0xcc0, 1);
	fake_set_reg(smmu, PAGE0 + 0xc80, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_handle_irq(pmcg));
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xcc0));
	TEST_ASSERT_EQUAL_UINT64(UINT64_C(0x100000003), read(n));
	fake_set_reg(smmu, PAGE0, 2);
	TEST_ASSERT_EQUAL_UINT64(UINT64_C(0x200000002), read(n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_stop(pmcg, n));
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xc00));
	TEST_ASSERT_EQUAL_UINT64(UINT64_C(0x200000002), read(n));
}

/* SIZE 35: 36-bit counters, eight bytes apart; RELOC_CTRS: they, OVS* and CAPR live in page 1. */
static void test_wide_relocated_counters_and_capture(void)
{
	uint8_t a, b;
	uint64_t values[6];
	probe(35u << 8 | 3 | 1u << 20 | 1u << 22, false);
	smmu_pmcg_alloc(pmcg, 1, NULL, &a);
	smmu_pmcg_alloc(pmcg, 4, NULL, &b);
	smmu_pmcg_start(pmcg, a);
	smmu_pmcg_start(pmcg, b);
	TEST_ASSERT_EQUAL_HEX32(3, fake_reg(smmu, PAGE0 + 0xc00));
	fake_set_reg(smmu, PAGE1 + 8, 0xffffffff);
	fake_set_reg(smmu, PAGE1 + 12, 0xf);            /* all 36 bits */
	fake_set_reg(smmu, PAGE1, 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_capture(pmcg, values, 6));
	TEST_ASSERT_EQUAL_UINT64(7, values[a]);
	TEST_ASSERT_EQUAL_UINT64(UINT64_C(0xfffffffff), values[b]);
	TEST_ASSERT_EQUAL_UINT64(0, values[2] | values[4] | values[5]);
	fake_set_reg(smmu, PAGE1 + 8, 0);
	fake_set_reg(smmu, PAGE1 + 12, 0);
	TEST_ASSERT_EQUAL_UINT64(UINT64_C(0x1000000000), read(b));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_remove(pmcg));
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xe04));
	probe(31u << 8, false);
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_pmcg_capture(pmcg, values, 6));
}

/* CFGR.SIZE 31, 35, 39, 43, 47, 63: a counter wraps after SIZE + 1 bits; up to 32 bits they lie 4 bytes apart, above 8. Counter 1:
 * all ones, then 4, which is 5 more. Bits above the width are RES0 and must not count. */
static void test_every_width_wraps_where_it_ends(void)
{
	static const unsigned widths[] = { 32, 36, 40, 44, 48, 64 };
	for (unsigned i = 0; i < 6; i++) {
		const unsigned width = widths[i], at = width == 32 ? 4 : 8;
		const uint64_t ones = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
		uint8_t ignored, n;
		probe((width - 1) << 8 | 3, false);
		TEST_ASSERT_EQUAL_UINT8(width, smmu_pmcg_info(pmcg)->width_bits);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, NULL, &ignored));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 2, NULL, &n));
		TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + at));
		fake_set_reg(smmu, PAGE0 + at, 0xffffffff);
		if (width > 32)
			fake_set_reg(smmu, PAGE0 + at + 4, (uint32_t)(ones >> 32) | (width < 64 ? 0x80000000u : 0));
		TEST_ASSERT_EQUAL_HEX64(ones, read(n));
		fake_set_reg(smmu, PAGE0 + at, 4);
		if (width > 32)
			fake_set_reg(smmu, PAGE0 + at + 4, 0);
		TEST_ASSERT_EQUAL_HEX64(ones + 5, read(n));     /* 64 bits: the total itself wraps, to 4 */
		TEST_ASSERT_EQUAL_UINT64(0, read(ignored));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_remove(pmcg));
	}
}

static void test_widths_in_between_are_refused(void)
{
	for (uint32_t size = 0; size < 64; size++) {
		const bool there = size == 31 || size == 35 || size == 39 || size == 43 || size == 47 || size == 63;
		fake_set_reg(smmu, PAGE0 + 0xe00, size << 8);
		TEST_ASSERT_EQUAL_INT(there ? SMMU_OK : SMMU_E_HARDWARE, smmu_pmcg_probe(rig.sys, &port, PAGE0, PAGE1, false, &pmcg));
		if (there)
			TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_remove(pmcg));
	}
}

static size_t writes_to(uint32_t offset)
{
	size_t n = 0;
	for (size_t i = 0; i < smmu->access_count; i++)
		n += smmu->access[i].write && smmu->access[i].offset == offset;
	return n;
}

/* CFGR.MSI 21. The interrupt is a wire here: a group that could send MSIs gets the address 0, "no MSI", while IRQEN is 0; one that
 * cannot is not written there. Overflow interrupts are then per counter: INTENSET at the start, INTENCLR at the stop. */
static void test_msis_are_switched_off_before_the_interrupt_goes_on(void)
{
	uint8_t n;
	for (unsigned msi = 0; msi < 2; msi++) {
		fake_set_reg(smmu, PAGE0 + 0xe58, 0xdead0000);  /* UNKNOWN at reset */
		fake_set_reg(smmu, PAGE0 + 0xe5c, 0xbeef);
		fake_set_reg(smmu, PAGE0 + 0xe50, 1);           /* left on by somebody */
		fake_set_reg(smmu, PAGE0 + 0xe54, 1);
		fake_clear(smmu);
		probe(31u << 8 | 3 | msi << 21, true);
		TEST_ASSERT_EQUAL_INT(msi, smmu_pmcg_info(pmcg)->msi);
		TEST_ASSERT_EQUAL_HEX32(msi ? 0 : 0xdead0000, fake_reg(smmu, PAGE0 + 0xe58));
		TEST_ASSERT_EQUAL_HEX32(msi ? 0 : 0xbeef, fake_reg(smmu, PAGE0 + 0xe5c));
		TEST_ASSERT_EQUAL_UINT64(msi, writes_to(PAGE0 + 0xe58));
		uint32_t irqen = 1;
		for (size_t i = 0; i < smmu->access_count; i++) {
			const struct fake_access *const a = &smmu->access[i];
			if (a->write && a->offset == PAGE0 + 0xe50)
				irqen = (uint32_t)a->value;
			if (a->write && a->offset == PAGE0 + 0xe58)
				TEST_ASSERT_EQUAL_UINT32(0, irqen);
		}
		TEST_ASSERT_EQUAL_UINT32(1, irqen);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, NULL, &n));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_start(pmcg, n));
		TEST_ASSERT_EQUAL_HEX32(1, fake_reg(smmu, PAGE0 + 0xc40));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_stop(pmcg, n));
		TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xc40));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_remove(pmcg));
		TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xe50));
	}
}

/* IRQ_CTRLACK stands at 1: no probe, and a remove that can be repeated. Until then the group is the context's. */
static void test_an_interrupt_that_does_not_go_off(void)
{
	fake_set_reg(smmu, PAGE0 + 0xe00, 31u << 8);
	fake_set_reg(smmu, PAGE0 + 0xe54, 1);
	smmu->never_ack_offset = PAGE0 + 0xe54;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_pmcg_probe(rig.sys, &port, PAGE0, PAGE1, true, &pmcg));
	TEST_ASSERT_NULL(pmcg);
	smmu->never_ack_offset = 0;
	probe(31u << 8, true);
	smmu->never_ack_offset = PAGE0 + 0xe54;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_pmcg_remove(pmcg));
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xe04));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_sys_exit(rig.sys));
	smmu->never_ack_offset = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_remove(pmcg));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_exit(rig.sys));
}

/* One filter for all: "all streams" and "0xffffffff exactly" differ in the span bit alone. Counter 0 is free while counter 1
 * filters; given out for cycles it keeps that filter. */
static void test_counter_0_keeps_the_filter_of_the_others(void)
{
	const struct smmu_pmcg_filter exact = { SMMU_PMCG_EXACT, UINT32_MAX, 0 };
	const struct smmu_pmcg_filter unknown = { (enum smmu_pmcg_filter_kind)3, 0, 1 }, empty = { SMMU_PMCG_SPAN, 0, 0 };
	uint8_t a, b, n;
	probe(31u << 8 | 3 | 1u << 23, false);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_pmcg_alloc(pmcg, 1, &unknown, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_pmcg_alloc(pmcg, 1, &empty, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, &exact, &a));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pmcg_alloc(pmcg, 2, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 0, NULL, &n));     /* cycles: no filter of its own */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 2, &exact, &b));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_free(pmcg, a));
	TEST_ASSERT_EQUAL_UINT8(0, a);
	fake_set_reg(smmu, PAGE0 + 0xa00, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 0, NULL, &a));
	TEST_ASSERT_EQUAL_UINT8(0, a);
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0x400));
	TEST_ASSERT_EQUAL_HEX32(UINT32_MAX, fake_reg(smmu, PAGE0 + 0xa00));
}

/* The list of a capture may be shorter than the group. An interrupt of nobody's counter, or of none, adds nothing. */
static void test_a_short_capture_and_an_idle_interrupt(void)
{
	uint8_t n;
	uint64_t one[2] = { 99, 99 };
	probe(31u << 8 | 3 | 1u << 22, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, NULL, &n));
	fake_set_reg(smmu, PAGE0, 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_capture(pmcg, one, 1));
	TEST_ASSERT_EQUAL_UINT64(7, one[0]);
	TEST_ASSERT_EQUAL_UINT64(99, one[1]);
	fake_clear(smmu);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_handle_irq(pmcg));
	TEST_ASSERT_EQUAL_UINT64(0, writes_to(PAGE0 + 0xc80));
	fake_set_reg(smmu, PAGE0 + 0xcc0, 4);
	fake_set_reg(smmu, PAGE0 + 0xc80, 4);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_handle_irq(pmcg));
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(smmu, PAGE0 + 0xcc0));
	TEST_ASSERT_EQUAL_UINT64(7, read(n));
}

/* A port with 32-bit accesses only: low half first. */
static void test_a_port_without_64_bit_accesses(void)
{
	uint8_t n;
	port.read64 = NULL;
	port.write64 = NULL;
	probe(47u << 8 | 1, false);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 1, NULL, &n));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_alloc(pmcg, 127, NULL, &n));
	fake_set_reg(smmu, PAGE0 + 8, 0x89abcdef);
	fake_set_reg(smmu, PAGE0 + 12, 0x4567);
	fake_clear(smmu);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x456789abcdef), read(n));
	TEST_ASSERT_EQUAL_UINT64(2, smmu->access_count);
	TEST_ASSERT_EQUAL_HEX32(PAGE0 + 8, smmu->access[0].offset);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_an_interrupt_that_does_not_go_off);
	RUN_TEST(test_counter_0_keeps_the_filter_of_the_others);
	RUN_TEST(test_a_short_capture_and_an_idle_interrupt);
	RUN_TEST(test_info_and_reset);
	RUN_TEST(test_a_width_the_architecture_does_not_have_is_refused);
	RUN_TEST(test_filters_are_encoded_as_trailing_ones);
	RUN_TEST(test_allocation_limits);
	RUN_TEST(test_one_filter_for_all_counters_conflicts);
	RUN_TEST(test_accumulation_is_exact_across_wraps);
	RUN_TEST(test_wide_relocated_counters_and_capture);
	RUN_TEST(test_every_width_wraps_where_it_ends);
	RUN_TEST(test_widths_in_between_are_refused);
	RUN_TEST(test_msis_are_switched_off_before_the_interrupt_goes_on);
	RUN_TEST(test_a_port_without_64_bit_accesses);
	return UNITY_END();
}
