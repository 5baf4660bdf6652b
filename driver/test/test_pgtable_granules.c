/* SPDX-License-Identifier: Apache-2.0
 * Tables of both stages with every granule: random map and unmap against a flat map, read back by a walker written out here
 * from granule, stride and input size alone; block sizes; the CD field that names the granule. */
#include <stdlib.h>
#include <string.h>

#include "cd.h"
#include "rig.h"
#include "unity.h"

#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define WINDOW 17000u             /* granules: two blocks of 64 KiB tables, eight of 16 KiB tables, 33 of 4 KiB tables */
#define BASE_GRANULES UINT64_C(0x4000)

static struct rig rig;
static uint32_t flat[WINDOW];     /* PA in granules; 0: not mapped */

void setUp(void) { rig_open(&rig, 0); }
void tearDown(void) { rig_close(&rig); }

struct geometry { enum smmu_domain_type type; uint8_t granule, ias; };

/* What an SMMU would find: PA, or 0. Stage 1 starts at 4 - ceil((ias - granule) / stride); stage 2 one level deeper when at most
 * four bits of input are left for the start level (but never at level 3 with 4 KiB). *size: bytes the leaf covers. */
static uint64_t walk(const struct geometry *g, uint64_t root, uint64_t iova, uint64_t *size)
{
	const int stride = g->granule - 3, bits = g->ias - g->granule;
	int level = 4 - (bits + stride - 1) / stride;
	const int left = bits - (3 - level) * stride;
	if (g->type == SMMU_DOMAIN_S2 && left <= 4 && level < (g->granule == 12 ? 2 : 3))
		level++;
	uint64_t mask = UINT64_MAX, table = root;
	for (;; level++) {
		const int shift = g->granule + stride * (3 - level);
		const uint64_t d = rig_words(&rig, table)[(iova >> shift) & mask];
		mask = (UINT64_C(1) << stride) - 1;
		*size = UINT64_C(1) << shift;
		if (!(d & 1))
			return 0;
		if (level == 3 || (d & 3) == 1) {
			TEST_ASSERT_EQUAL_UINT64(level == 3 ? 3 : 1, d & 3);
			return (d & UINT64_C(0x0000fffffffff000)) + (iova & (*size - 1));
		}
		table = d & UINT64_C(0x0000fffffffff000);
		TEST_ASSERT_EQUAL_UINT64(0, table & ((UINT64_C(1) << g->granule) - 1));
	}
}

static bool is_free(uint32_t at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (flat[at + i])
			return false;
	return true;
}

static void try_map(struct smmu_domain *domain, unsigned granule, uint32_t at, uint32_t pa, uint32_t count)
{
	const bool fits = is_free(at, count);
	const smmu_status status = smmu_domain_map(domain, (smmu_iova){ (BASE_GRANULES + at) << granule }, (smmu_pa){ (uint64_t)pa << granule },
						   (uint64_t)count << granule, RW);
	TEST_ASSERT_EQUAL_INT(fits ? SMMU_OK : SMMU_E_EXISTS, status);
	for (uint32_t i = 0; fits && i < count; i++)
		flat[at + i] = pa + i;
}

static void try_unmap(struct smmu_domain *domain, unsigned granule, uint32_t at, uint32_t count)
{
	uint64_t want = 0, bytes = 0;
	for (uint32_t i = 0; i < count; i++) {
		want += flat[at + i] ? UINT64_C(1) << granule : 0;
		flat[at + i] = 0;
	}
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ (BASE_GRANULES + at) << granule }, (uint64_t)count << granule, &bytes));
	TEST_ASSERT_EQUAL_UINT64(want, bytes);
}

static void compare(struct smmu_domain *domain, const struct geometry *g)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	for (uint32_t i = 0; i < WINDOW; i++) {
		uint64_t size;
		smmu_pa pa = { 0 };
		const uint64_t iova = (BASE_GRANULES + i) << g->granule, want = (uint64_t)flat[i] << g->granule;
		const smmu_status status = smmu_domain_iova_to_phys(domain, (smmu_iova){ iova }, &pa);
		TEST_ASSERT_EQUAL_INT(flat[i] ? SMMU_OK : SMMU_E_NOT_FOUND, status);
		TEST_ASSERT_EQUAL_HEX64(want, pa.v);
		TEST_ASSERT_EQUAL_HEX64(want, walk(g, stats.root.v, iova, &size));
	}
}

