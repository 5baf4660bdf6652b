/* SPDX-License-Identifier: Apache-2.0
 * ATS: the order of STE, device and ATC_INV; what an invalidation says to which ATC; who has no ATS; memory and tags.
 * Not here: devices that do not answer (test_ats_quarantine.c). */
#include "../src/ats.h"

#include "ats_rig.h"

void setUp(void) { ats_open(); }
void tearDown(void) { rig_close(&rig); }

/* ---- what an invalidation says ---- */

/* proves: AB-56 */
static void test_spans(void)
{
	static const struct { uint64_t first, last, page; unsigned log2; } row[] = {
		{ 8, 11, 8, 2 }, { 7, 10, 0, 4 }, { 5, 5, 5, 0 }, { 0, 511, 0, 9 }, { 511, 512, 0, 10 },
		{ 0, 0, 0, 0 }, { UINT64_C(0xffffffff0), UINT64_C(0xfffffffff), UINT64_C(0xffffffff0), 4 },
		{ UINT64_C(0x7ffffffffffff), UINT64_C(0x8000000000000), 0, EVERYTHING },
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		unsigned log2 = 99;
		const uint64_t at = smmu_atc_span(row[i].first * P, (row[i].last + 1) * P, &log2);
		TEST_ASSERT_EQUAL_HEX64(row[i].page * P, at);
		TEST_ASSERT_EQUAL_UINT32(row[i].log2, log2);
	}
}

/* proves: AB-56, AB-57. Pages 8-11 and 7-10, as the unmap says them; the SMMU without the device hears nothing of ATCs. */
static void test_an_unmap_invalidates_the_smmu_then_the_atc(void)
{
	struct smmu_master *const other = rig_master(&rig, 1, 0x30, 0);
	attach(plain(0, 0x21, 0), s1);
	attach(other, s1);
	map(s1, 7 * P, 5);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 8 * P, 4));
	expect_opcodes(0, 0, "TSIS");
	expect_atc(0, 2, 0x21, 0, 8 * P, 2);
	expect_opcodes(1, 0, "TS");
	/* SMMU1 shares the translation, so it is confirmed before any device may forget. */
	TEST_ASSERT_TRUE(rig.smmu[1]->command[1].time < rig.smmu[0]->command[2].time);
	map(s1, 8 * P, 3);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 7 * P, 4));
	expect_atc(0, fake_count(rig.smmu[0], 0x12) + 1, 0x21, 0, 0, 4);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_flush(s1));
	expect_opcodes(0, 0, "TSIS");
	expect_atc(0, 2, 0x21, 0, 0, EVERYTHING);
}

/* proves: AB-45, AB-58. At a PASID: SSV = 1; at both places: one TLBI, one ATC_INV for each. */
static void test_each_place_has_its_atc_inv(void)
{
	struct smmu_master *const master = plain(0, 0x21, 6);
	attach_pasid(master, s1, 37);
	map(s1, 0, 2);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	expect_opcodes(0, 0, "TSIS");
	expect_atc(0, 2, 0x21, 37, 0, 0);
	attach(master, s1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, P, 1));
	expect_opcodes(0, 0, "TSIIS");
	expect_atc(0, 2, 0x21, 0, P, 0);
	expect_atc(0, 3, 0x21, 37, P, 0);
}

