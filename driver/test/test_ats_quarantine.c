/* SPDX-License-Identifier: Apache-2.0
 * ATS: devices that do not answer are cut off, whatever else happens meanwhile; SMMUs that do not answer are not hidden by them.
 * Not here: ATS as it should be (test_ats.c). */
#include "../src/ats.h"

#include "ats_rig.h"

void setUp(void) { ats_open(); }
void tearDown(void) { rig_close(&rig); }

/* proves: AB-62. One of three devices is silent: it is found and cut off, the others' ATCs are invalidated, tables that died are
 * free, the next unmap does not ask it and says nothing. Then the host resets it. */
static void test_a_silent_device_is_cut_off(void)
{
	struct device device = device_at(0, 0x22);
	struct smmu_sys_stats before, after;
	struct smmu_master *const silent = master_of(&device, 0, false);
	attach(plain(0, 0x21, 0), s1);
	attach(silent, s1);
	attach(plain(1, 0x23, 0), s1);
	map(s1, 0, 1);
	smmu_sys_stats(rig.sys, &before);
	map(s1, 0x40000000, 1);
	clear();
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, unmap(s1, 0x40000000, 1u << 18));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x21));
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(1, 0x23));
	TEST_ASSERT_GREATER_THAN_UINT64(0, asked(0, 0x21));
	TEST_ASSERT_EQUAL_UINT64(1, asked(1, 0x23));
	expect_opcodes(0, rig.smmu[0]->command_count - 2, "CS");        /* EATS is gone, and the SMMU knows */
	TEST_ASSERT_TRUE(info_of(silent).quarantined && info_of(silent).ats_on);
	TEST_ASSERT_EQUAL_UINT64(1, quarantines(0));
	size_t acknowledged = 0;
	for (size_t i = 0; i < rig.smmu[0]->access_count; i++)
		acknowledged += rig.smmu[0]->access[i].write && rig.smmu[0]->access[i].offset == 0x64;
	TEST_ASSERT_EQUAL_UINT64(rig.smmu[0]->atc_errors, acknowledged);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	expect_opcodes(0, 0, "TSIS");
	TEST_ASSERT_EQUAL_UINT64(0, asked(0, 0x22));
	/* It may go elsewhere and come back, without ATS. */
	attach(silent, identity);
	attach(silent, s1);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_EQUAL_UINT64(0, asked(0, 0x22));
	TEST_ASSERT_EQUAL_STRING("Aa", device.calls);
	/* Still silent, then not. */
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_master_unquarantine(silent));
	TEST_ASSERT_TRUE(info_of(silent).quarantined);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_EQUAL_UINT64(2, quarantines(0));
	rig.smmu[0]->silent_sids = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_unquarantine(silent));
	TEST_ASSERT_EQUAL_STRING("AaA", device.calls);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x22));
	TEST_ASSERT_FALSE(info_of(silent).quarantined);
	map(s1, 0, 1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
}

/* The device is silent when it should be switched on: attached, without ATS, not switched on. proves: AB-62 */
static void test_a_device_that_is_silent_from_the_start(void)
{
	struct device device = device_at(0, 0x22), fine = device_at(0, 0x21);
	struct smmu_master *const masters[2] = { master_of(&device, 0, false), master_of(&fine, 0, false) };
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_master_attach(masters[0], s1, 0));
	TEST_ASSERT_EQUAL_PTR(s1, smmu_master_domain(masters[0], 0));
	TEST_ASSERT_EQUAL_STRING("", device.calls);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_TRUE(info_of(masters[0]).quarantined);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(masters[0]));
	/* In a group it does not take the others back. */
	rig.smmu[0]->silent_sids = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_unquarantine(masters[0]));
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_group_attach(masters, 2, s1b, 0, 0));
	TEST_ASSERT_EQUAL_PTR(s1b, smmu_master_domain(masters[0], 0));
	TEST_ASSERT_EQUAL_PTR(s1b, smmu_master_domain(masters[1], 0));
	TEST_ASSERT_EQUAL_STRING("A", fine.calls);
}

