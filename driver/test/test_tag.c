/* SPDX-License-Identifier: Apache-2.0
 * One tag for all SMMUs (policies REJECT and REALLOCATE), making way for a tag, and the order of the move of a live domain
 * from one tag to another. Not here: SMMUs that do not confirm (test_tag_unconfirmed.c). */
#include "tag_rig.h"

void setUp(void) { tag_open(); }
void tearDown(void) { rig_close(&rig); }

/* proves: AB-3. Tag 301 does not fit the 8-bit SMMU: RANGE, no command anywhere, nothing changed, A keeps its CD. */
static void test_reject_refuses_what_does_not_fit(void)
{
	struct smmu_domain *const domain = make(SMMU_TAG_REJECT);
	fill_smmu0(300, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), domain, 0));
	TEST_ASSERT_EQUAL_UINT64(301, tag(domain, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 0);
	clear();
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_master_attach(b, domain, 0));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count + rig.smmu[1]->access_count);
	TEST_ASSERT_EQUAL_UINT64(301, cd_of(0, 0x20)[0] >> 48);
	/* A wide SMMU takes it under the same tag. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 2, 0x30, 0), domain, 0));
	TEST_ASSERT_EQUAL_UINT64(301, tag(domain, 2));
}

/* Two domains with one tag for all never share a number, even on different SMMUs; a number somebody else has is NO_SPACE. */
static void test_shared_tags_are_unique_in_the_system(void)
{
	struct smmu_domain *const a = make(SMMU_TAG_REJECT), *const b = make(SMMU_TAG_REJECT), *const local = make(SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), a, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 1, 0x20, 0), b, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(a, 0));
	TEST_ASSERT_EQUAL_UINT64(2, tag(b, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 2, 0x20, 0), local, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(local, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(rig_master(&rig, 2, 0x21, 0), a, 0));
}

/* The last detach gives the shared number back. */
static void test_a_shared_tag_is_free_after_the_last_detach(void)
{
	struct smmu_domain *const a = make(SMMU_TAG_REJECT), *const b = make(SMMU_TAG_REALLOCATE);
	struct smmu_master *const m0 = rig_master(&rig, 0, 0x20, 0), *const m1 = rig_master(&rig, 1, 0x20, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(m0, a, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(m1, a, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(m0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(a, 1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(m1));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(m0, b, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(b, 0));
}

/* At every command: which tags an unmapper that looks now would invalidate on SMMU0, and what the CD of 0x20 says. */
static uint64_t from, to;
static unsigned cd_has_old, cd_has_new, cd_other, unseen_tag;
static void watch_move(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	(void)word;
	const uint64_t now = cd_of(0, 0x20)[0] >> 48;
	bool seen = false;
	for (size_t i = 0; smmu_inv_at(&moving->inv, i); i++)
		seen = seen || (smmu_inv_at(&moving->inv, i)->key.dev == rig.dev[0] && smmu_inv_at(&moving->inv, i)->key.id == now);
	unseen_tag += !seen;
	cd_has_old += now == from;
	cd_has_new += now == to;
	cd_other += now != from && now != to;
}

/* proves: AB-4, AB-48 (order). Tags 1..299 of SMMU0 are taken, the domain has 300; then 5 becomes free and SMMU1 wants the
 * domain. On SMMU0: CFGI_CD(A) + SYNC, TLBI_NH_ASID(300) + SYNC, nothing else. */
static void test_reallocate_moves_the_live_domain(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(299, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	from = 300;
	to = 5;
	TEST_ASSERT_EQUAL_UINT64(from, tag(moving, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(crowd_master[4]));
	clear();
	cd_has_old = cd_has_new = cd_other = unseen_tag = 0;
	rig.smmu[0]->on_command = watch_move;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 1, 0x30, 0), moving, 0));
	rig.smmu[0]->on_command = NULL;
	TEST_ASSERT_EQUAL_UINT64(to, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(to, tag(moving, 1));
	TEST_ASSERT_EQUAL_UINT64(to, cd_of(0, 0x20)[0] >> 48);
	TEST_ASSERT_EQUAL_UINT64(to, cd_of(1, 0x30)[0] >> 48);
	TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000000005), rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(from << 48 | 0x11, rig.smmu[0]->command[2].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[3].word[0]);
	TEST_ASSERT_EQUAL_UINT32(0, unseen_tag + cd_other + cd_has_old);        /* one store, before the first command */
	TEST_ASSERT_EQUAL_UINT32(4, cd_has_new);
	struct smmu_inv_entry_info entry;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(moving, 1, &entry));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_inv_entry(moving, 2, &entry));
	TEST_ASSERT_EQUAL_UINT32(1, entry.users);
	/* The old number is free again. */
	struct smmu_domain *const next = make(SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x41, 0), next, 0));
	TEST_ASSERT_EQUAL_UINT64(from, tag(next, 0));
}