static void test_random_operations_agree_with_a_flat_map(void)
{
	static const struct geometry rows[] = {
		{ SMMU_DOMAIN_S1, 12, 39 }, { SMMU_DOMAIN_S1, 14, 48 }, { SMMU_DOMAIN_S1, 14, 36 }, { SMMU_DOMAIN_S1, 16, 48 },
		{ SMMU_DOMAIN_S1, 16, 42 }, { SMMU_DOMAIN_S2, 12, 40 }, { SMMU_DOMAIN_S2, 12, 44 }, { SMMU_DOMAIN_S2, 14, 40 },
		{ SMMU_DOMAIN_S2, 16, 46 },
	};
	srand(7);
	for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
		const unsigned granule = rows[r].granule;
		const struct smmu_domain_config config = { .type = rows[r].type, .granule_log2 = rows[r].granule, .ias_bits = rows[r].ias };
		struct smmu_sys_stats before, after;
		struct smmu_domain *domain;
		smmu_sys_stats(rig.sys, &before);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
		memset(flat, 0, sizeof flat);
		for (unsigned n = 0; n < 120; n++) {
			const bool large = n % 3 == 0;
			const uint32_t at = (uint32_t)rand() % WINDOW, limit = WINDOW - at;
			const uint32_t wanted = large ? (uint32_t)rand() % WINDOW + 1 : (uint32_t)rand() % 40 + 1;
			const uint32_t count = wanted < limit ? wanted : limit;
			if (rand() % 2)
				try_map(domain, granule, at, (uint32_t)BASE_GRANULES + at + (large ? 0 : (uint32_t)rand() % 3), count);
			else
				try_unmap(domain, granule, at, count);
			if (n % 40 == 39)
				compare(domain, &rows[r]);
		}
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
		smmu_sys_stats(rig.sys, &after);
		TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
	}
}

/* Block sizes: 16 KiB has 32 MiB, 64 KiB has 512 MiB, and nothing larger. */
static void test_block_sizes(void)
{
	static const struct { uint8_t granule; uint64_t block, upper; } rows[] = {
		{ 12, UINT64_C(1) << 30, UINT64_C(1) << 39 }, { 14, UINT64_C(1) << 25, UINT64_C(1) << 36 }, { 16, UINT64_C(1) << 29, UINT64_C(1) << 42 },
	};
	for (unsigned r = 0; r < 3; r++) {
		const struct geometry g = { SMMU_DOMAIN_S1, rows[r].granule, 48 };
		const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .granule_log2 = rows[r].granule };
		struct smmu_domain_stats stats;
		struct smmu_domain *domain;
		uint64_t size = 0;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ rows[r].upper }, (smmu_pa){ 0 }, rows[r].upper < UINT64_C(1) << 39 ?
							      rows[r].upper : rows[r].block, RW));
		smmu_domain_stats(domain, &stats);
		walk(&g, stats.root.v, rows[r].upper, &size);
		TEST_ASSERT_EQUAL_HEX64(rows[r].block, size);
		/* Misaligned for the granule, aligned for the next smaller one. */
		const uint64_t odd = UINT64_C(1) << (rows[r].granule - 1);
		TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_domain_map(domain, (smmu_iova){ odd }, (smmu_pa){ 0 }, UINT64_C(1) << rows[r].granule, RW));
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	}
}

/* TG0 7:6: 4 KiB 0, 16 KiB 2, 64 KiB 1. */
static void test_the_cd_names_the_granule(void)
{
	static const uint8_t granule[] = { 12, 14, 16 }, tg[] = { 0, 2, 1 };
	const struct smmu_features features = { 0 };
	for (unsigned i = 0; i < 3; i++) {
		const struct smmu_cd_s1 s1 = { .granule_log2 = granule[i], .ias_bits = 48, .oas_bits = 44 };
		struct smmu_cd cd;
		smmu_cd_make_s1(&cd, &features, &s1);
		TEST_ASSERT_EQUAL_UINT64(tg[i], cd.qword[0] >> 6 & 3);
	}
}

/* A domain of a granule the SMMU does not have is refused; one it has is invalidated with that granule: TG 2, TTL 3. */
static void test_attach_and_invalidate(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .granule_log2 = 14 };
	struct smmu_domain *domain;
	tearDown();
	rig_open(&rig, 2);
	rig.smmu[1]->idr5 |= 1u << 5;   /* GRAN16K on SMMU1 only */
	rig_start(&rig, 0, NULL);
	rig_start(&rig, 1, NULL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INCOMPATIBLE, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 1, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0x10000 }, (smmu_pa){ 0x4000 }, 0x4000, RW));
	fake_clear(rig.smmu[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0x10000 }, 0x4000, NULL));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 48 | 0x12, rig.smmu[1]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x10000 | 2 << 10 | 3 << 8 | 1, rig.smmu[1]->command[0].word[1]);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_random_operations_agree_with_a_flat_map);
	RUN_TEST(test_block_sizes);
	RUN_TEST(test_the_cd_names_the_granule);
	RUN_TEST(test_attach_and_invalidate);
	return UNITY_END();
}
