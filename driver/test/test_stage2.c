/* SPDX-License-Identifier: Apache-2.0
 * Stage-2 domains: VMIDs per SMMU, stream table entries, start tables side by side, invalidation; and stage-1 streams in the
 * EL2-E2H world, whose invalidations are other commands. */
#include "pgtable.h"
#include "rig.h"
#include "ste.h"
#include "unity.h"

#define P UINT64_C(4096)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)

static struct rig rig;

void setUp(void)
{
	rig_open(&rig, 2);
	rig.smmu[1]->idr0 &= ~(1u << 18);       /* SMMU1: 8-bit VMIDs */
	rig_start(&rig, 0, NULL);
	rig_start(&rig, 1, NULL);
}

void tearDown(void) { rig_close(&rig); }

static uint32_t vmid(struct smmu_domain *domain, unsigned smmu)
{
	uint32_t t = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(domain, rig.dev[smmu], &t));
	return t;
}

/* Words by hand. 44-bit IPA, 4 KiB: level 0 (40..48). Word 0: V, Config = 0b110 -> 0xd. Word 1: SHCFG = 1 at 45:44.
 * Word 2: VMID 15:0 = 0x1234; S2T0SZ 37:32 = 20 = 0x14; S2SL0 39:38 = 2 -> 0x80; S2IR0 41:40 = 1, S2OR0 43:42 = 1 -> 0x500,
 * S2SH0 45:44 = 3 -> 0x3000; S2TG 0; S2PS 50:48 = 4 (44 bits); S2AA64 51; S2R 58. */
static void test_entry_by_hand(void)
{
	const struct smmu_features features = { .stage2 = true, .stall = true, .attr_types_override = true };
	struct smmu_ste_s2 s2 = { .ttb = UINT64_C(0x87654000), .vmid = 0x1234, .granule_log2 = 12, .ias_bits = 44, .oas_bits = 44,
				  .start_level = 0, .coherent = true };
	struct smmu_ste ste;
	smmu_ste_make_s2(&ste, &features, &s2);
	TEST_ASSERT_EQUAL_HEX64(0xd, ste.qword[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 44, ste.qword[1]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x040c359400001234), ste.qword[2]);
	TEST_ASSERT_EQUAL_HEX64(0x87654000, ste.qword[3]);
	s2.can_stall = true;            /* S2S is bit 57 */
	s2.granule_log2 = 16;           /* S2TG = 1; deepest start level 3, start 2 -> S2SL0 = 1 */
	s2.start_level = 2;
	smmu_ste_make_s2(&ste, &features, &s2);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x060c755400001234), ste.qword[2]);
}

/* Start level and size of the start table. 4 KiB: 40 bits are 2 tables at level 1, 43 are 16, 44 need level 0; 34 bits are 16
 * tables at level 2. 16 KiB: 48 bits are 2 tables at level 1. 64 KiB: 46 bits are 16 tables at level 2. */
static void test_start_tables_side_by_side(void)
{
	static const struct { uint8_t granule, ias, level; uint32_t bytes; } rows[] = {
		{ 12, 25, 2, 4096 }, { 12, 34, 2, 16 * 4096 }, { 12, 35, 1, 4096 }, { 12, 39, 1, 4096 }, { 12, 40, 1, 2 * 4096 },
		{ 12, 43, 1, 16 * 4096 }, { 12, 44, 0, 4096 }, { 12, 48, 0, 4096 }, { 14, 29, 3, 16 * 16384 }, { 14, 30, 2, 16384 },
		{ 14, 48, 1, 2 * 16384 }, { 16, 33, 3, 16 * 65536 }, { 16, 46, 2, 16 * 65536 }, { 16, 47, 1, 65536 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct smmu_pgtable pt;
		const struct smmu_pgtable_shape shape = { rows[i].granule, rows[i].ias, 44, true, true, false, false, false };
		TEST_ASSERT_TRUE(smmu_pgtable_init(&pt, rig.sys, &shape));
		TEST_ASSERT_EQUAL_UINT32(rows[i].level, pt.start_level);
		TEST_ASSERT_EQUAL_UINT32(rows[i].bytes, pt.root_bytes);
		TEST_ASSERT_EQUAL_UINT64(0, pt.root_pa & (rows[i].bytes - 1));
		/* The last granule of the input is reachable. */
		const uint64_t last = (UINT64_C(1) << rows[i].ias) - (UINT64_C(1) << rows[i].granule);
		struct smmu_gather gather = SMMU_GATHER_INIT;
		uint64_t pa;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pgtable_map(&pt, last, 0x10000, UINT64_C(1) << rows[i].granule, smmu_pgtable_s2_attributes(RW)));
		TEST_ASSERT_TRUE(smmu_pgtable_lookup(&pt, last, &pa));
		TEST_ASSERT_EQUAL_HEX64(0x10000, pa);
		TEST_ASSERT_FALSE(smmu_pgtable_lookup(&pt, 0, &pa));
		uint64_t at = last, unmapped = 0;
		smmu_pgtable_unmap(&pt, last, &at, last + (UINT64_C(1) << rows[i].granule), &gather, &unmapped);
		TEST_ASSERT_EQUAL_UINT64(UINT64_C(1) << rows[i].granule, unmapped);
		smmu_pgtable_exit(&pt);
	}
}