/* proves: AB-48 (an unmap during the move invalidates both tags), AB-4 with every small tag taken. 1..300 of SMMU0 are taken by
 * domains of their own, the domain has 301: the owner of 1 makes way to 302, then the domain takes 1 everywhere. While the
 * move waits, another thread (the relax hook) unmaps. */
static unsigned unmaps;
static void unmap_while_waiting(void *ctx)
{
	((struct rig *)ctx)->clock++;
	const struct smmu_inv *const first = smmu_inv_at(&moving->inv, 0), *const second = smmu_inv_at(&moving->inv, 1);
	if (unmaps > 0 || !first || !second || first->key.dev != rig.dev[0] || second->key.dev != rig.dev[0])
		return;
	unmaps++;
	const size_t before = rig.smmu[0]->command_count;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(moving, (smmu_iova){ 0x10000 }, P, NULL));
	bool named_old = false, named_new = false;
	for (size_t i = before; i < rig.smmu[0]->command_count; i++) {
		named_old = named_old || rig.smmu[0]->command[i].word[0] == (from << 48 | 0x12);
		named_new = named_new || rig.smmu[0]->command[i].word[0] == (to << 48 | 0x12);
	}
	TEST_ASSERT_TRUE(named_old && named_new);
}

static void test_an_unmap_during_the_move_names_both_tags(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(300, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(moving, (smmu_iova){ 0x10000 }, (smmu_pa){ 0x10000 }, P, SMMU_PROT_READ));
	from = 301;
	to = 1;
	TEST_ASSERT_EQUAL_UINT64(from, tag(moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 0);
	clear();
	unmaps = 0;
	rig.smmu[0]->lazy = true;
	rig.sys->host.relax = unmap_while_waiting;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, moving, 0));
	TEST_ASSERT_EQUAL_UINT32(1, unmaps);
	TEST_ASSERT_EQUAL_UINT64(302, tag(crowd[0], 0));
	TEST_ASSERT_EQUAL_UINT64(302, cd_of(0, 0x1000)[0] >> 48);
	TEST_ASSERT_EQUAL_UINT64(1, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(moving, 1));
	/* The other domain had left tag 1, flushed, before any CD of this one carried it. proves: AB-15 */
	size_t flush = 0, adopt = 0;
	for (size_t i = 0; i < rig.smmu[0]->command_count; i++) {
		if (rig.smmu[0]->command[i].word[0] == (UINT64_C(1) << 48 | 0x11) && !flush)
			flush = i;
		if (rig.smmu[0]->command[i].word[0] == UINT64_C(0x2000000005))
			adopt = i;
	}
	TEST_ASSERT_TRUE(flush > 0 && flush < adopt);
}

/* proves: AB-19. The k-th allocation fails: nothing moved. */
static void test_a_failed_move_leaves_no_trace(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(300, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 4);
	const uint64_t before = rig_hash(&rig);
	uint64_t k = 1;
	for (;; k++) {
		clear();
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_master_attach(b, moving, 0);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count + rig.smmu[1]->access_count);
	}
	TEST_ASSERT_EQUAL_UINT64(6, k);        /* CDs, who is where, the plan of the move, its array, the domain's array */
}

/* All 255 ASIDs of SMMU1 have an owner who would move, but there is nowhere to move to; for a domain that asks nobody to move there
 * is no number either. Nothing changed, nothing was sent. */
static void test_no_number_is_left_to_move_to(void)
{
	for (unsigned one_tag = 0; one_tag < 2; one_tag++) {
		tearDown();
		setUp();
		fill(1, 255, one_tag ? SMMU_TAG_REALLOCATE : SMMU_TAG_LOCAL);
		struct smmu_domain *const asks = make(SMMU_TAG_REALLOCATE), *const waits = make(SMMU_TAG_REJECT);
		struct smmu_master *const m = rig_master(&rig, 1, 0x30, 0);
		struct smmu_domain *const local = make(SMMU_TAG_LOCAL);
		clear();
		const uint64_t before = rig_hash(&rig);
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(m, asks, 0));
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(m, waits, 0));
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(m, local, 0));
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->access_count);
	}
}

