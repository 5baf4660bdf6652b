/* SPDX-License-Identifier: Apache-2.0
 * The limits between an SMMU and its endpoints: tags and messages that run out, answers that come late, twice or for
 * nothing, page requests that find no room, and the attributes of the SMMU's own accesses.
 * Not here: what each command and request says (vector_rows.h, T-ATS-*, T-PRI-*). */
#include "rig.h"

#include "unity.h"

static struct rig rig;

static void with_pri(struct smmu_core_config *config) { config->ids.idr[0] |= SMMU_IDR0_PRI_MASK; }

void setUp(void)
{
	rig_init(&rig, with_pri);
	rig_map_stream(&rig, 1, 7, 0xf43);
	rig_enable(&rig);
}

static uint32_t consumed(void) { return smmu_core_read32(&rig.core, SMMU_CMDQ_CONS) & SMMU_CMDQ_CONS_RD_MASK; }

static void atc_inv(uint32_t sid)
{
	rig_command(&rig, SMMU_CMD_ATC_INV | (uint64_t)sid << 32, 0);
	rig_settle(&rig);
}

static void sync(void)
{
	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
}

static unsigned take_all(struct smmu_message *last)
{
	unsigned n = 0;

	while (smmu_core_take_message(&rig.core, last))
		n++;
	return n;
}

static void test_sync_waits_for_the_endpoint_and_for_nothing_else(void)
{
	struct smmu_message m;

	atc_inv(1);
	TEST_ASSERT_EQUAL_UINT(1, take_all(&m));
	sync();
	TEST_ASSERT_EQUAL_UINT32(1, consumed());
	TEST_ASSERT_FALSE(smmu_core_idle(&rig.core));
	smmu_core_atc_completed(&rig.core, m.tag ^ 1u, true); /* somebody else's tag */
	smmu_core_atc_completed(&rig.core, 99, true);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT32(1, consumed());
	smmu_core_atc_completed(&rig.core, m.tag, true);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT32(2, consumed());
	TEST_ASSERT_TRUE(smmu_core_idle(&rig.core));
}

/* The time-out is reported once; what comes in after it changes nothing. */
static void test_late_completion_is_ignored(void)
{
	struct smmu_message m;

	atc_inv(1);
	take_all(&m);
	sync();
	smmu_core_atc_completed(&rig.core, m.tag, false);
	smmu_core_atc_completed(&rig.core, m.tag, true);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(SMMU_GERROR_CMDQ_ERR_MASK, smmu_core_read32(&rig.core, SMMU_GERROR));
	TEST_ASSERT_EQUAL_HEX32(SMMU_FIELD_PUT(CMDQ_CONS, ERR, SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC) | 1u, smmu_core_read32(&rig.core, SMMU_CMDQ_CONS));
	smmu_core_write32(&rig.core, SMMU_GERRORN, SMMU_GERROR_CMDQ_ERR_MASK);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT32(2, consumed());
}

/* 32 tags: the next invalidation waits for one, and takes it. */
static void test_commands_wait_for_a_tag(void)
{
	struct smmu_message m = { 0 };

	for (uint32_t i = 0; i < 33; i++) {
		atc_inv(i);
		take_all(&m);
	}
	TEST_ASSERT_EQUAL_UINT32(0, consumed()); /* 32 consumed, the pointers of 16 entries are back at 0 */
	TEST_ASSERT_EQUAL_HEX32(UINT32_MAX, smmu_core_atc_waiting(&rig.core));
	TEST_ASSERT_EQUAL_UINT32(31, m.sid);
	smmu_core_atc_completed(&rig.core, 5, true);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_UINT(1, take_all(&m));
	TEST_ASSERT_EQUAL_UINT32(32, m.sid);
	TEST_ASSERT_EQUAL_UINT(5, m.tag);
	TEST_ASSERT_EQUAL_UINT32(1, consumed());
}

/* Nobody takes messages: the 65th answer waits, and no answer is lost or out of order. */
static void test_commands_wait_for_room_and_keep_their_order(void)
{
	struct smmu_message m;

	for (uint64_t i = 0; i < 65; i++) {
		rig_command(&rig, SMMU_CMD_PRI_RESP | UINT64_C(1) << 32, i | UINT64_C(2) << 12);
		rig_settle(&rig);
	}
	TEST_ASSERT_EQUAL_UINT64(64, rig_stats(&rig).commands);
	for (unsigned i = 0; i < 65; i++) {
		TEST_ASSERT_TRUE(smmu_core_take_message(&rig.core, &m));
		rig_settle(&rig);
		TEST_ASSERT_EQUAL_UINT(i, m.prg_index);
	}
	TEST_ASSERT_FALSE(smmu_core_message_pending(&rig.core));
	TEST_ASSERT_EQUAL_UINT64(65, rig_stats(&rig).commands);
}

/* PRIQEN = 0: every request is answered, and waits while its answer finds no room. */
static void test_requests_are_refused_when_too_many_wait_and_answered_in_order(void)
{
	struct smmu_page_request q = { .sid = 1, .read = true, .last = true };
	struct smmu_message m;
	unsigned taken = 0, answered = 0;

	for (q.prg_index = 0; smmu_core_page_request(&rig.core, &q); q.prg_index++)
		taken++;
	TEST_ASSERT_EQUAL_UINT(SMMU_CORE_MAX_REQUESTS, taken);
	while (taken < 100) {
		rig_settle(&rig);
		while (smmu_core_page_request(&rig.core, &q)) {
			q.prg_index++;
			if (++taken == 200)
				break;
		}
		if (smmu_core_take_message(&rig.core, &m))
			TEST_ASSERT_EQUAL_UINT(answered++, m.prg_index);
	}
	for (rig_settle(&rig); smmu_core_take_message(&rig.core, &m); rig_settle(&rig)) {
		TEST_ASSERT_EQUAL_UINT(SMMU_PRG_RESPONSE_FAILURE, m.code);
		TEST_ASSERT_EQUAL_UINT(answered++, m.prg_index);
	}
	TEST_ASSERT_EQUAL_UINT(taken, answered);
	TEST_ASSERT_TRUE(smmu_core_idle(&rig.core));
}

/* An MSI to Device memory is outer shareable whatever CFG2.SH says; write-back memory keeps what was programmed. */
static void test_msi_attributes(void)
{
	for (unsigned device = 0; device < 2; device++) {
		int job;

		setUp();
		rig_command(&rig, SMMU_CMD_SYNC | UINT64_C(1) << 12 | UINT64_C(3) << 22 | (device ? UINT64_C(1) << 24 : UINT64_C(0xf) << 24), 0x87000000);
		job = smmu_core_next_job(&rig.core);
		TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
		rig_io(&rig, job);
		TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, job));
		TEST_ASSERT_EQUAL_HEX8(device ? 0x04 : 0xff, smmu_core_job_io(&rig.core, job)->attr);
		TEST_ASSERT_EQUAL_HEX8(device ? 2 : 3, smmu_core_job_io(&rig.core, job)->sh);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_sync_waits_for_the_endpoint_and_for_nothing_else);
	RUN_TEST(test_late_completion_is_ignored);
	RUN_TEST(test_commands_wait_for_a_tag);
	RUN_TEST(test_commands_wait_for_room_and_keep_their_order);
	RUN_TEST(test_requests_are_refused_when_too_many_wait_and_answered_in_order);
	RUN_TEST(test_msi_attributes);
	return UNITY_END();
}