/* Leaf by hand: MemAttr 5:2 = 0xf -> 0x3c, S2AP 7:6 = 3 -> 0xc0, SH 9:8 = 3 -> 0x300, AF 0x400; XN 54:53 = 2. */
static void test_leaf_attributes_by_hand(void)
{
	TEST_ASSERT_EQUAL_HEX64(0x7fc, smmu_pgtable_s2_attributes(RW | SMMU_PROT_CACHED));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x0040000000000654), smmu_pgtable_s2_attributes(SMMU_PROT_READ | SMMU_PROT_NOEXEC));
	TEST_ASSERT_EQUAL_HEX64(0x684, smmu_pgtable_s2_attributes(SMMU_PROT_WRITE | SMMU_PROT_DEVICE));
}

/* proves: AB-5, AB-6. 300 stage-2 domains on SMMU0 leave SMMU1's 255 VMIDs alone; each STE names a VMID of its SMMU, never 0. */
static void test_vmids_belong_to_the_smmu(void)
{
	struct smmu_domain *last = NULL;
	struct smmu_dev_stats stats;
	for (uint32_t n = 0; n < 300; n++) {
		last = rig_domain(&rig, SMMU_DOMAIN_S2);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x1000 + n, 0), last, 0));
		TEST_ASSERT_EQUAL_UINT64(n + 1, rig_ste(&rig, 0, 0x1000 + n)[2] & 0xffff);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_stats(rig.dev[1], &stats));
	TEST_ASSERT_EQUAL_UINT32(0, stats.vmids_used);
	for (uint32_t n = 0; n < 255; n++) {
		struct smmu_domain *const domain = n ? rig_domain(&rig, SMMU_DOMAIN_S2) : last;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 1, 0x1000 + n, 0), domain, 0));
		TEST_ASSERT_EQUAL_UINT64(n + 1, rig_ste(&rig, 1, 0x1000 + n)[2] & 0xffff);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(rig_master(&rig, 1, 0x2000, 0), rig_domain(&rig, SMMU_DOMAIN_S2), 0));
}

/* proves: AB-7 for stage 2. One page: TLBI_S2_IPA (0x2a) with the VMID (47:32), Leaf, TTL 3, TG 1; detach: TLBI_S12_VMALL (0x28). */
static void test_unmap_and_detach_name_the_vmid(void)
{
	struct smmu_domain *const first = rig_domain(&rig, SMMU_DOMAIN_S2), *const domain = rig_domain(&rig, SMMU_DOMAIN_S2);
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 4);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x21, 0), first, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_UINT32(2, vmid(domain, 0));
	TEST_ASSERT_EQUAL_UINT64(6, rig_ste(&rig, 0, 0x20)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0x10000 }, (smmu_pa){ 0x5000 }, P, RW));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0x10000 }, P, NULL));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(2) << 32 | 0x2a, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x10000 | 1 << 10 | 3 << 8 | 1, rig.smmu[0]->command[0].word[1]);
	/* proves: AB-36 */
	struct smmu_domain *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, s1, 3, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, domain, 3, 0));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	const size_t n = rig.smmu[0]->command_count;
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(2) << 32 | 0x28, rig.smmu[0]->command[n - 2].word[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1, 3, 0));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	struct smmu_master_info info;
	struct smmu_master *const plain = rig_master(&rig, 0, 0x22, 4);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(plain, domain, 0));   /* proves: AB-24 */
	smmu_master_info(plain, &info);
	TEST_ASSERT_FALSE(info.has_cd_table);
}

/* proves: AB-4 for VMIDs. SMMU0 gives VMID 256 to the domain; SMMU1 has 8 bits; VMID 3 is free: one STE word, then S12_VMALL. */
static void test_one_vmid_for_all_moves(void)
{
	struct smmu_master *third = NULL;
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S2, .tag_policy = SMMU_TAG_REALLOCATE };
	struct smmu_domain *domain;
	for (uint32_t n = 1; n < 256; n++) {
		struct smmu_master *const master = rig_master(&rig, 0, 0x1000 + n, 0);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S2), 0));
		third = n == 3 ? master : third;
	}
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_UINT32(256, vmid(domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(third));
	struct smmu_master *const b = rig_master(&rig, 1, 0x20, 0);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, domain, 0));
	TEST_ASSERT_EQUAL_UINT32(3, vmid(domain, 0));
	TEST_ASSERT_EQUAL_UINT32(3, vmid(domain, 1));
	TEST_ASSERT_EQUAL_UINT64(3, rig_ste(&rig, 0, 0x20)[2] & 0xffff);
	TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000000003), rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(256) << 32 | 0x28, rig.smmu[0]->command[2].word[0]);
}