/* proves: AB-19. The one who must move wants one tag everywhere too: its new number goes back to the numbers of the context. */
static void test_a_failed_move_of_a_shared_tag_leaves_no_trace(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(255, SMMU_TAG_REALLOCATE);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 4);
	const uint64_t before = rig_hash(&rig);
	for (uint64_t k = 1;; k++) {
		clear();
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_master_attach(b, moving, 0);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count + rig.smmu[1]->access_count);
	}
	TEST_ASSERT_EQUAL_UINT64(1, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(257, tag(crowd[0], 0));
}

/* A group on SMMU0 and SMMU1 wants one tag; the only numbers below 256 that are free on one are taken on the other. 1 is a REALLOCATE
 * domain's on SMMU0, whose number passes to the group's, and a LOCAL one's on SMMU1: both make way. */
static void test_two_owners_of_one_number_make_way(void)
{
	struct smmu_domain *const first = make(SMMU_TAG_REALLOCATE), *const wants = make(SMMU_TAG_REALLOCATE);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), first, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(first, 0));
	fill(0, 254, SMMU_TAG_LOCAL);
	fill(1, 254, SMMU_TAG_LOCAL);
	struct smmu_master *const masters[2] = { rig_master(&rig, 0, 0x30, 0), rig_master(&rig, 1, 0x30, 0) };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_group_attach(masters, 2, wants, 0, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(wants, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(wants, 1));
	TEST_ASSERT_EQUAL_UINT64(256, tag(first, 0));
	TEST_ASSERT_EQUAL_UINT64(256, asids_used(0));
	TEST_ASSERT_EQUAL_UINT64(255, asids_used(1));
}

/* The domain has 1 on SMMU0, which is taken on SMMU1: it passes over its own number when it looks for one, and takes 2 from both. */
static void test_a_domain_does_not_make_way_for_itself(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	fill(0, 254, SMMU_TAG_LOCAL);
	fill(1, 254, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 1, 0x30, 0), moving, 0));
	TEST_ASSERT_EQUAL_UINT64(2, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(2, tag(moving, 1));
}

/* Whoever makes way is looked for in two-level CD tables, too: leaves that are not there are stepped over. */
static void test_an_owner_far_up_in_a_cd_table(void)
{
	const uint32_t sid = 0x20;
	struct smmu_master *master;
	tearDown();
	rig_open(&rig, 3);
	rig.smmu[0]->idr0 |= 1u << 19;          /* CD2L */
	rig.smmu[0]->idr1 = (rig.smmu[0]->idr1 & ~(31u << 6)) | 13u << 6;
	const struct smmu_dev_config listens = { .broadcast_tlb = true };
	rig_start(&rig, 0, &listens);
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ssid_bits = 13 };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	struct smmu_domain *const owner = make(SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, owner, 7000, 0));       /* leaf 6 of 8 */
	const struct smmu_mm mm = { .cookie = 1, .ttb = { 0x10000 }, .asid = 1, .oas_bits = 44 };
	struct smmu_domain *sva;
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_bind(master, &mm, &sva, NULL));
	TEST_ASSERT_EQUAL_UINT64(1, tag(sva, 0));
	TEST_ASSERT_EQUAL_UINT64(2, tag(owner, 0));
	const uint64_t l1 = rig_words(&rig, rig_ste(&rig, 0, sid)[0] & UINT64_C(0x000fffffffffffc0))[6];
	TEST_ASSERT_EQUAL_UINT64(2, rig_words(&rig, l1 & UINT64_C(0x0000fffffffff000))[8 * (7000 & 1023)] >> 48);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_reject_refuses_what_does_not_fit);
	RUN_TEST(test_shared_tags_are_unique_in_the_system);
	RUN_TEST(test_a_shared_tag_is_free_after_the_last_detach);
	RUN_TEST(test_reallocate_moves_the_live_domain);
	RUN_TEST(test_an_unmap_during_the_move_names_both_tags);
	RUN_TEST(test_a_failed_move_leaves_no_trace);
	RUN_TEST(test_no_number_is_left_to_move_to);
	RUN_TEST(test_a_failed_move_of_a_shared_tag_leaves_no_trace);
	RUN_TEST(test_two_owners_of_one_number_make_way);
	RUN_TEST(test_a_domain_does_not_make_way_for_itself);
	RUN_TEST(test_an_owner_far_up_in_a_cd_table);
	return UNITY_END();
}