/* Its tag is free all the same: the SMMU has confirmed everything. proves: AB-14 */
static void test_silence_at_a_detach_costs_no_tag(void)
{
	uint32_t before = 0, after = 0;
	struct smmu_master *const master = plain(0, 0x22, 0);
	attach(master, s1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(s1, rig.dev[0], &before));
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_master_detach(master));
	attach(rig_master(&rig, 0, 0x30, 0), s1b);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(s1b, rig.dev[0], &after));
	TEST_ASSERT_EQUAL_UINT32(before, after);
}

static void note_eats(void *ctx, const struct smmu_trace_record *record)
{
	if (record->kind == SMMU_TRACE_TABLE_STORE && record->addr == smmu_phys(rig.sys, &rig_ste(&rig, 0, 0x22)[1]) &&
	    (record->data[1] >> 28 & 3) != 0)
		++*(unsigned *)ctx;
}

/* Another thread finds the device silent between the making of an STE and its writing: EATS does not come back, not even
 * between two CMD_SYNCs, as the caller of that thread was told that the device reaches nothing any more. */
static void test_a_cut_during_an_attach_stays(void)
{
	unsigned eats_stores = 0;
	const struct smmu_trace_sink sink = { &eats_stores, note_eats };
	struct device device = device_at(0, 0x22);
	struct smmu_master *const master = master_of(&device, 0, false);
	attach(master, s1);
	const struct smmu_ste target = *(const struct smmu_ste *)(const void *)rig_ste(&rig, 0, 0x22);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x22));
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_ats_cut(master));
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_ats_cut(master));   /* the second thread finds it done */
	clear();
	rig.sys->host.trace = &sink;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_ats_install_ste(master, &target));
	rig.sys->host.trace = NULL;
	TEST_ASSERT_EQUAL_UINT32(0, eats_stores);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	expect_opcodes(0, 0, "CSCS");
	TEST_ASSERT_EQUAL_UINT64(1, quarantines(0));
}

/* An SMMU that does not answer is the worse news. */
static void test_a_dead_smmu_is_reported_before_a_silent_device(void)
{
	for (uint32_t n = 0; n < 40; n++)
		attach(plain(0, 0x40 + n, 0), s1);
	attach(plain(1, 0x22, 0), s1);
	map(s1, 0, 1);
	clear();
	rig.smmu[1]->silent_sids = UINT64_C(1) << 0x22;
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, 0, 1));
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(1, 0x22));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(s1));
}

/* A dead SMMU without devices that have ATS: the other's ATC half goes well, or finds a silent device, and hides nothing. */
static void test_the_atc_half_hides_no_dead_smmu(void)
{
	attach(plain(0, 0x22, 0), s1);
	attach(rig_master(&rig, 1, 0x30, 0), s1);
	map(s1, 0, 2);
	clear();
	rig.smmu[1]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, 0, 1));
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, P, 1));
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	rig.smmu[1]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(s1));
}

static size_t prod_writes(unsigned smmu)
{
	size_t n = 0;
	for (size_t i = 0; i < rig.smmu[smmu]->access_count; i++)
		n += rig.smmu[smmu]->access[i].write && rig.smmu[smmu]->access[i].offset == 0x98;
	return n;
}

/* A dead SMMU whose devices have ATS is waited for once: it gets no ATC_INVs to let time out as well. The other one gets its own. */
static void test_a_dead_smmu_costs_one_time_out(void)
{
	attach(plain(0, 0x22, 0), s1);
	attach(plain(1, 0x23, 0), s1);
	map(s1, 0, 1);
	clear();
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, 0, 1));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_UINT64(2, prod_writes(0));    /* TLBI, then SYNC */
	TEST_ASSERT_EQUAL_UINT64(3, prod_writes(1));    /* and ATC_INV with its SYNC */
	TEST_ASSERT_EQUAL_UINT64(1, asked(1, 0x23));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(s1));
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
}

