/* SPDX-License-Identifier: Apache-2.0
 * The oracle of DMA bytes: a byte that is not where the SMMU's address says is found; accesses that race are left alone. */
#include "bench.h"

#define IOVA UINT64_C(0x5000)
#define PA (RAM_BASE + UINT64_C(0x40000))

void setUp(void) { bench_open(); }
void tearDown(void) { bench_close(); }

static uint64_t found_at(uint32_t sid, uint64_t iova, uint64_t pa, bool write)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .sid = sid, .addr = iova, .size = 64,
		.flags = write ? SMMU_TRACE_FLAG_WRITE : 0, .data = { pa } });
}

static void memory_holds(uint64_t pa, uint32_t bytes, uint8_t value)
{
	for (uint32_t i = 0; i < bytes; i++) {
		uint64_t *const word = word_at((pa + i) & ~UINT64_C(7));
		const unsigned shift = (unsigned)((pa + i) % 8 * 8);
		*word = (*word & ~(UINT64_C(0xff) << shift)) | (uint64_t)value << shift;
	}
}

static uint8_t data[8192];

static struct check_dma dma(uint32_t sid, uint64_t iova, uint32_t bytes, bool write)
{
	return (struct check_dma){ .iova = iova, .data = data, .bytes = bytes, .sid = sid, .write = write, .ok = true };
}

static void fill_bytes(void)
{
	memset(data, 0x11, sizeof data);
	memory_holds(PA, 0x3000, 0x11);
}

static void found(const char *rule, const char *part)
{
	const struct check_finding *const f = check_first(check, CHECK_DATA);
	TEST_ASSERT_NOT_NULL(f->rule);
	TEST_ASSERT_EQUAL_STRING(rule, f->rule);
	TEST_ASSERT_MESSAGE(strstr(f->text, part) != NULL, f->text);
}
static void nothing_found(void)
{
	expect_nothing();
}

/* Unaligned, over two pages that lie apart. */
static void test_bytes_in_their_place_pass(void)
{
	const struct check_dma access = dma(7, IOVA + 4090, 100, true);
	fill_bytes();
	check_dma_begin(check);
	found_at(7, IOVA + 4090, PA + 4090, true);
	found_at(7, IOVA + 4096, PA + 0x2000, true);
	check_dma_end(check, &access);
	nothing_found();
}

static void test_a_byte_that_was_not_written(void)
{
	const struct check_dma access = dma(7, IOVA + 4090, 100, true);
	fill_bytes();
	memory_holds(PA + 0x2000 + 93, 1, 0x22);
	check_dma_begin(check);
	found_at(7, IOVA + 4090, PA + 4090, true);
	found_at(7, IOVA + 4096, PA + 0x2000, true);
	check_dma_end(check, &access);
	found("data.write", "byte 99 of a write of StreamID 0x7 behind smmu0 at 0x5ffa, PA 0x8004205d: the master has 0x11, memory 0x22");
}

static void test_a_byte_after_the_access_is_nobodys(void)
{
	const struct check_dma access = dma(7, IOVA, 16, true);
	fill_bytes();
	memory_holds(PA + 16, 1, 0x22);
	check_dma_begin(check);
	found_at(7, IOVA, PA, true);
	check_dma_end(check, &access);
	nothing_found();
}

static void test_a_read_that_brought_something_else(void)
{
	const struct check_dma access = dma(7, IOVA, 16, false);
	fill_bytes();
	data[3] = 0x33;
	check_dma_begin(check);
	found_at(7, IOVA, PA, false);
	check_dma_end(check, &access);
	found("data.read", "byte 3 of a read");
}

static void test_a_terminated_read_brings_zeros(void)
{
	const struct check_dma access = dma(7, IOVA, 16, false);
	fill_bytes();
	check_dma_begin(check);
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .sid = 7, .addr = IOVA, .detail = SMMU_TRACE_TXN_RAZ_WI });
	check_dma_end(check, &access);
	found("data.read", "a terminated read brings 0x00");
}

static void test_a_refused_access_moved_what_it_moved(void)
{
	struct check_dma access = dma(7, IOVA, 16, true);
	access.ok = false;
	fill_bytes();
	memory_holds(PA, 16, 0x22);
	check_dma_begin(check);
	found_at(7, IOVA, PA, true);
	check_dma_end(check, &access);
	nothing_found();
}

/* Two writes to the same bytes at the same time: either may have been last. When the other one is over, it is no excuse. */
static void test_a_race_of_two_writes_is_left_alone(void)
{
	const struct check_dma ours = dma(7, IOVA, 16, true), theirs = dma(8, IOVA, 16, true);
	fill_bytes();
	check_dma_begin(check);
	check_dma_begin(check);
	found_at(7, IOVA, PA, true);
	found_at(8, IOVA, PA, true);
	memory_holds(PA, 16, 0x22);
	check_dma_end(check, &ours);
	check_dma_end(check, &theirs);
	TEST_ASSERT_NULL(check_first(check, CHECK_DATA)->rule);
	check_dma_begin(check);
	found_at(7, IOVA, PA, true);
	check_dma_end(check, &ours);
	found("data.write", "byte 0");
}

/* Two reads of one stream at one address while the page changes: each may have been to either page, but not to a third. */
static void test_reads_that_cannot_be_told_apart(void)
{
	const struct check_dma access = dma(7, IOVA, 16, false);
	fill_bytes();
	memory_holds(PA + 0x1000, 16, 0x44);
	check_dma_begin(check);
	check_dma_begin(check);
	found_at(7, IOVA, PA, false);
	found_at(7, IOVA, PA + 0x1000, false);
	check_dma_end(check, &access);
	memset(data, 0x44, sizeof data);
	check_dma_end(check, &access);
	nothing_found();
	check_dma_begin(check);
	check_dma_begin(check);
	found_at(7, IOVA, PA, false);
	found_at(7, IOVA, PA + 0x1000, false);
	memset(data, 0x55, sizeof data);
	check_dma_end(check, &access);
	found("data.read", "the master has 0x55");
}

/* Accesses of other streams elsewhere in memory excuse nothing. */
static void test_an_access_beside_is_no_race(void)
{
	const struct check_dma ours = dma(7, IOVA, 16, true);
	fill_bytes();
	memory_holds(PA, 1, 0x22);
	check_dma_begin(check);
	check_dma_begin(check);
	found_at(8, IOVA, PA + 0x1000, true);
	found_at(7, IOVA, PA, true);
	check_dma_end(check, &ours);
	found("data.write", "byte 0");
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_bytes_in_their_place_pass);
	RUN_TEST(test_a_byte_that_was_not_written);
	RUN_TEST(test_a_byte_after_the_access_is_nobodys);
	RUN_TEST(test_a_read_that_brought_something_else);
	RUN_TEST(test_a_terminated_read_brings_zeros);
	RUN_TEST(test_a_refused_access_moved_what_it_moved);
	RUN_TEST(test_a_race_of_two_writes_is_left_alone);
	RUN_TEST(test_reads_that_cannot_be_told_apart);
	RUN_TEST(test_an_access_beside_is_no_race);
	return UNITY_END();
}
