/* SPDX-License-Identifier: Apache-2.0
 * ATS and the life of objects: failed attaches, removed SMMUs, tags, devices with few hooks. Not here: ATS as it should be
 * (test_ats.c), devices that do not answer (test_ats_quarantine.c). */
#include "../src/ats.h"

#include "ats_rig.h"

void setUp(void) { ats_open(); }
void tearDown(void) { rig_close(&rig); }

/* proves: AB-19. Every allocation of an attach with ATC entries can fail without a trace. */
static void test_a_failed_attach_leaves_no_trace(void)
{
	struct smmu_master *const master = plain(0, 0x21, 6);
	attach(plain(1, 0x22, 0), s1);
	for (uint64_t k = 1;; k++) {
		clear();
		const uint64_t before = rig_hash(&rig);
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_master_attach_pasid(master, s1, 3, 0);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK) {
			TEST_ASSERT_GREATER_THAN_UINT64(3, k);
			return;
		}
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->command_count);
	}
}

/* proves: AB-17. What a removed SMMU leaves behind in the array is passed over; the memory may be somebody else's. */
static void test_a_removed_smmu_is_not_asked(void)
{
	struct smmu_master *const goes = plain(1, 0x31, 0);
	struct smmu_dev *const dev = rig.dev[1];
	attach(plain(0, 0x21, 0), s1);
	attach(goes, s1);
	map(s1, 0, 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(goes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(goes));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(dev));
	memset(dev, 0, sizeof *dev);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(s1, 0, 1));
	expect_opcodes(0, 0, "TSIS");
	TEST_ASSERT_EQUAL_size_t(0, rig.smmu[1]->access_count);
}

/* A domain with one tag for all that lives on one SMMU makes way, however many ATCs it is in; and its number is free for the
 * next domain when it has gone. */
static void test_atc_entries_are_no_tags(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .tag_policy = SMMU_TAG_REALLOCATE };
	const struct smmu_dev_config listening = { .broadcast_tlb = true };
	const struct smmu_mm mm = { .cookie = 7, .ttb = { RIG_RAM_PA }, .asid = 1, .oas_bits = 44 };
	struct smmu_domain *a, *b, *sva;
	uint32_t tag = 0, pasid;
	tearDown();
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 1u << 10;
	rig_start(&rig, 0, &listening);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &a));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &b));
	struct smmu_master *const master = plain(0, 0x21, 6);
	attach(master, a);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	attach(master, b);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(b, rig.dev[0], &tag));
	TEST_ASSERT_EQUAL_UINT32(1, tag);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_bind(master, &mm, &sva, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(b, rig.dev[0], &tag));
	TEST_ASSERT_EQUAL_UINT32(2, tag);
}

/* The device learns the SMMU's smallest granule: 4, 16 or 64 KiB (IDR5 bits 4, 5, 6). */
static void test_the_device_learns_the_smallest_granule(void)
{
	static const struct { uint32_t grans; uint8_t log2; } row[] = {
		{ 1u << 4 | 1u << 5 | 1u << 6, 12 }, { 1u << 5 | 1u << 6, 14 }, { 1u << 6, 16 },
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct device device = device_at(0, 0x21);
		struct smmu_domain *domain;
		const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .granule_log2 = row[i].log2 };
		tearDown();
		rig_open(&rig, 1);
		rig.smmu[0]->idr0 |= 1u << 10;
		rig.smmu[0]->idr5 = (rig.smmu[0]->idr5 & ~(7u << 4)) | row[i].grans;
		rig_start(&rig, 0, NULL);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
		attach(master_of(&device, 0, false), domain);
		TEST_ASSERT_EQUAL_STRING("A", device.calls);
		TEST_ASSERT_EQUAL_UINT8(row[i].log2, device.stu_log2);
	}
}

/* A device whose page requests need no hook: they count as on while ATS is, and off with it. */
static void test_a_device_without_hooks_has_page_requests(void)
{
	const uint32_t sid = 0x21;
	struct smmu_master *master;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ats = true, .pri = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	TEST_ASSERT_FALSE(info_of(master).pri_on);
	attach(master, s1);
	TEST_ASSERT_TRUE(info_of(master).ats_on && info_of(master).pri_on);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_FALSE(info_of(master).ats_on || info_of(master).pri_on);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_failed_attach_leaves_no_trace);
	RUN_TEST(test_a_removed_smmu_is_not_asked);
	RUN_TEST(test_atc_entries_are_no_tags);
	RUN_TEST(test_the_device_learns_the_smallest_granule);
	RUN_TEST(test_a_device_without_hooks_has_page_requests);
	return UNITY_END();
}