/* The SMMU stops in the middle of a cut. */
static void stop_at_cfgi_ste(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	if ((uint8_t)word[0] == 0x03)
		smmu->stop_consuming = true;
}

static struct smmu_master *wide(uint32_t *sids)
{
	struct smmu_master *master;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = sids, .sid_count = 32, .ats = true };
	for (uint32_t n = 0; n < 32; n++)
		sids[n] = 0x20 + n;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	attach(master, s1);
	return master;
}

/* One StreamID of a device is silent: all 32 lose EATS, each CFGI_STE once, more than one list holds. With an SMMU that stops at the
 * first list the second is not sent. */
static void test_a_device_is_cut_off_with_all_its_streams(void)
{
	uint32_t sids[32];
	for (unsigned dead = 0; dead < 2; dead++) {
		if (dead) {
			tearDown();
			ats_open();
		}
		wide(sids);
		map(s1, 0, 1);
		clear();
		rig.smmu[0]->silent_sids = UINT64_C(1) << 0x2f;
		rig.smmu[0]->on_command = dead ? stop_at_cfgi_ste : NULL;
		TEST_ASSERT_EQUAL_INT(dead ? SMMU_E_TIMEOUT : SMMU_E_ENDPOINT, unmap(s1, 0, 1));
		for (uint32_t n = 0; n < 32; n++)
			TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x20 + n));
		rig.smmu[0]->on_command = NULL;
		rig.smmu[0]->stop_consuming = false;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
		TEST_ASSERT_EQUAL_UINT64(dead ? 16 : 32, fake_count(rig.smmu[0], 0x03));
	}
}

/* The SMMU does not confirm the STE with EATS: the device is not switched on. */
static void test_a_dead_smmu_switches_nothing_on(void)
{
	struct device device = device_at(0, 0x22);
	struct smmu_master *const master = master_of(&device, 0, true);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(master, s1, 0));
	TEST_ASSERT_EQUAL_STRING("", device.calls);
	TEST_ASSERT_FALSE(info_of(master).ats_on || info_of(master).pri_on);
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
}

/* The SMMU stops in the middle of a cut: the device may still be believed, so every invalidation goes on asking it, once, as the
 * CMD_SYNC of commands for one device alone says who was silent; and it is cut again. An unquarantine first finishes the cut. */
static void test_a_cut_that_is_not_confirmed(void)
{
	struct device device = device_at(0, 0x22);
	struct smmu_master *const master = master_of(&device, 0, false);
	attach(master, s1);
	map(s1, 0, 4);
	clear();
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	rig.smmu[0]->on_command = stop_at_cfgi_ste;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, 0, 1));
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_TRUE(info_of(master).quarantined);
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_unquarantine(master));
	TEST_ASSERT_TRUE(info_of(master).quarantined);
	rig.smmu[0]->on_command = NULL;
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	clear();
	rig.smmu[0]->on_command = stop_at_cfgi_ste;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, P, 1));         /* stops at the CFGI_STE again */
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
	rig.smmu[0]->on_command = NULL;
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, unmap(s1, 2 * P, 1));
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
	expect_opcodes(0, 0, "TSISCS");
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 3 * P, 1));            /* confirmed: it is asked no more */
	TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x22));
	TEST_ASSERT_EQUAL_UINT64(1, quarantines(0));
	/* Once more not confirmed; the host resets the device meanwhile. */
	rig.smmu[0]->silent_sids = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_unquarantine(master));
	map(s1, 0, 1);
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
	rig.smmu[0]->on_command = stop_at_cfgi_ste;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, 0, 1));
	rig.smmu[0]->on_command = NULL;
	rig.smmu[0]->stop_consuming = false;
	rig.smmu[0]->silent_sids = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_unquarantine(master));
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x22));
	TEST_ASSERT_FALSE(info_of(master).quarantined);
}

