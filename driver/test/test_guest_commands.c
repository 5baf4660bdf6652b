/* SPDX-License-Identifier: Apache-2.0
 * What is left of a guest's commands: words written out from the layouts, before and after. Not here: its STEs (test_guest.c). */
#include "guest_rig.h"

void setUp(void) { start(1u << 10); }   /* ATS */
void tearDown(void) { rig_close(&rig); }

static bool shift_sid(void *ctx, uint32_t guest_sid, uint32_t *sid)
{
	*sid = guest_sid + *(const uint32_t *)ctx;
	return guest_sid < 0x10;
}

static smmu_status guest_says(const struct smmu_guest_streams *streams, const uint64_t (*words)[2], size_t count, size_t *done)
{
	struct smmu_cmd cmds[40];
	for (size_t i = 0; i < count; i++)
		cmds[i] = (struct smmu_cmd){ { words[i][0], words[i][1] } };
	clear();
	return smmu_guest_invalidate(parent, rig.dev[0], streams, cmds, count, done);
}

/* The guest's VMIDs and StreamIDs become the host's, and undefined bits go. */
static void test_what_is_left_of_a_command(void)
{
	static const uint32_t offset = 0x20;
	const struct smmu_guest_streams streams = { (void *)(uintptr_t)&offset, shift_sid };
	const uint64_t junk = UINT64_C(0xbeef) << 32, sid = (uint64_t)SID << 32;
	attached(1, 0x50, false, nested(GUEST_S1, 0));
	attached(0, SID, true, nested(GUEST_S1, EATS));
	const uint64_t v = vmid(0) << 32;
	const struct { uint64_t in[2], out[2]; } row[] = {
		{ { 0x10 | junk | 0xffu << 8, UINT64_MAX }, { 0x10 | v, 0 } },
		{ { 0x30 | junk, 5 }, { 0x10 | v, 0 } },
		{ { 0x11 | junk | UINT64_C(0x1234) << 48, 9 }, { 0x11 | v | UINT64_C(0x1234) << 48, 0 } },
		{ { 0x12 | junk | UINT64_C(7) << 48 | 3u << 12 | 2u << 20 | 1u << 8, 0x12345000 | 1 | 2u << 8 | 1u << 10 },
		  { 0x12 | v | UINT64_C(7) << 48 | 3u << 12 | 2u << 20, 0x12345000 | 1 | 2u << 8 | 1u << 10 } },
		{ { 0x13 | junk | UINT64_C(7) << 48, 0x12345000 }, { 0x13 | v, 0x12345000 } },
		{ { 0x05 | UINT64_C(1) << 32 | 5u << 12 | 1u << 8, 1 | 2 }, { 0x05 | sid | 5u << 12, 1 } },
		{ { 0x06 | UINT64_C(1) << 32 | 5u << 12, 1 }, { 0x06 | sid, 0 } },
		{ { 0x40 | UINT64_C(1) << 32 | 1u << 11 | 1u << 9 | 6u << 12, 0x7000 | 3 }, { 0x40 | sid | 1u << 11 | 1u << 9 | 6u << 12, 0x7000 | 3 } },
		{ { 0x40 | UINT64_C(1) << 32 | 1u << 9 | 6u << 12, 0x7000 | 52 }, { 0x40 | sid, 0x7000 | 52 } },
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		size_t done = 99;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(&streams, &row[i].in, 1, &done));
		TEST_ASSERT_EQUAL_UINT64(1, done);
		const bool atc = (row[i].in[0] & 0xff) == 0x40;
		expect(0, atc, row[i].out[0], row[i].out[1]);
		expect(0, rig.smmu[0]->command_count - 1, 0x46, 0);
		TEST_ASSERT_EQUAL_UINT64(atc ? 3 : 2, rig.smmu[0]->command_count);
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->command_count);
	}
	/* An SMMU without ranges or long ASIDs takes none from a guest. */
	struct smmu_features *const f = (struct smmu_features *)smmu_dev_features(rig.dev[0]);
	f->range_invalidation = false;
	f->asid_bits = 8;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(&streams, &row[3].in, 1, NULL));
	expect(0, 0, 0x12 | v | UINT64_C(7) << 48, 0x12345000 | 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(&streams, &row[2].in, 1, NULL));
	expect(0, 0, 0x11 | v | UINT64_C(0x34) << 48, 0);
}

/* The SMMU did not confirm that the parent has left VMID 1: what the guest cached under it must go as well. A configuration command
 * is for the stream whatever its VMID. */
