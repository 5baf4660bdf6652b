/* SPDX-License-Identifier: Apache-2.0
 * What a large system costs in host memory: 64 SMMUs of default geometry, 65,536 streams with an STE and a CD each, one
 * address space of 2^20 mapped pages, all used, in under 1 GiB together with the memory that holds the tables; and nothing
 * is allocated once an SMMU is built, because there is no allocator in a freestanding core. Not here: speed (tandem bench). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smmuv3_model/core_state.h"
#include "unity.h"

#define SMMUS 64u
#define STREAMS 65536u
#define PAGES (UINT64_C(1) << 20)

/* Physical memory of the tables: linear stream table, CDs, then levels 0 to 3. Page n of the address space is at PA
 * 0x1000000000 + (n * 5 mod 2^20) * 4096. */
#define STE_AT UINT64_C(0)
#define CD_AT (STE_AT + 64u * STREAMS)
#define L0_AT (CD_AT + 64u * STREAMS)
#define L1_AT (L0_AT + 4096u)
#define L2_AT (L1_AT + 4096u)
#define L3_AT (L2_AT + 4u * 4096u)
#define ARENA_BYTES (L3_AT + 8u * PAGES)

static unsigned char *arena;
static struct smmu_core *smmus[SMMUS];

static void put(uint64_t at, uint64_t value) { memcpy(arena + at, &value, 8); }

static uint64_t page_address(uint64_t page) { return UINT64_C(0x1000000000) + (page * 5 % PAGES << 12); }

static void build_tables(void)
{
	arena = calloc(1, ARENA_BYTES);
	for (uint32_t sid = 0; sid < STREAMS; sid++) {
		struct smmu_ste ste = { { 0 } };
		struct smmu_cd cd = { { 0 } };

		smmu_ste_set_V(&ste, 1);
		smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S1);
		smmu_ste_set_S1ContextPtr(&ste, CD_AT + 64u * sid);
		smmu_cd_set_V(&cd, 1);
		smmu_cd_set_AA64(&cd, 1);
		smmu_cd_set_T0SZ(&cd, 16);
		smmu_cd_set_EPD1(&cd, 1);
		smmu_cd_set_IPS(&cd, 5);
		smmu_cd_set_A(&cd, 1);
		smmu_cd_set_ASID(&cd, sid % 256u);
		smmu_cd_set_TTB0(&cd, L0_AT);
		memcpy(arena + STE_AT + 64u * sid, &ste, 64);
		memcpy(arena + CD_AT + 64u * sid, &cd, 64);
	}
	put(L0_AT, L1_AT | 3);
	for (uint64_t i = 0; i < 4; i++)
		put(L1_AT + 8 * i, (L2_AT + 4096 * i) | 3);
	for (uint64_t i = 0; i < PAGES / 512; i++)
		put(L2_AT + 8 * i, (L3_AT + 4096 * i) | 3);
	for (uint64_t i = 0; i < PAGES; i++)
		put(L3_AT + 8 * i, page_address(i) | 0xf43);
}

static void build_smmus(void)
{
	for (unsigned i = 0; i < SMMUS; i++) {
		struct smmu_core_config config;

		smmu_core_config_default(&config);
		config.seed = 0;
		smmus[i] = aligned_alloc(64, (smmu_core_size() + 63) / 64 * 64);
		TEST_ASSERT_TRUE(smmu_core_init(smmus[i], &config, NULL, 0));
		smmu_core_write64(smmus[i], SMMU_STRTAB_BASE, STE_AT);
		smmu_core_write32(smmus[i], SMMU_STRTAB_BASE_CFG, 16);
		smmu_core_write32(smmus[i], SMMU_CR0, SMMU_CR0_SMMUEN_MASK);
		smmu_core_update(smmus[i]);
	}
}

/* Every stream and every page is used once, each SMMU takes the 64th part; 5 is odd, so streams and pages pair up anew. */
static void use_everything(void)
{
	for (uint64_t n = 0; n < PAGES; n++) {
		const struct smmu_txn txn = { .sid = (uint32_t)(n % STREAMS), .iova = n << 12 | 0x28 };
		struct smmu_window window = { .base = 0, .size = ARENA_BYTES, .bytes = arena };
		struct smmu_xlate out;
		int job;

		if (smmu_core_translate_direct(smmus[n % SMMUS], &txn, &window, &out, &job) != SMMU_XLATE_OK || out.pa != (page_address(n) | 0x28))
			TEST_FAIL_MESSAGE("a translation is wrong");
	}
}

static long peak_resident_kib(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[200];
	long kib = 0;

	while (status != NULL && kib == 0 && fgets(line, sizeof line, status) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (status != NULL)
		fclose(status);
	return kib;
}

static void test_64_smmus_65536_streams_and_a_million_pages_fit_into_1_gib(void)
{
	long peak_kib;

	TEST_ASSERT_LESS_OR_EQUAL_UINT64(1u << 20, smmu_core_size());
	build_tables();
	build_smmus();
	use_everything();
	peak_kib = peak_resident_kib();
	printf("one SMMU: %.2f MiB; 64 SMMUs, 65536 streams, 2^20 pages: %.0f MiB resident, %.0f MiB of it tables\n",
	       (double)smmu_core_size() / (1 << 20), (double)peak_kib / 1024, (double)ARENA_BYTES / (1 << 20));
	TEST_ASSERT_GREATER_THAN((long)(ARENA_BYTES / 1024), peak_kib);
	TEST_ASSERT_LESS_THAN(1024 * 1024, peak_kib);
	for (unsigned i = 0; i < SMMUS; i++)
		free(smmus[i]);
	free(arena);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_64_smmus_65536_streams_and_a_million_pages_fit_into_1_gib);
	return UNITY_END();
}
