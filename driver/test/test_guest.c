/* SPDX-License-Identifier: Apache-2.0
 * Nested domains: what the STE of a guest becomes, what an unmap of the parent says. Words of STEs and commands are written out from
 * the layouts. Not here: the guest's own commands (test_guest_commands.c). */
#include "guest_rig.h"

void setUp(void) { start(1u << 10); }   /* ATS */
void tearDown(void) { rig_close(&rig); }

/* ---- domains ---- */

static void test_what_a_guest_may_say(void)
{
	static const uint64_t bad[][2] = {
		{ UINT64_C(1) | 6u << 1, 0 }, { UINT64_C(1) | 7u << 1, 0 },             /* stage 2 is the host's */
		{ GUEST_S1 | UINT64_C(1) << 52, 0 },                                    /* between S1ContextPtr and S1CDMax */
		{ GUEST_S1, UINT64_C(1) << 30 }, { GUEST_S1, UINT64_C(1) << 44 },       /* STRW, SHCFG */
		{ GUEST_S1, UINT64_C(2) << 28 }, { GUEST_S1, UINT64_C(3) << 28 },       /* EATS split, DPT */
	};
	const struct smmu_domain_config orphan = { .type = SMMU_DOMAIN_NESTED };
	struct smmu_domain *domain, *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, create(parent, bad[i][0], bad[i][1], &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, create(s1, GUEST_S1, 0, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_create(rig.sys, &orphan, &domain));
	/* Without V, or with an abort, the rest means nothing. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create(parent, UINT64_MAX - 1, UINT64_MAX, &domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_domain_destroy(parent));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_domain_map(nested(GUEST_S1, 0), (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, RW));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create(parent, UINT64_C(1) | UINT64_C(3) << 1, UINT64_MAX, &domain));
}

/* A device that must not stall does not, whatever its guest says: STE.S1STALLD = 1 makes a CD with S = 1 an illegal one. */
static void test_a_guest_cannot_make_a_device_stall(void)
{
	uint32_t sid = 0x31;
	struct smmu_master *stalling;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .can_stall = true };
	struct smmu_domain *const guest = nested(GUEST_S1, 0);
	attached(0, 0x30, false, guest);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 27, rig_ste(&rig, 0, 0x30)[1] & UINT64_C(1) << 27);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &stalling));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(stalling, guest, 0));
	TEST_ASSERT_EQUAL_HEX64(0, rig_ste(&rig, 0, sid)[1] & UINT64_C(1) << 27);
}

/* proves: AB-12. The SMMU cannot take the guest's STE, or no STE with both stages. */
static void test_where_a_guest_cannot_live(void)
{
	struct smmu_features f = *smmu_dev_features(rig.dev[0]);
	const struct smmu_domain_config good = nested(GUEST_S1 | UINT64_C(4) << 59 | UINT64_C(2) << 4, 0)->config;
	struct smmu_domain_config config = good;
	f.cd_2level = true;
	f.ssid_bits = 4;
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, smmu_domain_incompatibility(&config, &f, true));
	f.cd_2level = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GUEST, smmu_domain_incompatibility(&config, &f, true));
	config.guest_ste[0] &= ~(UINT64_C(3) << 4);
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, smmu_domain_incompatibility(&config, &f, true));
	f.ssid_bits = 3;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GUEST, smmu_domain_incompatibility(&config, &f, true));
	config.guest_ste[0] = GUEST_S1 | UINT64_C(2) << 4;      /* one CD: its format means nothing */
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, smmu_domain_incompatibility(&config, &f, true));
	config.guest_ste[0] = GUEST_S1 | UINT64_C(1) << 44;     /* IAS is 44 */
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GUEST, smmu_domain_incompatibility(&config, &f, true));
	config.guest_ste[0] = GUEST_S1;
	config.guest_ste[1] = UINT64_C(1) << 27;                /* S1STALLD needs the choice */
	TEST_ASSERT_EQUAL_INT(SMMU_COMPATIBLE, smmu_domain_incompatibility(&config, &f, true));
	f.stall_forced = true;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_GUEST, smmu_domain_incompatibility(&config, &f, true));
	f.stall_forced = false;
	f.errata = SMMU_ERRATUM_NO_NESTING;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_NESTING, smmu_domain_incompatibility(&config, &f, true));
	f.errata = 0;
	f.stage1 = false;
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_STAGE, smmu_domain_incompatibility(&config, &f, true));
	f.stage1 = true;
	f.oas_bits = 32;                                        /* the parent's sizes count */
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_OAS, smmu_domain_incompatibility(&config, &f, true));
}