static void test_a_vmid_that_was_left_unconfirmed_is_included(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S2, .tag_policy = SMMU_TAG_REALLOCATE };
	const uint64_t words[4][2] = { { 0x11 | UINT64_C(7) << 48, 0 }, { 0x12 | UINT64_C(7) << 48, 0x5000 | 1 },
				       { 0x05 | (uint64_t)SID << 32, 1 }, { 0x30, 0 } };
	struct smmu_domain *const other = parent;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &parent));
	attached(0, SID, false, nested(GUEST_S1, 0));
	attached(1, 0x40, false, other);        /* has VMID 1 there */
	struct smmu_master *const master = master_at(1, 0x41, false);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(master, parent, 0));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	const uint64_t now = vmid(0) << 32, old = UINT64_C(1) << 32;
	TEST_ASSERT_TRUE(now != old);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(NULL, words, 4, NULL));
	TEST_ASSERT_EQUAL_UINT64(8, rig.smmu[0]->command_count);
	expect(0, 0, 0x11 | UINT64_C(7) << 48 | now, 0);
	expect(0, 1, 0x11 | UINT64_C(7) << 48 | old, 0);
	expect(0, 2, 0x12 | UINT64_C(7) << 48 | now, 0x5000 | 1);
	expect(0, 3, 0x12 | UINT64_C(7) << 48 | old, 0x5000 | 1);
	expect(0, 4, 0x05 | (uint64_t)SID << 32, 1);
	expect(0, 5, 0x10 | now, 0);
	expect(0, 6, 0x10 | old, 0);
	expect(0, 7, 0x46, 0);
}

/* A long list with SYNCs of the guest's own: one of ours at the end, ATC_INVs after it with another. proves: AB-57 */
static void test_atc_invs_come_after_everything_else(void)
{
	uint64_t words[40][2] = { { 0 } };
	size_t done;
	attached(0, SID, true, nested(GUEST_S1, EATS));
	attached(0, 0x22, false, nested(GUEST_S1, EATS));
	for (unsigned i = 0; i < 40; i++)
		words[i][0] = i % 4 == 0 ? 0x46 : i % 4 == 1 ? 0x11 : 0x40 | (uint64_t)(i % 4 == 2 ? SID : 0x22) << 32;
	words[4][0] = 0x01;
	words[8][0] = 0x02;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(NULL, (const uint64_t (*)[2])words, 40, &done));
	TEST_ASSERT_EQUAL_UINT64(40, done);
	TEST_ASSERT_EQUAL_UINT64(22, rig.smmu[0]->command_count);
	for (size_t n = 0; n < 22; n++)
		TEST_ASSERT_EQUAL_HEX64(n < 10 ? 0x11 : n == 10 || n == 21 ? 0x46 : 0x40, rig.smmu[0]->command[n].word[0] & 0xff);
	TEST_ASSERT_EQUAL_UINT64(SID, rig.smmu[0]->command[11].word[0] >> 32);
}

/* What comes before the refused one is run. */
static void test_what_a_guest_may_not_do(void)
{
	const uint64_t mine = (uint64_t)SID << 32;
	attached(0, SID, true, nested(GUEST_S1, EATS));
	attached(0, 0x30, true, parent);
	attached(0, 0x31, true, rig_domain(&rig, SMMU_DOMAIN_S1));
	const struct { uint64_t word[2]; smmu_status status; } row[] = {
		{ { 0x03 | mine, 1 }, SMMU_E_INVALID }, { { 0x04, 31 }, SMMU_E_INVALID }, { { 0x28, 0 }, SMMU_E_INVALID },
		{ { 0x2a, 0 }, SMMU_E_INVALID }, { { 0x20, 0 }, SMMU_E_INVALID }, { { 0x22, 0 }, SMMU_E_INVALID },
		{ { 0x41 | mine, 0 }, SMMU_E_INVALID }, { { 0x44 | mine, 0 }, SMMU_E_INVALID }, { { 0x45 | mine, 0 }, SMMU_E_INVALID },
		{ { 0xff, 0 }, SMMU_E_INVALID }, { { 0x00, 0 }, SMMU_E_INVALID },
		{ { 0x05 | mine | 1u << 10, 1 }, SMMU_E_INVALID },              /* SSec */
		{ { 0x12, 1u << 10 }, SMMU_E_INVALID },                         /* TG without a range or a level: CERROR_ILL */
		{ { 0x13, 2u << 10 | 1u << 8 }, SMMU_E_INVALID },               /* 16 KiB has no level 1 */
		{ { 0x40 | mine, 53 }, SMMU_E_INVALID },                        /* Size beyond everything */
		{ { 0x05 | UINT64_C(0x30) << 32, 1 }, SMMU_E_NOT_FOUND },       /* a device of the parent's own */
		{ { 0x06 | UINT64_C(0x31) << 32, 0 }, SMMU_E_NOT_FOUND },       /* somebody else's */
		{ { 0x40 | UINT64_C(0x99) << 32, 52 }, SMMU_E_NOT_FOUND },      /* nobody's */
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		const uint64_t words[5][2] = { { 0x10, 0 }, { 0x40 | mine, 52 }, { row[i].word[0], row[i].word[1] }, { 0x11, 0 },
					       { 0x40 | mine, 52 } };
		size_t done = 99;
		TEST_ASSERT_EQUAL_INT(row[i].status, guest_says(NULL, words, 5, &done));
		TEST_ASSERT_EQUAL_UINT64(2, done);
		TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);        /* TLBI, SYNC, ATC_INV, SYNC */
		expect(0, 0, 0x10 | vmid(0) << 32, 0);
		expect(0, 2, 0x40 | mine, 52);
	}
	size_t done = 99;
	const struct smmu_cmd cmd = { { 0x10, 0 } };
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_guest_invalidate(parent, rig.dev[1], NULL, &cmd, 1, &done));
	TEST_ASSERT_EQUAL_UINT64(0, done);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_guest_invalidate(NULL, rig.dev[0], NULL, &cmd, 1, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_guest_invalidate(parent, NULL, NULL, &cmd, 1, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_guest_invalidate(parent, rig.dev[0], NULL, NULL, 1, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_guest_invalidate(rig_domain(&rig, SMMU_DOMAIN_S1), rig.dev[0], NULL, &cmd, 1, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_guest_invalidate(parent, rig.dev[0], NULL, &cmd, 1, NULL));
}

/* proves: AB-62 */
static void test_a_silent_device_of_a_guest(void)
{
	const uint64_t words[2][2] = { { 0x40 | (uint64_t)SID << 32, 52 }, { 0x46, 0 } };
	struct smmu_master *const master = attached(0, SID, true, nested(GUEST_S1, EATS));
	struct smmu_master_info info;
	rig.smmu[0]->silent_sids = UINT64_C(1) << SID;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, guest_says(NULL, words, 2, NULL));
	smmu_master_info(master, &info);
	TEST_ASSERT_TRUE(info.quarantined);
	TEST_ASSERT_EQUAL_HEX64(0, rig_ste(&rig, 0, SID)[1] & EATS);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(NULL, words, 2, NULL));
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x40));
}