/* CONS runs beyond PROD in the first half: as dead as one that stands still. */
static void test_an_smmu_that_lies_is_asked_no_more(void)
{
	attach(plain(0, 0x22, 0), s1);
	attach(plain(1, 0x23, 0), s1);
	map(s1, 0, 1);
	clear();
	rig.smmu[0]->cons_beyond_prod = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, unmap(s1, 0, 1));
	rig.smmu[0]->cons_beyond_prod = false;
	TEST_ASSERT_EQUAL_UINT64(2, prod_writes(0));
	TEST_ASSERT_EQUAL_UINT64(1, asked(1, 0x23));
}

/* The SMMU stops between the halves, and its queue of two is full of another thread's commands: the ATC_INV is not even queued. */
static struct smmu_dev *filled;
static void fill_at_sync(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	static const struct smmu_cmd two[2] = { { { 0x04, 0x1f } }, { { 0x04, 0x1f } } };
	(void)arg;
	if ((uint8_t)word[0] != SYNC || smmu->stop_consuming)
		return;
	smmu->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(filled, two, 2, false));
}

static void test_no_room_for_an_atc_inv(void)
{
	const struct smmu_dev_config config = { .cmdq_log2 = 1 };
	tearDown();
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 1u << 10;
	rig_start(&rig, 0, &config);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	attach(plain(0, 0x22, 0), s1);
	map(s1, 0, 1);
	fake_clear(rig.smmu[0]);
	filled = rig.dev[0];
	rig.smmu[0]->lazy = true;       /* consumed while it is waited for: another thread can queue then */
	rig.smmu[0]->on_command = fill_at_sync;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, unmap(s1, 0, 1));
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x22));          /* nobody was silent */
}

/* A silent device and, k commands later, a dead SMMU: the SMMU is the worse news at every k. */
static void test_a_dead_smmu_after_a_silent_device(void)
{
	for (uint64_t k = 0;; k++) {
		tearDown();
		ats_open();
		struct smmu_master *const master = plain(0, 0x22, 0);
		attach(master, s1);
		rig.smmu[0]->silent_sids = UINT64_C(1) << 0x22;
		rig.smmu[0]->consume_limit = k;
		rig.smmu[0]->stop_consuming = k == 0;
		const smmu_status status = smmu_master_detach(master);
		const bool stopped = rig.smmu[0]->stop_consuming && ((fake_reg(rig.smmu[0], 0x98) ^ fake_reg(rig.smmu[0], 0x9c)) & 0xfffff);
		TEST_ASSERT_EQUAL_INT(stopped ? SMMU_E_TIMEOUT : SMMU_E_ENDPOINT, status);
		if (!stopped)
			break;
		TEST_ASSERT_LESS_THAN_UINT64(40, k);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_silent_device_is_cut_off);
	RUN_TEST(test_a_device_that_is_silent_from_the_start);
	RUN_TEST(test_silence_at_a_detach_costs_no_tag);
	RUN_TEST(test_a_cut_during_an_attach_stays);
	RUN_TEST(test_a_dead_smmu_is_reported_before_a_silent_device);
	RUN_TEST(test_the_atc_half_hides_no_dead_smmu);
	RUN_TEST(test_a_dead_smmu_costs_one_time_out);
	RUN_TEST(test_a_device_is_cut_off_with_all_its_streams);
	RUN_TEST(test_a_dead_smmu_switches_nothing_on);
	RUN_TEST(test_a_cut_that_is_not_confirmed);
	RUN_TEST(test_an_smmu_that_lies_is_asked_no_more);
	RUN_TEST(test_no_room_for_an_atc_inv);
	RUN_TEST(test_a_dead_smmu_after_a_silent_device);
	return UNITY_END();
}