/* ---- STEs ---- */

/* Above the parent's stage 2, as a device of the parent's own has it, stand the guest's fields; S1ContextPtr stays what the guest
 * says: an intermediate address, which need not exist. */
static void test_both_stages(void)
{
	const uint64_t word0 = GUEST_S1 | UINT64_C(2) << 4 | UINT64_C(0x876543210c0) | UINT64_C(4) << 59;
	const uint64_t word1 = UINT64_C(2) | UINT64_C(1) << 2 | UINT64_C(2) << 4 | UINT64_C(3) << 6 | UINT64_C(1) << 27;
	struct smmu_master_info info;
	attached(0, 0x30, true, parent);
	const uint64_t *const plain = rig_ste(&rig, 0, 0x30), *ste;
	((struct smmu_features *)smmu_dev_features(rig.dev[0]))->cd_2level = true;
	struct smmu_master *const master = attached(0, SID, true, nested(word0, word1 | EATS));
	ste = rig_ste(&rig, 0, SID);
	TEST_ASSERT_EQUAL_HEX64(word0 | UINT64_C(7) << 1, ste[0]);
	TEST_ASSERT_EQUAL_HEX64(word1 | EATS | (plain[1] & ~EATS), ste[1]);
	TEST_ASSERT_EQUAL_HEX64(plain[2], ste[2]);
	TEST_ASSERT_EQUAL_HEX64(plain[3], ste[3]);
	TEST_ASSERT_EQUAL_UINT64(vmid(0), ste[2] & 0xffff);
	smmu_master_info(master, &info);
	TEST_ASSERT_TRUE(info.ats_on && !info.has_cd_table);
	/* The guest does not want ATS; the device has none. */
	attached(0, 0x22, true, nested(word0, word1));
	TEST_ASSERT_EQUAL_HEX64(word1 | (plain[1] & ~EATS), rig_ste(&rig, 0, 0x22)[1]);
	attached(0, 0x23, false, nested(word0, word1 | EATS));
	TEST_ASSERT_EQUAL_HEX64(word1 | (plain[1] & ~EATS), rig_ste(&rig, 0, 0x23)[1]);
	/* Bypass of the guest is stage 2, without ATS. */
	attached(0, 0x24, true, nested(GUEST_BYPASS, EATS));
	TEST_ASSERT_EQUAL_HEX64(plain[0], rig_ste(&rig, 0, 0x24)[0]);
	TEST_ASSERT_EQUAL_HEX64(plain[1] & ~EATS, rig_ste(&rig, 0, 0x24)[1]);
	TEST_ASSERT_EQUAL_HEX64(plain[3], rig_ste(&rig, 0, 0x24)[3]);
	attached(0, 0x25, true, nested(GUEST_S1 & ~UINT64_C(1), 0));
	TEST_ASSERT_EQUAL_HEX64(1, rig_ste(&rig, 0, 0x25)[0]);
}

/* A guest changes its CD table: one store, no gap; and the ATC forgets. */
static void test_a_guest_changes_its_ste(void)
{
	struct smmu_master *const master = attached(0, SID, true, nested(GUEST_S1 | 0x10000, EATS));
	struct smmu_domain *const next = nested(GUEST_S1 | 0x20000, EATS);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, next, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);
	expect(0, 0, 0x03 | (uint64_t)SID << 32, 1);
	expect(0, 2, 0x40 | (uint64_t)SID << 32, 52);
	TEST_ASSERT_EQUAL_HEX64(0x20000, rig_ste(&rig, 0, SID)[0] & UINT64_C(0xfffffffffc0));
}

static void test_only_without_pasids(void)
{
	struct smmu_domain *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1), *const guest = nested(GUEST_S1, 0);
	struct smmu_master *const master = master_at(0, SID, false);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, guest, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1, 1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_master_attach(master, guest, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, guest, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_attach_pasid(master, s1, 1, 0));
	/* From the guest to stage 1 and back. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_UINT64(5, rig_ste(&rig, 0, SID)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, guest, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_UINT64(7, rig_ste(&rig, 0, SID)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_HEX64(0, rig_ste(&rig, 0, SID)[0] & UINT64_C(0x000fffffffffffc0));
}

/* ---- the parent changes ---- */

/* proves: AB-7, AB-11, AB-57. Stage 2 by address, SYNC, then what guests combined with it, SYNC; ATCs of nested devices wholly, of
 * the parent's own by address. An SMMU without guests hears of stage 2 alone. */