/* proves: AB-11 */
static void test_tags_come_before_atcs(void)
{
	static const struct { enum smmu_inv_type type; uint32_t id, ssid, users; } expected[] = {
		{ SMMU_INV_TLBI_ASID, 0, 0, 4 }, { SMMU_INV_ATC, 0x11, 0, 1 }, { SMMU_INV_ATC, 0x21, 0, 1 }, { SMMU_INV_ATC, 0x21, 3, 1 },
	};
	struct smmu_inv_entry_info entry;
	struct smmu_master *const master = plain(0, 0x21, 6);
	attach_pasid(master, s1, 3);
	attach(master, s1);
	attach(plain(0, 0x11, 0), s1);
	attach(rig_master(&rig, 0, 0x01, 0), s1);
	attach(plain(1, 0x01, 0), s1);
	for (unsigned i = 0; i < 4; i++) {
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(s1, i, &entry));
		TEST_ASSERT_EQUAL_PTR(rig.dev[0], entry.dev);
		TEST_ASSERT_EQUAL_INT(expected[i].type, entry.type);
		TEST_ASSERT_TRUE(i == 0 || entry.id == expected[i].id);
		TEST_ASSERT_EQUAL_UINT32(expected[i].ssid, entry.ssid);
		TEST_ASSERT_EQUAL_UINT32(expected[i].users, entry.users);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(s1, 5, &entry));
	TEST_ASSERT_EQUAL_PTR(rig.dev[1], entry.dev);
	TEST_ASSERT_EQUAL_INT(SMMU_INV_ATC, entry.type);
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_domain_inv_entry(s1, 6, &entry));
	/* What a detach takes away is asked no more. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 3));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_inv_entry(s1, 3, &entry));
	TEST_ASSERT_EQUAL_PTR(rig.dev[1], entry.dev);
}

/* More devices than one list holds, behind two SMMUs whose waits overlap: each is asked once. */
static void test_many_devices_are_asked_once_each(void)
{
	for (uint32_t n = 0; n < 20; n++) {
		attach(plain(0, 0x20 + n, 0), s1);
		attach(plain(1, 0x40 + n, 0), s1);
	}
	map(s1, 0, 1);
	clear();
	rig.smmu[0]->lazy = rig.smmu[1]->lazy = true;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	expect_opcodes(0, 0, "TSIIIIIIIIIIIIIIIISIIIIS");
	expect_opcodes(1, 0, "TSIIIIIIIIIIIIIIIISIIIIS");
	for (uint32_t n = 0; n < 20; n++) {
		TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x20 + n));
		TEST_ASSERT_EQUAL_UINT64(1, asked(1, 0x40 + n));
	}
	/* SMMU1's last list was handed over before SMMU0 had finished its own. */
	TEST_ASSERT_TRUE(rig.smmu[1]->prod_time < rig.smmu[0]->command[rig.smmu[0]->command_count - 1].time);
}

/* A device with 64 StreamIDs, given twice each. */
static void test_every_stream_of_a_device_is_asked(void)
{
	uint32_t sids[64];
	struct smmu_master *master;
	for (uint32_t n = 0; n < 64; n++)
		sids[n] = 0x100 + n / 2;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = sids, .sid_count = 64, .ats = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	attach(master, s1);
	map(s1, 0, 1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	for (uint32_t n = 0; n < 32; n++)
		TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x100 + n));
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	for (uint32_t n = 0; n < 32; n++)
		TEST_ASSERT_EQUAL_UINT64(1, asked(0, 0x100 + n));
}

/* proves: AB-46, AB-47, AB-50. With broadcast maintenance the TLBI of a notifier range is left out, the ATC_INV is not; at the
 * end of the address space everything is sent. */
static void test_notifier_ranges_always_reach_the_atc(void)
{
	for (unsigned btm = 0; btm < 2; btm++) {
		struct smmu_domain *sva;
		uint32_t pasid;
		const struct smmu_dev_config config = { .broadcast_tlb = btm != 0 };
		const struct smmu_mm mm = { .cookie = 7, .ttb = { RIG_RAM_PA }, .asid = 9, .oas_bits = 44 };
		tearDown();
		rig_open(&rig, 1);
		rig.smmu[0]->idr0 |= 1u << 10;
		rig_start(&rig, 0, &config);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_bind(plain(0, 0x21, 6), &mm, &sva, &pasid));
		clear();
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_invalidate(sva, (smmu_iova){ 8 * P }, 4 * P, false));
		expect_opcodes(0, 0, btm ? "IS" : "TSIS");
		expect_atc(0, btm ? 0 : 2, 0x21, pasid, 8 * P, 2);
		clear();
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_mm_exit(sva));
		const size_t n = rig.smmu[0]->command_count;
		expect_opcodes(0, n - 4, "TSIS");
		expect_atc(0, n - 2, 0x21, pasid, 0, EVERYTHING);
	}
}

/* ---- on and off ---- */

/* proves: AB-59, AB-60. On: PASID at creation; EATS = 1 and its SYNC, ATC_INV of everything and its SYNC, the device, its page
 * requests. Off in the other order, ATC_INV of everything last, nothing after. */
