/* SPDX-License-Identifier: Apache-2.0
 * The book of stalled accesses: one RESUME per record, detach terminates what is left, the rate limit spares stalls. */
#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct smmu_domain *s1;
static struct smmu_master *master;
static struct smmu_event_info last;
static unsigned given;

static struct smmu_master *make(uint32_t sid)
{
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ssid_bits = 4, .can_stall = true };
	struct smmu_master *made;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &made));
	return made;
}

static void start(const struct smmu_dev_config *config)
{
	rig_open(&rig, 1);
	rig_start(&rig, 0, config);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	master = make(0x20);
	given = 0;
}

void setUp(void) { start(NULL); }
void tearDown(void) { rig_close(&rig); }

/* F_TRANSLATION; word 1: STAG 15:0, Stall 31; SSV bit 11, SSID 31:12 of word 0. */
static void post(uint32_t sid, uint32_t ssid, uint16_t stag, bool stall)
{
	const uint64_t record[4] = { 0x10 | (uint64_t)sid << 32 | (ssid ? 1u << 11 | ssid << 12 : 0), stag | (stall ? 1u << 31 : 0u),
				     0x1000, 0 };
	fake_event(rig.smmu[0], record);
}

static void keep(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	(void)arg;
	(void)dev;
	last = *event;
	given++;
}

static void drain(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, keep, NULL, NULL));
	fake_clear(rig.smmu[0]);
}

static uint32_t open_stalls(void)
{
	struct smmu_dev_stats stats;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_stats(rig.dev[0], &stats));
	return stats.stalls;
}

/* proves: AB-69. RESUME is 0x44: Ac bit 12 = retry, StreamID 63:32, STAG in word 1. The second answer is refused, silently for
 * the SMMU. The STAG may be used again after that. */
static void test_every_stall_gets_one_answer(void)
{
	post(0x20, 0, 7, true);
	drain();
	TEST_ASSERT_EQUAL_UINT32(1, open_stalls());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000001044), rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(7, rig.smmu[0]->command[0].word[1]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
	post(0x20, 0, 7, true);
	drain();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_ABORT));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000002044), rig.smmu[0]->command[0].word[0]);
	post(0x20, 0, 8, true);
	drain();
	/* neither Ac nor Ab: the access ends as RAZ/WI */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_TERMINATE));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000000044), rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_UINT32(0, open_stalls());
}

static void test_refusals(void)
{
	post(0x20, 0, 7, false);
	drain();
	TEST_ASSERT_EQUAL_UINT32(0, open_stalls());
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_respond(NULL, &last, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_respond(rig.dev[0], NULL, SMMU_RESUME_RETRY));
	last.stall = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_respond(rig.dev[0], &last, (enum smmu_resume)3));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_ABORT));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
}

/* An SMMU that repeats a record, or stalls more than STALL_MAX (16): one entry per access, the book does not grow. */
static void test_a_hostile_smmu_cannot_overrun_the_book(void)
{
	for (unsigned round = 0; round < 3; round++)
		for (uint16_t stag = 0; stag < 40; stag++) {
			post(0x20, 0, stag, true);
			drain();
		}
	TEST_ASSERT_EQUAL_UINT32(16, open_stalls());
}

/* proves: AB-69 (detach resolves what is outstanding). PASID 3 has two stalls, RID one, another master one. Detaching PASID 3:
 * RESUME with Ab (bit 13) for its two only. Detaching RID afterwards: its RESUME, and STALL_TERM (0x45) as the STE aborts. */
static void test_detach_terminates_its_own_stalls(void)
{
	struct smmu_master *const other = make(0x21);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1, 3, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(other, s1, 0));
	post(0x20, 3, 1, true);
	post(0x20, 0, 2, true);
	post(0x21, 0, 3, true);
	post(0x20, 3, 4, true);
	drain();
	TEST_ASSERT_EQUAL_UINT32(4, open_stalls());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 3));
	TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[0], 0x44));
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x45));
	TEST_ASSERT_EQUAL_UINT32(2, open_stalls());
	for (size_t i = 0; i < rig.smmu[0]->command_count; i++)
		if ((uint8_t)rig.smmu[0]->command[i].word[0] == 0x44)
			TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x2000002044), rig.smmu[0]->command[i].word[0]);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x44));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x45));
	/* STALL_TERM comes after the STE aborts and its SYNC was consumed. */
	size_t cfgi = 0, term = 0;
	for (size_t i = 0; i < rig.smmu[0]->command_count; i++) {
		if ((uint8_t)rig.smmu[0]->command[i].word[0] == 0x03)
			cfgi = i;
		if ((uint8_t)rig.smmu[0]->command[i].word[0] == 0x45)
			term = i;
	}
	TEST_ASSERT_TRUE(cfgi + 1 < term);
	TEST_ASSERT_EQUAL_UINT32(1, open_stalls());
}

/* proves: AB-69. Records nobody has read: PASID 3 has two in the queue and one in the book, RID one in the queue. Detaching the
 * PASID answers its three; their records are reported later as faults that do not wait, so that nobody answers again. */
