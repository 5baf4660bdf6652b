/* SPDX-License-Identifier: Apache-2.0
 * Stream tables: both formats, lazy level-2 tables, defaults of unattached streams. */
#include "rig.h"
#include "unity.h"

static struct rig rig;

void setUp(void) { rig_open(&rig, 1); }
void tearDown(void) { rig_close(&rig); }

static void start(enum smmu_stream_table_format format, uint8_t sid_bits, uint8_t split)
{
	const struct smmu_dev_config config = { .stream_table = format, .sid_bits = sid_bits, .split_log2 = split };
	rig_start(&rig, 0, &config);
}

/* proves: AB-75. Every entry of a linear table is V = 1, Config = abort. */
static void test_linear_table_is_born_aborting(void)
{
	start(SMMU_STREAM_TABLE_LINEAR, 6, 0);
	TEST_ASSERT_EQUAL_HEX32(6, fake_reg(rig.smmu[0], 0x88));
	for (uint32_t sid = 0; sid < 64; sid++) {
		const uint64_t *const ste = rig_ste(&rig, 0, sid);
		TEST_ASSERT_EQUAL_HEX64(1, ste[0]);
		for (unsigned i = 1; i < 8; i++)
			TEST_ASSERT_EQUAL_HEX64(0, ste[i]);
	}
	struct smmu_master *master;
	const uint32_t sid = 64;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1 };
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_master_create(rig.sys, &config, &master));
}

/* proves: AB-30. Span = split + 1 (2^split entries); announced with CFGI_STE Leaf = 0 and SYNC; the second StreamID of the
 * same table costs nothing. */
static void test_level_2_tables_come_on_demand_and_are_announced(void)
{
	for (uint8_t split = 6; split <= 10; split += 2) {
		tearDown();
		setUp();
		start(SMMU_STREAM_TABLE_2LEVEL, 0, split);
		TEST_ASSERT_NULL(rig_ste(&rig, 0, 0x1234));
		struct smmu_master *const a = rig_master(&rig, 0, 0x1234, 0);
		TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x123400000003), rig.smmu[0]->command[0].word[0]);
		TEST_ASSERT_EQUAL_HEX64(0, rig.smmu[0]->command[0].word[1]);
		TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[1].word[0]);
		const uint64_t base = (fake_reg(rig.smmu[0], 0x80) | (uint64_t)fake_reg(rig.smmu[0], 0x84) << 32) & 0x000fffffffffffc0;
		const uint64_t l1 = *rig_words(&rig, base + 8u * (0x1234u >> split));
		TEST_ASSERT_EQUAL_HEX64(split + 1u, l1 & 63);
		TEST_ASSERT_EQUAL_HEX64(0, (l1 & 0x000fffffffffffc0) % (UINT64_C(64) << split));
		for (uint32_t sid = 0x1234 & ~((1u << split) - 1), i = 0; i < 1u << split; i++)
			TEST_ASSERT_EQUAL_HEX64(1, rig_ste(&rig, 0, sid + i)[0]);
		struct smmu_master *const b = rig_master(&rig, 0, 0x1235, 0);
		TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
		smmu_master_destroy(a);
		smmu_master_destroy(b);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[0]));
		struct smmu_sys_stats stats;
		smmu_sys_stats(rig.sys, &stats);
		TEST_ASSERT_EQUAL_UINT64(0, stats.dma_used_bytes);
	}
}

/* proves: AB-75. A reserved stream bypasses before the SMMU is enabled, without any command. */
static void test_stream_default_before_and_after_enable(void)
{
	struct smmu_port port;
	fake_port(rig.smmu[0], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, NULL, &rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_set_stream_default(rig.dev[0], 7, SMMU_STREAM_BYPASS));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	TEST_ASSERT_EQUAL_HEX64(9, rig_ste(&rig, 0, 7)[0]);
	TEST_ASSERT_EQUAL_HEX64(1, rig_ste(&rig, 0, 8)[0]);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_set_stream_default(rig.dev[0], 7, SMMU_STREAM_ABORT));
	TEST_ASSERT_EQUAL_HEX64(1, rig_ste(&rig, 0, 7)[0]);
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x46));     /* bypass to abort: two syncs */
	rig_master(&rig, 0, 7, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_dev_set_stream_default(rig.dev[0], 7, SMMU_STREAM_BYPASS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_set_stream_default(rig.dev[0], 1u << 16, SMMU_STREAM_BYPASS));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_set_stream_default(rig.dev[0], 7, (enum smmu_stream_default)2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_set_stream_default(NULL, 7, SMMU_STREAM_ABORT));
}

/* All level-2 tables of a master appear together or not at all. proves: AB-19 */
static void test_master_create_fails_whole(void)
{
	static const uint32_t sids[] = { 0x100, 0x200, 0x101, 0x100, 0x300 };
	start(SMMU_STREAM_TABLE_2LEVEL, 0, 8);
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = sids, .sid_count = 5 };
	struct smmu_master *master;
	const uint64_t before = rig_hash(&rig);
	uint64_t k = 1;
	for (;; k++) {
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_master_create(rig.sys, &config, &master);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	}
	TEST_ASSERT_EQUAL_UINT64(7, k);         /* object, sids, scratch, three tables */
	struct smmu_master_info info;
	smmu_master_info(master, &info);
	TEST_ASSERT_EQUAL_UINT64(4, info.sid_count);    /* 0x100 was listed twice */
	TEST_ASSERT_EQUAL_UINT64(3, fake_count(rig.smmu[0], 0x03));
	smmu_sys_fail_allocation(rig.sys, 0);
}

/* AUTO without IDR0.ST_LEVEL is linear, however many StreamIDs; two levels for no more StreamIDs than one table holds is one entry. */
static void test_formats_at_their_edges(void)
{
	rig.smmu[0]->idr0 &= ~(3u << 27);
	start(SMMU_STREAM_TABLE_AUTO, 10, 0);
	TEST_ASSERT_EQUAL_HEX32(10, fake_reg(rig.smmu[0], 0x88));
	tearDown();
	setUp();
	start(SMMU_STREAM_TABLE_AUTO, 8, 0);
	TEST_ASSERT_EQUAL_HEX32(8, fake_reg(rig.smmu[0], 0x88));
	tearDown();
	setUp();
	start(SMMU_STREAM_TABLE_2LEVEL, 5, 8);
	TEST_ASSERT_EQUAL_HEX32(1u << 16 | 8u << 6 | 5, fake_reg(rig.smmu[0], 0x88));
	rig_master(&rig, 0, 31, 0);
	TEST_ASSERT_EQUAL_HEX64(1, rig_ste(&rig, 0, 31)[0]);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_linear_table_is_born_aborting);
	RUN_TEST(test_level_2_tables_come_on_demand_and_are_announced);
	RUN_TEST(test_stream_default_before_and_after_enable);
	RUN_TEST(test_master_create_fails_whole);
	RUN_TEST(test_formats_at_their_edges);
	return UNITY_END();
}
