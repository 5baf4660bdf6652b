/* SPDX-License-Identifier: Apache-2.0
 * Nested domains: what the STE of a guest becomes, what an unmap of the parent says, what is left of a guest's commands. Words of
 * STEs and commands are written out from the layouts. */
#include <string.h>

#include "cmd.h"
#include "domain_internal.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define SID 0x21u
#define GUEST_S1 (UINT64_C(1) | UINT64_C(5) << 1)
#define GUEST_BYPASS (UINT64_C(1) | UINT64_C(4) << 1)
#define EATS (UINT64_C(1) << 28)

static struct rig rig;
static struct smmu_domain *parent;

static void start(uint32_t idr0)
{
	rig_open(&rig, 2);
	for (unsigned i = 0; i < 2; i++) {
		rig.smmu[i]->idr0 |= idr0;
		rig_start(&rig, i, NULL);
	}
	parent = rig_domain(&rig, SMMU_DOMAIN_S2);
}

void setUp(void) { start(1u << 10); }   /* ATS */
void tearDown(void) { rig_close(&rig); }

static smmu_status create(struct smmu_domain *under, uint64_t word0, uint64_t word1, struct smmu_domain **out)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_NESTED, .parent = under, .guest_ste = { word0, word1 } };
	return smmu_domain_create(rig.sys, &config, out);
}

static struct smmu_domain *nested(uint64_t word0, uint64_t word1)
{
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, create(parent, word0, word1, &domain));
	return domain;
}

static struct smmu_master *master_at(unsigned smmu, uint32_t sid, bool ats)
{
	struct smmu_master *master;
	const struct smmu_master_config config = { .dev = rig.dev[smmu], .sids = &sid, .sid_count = 1, .ssid_bits = 4, .ats = ats };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

static struct smmu_master *attached(unsigned smmu, uint32_t sid, bool ats, struct smmu_domain *domain)
{
	struct smmu_master *const master = master_at(smmu, sid, ats);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	return master;
}

static uint64_t vmid(unsigned smmu)
{
	uint32_t tag = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(parent, rig.dev[smmu], &tag));
	return tag;
}

static void clear(void)
{
	for (unsigned i = 0; i < 2; i++)
		fake_clear(rig.smmu[i]);
}

static void expect(unsigned smmu, size_t n, uint64_t word0, uint64_t word1)
{
	TEST_ASSERT_LESS_THAN(rig.smmu[smmu]->command_count, n);
	TEST_ASSERT_EQUAL_HEX64(word0, rig.smmu[smmu]->command[n].word[0]);
	TEST_ASSERT_EQUAL_HEX64(word1, rig.smmu[smmu]->command[n].word[1]);
}

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

/* ---- commands of the guest ---- */

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
	RUN_TEST(test_what_a_guest_may_say);
	RUN_TEST(test_where_a_guest_cannot_live);
	RUN_TEST(test_both_stages);
	RUN_TEST(test_a_guest_cannot_make_a_device_stall);
	RUN_TEST(test_a_guest_changes_its_ste);
	RUN_TEST(test_only_without_pasids);
	RUN_TEST(test_an_unmap_reaches_what_guests_combined);
	RUN_TEST(test_the_last_guest_gives_the_vmid_back);
	RUN_TEST(test_the_parent_moves_to_another_vmid);
	RUN_TEST(test_a_failed_attach_leaves_no_trace);
	RUN_TEST(test_what_is_left_of_a_command);
	RUN_TEST(test_a_vmid_that_was_left_unconfirmed_is_included);
	RUN_TEST(test_atc_invs_come_after_everything_else);
	RUN_TEST(test_what_a_guest_may_not_do);
	RUN_TEST(test_a_silent_device_of_a_guest);
	RUN_TEST(test_whose_streams_they_are);
	RUN_TEST(test_ranges_the_smmu_would_refuse);
	return UNITY_END();
}