static void test_detach_finds_stalls_in_the_queue(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1, 3, 0));
	post(0x20, 3, 1, true);
	drain();
	post(0x20, 3, 2, true);
	post(0x20, 0, 5, true);
	post(0x20, 3, 4, true);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 3));
	TEST_ASSERT_EQUAL_UINT64(3, fake_count(rig.smmu[0], 0x44));
	unsigned stags = 0;
	for (size_t i = 0; i < rig.smmu[0]->command_count; i++)
		if ((uint8_t)rig.smmu[0]->command[i].word[0] == 0x44)
			stags |= 1u << rig.smmu[0]->command[i].word[1];
	TEST_ASSERT_EQUAL_HEX32(1u << 1 | 1u << 2 | 1u << 4, stags);
	given = 0;
	drain();
	TEST_ASSERT_EQUAL_UINT32(3, given);
	TEST_ASSERT_EQUAL_UINT32(1, open_stalls());     /* RID's */
	TEST_ASSERT_FALSE(last.stall);
	TEST_ASSERT_EQUAL_UINT32(3, last.ssid);
}

/* SMMUEN = 0 terminates every stall: nothing is left to answer. */
static void test_switching_off_empties_the_book(void)
{
	post(0x20, 0, 7, true);
	drain();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	TEST_ASSERT_EQUAL_UINT32(0, open_stalls());
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_dev_respond(rig.dev[0], &last, SMMU_RESUME_RETRY));
}

/* proves: AB-71. Three reports per second; the others are counted; a stall is always reported; a second later three more. */
static void test_the_rate_limit_spares_stalls(void)
{
	const struct smmu_dev_config config = { .event_rate = 3 };
	struct smmu_dev_stats stats;
	tearDown();
	start(&config);
	rig.clock += 2000000;
	for (unsigned n = 0; n < 10; n++)
		post(0x20, 0, 0, false);
	post(0x20, 0, 9, true);
	drain();
	TEST_ASSERT_EQUAL_UINT32(4, given);
	TEST_ASSERT_EQUAL_UINT32(9, last.stag);
	smmu_dev_stats(rig.dev[0], &stats);
	TEST_ASSERT_EQUAL_UINT64(7, stats.events_suppressed);
	TEST_ASSERT_EQUAL_UINT64(11, stats.events);
	rig.clock += 1000000;
	for (unsigned n = 0; n < 4; n++)
		post(0x20, 0, 0, false);
	drain();
	TEST_ASSERT_EQUAL_UINT32(7, given);
}

/* RID goes, PASID 3 stays: nothing to terminate, so no command, and no STALL_TERM while the stream translates. */
static void test_rid_goes_and_a_pasid_stays(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, s1, 3, 0));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x44) + fake_count(rig.smmu[0], 0x45));
	/* While the SMMU is off its event queue is not looked at. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 3));
}

/* STALL_MODEL 2: every fault stalls, also those of a device that did not ask for it; with STALL_MAX 0, one at a time. */
static void test_an_smmu_that_always_stalls(void)
{
	const uint32_t sid = 0x20;
	tearDown();
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 2u << 24;
	rig.smmu[0]->idr5 &= 0xffffu;
	rig_start(&rig, 0, NULL);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	const struct smmu_master_config plain = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1 };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &plain, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	post(0x20, 0, 1, true);
	post(0x20, 0, 2, true);
	drain();
	TEST_ASSERT_EQUAL_UINT32(1, open_stalls());
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x44));
	/* Stage 2: S2S (bit 57 of word 2) is 1, whatever the device. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, rig_domain(&rig, SMMU_DOMAIN_S2), 0));
	TEST_ASSERT_EQUAL_UINT64(1, rig_ste(&rig, 0, 0x20)[2] >> 57 & 1);
}

/* A queue full of stalls is one look at PROD: there is no second one for what an SMMU may go on recording. */
static void test_a_detach_takes_one_queue_full(void)
{
	const struct smmu_dev_config config = { .eventq_log2 = 4 };
	tearDown();
	start(&config);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	for (uint16_t n = 0; n < 16; n++)
		post(0x20, 0, n, true);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(16, fake_count(rig.smmu[0], 0x44));
	size_t prod_reads = 0;
	for (size_t i = 0; i < rig.smmu[0]->access_count; i++)
		prod_reads += !rig.smmu[0]->access[i].write && rig.smmu[0]->access[i].offset == 0x100a8;
	TEST_ASSERT_EQUAL_UINT64(1, prod_reads);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_every_stall_gets_one_answer);
	RUN_TEST(test_refusals);
	RUN_TEST(test_a_hostile_smmu_cannot_overrun_the_book);
	RUN_TEST(test_detach_terminates_its_own_stalls);
	RUN_TEST(test_detach_finds_stalls_in_the_queue);
	RUN_TEST(test_switching_off_empties_the_book);
	RUN_TEST(test_the_rate_limit_spares_stalls);
	RUN_TEST(test_rid_goes_and_a_pasid_stays);
	RUN_TEST(test_an_smmu_that_always_stalls);
	RUN_TEST(test_a_detach_takes_one_queue_full);
	return UNITY_END();
}