/* proves: AB-9 (world). SMMU1 is started in the EL2-E2H world: CR2.E2H (bit 0), STRW = 2 (31:30 of word 1), TLBI_EL2_VA (0x22)
 * and TLBI_EL2_ASID (0x21) instead of the NH ones, without VMID. */
static void test_el2_world(void)
{
	const struct smmu_dev_config config = { .el2_world = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[1]));
	rig_start(&rig, 1, &config);
	TEST_ASSERT_EQUAL_UINT32(1, fake_reg(rig.smmu[1], 0x2c) & 1);
	TEST_ASSERT_EQUAL_UINT32(0, fake_reg(rig.smmu[0], 0x2c) & 1);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	struct smmu_master *const a = rig_master(&rig, 0, 0x20, 0), *const b = rig_master(&rig, 1, 0x20, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, domain, 0));
	TEST_ASSERT_EQUAL_UINT64(0, rig_ste(&rig, 0, 0x20)[1] >> 30 & 3);
	TEST_ASSERT_EQUAL_UINT64(2, rig_ste(&rig, 1, 0x20)[1] >> 30 & 3);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0x10000 }, (smmu_pa){ 0x5000 }, P, RW));
	fake_clear(rig.smmu[0]);
	fake_clear(rig.smmu[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0x10000 }, P, NULL));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 48 | 0x12, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 48 | 0x22, rig.smmu[1]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(rig.smmu[0]->command[0].word[1], rig.smmu[1]->command[0].word[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(b));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[1], 0x21));
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[1], 0x11));
}

/* 25 bits of 64 KiB granules are one table of pages: level 3 is the only one there is. */
static void test_one_level(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S2, .granule_log2 = 16, .ias_bits = 25 };
	struct smmu_domain_stats stats;
	struct smmu_domain *domain;
	smmu_pa pa = { 0 };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0x1ff0000 }, (smmu_pa){ 0x50000 }, 0x10000, RW));
	smmu_domain_stats(domain, &stats);
	TEST_ASSERT_EQUAL_UINT32(1, stats.table_pages);
	TEST_ASSERT_EQUAL_HEX64(3, rig_words(&rig, stats.root.v)[511] & 3);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_iova_to_phys(domain, (smmu_iova){ 0x1ff1234 }, &pa));
	TEST_ASSERT_EQUAL_HEX64(0x51234, pa.v);
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_domain_map(domain, (smmu_iova){ 0x2000000 }, (smmu_pa){ 0 }, 0x10000, RW));
}

/* S2S (bit 57 of word 2): where the SMMU always stalls, or can and the device may; S1STALLD (bit 27 of word 1) of a guest: where the SMMU
 * could stall and the device must not. STALL_MODEL none, both, forced; a device that can stall and one that cannot. */
static void test_who_may_stall(void)
{
	static const struct { bool stall, forced, can, s2s, stalld; } rows[] = {
		{ false, false, false, false, false }, { false, false, true, false, false }, { true, false, false, false, true },
		{ true, false, true, true, false }, { true, true, false, true, false }, { true, true, true, true, false },
	};
	const uint64_t guest[2] = { 1 | 5u << 1, 0 };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct smmu_features features = { .stage1 = true, .stage2 = true, .stall = rows[i].stall, .stall_forced = rows[i].forced };
		const struct smmu_ste_s2 s2 = { .ttb = 0x10000, .vmid = 1, .granule_log2 = 12, .ias_bits = 40, .oas_bits = 40, .start_level = 1,
						.coherent = true, .can_stall = rows[i].can };
		struct smmu_ste ste;
		smmu_ste_make_s2(&ste, &features, &s2);
		TEST_ASSERT_EQUAL_UINT64(rows[i].s2s, ste.qword[2] >> 57 & 1);
		smmu_ste_make_nested(&ste, &features, &s2, guest);
		TEST_ASSERT_EQUAL_UINT64(rows[i].s2s, ste.qword[2] >> 57 & 1);
		TEST_ASSERT_EQUAL_UINT64(rows[i].stalld, ste.qword[1] >> 27 & 1);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_entry_by_hand);
	RUN_TEST(test_start_tables_side_by_side);
	RUN_TEST(test_leaf_attributes_by_hand);
	RUN_TEST(test_vmids_belong_to_the_smmu);
	RUN_TEST(test_unmap_and_detach_name_the_vmid);
	RUN_TEST(test_one_vmid_for_all_moves);
	RUN_TEST(test_el2_world);
	RUN_TEST(test_one_level);
	RUN_TEST(test_who_may_stall);
	return UNITY_END();
}