static bool no_stream(void *ctx, uint32_t guest_sid, uint32_t *sid)
{
	(void)ctx;
	(void)guest_sid;
	(void)sid;
	return false;
}

/* A StreamID is the guest's when its RID is a nested domain of that parent: not the parent itself, not another parent's guest, not a
 * device without a domain, and none the host's hook does not know. */
static void test_whose_streams_they_are(void)
{
	const struct smmu_guest_streams unknown = { NULL, no_stream }, no_hook = { NULL, NULL };
	struct smmu_domain *const other = rig_domain(&rig, SMMU_DOMAIN_S2);
	struct smmu_domain *theirs;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create(other, GUEST_S1, 0, &theirs));
	attached(0, SID, false, nested(GUEST_S1, 0));
	attached(0, 0x31, false, parent);
	attached(0, 0x32, false, theirs);
	master_at(0, 0x33, false);
	for (uint64_t sid = 0x31; sid <= 0x34; sid++) {
		const uint64_t word[1][2] = { { 0x06 | sid << 32, 0 } };
		size_t done = 99;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, guest_says(NULL, word, 1, &done));
		TEST_ASSERT_EQUAL_UINT64(0, done);
		TEST_ASSERT_EQUAL_UINT64(1, rig.smmu[0]->command_count);        /* the SYNC of nothing */
	}
	const uint64_t mine[1][2] = { { 0x06 | (uint64_t)SID << 32, 0 } };
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, guest_says(&unknown, mine, 1, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(&no_hook, mine, 1, NULL));
}

/* One granule without a level is CERROR_ILL: TG (11:10) with NUM (16:12) = SCALE (24:20) = 0 and TTL (9:8) = 0, or TTL = 1 with the
 * 16 KiB granule, where it means 0. */
static void test_ranges_the_smmu_would_refuse(void)
{
	static const struct { uint64_t num, scale, tg, ttl; smmu_status status; } rows[] = {
		{ 0, 0, 0, 0, SMMU_OK }, { 0, 0, 1, 0, SMMU_E_INVALID }, { 0, 0, 1, 1, SMMU_OK }, { 0, 0, 2, 1, SMMU_E_INVALID },
		{ 0, 0, 2, 2, SMMU_OK }, { 0, 0, 3, 0, SMMU_E_INVALID }, { 1, 0, 1, 0, SMMU_OK }, { 0, 1, 2, 1, SMMU_OK }, { 0, 0, 3, 1, SMMU_OK },
	};
	attached(0, SID, false, nested(GUEST_S1, 0));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const uint64_t word[1][2] = { { 0x12 | rows[i].num << 12 | rows[i].scale << 20, 0x10000 | rows[i].ttl << 8 | rows[i].tg << 10 } };
		TEST_ASSERT_EQUAL_INT(rows[i].status, guest_says(NULL, word, 1, NULL));
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_what_is_left_of_a_command);
	RUN_TEST(test_a_vmid_that_was_left_unconfirmed_is_included);
	RUN_TEST(test_atc_invs_come_after_everything_else);
	RUN_TEST(test_what_a_guest_may_not_do);
	RUN_TEST(test_a_silent_device_of_a_guest);
	RUN_TEST(test_whose_streams_they_are);
	RUN_TEST(test_ranges_the_smmu_would_refuse);
	return UNITY_END();
}