static void test_the_order_of_on_and_off(void)
{
	struct device device = device_at(0, 0x21);
	const struct fake_smmu *const smmu = rig.smmu[0];
	struct smmu_master *const master = master_of(&device, 6, true);
	TEST_ASSERT_EQUAL_STRING("P", device.calls);
	TEST_ASSERT_EQUAL_UINT32(6, device.ssid_bits);
	TEST_ASSERT_TRUE(info_of(master).pasid_on && !info_of(master).ats_on && !info_of(master).pri_on);
	clear();
	attach(master, s1);
	TEST_ASSERT_EQUAL_STRING("PAR", device.calls);
	TEST_ASSERT_EQUAL_UINT32(12, device.stu_log2);
	TEST_ASSERT_EQUAL_UINT32(1, device.eats[1]);
	TEST_ASSERT_TRUE(info_of(master).ats_on && info_of(master).pri_on);
	expect_opcodes(0, 0, "CSCSIS");
	expect_atc(0, 4, 0x21, 0, 0, EVERYTHING);
	TEST_ASSERT_TRUE(smmu->command[5].time < device.time[1]);

	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_STRING("PARra", device.calls);
	TEST_ASSERT_EQUAL_UINT32(1, device.eats[3]);
	TEST_ASSERT_EQUAL_UINT32(1, device.eats[4]);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x21));
	TEST_ASSERT_TRUE(device.time[4] < smmu->command[0].time);
	TEST_ASSERT_FALSE(info_of(master).ats_on || info_of(master).pri_on);
	expect_opcodes(0, 0, "CSCSISCSCSTS");   /* STE, ATC_INV, CD, TLBI by tag */
	expect_atc(0, 4, 0x21, 0, 0, EVERYTHING);
	map(s1, 0, 1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	TEST_ASSERT_EQUAL_UINT64(0, smmu->command_count);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
	TEST_ASSERT_EQUAL_STRING("PARrap", device.calls);
}

/* proves: AB-61. Bypass has no ATS, bypass through S1DSS has. */
static void test_identity_has_ats_only_beside_a_pasid(void)
{
	struct device device = device_at(0, 0x21);
	struct smmu_master *const master = master_of(&device, 6, false);
	attach(master, identity);
	TEST_ASSERT_EQUAL_STRING("P", device.calls);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x21));
	attach_pasid(master, s1, 1);
	TEST_ASSERT_EQUAL_STRING("PA", device.calls);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x21));
	attach_pasid(master, s1b, 2);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 1));
	TEST_ASSERT_EQUAL_STRING("PA", device.calls);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 2));
	TEST_ASSERT_EQUAL_STRING("PAa", device.calls);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x21));
}

/* proves: AB-39, AB-58. ATS stays on: only the place that changed is dropped, after the SMMU knows and before the tag goes. */
static void test_a_place_that_changes_is_dropped(void)
{
	struct smmu_master *const master = plain(0, 0x21, 6);
	attach(master, s1);
	attach_pasid(master, s1b, 5);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 5));
	expect_opcodes(0, 0, "CSCSISTS");
	expect_atc(0, 4, 0x21, 5, 0, EVERYTHING);
	clear();
	attach(master, s1b);
	expect_opcodes(0, 0, "CSCSCSISTS");
	expect_atc(0, 6, 0x21, 0, 0, EVERYTHING);
	/* A place nobody had used holds nothing. */
	clear();
	attach_pasid(master, s1, 6);
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], ATC_INV));
}

/* Stage 2 has full ATS too, except where the SMMU stalls whatever it is told. */
static void test_stage2(void)
{
	struct smmu_domain *const s2 = rig_domain(&rig, SMMU_DOMAIN_S2);
	struct smmu_master *const master = plain(0, 0x21, 0);
	attach(master, s2);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x21));
	map(s2, 0, 1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s2, 0, 1));
	expect_opcodes(0, 0, "TSIS");
	expect_atc(0, 2, 0x21, 0, 0, 0);
	tearDown();
	rig_open(&rig, 2);
	rig.smmu[0]->idr0 |= 1u << 10 | 2u << 24;       /* STALL_MODEL: always */
	rig_start(&rig, 0, NULL);
	struct device device = device_at(0, 0x21);
	attach(master_of(&device, 0, false), rig_domain(&rig, SMMU_DOMAIN_S2));
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 57, rig_ste(&rig, 0, 0x21)[2] & UINT64_C(1) << 57);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x21));
	TEST_ASSERT_EQUAL_STRING("", device.calls);
}

/* The SMMU stops and starts: its devices before and after it, with an empty ATC. proves: AB-59 */
static void test_devices_go_off_before_their_smmu(void)
{
	for (unsigned sleep = 0; sleep < 2; sleep++) {
		struct device device = device_at(0, 0x21 + sleep);
		struct smmu_master *const master = master_of(&device, 0, true);
		attach(master, s1);
		map(s1, 0, 1);
		clear();
		TEST_ASSERT_EQUAL_INT(SMMU_OK, sleep ? smmu_dev_suspend(rig.dev[0]) : smmu_dev_disable(rig.dev[0]));
		TEST_ASSERT_EQUAL_STRING("ARra", device.calls);
		TEST_ASSERT_FALSE(info_of(master).ats_on);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, sleep ? smmu_dev_restore(rig.dev[0]) : smmu_dev_enable(rig.dev[0]));
		TEST_ASSERT_EQUAL_STRING("ARraAR", device.calls);
		const size_t n = rig.smmu[0]->command_count;
		expect_opcodes(0, n - 2, "IS");
		expect_atc(0, n - 2, 0x21 + sleep, 0, 0, EVERYTHING);
		TEST_ASSERT_TRUE(rig.smmu[0]->command[n - 1].time < device.time[4]);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	}
}

