/* SPDX-License-Identifier: Apache-2.0
 * Errata: the built-in table is sound, revisions at its edges, what each effect takes away, and a host's own entries. */
#include "rig.h"
#include "smmuv3_arch.h"
#include "unity.h"

static struct rig rig;

void setUp(void)
{
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 1u << 14;  /* SEV */
}

void tearDown(void) { rig_close(&rig); }

/* ProductID 31:20, Variant 19:16, Revision 15:12, Implementer 11:0. */
static uint32_t iidr(uint32_t product, uint32_t variant, uint32_t revision)
{
	return product << 20 | variant << 16 | revision << 12 | 0x43bu;
}

static const struct smmu_features *probe(uint32_t id, const struct smmu_dev_config *config)
{
	struct smmu_port port;
	rig.smmu[0]->iidr = id;
	fake_port(rig.smmu[0], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, config, &rig.dev[0]));
	return smmu_dev_features(rig.dev[0]);
}

static void test_the_table_names_ranges_and_effects(void)
{
	size_t count = 0;
	const struct smmu_erratum *const table = smmu_errata_table(&count);
	TEST_ASSERT_TRUE(count > 0);
	for (size_t i = 0; i < count; i++) {
		TEST_ASSERT_NOT_NULL(table[i].name);
		TEST_ASSERT_TRUE(table[i].first <= table[i].last);
		TEST_ASSERT_TRUE(table[i].effects != 0 && (table[i].effects & ~SMMU_ERRATUM_ALL) == 0);
	}
	TEST_ASSERT_EQUAL_PTR(table, smmu_errata_table(NULL));
}

/* MMU-600 (0x483): no SEV up to r0p2, no nesting before r2p0. */
static void test_revisions_at_the_edges(void)
{
	static const struct { uint32_t variant, revision, effects; bool sev; } rows[] = {
		{ 0, 0, SMMU_ERRATUM_NO_SEV | SMMU_ERRATUM_NO_NESTING, false },
		{ 0, 2, SMMU_ERRATUM_NO_SEV | SMMU_ERRATUM_NO_NESTING, false },
		{ 0, 3, SMMU_ERRATUM_NO_NESTING, true },
		{ 1, 15, SMMU_ERRATUM_NO_NESTING, true },
		{ 2, 0, 0, true },
	};
	for (unsigned i = 0; i < 5; i++) {
		const struct smmu_features *const f = probe(iidr(0x483, rows[i].variant, rows[i].revision), NULL);
		TEST_ASSERT_EQUAL_HEX32(rows[i].effects, f->errata);
		TEST_ASSERT_EQUAL_INT(rows[i].sev, f->sev);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[0]));
	}
}

/* MMU-700 (0x487): no broadcast maintenance although IDR0 has it and the host wants it: CR2.PTM (bit 2) is not even written,
 * for a feature that is off. */
static void test_broadcast_maintenance_is_taken_away(void)
{
	const struct smmu_dev_config config = { .broadcast_tlb = true };
	const struct smmu_features *const f = probe(iidr(0x487, 1, 1), &config);
	TEST_ASSERT_FALSE(f->btm);
	TEST_ASSERT_EQUAL_HEX32(SMMU_ERRATUM_NO_BTM | SMMU_ERRATUM_SYNC_BATCH | SMMU_ERRATUM_NO_NESTING, f->errata);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
}

static void test_another_implementer_is_not_concerned(void)
{
	TEST_ASSERT_EQUAL_HEX32(0, probe(0x48300000u | 0x123u, NULL)->errata);
}

static void test_a_host_adds_its_own(void)
{
	static const struct smmu_erratum own[] = {
		{ "board 7", 0x43b, 0x111, 0x20, 0x21, SMMU_ERRATUM_NO_SEV },
		{ "board 8", 0x43b, 0x112, 0x00, 0xff, SMMU_ERRATUM_NO_BTM },
	};
	struct smmu_dev_config config = { .errata = own, .errata_count = 2 };
	TEST_ASSERT_EQUAL_HEX32(SMMU_ERRATUM_NO_SEV, probe(iidr(0x111, 2, 1), &config)->errata);
	struct smmu_port port;
	struct smmu_dev *dev;
	fake_port(rig.smmu[0], &port);
	config.errata = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_probe(rig.sys, &port, &config, &dev));
}

/* A host's entry may start above the revision that is there: r1p0 of a product of its own, defects from r1p1 to r1p2. */
static void test_a_range_that_starts_later(void)
{
	const struct smmu_erratum own[] = { { "own", 0x43b, 0x123, 0x11, 0x12, SMMU_ERRATUM_NO_NESTING } };
	const struct smmu_dev_config config = { .errata = own, .errata_count = 1 };
	static const uint32_t expected[4] = { 0, SMMU_ERRATUM_NO_NESTING, SMMU_ERRATUM_NO_NESTING, 0 };
	for (uint32_t revision = 0; revision < 4; revision++) {
		TEST_ASSERT_EQUAL_HEX32(expected[revision], probe(iidr(0x123, 1, revision), &config)->errata);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[0]));
	}
}

/* Arm 2812531: 40 commands are two parts of 16, each followed by a CMD_SYNC of its own, and the last 8 with the one that is waited
 * for; a single command gets no more than that. A TLBI per page of a range is such a list, too. */
static void test_long_lists_end_in_parts(void)
{
	struct smmu_cmd list[40];
	probe(iidr(0x487, 1, 0), NULL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	fake_clear(rig.smmu[0]);
	for (uint32_t i = 0; i < 40; i++)
		list[i] = (struct smmu_cmd){ { (uint64_t)i << 32 | 0x03, 1 } };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], list, 40, true));
	TEST_ASSERT_EQUAL_UINT64(40 + 3, rig.smmu[0]->command_count);
	uint64_t next = 0;
	for (size_t i = 0; i < 43; i++) {
		const bool sync = i == 16 || i == 33 || i == 42;
		TEST_ASSERT_EQUAL_HEX64(sync ? 0x46 : next++ << 32 | 0x03, rig.smmu[0]->command[i].word[0]);
	}
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], list, 1, true));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
	((struct smmu_features *)smmu_dev_features(rig.dev[0]))->range_invalidation = false;
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 33 * 4096, SMMU_PROT_READ));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 33 * 4096, NULL));
	TEST_ASSERT_EQUAL_UINT64(33 + 2 + 1, rig.smmu[0]->command_count);
	for (size_t i = 16; i < 35; i += 17)
		TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[i].word[0]);
}

/* A part that finds no room ends the list: no CMD_SYNC is queued for it. */
static void test_a_part_without_room(void)
{
	struct smmu_cmd list[40];
	const struct smmu_dev_config config = { .cmdq_log2 = 4 };
	probe(iidr(0x487, 1, 0), &config);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	fake_clear(rig.smmu[0]);
	for (uint32_t i = 0; i < 40; i++)
		list[i] = (struct smmu_cmd){ { (uint64_t)i << 32 | 0x03, 1 } };
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], list, 1, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_submit(rig.dev[0], list, 40, true));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_the_table_names_ranges_and_effects);
	RUN_TEST(test_revisions_at_the_edges);
	RUN_TEST(test_broadcast_maintenance_is_taken_away);
	RUN_TEST(test_another_implementer_is_not_concerned);
	RUN_TEST(test_a_host_adds_its_own);
	RUN_TEST(test_a_range_that_starts_later);
	RUN_TEST(test_long_lists_end_in_parts);
	RUN_TEST(test_a_part_without_room);
	return UNITY_END();
}