static void test_an_unmap_reaches_what_guests_combined(void)
{
	static const enum smmu_inv_type types[] = { SMMU_INV_TLBI_VMID, SMMU_INV_TLBI_NESTED, SMMU_INV_ATC, SMMU_INV_ATC_ALL, SMMU_INV_TLBI_VMID };
	struct smmu_inv_entry_info entry;
	attached(0, 0x30, true, parent);
	attached(1, 0x31, false, parent);
	struct smmu_master *const guest = attached(0, SID, true, nested(GUEST_S1, EATS));
	for (unsigned i = 0; i < 5; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(parent, i, &entry));
		TEST_ASSERT_EQUAL_INT(types[i], entry.type);
		TEST_ASSERT_EQUAL_UINT32(i == 0 ? 2 : 1, entry.users);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(parent, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 8 * P, RW));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(parent, (smmu_iova){ 4 * P }, P, NULL));
	TEST_ASSERT_EQUAL_UINT64(7, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(0x2a | vmid(0) << 32, rig.smmu[0]->command[0].word[0]);
	expect(0, 1, 0x46, 0);
	expect(0, 2, 0x10 | vmid(0) << 32, 0);
	expect(0, 3, 0x46, 0);
	expect(0, 4, 0x40 | UINT64_C(0x30) << 32, 4 * P);
	expect(0, 5, 0x40 | (uint64_t)SID << 32, 52);
	expect(0, 6, 0x46, 0);
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[1]->command_count);
	/* All of the VMID is all stages of it. */
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(smmu_master_domain(guest, 0)));
	expect(0, 0, 0x28 | vmid(0) << 32, 0);
	expect(0, 1, 0x46, 0);
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x10));
	/* The guest goes, the parent stays. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(guest));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(parent, (smmu_iova){ 0 }, P, NULL));
	TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_inv_entry(parent, 3, &entry));
}

/* proves: AB-14. The last guest of a VMID: everything of it is flushed and it is free. */
static void test_the_last_guest_gives_the_vmid_back(void)
{
	struct smmu_dev_stats stats;
	struct smmu_domain *const guest = nested(GUEST_S1, 0);
	struct smmu_master *const master = attached(0, SID, false, guest);
	const uint64_t tag = vmid(0);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_domain_destroy(guest));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	const size_t n = rig.smmu[0]->command_count;
	expect(0, n - 2, 0x28 | tag << 32, 0);
	smmu_dev_stats(rig.dev[0], &stats);
	TEST_ASSERT_EQUAL_UINT32(0, stats.vmids_used);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(guest));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(parent));
}

/* proves: AB-4 (VMID). The parent has to leave its number: the guests' STEs go along. */
static void test_the_parent_moves_to_another_vmid(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S2, .tag_policy = SMMU_TAG_REALLOCATE };
	struct smmu_domain *const other = parent;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &parent));
	attached(0, SID, false, nested(GUEST_S1, 0));
	TEST_ASSERT_EQUAL_UINT64(1, rig_ste(&rig, 0, SID)[2] & 0xffff);
	attached(1, 0x40, false, other);        /* has VMID 1 there */
	attached(1, 0x41, false, parent);
	TEST_ASSERT_EQUAL_UINT64(vmid(1), vmid(0));
	TEST_ASSERT_TRUE(vmid(0) != 1);
	TEST_ASSERT_EQUAL_UINT64(vmid(0), rig_ste(&rig, 0, SID)[2] & 0xffff);
}

/* proves: AB-19 */
static void test_a_failed_attach_leaves_no_trace(void)
{
	struct smmu_domain *const guest = nested(GUEST_S1, EATS);
	struct smmu_master *const master = master_at(0, SID, true);
	for (uint64_t k = 1;; k++) {
		clear();
		const uint64_t before = rig_hash(&rig);
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_master_attach(master, guest, 0);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK) {
			TEST_ASSERT_GREATER_THAN_UINT64(2, k);
			return;
		}
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_what_a_guest_may_say);
	RUN_TEST(test_a_guest_cannot_make_a_device_stall);
	RUN_TEST(test_where_a_guest_cannot_live);
	RUN_TEST(test_both_stages);
	RUN_TEST(test_a_guest_changes_its_ste);
	RUN_TEST(test_only_without_pasids);
	RUN_TEST(test_an_unmap_reaches_what_guests_combined);
	RUN_TEST(test_the_last_guest_gives_the_vmid_back);
	RUN_TEST(test_the_parent_moves_to_another_vmid);
	RUN_TEST(test_a_failed_attach_leaves_no_trace);
	return UNITY_END();
}