/* An attach while the SMMU is off switches nothing on; the start does. */
static void test_nothing_goes_on_before_the_smmu(void)
{
	struct device device = device_at(0, 0x21);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	struct smmu_master *const master = master_of(&device, 0, false);
	attach(master, s1);
	TEST_ASSERT_EQUAL_STRING("", device.calls);
	TEST_ASSERT_EQUAL_UINT32(1, eats_of(0, 0x21));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	TEST_ASSERT_EQUAL_STRING("A", device.calls);
	TEST_ASSERT_TRUE(info_of(master).ats_on);
}

/* ---- who has no ATS ---- */

static void test_what_is_refused_and_what_is_left_out(void)
{
	const uint32_t sid = 0x21;
	struct device device = device_at(0, 0x22);
	struct smmu_master *master;
	struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ats = true, .can_stall = true };
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_master_unquarantine(NULL));
	/* The device will not: it translates all the same, and nobody asks its ATC. */
	device.ats_answer = SMMU_E_HARDWARE;
	master = master_of(&device, 0, true);
	attach(master, s1);
	TEST_ASSERT_EQUAL_STRING("A", device.calls);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_FALSE(info_of(master).ats_on || info_of(master).quarantined);
	map(s1, 0, 1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	expect_opcodes(0, 0, "TS");
	attach(master, s1b);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x22));
	TEST_ASSERT_EQUAL_STRING("A", device.calls);    /* it is not asked a second time */
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_master_unquarantine(master));
	/* Page requests alone refused. */
	struct device mute = device_at(0, 0x23);
	mute.pri_answer = SMMU_E_HARDWARE;
	master = master_of(&mute, 0, true);
	attach(master, s1);
	TEST_ASSERT_TRUE(info_of(master).ats_on && !info_of(master).pri_on);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_STRING("ARa", mute.calls);
	/* PASIDs refused: no master. */
	struct device poor = device_at(0, 0x24);
	poor.pasid_answer = SMMU_E_UNSUPPORTED;
	poor.endpoint.ctx = &poor;
	config = (struct smmu_master_config){ .dev = rig.dev[0], .sids = &poor.sid, .sid_count = 1, .ssid_bits = 4,
					      .endpoint = &poor.endpoint };
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_NULL(master);
	poor.pasid_answer = SMMU_OK;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	/* An SMMU without ATS. */
	tearDown();
	rig_open(&rig, 2);
	rig_start(&rig, 0, NULL);
	struct device idle = device_at(0, 0x25);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	attach(master_of(&idle, 0, true), domain);
	TEST_ASSERT_EQUAL_STRING("", idle.calls);
	TEST_ASSERT_EQUAL_UINT32(0, eats_of(0, 0x25));
	map(domain, 0, 1);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(domain, 0, 1));
	expect_opcodes(0, 0, "TS");
}

/* The device wants the PASID in responses the SMMU makes up: STE.PPAR, word 1 bit 18; only with page requests and PASIDs. */
static void test_made_up_responses_carry_the_pasid_when_asked(void)
{
	for (unsigned n = 0; n < 8; n++) {
		struct device device = device_at(0, 0x20 + n);
		device.endpoint.response_needs_pasid = n & 1;
		attach(master_of(&device, n & 2 ? 4 : 0, n & 4), s1);
		TEST_ASSERT_EQUAL_UINT64(n == 7, rig_ste(&rig, 0, 0x20 + n)[1] >> 18 & 1);
	}
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_spans);
	RUN_TEST(test_an_unmap_invalidates_the_smmu_then_the_atc);
	RUN_TEST(test_each_place_has_its_atc_inv);
	RUN_TEST(test_tags_come_before_atcs);
	RUN_TEST(test_many_devices_are_asked_once_each);
	RUN_TEST(test_every_stream_of_a_device_is_asked);
	RUN_TEST(test_notifier_ranges_always_reach_the_atc);
	RUN_TEST(test_the_order_of_on_and_off);
	RUN_TEST(test_identity_has_ats_only_beside_a_pasid);
	RUN_TEST(test_a_place_that_changes_is_dropped);
	RUN_TEST(test_stage2);
	RUN_TEST(test_devices_go_off_before_their_smmu);
	RUN_TEST(test_nothing_goes_on_before_the_smmu);
	RUN_TEST(test_what_is_refused_and_what_is_left_out);
	RUN_TEST(test_made_up_responses_carry_the_pasid_when_asked);
	return UNITY_END();
}
