/* SPDX-License-Identifier: Apache-2.0
 * Moves and detaches that an SMMU does not confirm: whose the numbers are then, and how they come back.
 * Not here: moves that go well (test_tag.c). */
#include "tag_rig.h"

void setUp(void) { tag_open(); }
void tearDown(void) { rig_close(&rig); }

/* The SMMU of the domain that makes way does not answer: nothing is attached, that domain goes on under its new tag, and an
 * unmap of it still names both. */
static void test_a_silent_smmu_stops_the_move(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(300, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 0);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_NULL(smmu_master_domain(b, 0));
	TEST_ASSERT_EQUAL_UINT64(301, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(302, tag(crowd[0], 0));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(crowd[0]));
	TEST_ASSERT_EQUAL_UINT64(1 + 2, fake_count(rig.smmu[0], 0x11)); /* the move's own was still in the queue; old and new tag */
	/* The move is finished: CFGI_ALL, SYNC, TLBI_NH_ASID(1), SYNC, then the domain's own. Nobody else makes way. */
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, moving, 0));
	TEST_ASSERT_EQUAL_HEX64(0x04, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 48 | 0x11, rig.smmu[0]->command[2].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[3].word[0]);
	TEST_ASSERT_EQUAL_UINT64(1, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(moving, 1));
	TEST_ASSERT_EQUAL_UINT64(2, tag(crowd[1], 0));
	TEST_ASSERT_EQUAL_UINT64(301, asids_used(0));
}

/* However often it is tried, one number waits for the answer. */
static void test_a_silent_smmu_costs_one_number(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(300, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 0);
	rig.smmu[0]->stop_consuming = true;
	for (unsigned i = 0; i < 4; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
		TEST_ASSERT_EQUAL_UINT64(302, asids_used(0));
		TEST_ASSERT_EQUAL_UINT64(0, asids_used(1));
	}
	TEST_ASSERT_EQUAL_UINT64(302, tag(crowd[0], 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(b, moving, 0));
	TEST_ASSERT_EQUAL_UINT64(301, asids_used(0));
}

/* A domain with one tag for all is left with two on the SMMU that was silent. Its last detach there gives both back, also to the
 * numbers of the whole context: the next such domain gets 1. */
static void test_the_last_detach_gives_both_numbers_back(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(255, SMMU_TAG_REALLOCATE);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	TEST_ASSERT_EQUAL_UINT64(256, tag(moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 0);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_UINT64(257, tag(crowd[0], 0));
	TEST_ASSERT_EQUAL_UINT64(257, asids_used(0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(crowd_master[0]));
	TEST_ASSERT_EQUAL_UINT64(255, asids_used(0));
	struct smmu_domain *const next = make(SMMU_TAG_REJECT);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 2, 0x40, 0), next, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(next, 2));
}

/* Two domains must make way, on SMMU2 and on SMMU0, and SMMU0 does not answer: nobody is attached, the one that moved leaves its
 * number to whoever comes next on SMMU2, the other one's waits for SMMU0. */
static void test_a_move_that_was_done_for_nothing(void)
{
	struct smmu_domain *const all = make(SMMU_TAG_REALLOCATE), *const next = make(SMMU_TAG_LOCAL);
	fill(0, 255, SMMU_TAG_LOCAL);
	fill(2, 255, SMMU_TAG_LOCAL);
	struct smmu_master *const masters[3] = { rig_master(&rig, 0, 0x20, 0), rig_master(&rig, 1, 0x20, 0), rig_master(&rig, 2, 0x20, 0) };
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_group_attach(masters, 3, all, 0, 0));
	for (unsigned i = 0; i < 3; i++)
		TEST_ASSERT_NULL(smmu_master_domain(masters[i], 0));
	TEST_ASSERT_EQUAL_UINT64(256, asids_used(0));
	TEST_ASSERT_EQUAL_UINT64(0, asids_used(1));
	TEST_ASSERT_EQUAL_UINT64(255, asids_used(2));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(masters[2], next, 0));
	TEST_ASSERT_EQUAL_UINT64(1, tag(next, 2));
	rig.smmu[0]->stop_consuming = false;
}

/* The domain's own move is not confirmed by the SMMU it leaves the number on: attached all the same under the new number, the old
 * one is invalidated with it and taken until the last detach there. */
static void test_an_own_move_that_is_not_confirmed(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(299, SMMU_TAG_LOCAL);
	struct smmu_master *const a = rig_master(&rig, 0, 0x20, 0), *const b = rig_master(&rig, 1, 0x30, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, moving, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(crowd_master[4]));
	TEST_ASSERT_EQUAL_UINT64(299, asids_used(0));
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_PTR(moving, smmu_master_domain(b, 0));
	TEST_ASSERT_EQUAL_UINT64(5, tag(moving, 0));
	TEST_ASSERT_EQUAL_UINT64(5, tag(moving, 1));
	TEST_ASSERT_EQUAL_UINT64(300, asids_used(0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(moving));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x11));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(a));
	TEST_ASSERT_EQUAL_UINT64(298, asids_used(0));
}

/* proves: AB-19. The move of tag 1 was not confirmed; the SMMU is back, but memory is not: whichever allocation of the second try fails,
 * the move is as unfinished as before. */
static void test_a_failed_second_try_leaves_no_trace(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(300, SMMU_TAG_LOCAL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x20, 0), moving, 0));
	struct smmu_master *const b = rig_master(&rig, 1, 0x30, 0);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
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
	TEST_ASSERT_EQUAL_UINT64(4, k);         /* CD, the plan of the move, the domain's array */
}

/* An own move was not confirmed: the domain has 5, and on SMMU0 300 leaves. It may go to another SMMU under 5, then every SMMU keeps what
 * it has; but it cannot move again before that is done with. Detached while SMMU0 is dead, both numbers stay taken. */
static void test_a_domain_that_is_still_leaving(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(299, SMMU_TAG_LOCAL);
	struct smmu_master *const a = rig_master(&rig, 0, 0x20, 0), *const b = rig_master(&rig, 1, 0x30, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, moving, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(crowd_master[4]));
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
	struct smmu_master *const c = rig_master(&rig, 2, 0x40, 0), *const d = rig_master(&rig, 2, 0x41, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(c, moving, 0));
	TEST_ASSERT_EQUAL_UINT64(5, tag(moving, 2));
	TEST_ASSERT_NOT_NULL(smmu_inv_leaving(&moving->inv, rig.dev[0], SMMU_INV_TLBI_ASID, 300));
	TEST_ASSERT_NULL(smmu_inv_leaving(&moving->inv, rig.dev[0], SMMU_INV_TLBI_ASID, 5));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(c));
	struct smmu_domain *others[6];
	for (unsigned n = 1; n <= 5; n++) {
		others[n] = make(SMMU_TAG_LOCAL);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 2, 0x50 + n, 0), others[n], 0));
	}
	const uint64_t before = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_master_attach(d, moving, 0));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(300, asids_used(0));
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_detach(a));
	TEST_ASSERT_EQUAL_UINT64(300, asids_used(0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(b));
}

/* A number that is one for all and was not confirmed free at the last detach is nobody's any more, on no SMMU. */
static void test_a_retired_number_of_all(void)
{
	struct smmu_domain *const a = make(SMMU_TAG_REJECT), *const b = make(SMMU_TAG_REJECT);
	struct smmu_master *const m = rig_master(&rig, 0, 0x20, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(m, a, 0));
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_detach(m));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 2, 0x20, 0), b, 0));
	TEST_ASSERT_EQUAL_UINT64(2, tag(b, 2));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(m, a, 0));    /* the domain gets another */
	TEST_ASSERT_EQUAL_UINT64(3, tag(a, 0));
}

/* The SMMU refuses the CFGI of a detach and confirms every TLBI after it: what the entry said may still be believed, so neither the
 * number of the domain nor the one it was leaving is free. */
static void test_numbers_of_an_entry_that_may_be_believed(void)
{
	moving = make(SMMU_TAG_REALLOCATE);
	fill_smmu0(299, SMMU_TAG_LOCAL);
	struct smmu_master *const a = rig_master(&rig, 0, 0x20, 0), *const b = rig_master(&rig, 1, 0x30, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, moving, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(crowd_master[4]));
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(b, moving, 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	clear();
	rig.smmu[0]->bad_opcode = 0x03;
	rig.smmu[0]->error_code = 1;
	rig.smmu[0]->error_repeat = 1;
	TEST_ASSERT_EQUAL_INT(SMMU_E_CMDQ, smmu_master_detach(a));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x11));
	TEST_ASSERT_EQUAL_UINT64(300, asids_used(0));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_silent_smmu_stops_the_move);
	RUN_TEST(test_a_silent_smmu_costs_one_number);
	RUN_TEST(test_the_last_detach_gives_both_numbers_back);
	RUN_TEST(test_a_move_that_was_done_for_nothing);
	RUN_TEST(test_an_own_move_that_is_not_confirmed);
	RUN_TEST(test_a_failed_second_try_leaves_no_trace);
	RUN_TEST(test_a_domain_that_is_still_leaving);
	RUN_TEST(test_a_retired_number_of_all);
	RUN_TEST(test_numbers_of_an_entry_that_may_be_believed);
	return UNITY_END();
}
