/* SPDX-License-Identifier: Apache-2.0
 * CPU address spaces on several SMMUs, with and without broadcast TLB maintenance. SMMU0 takes part in it, SMMU1 does not. */
#include <string.h>

#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define TTB UINT64_C(0x8765432000)

static struct rig rig;
static struct smmu_master *a, *b;
static const struct smmu_mm mm = { .cookie = 0xc0ffee, .ttb = { TTB }, .asid = 5, .oas_bits = 44 };

void setUp(void)
{
	const struct smmu_dev_config listens = { .broadcast_tlb = true };
	rig_open(&rig, 3);
	rig_start(&rig, 0, &listens);
	rig_start(&rig, 1, NULL);
	a = rig_master(&rig, 0, 0x20, 6);
	b = rig_master(&rig, 1, 0x30, 6);
}

void tearDown(void) { rig_close(&rig); }

static const uint64_t *cd(unsigned smmu, uint32_t sid, uint32_t ssid)
{
	return rig_words(&rig, rig_ste(&rig, smmu, sid)[0] & UINT64_C(0x000fffffffffffc0)) + 8 * ssid;
}

static struct smmu_domain *bind(struct smmu_master *master, const struct smmu_mm *what, uint32_t *pasid)
{
	struct smmu_domain *domain = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_bind(master, what, &domain, pasid));
	return domain;
}

static void clear(void)
{
	fake_clear(rig.smmu[0]);
	fake_clear(rig.smmu[1]);
}

/* proves: AB-46, AB-47 (CDs), AB-49. CR2.PTM is bit 2. CD: ASET bit 47, ASID 63:48, TTB0 in word 1. */
static void test_one_domain_and_one_pasid_per_address_space(void)
{
	uint32_t pa = 0, pb = 0, pc = 0;
	struct smmu_mm other = mm;
	other.cookie = 1;
	other.asid = 6;
	TEST_ASSERT_EQUAL_UINT32(0, fake_reg(rig.smmu[0], 0x2c) & 4);
	TEST_ASSERT_EQUAL_UINT32(4, fake_reg(rig.smmu[1], 0x2c) & 4);
	struct smmu_domain *const domain = bind(a, &mm, &pa);
	TEST_ASSERT_EQUAL_PTR(domain, bind(b, &mm, &pb));
	TEST_ASSERT_EQUAL_UINT32(pa, pb);
	TEST_ASSERT_TRUE(domain != bind(a, &other, &pc));
	TEST_ASSERT_TRUE(pc != pa);
	TEST_ASSERT_EQUAL_UINT64(0, cd(0, 0x20, pa)[0] >> 47 & 1);
	TEST_ASSERT_EQUAL_UINT64(5, cd(0, 0x20, pa)[0] >> 48);
	TEST_ASSERT_EQUAL_HEX64(TTB, cd(0, 0x20, pa)[1]);
	TEST_ASSERT_EQUAL_UINT64(1, cd(1, 0x30, pb)[0] >> 47 & 1);
	TEST_ASSERT_EQUAL_UINT64(1, cd(1, 0x30, pb)[0] >> 48);          /* SMMU1's own first ASID */
	struct smmu_domain *again = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, smmu_sva_bind(a, &mm, &again, NULL));
	TEST_ASSERT_NULL(again);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pasid_free(rig.sys, pa));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(a, domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_sva_unbind(a, domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(b, domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_pasid_free(rig.sys, pa));
}

/* A caller that lets go of the PASID as of any other: the domain has no bind left to undo, but it is not lost. */
static void test_a_domain_detached_another_way_can_be_freed(void)
{
	uint32_t pasid = 0, again = 0;
	struct smmu_domain *const domain = bind(a, &mm, &pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(a, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_sva_unbind(a, domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_EQUAL_PTR(domain, bind(b, &mm, &again));
	TEST_ASSERT_EQUAL_UINT32(pasid, again);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(b, rig_domain(&rig, SMMU_DOMAIN_S1), pasid, SMMU_ATTACH_REPLACE));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(b, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_NOT_NULL(bind(a, &mm, &again));             /* the address space is known no more: a new domain */
}

/* proves: AB-47. Notifier range: nothing to SMMU0, which heard the CPU; TLBI_NH_VA and SYNC to SMMU1. */
static void test_notifier_ranges_skip_listening_smmus(void)
{
	struct smmu_domain *const domain = bind(a, &mm, NULL);
	bind(b, &mm, NULL);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_invalidate(domain, (smmu_iova){ 0x10000 }, P, false));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	TEST_ASSERT_EQUAL_UINT64(2, rig.smmu[1]->command_count);
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[1], 0x12));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_sva_invalidate(domain, (smmu_iova){ 1 }, P, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_sva_invalidate(domain, (smmu_iova){ 0 }, 0, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_sva_invalidate(domain, (smmu_iova){ 0 - P }, 2 * P, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_invalidate(domain, (smmu_iova){ UINT64_C(1) << 48 }, P, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_invalidate(NULL, (smmu_iova){ 0 }, P, false));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_invalidate(rig_domain(&rig, SMMU_DOMAIN_S1), (smmu_iova){ 0 }, P, false));
}

/* proves: AB-50. EPD0 (14) = 1, S (44) = R (45) = 0, V (31) stays; two SYNCs for the context, then TLBI by tag on both. */
static unsigned invalid_cds;
static uint32_t exit_pasid;
static void watch(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	(void)smmu;
	(void)word;
	invalid_cds += !(cd(0, 0x20, exit_pasid)[0] >> 31 & 1);
}

static void test_mm_exit_keeps_contexts_valid(void)
{
	struct smmu_domain *const domain = bind(a, &mm, &exit_pasid);
	bind(b, &mm, NULL);
	clear();
	invalid_cds = 0;
	rig.smmu[0]->on_command = watch;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_mm_exit(domain));
	rig.smmu[0]->on_command = NULL;
	TEST_ASSERT_EQUAL_UINT32(0, invalid_cds);
	for (unsigned i = 0; i < 2; i++) {
		const uint64_t word0 = cd(i, i ? 0x30 : 0x20, exit_pasid)[0];
		TEST_ASSERT_EQUAL_UINT64(1, word0 >> 14 & 1);
		TEST_ASSERT_EQUAL_UINT64(1, word0 >> 31 & 1);
		TEST_ASSERT_EQUAL_UINT64(0, word0 >> 44 & 3);
		TEST_ASSERT_EQUAL_HEX64(0, cd(i, i ? 0x30 : 0x20, exit_pasid)[1]);
		const size_t n = rig.smmu[i]->command_count;
		TEST_ASSERT_EQUAL_UINT64(2 + 1, fake_count(rig.smmu[i], 0x46));
		TEST_ASSERT_EQUAL_UINT64(2, fake_count(rig.smmu[i], 0x05));
		TEST_ASSERT_EQUAL_HEX64((word0 >> 48) << 48 | 0x11, rig.smmu[i]->command[n - 2].word[0]);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_sva_mm_exit(domain));
	/* The cookie is free for a new address space, which is another domain. */
	struct smmu_mm next = mm;
	next.asid = 9;
	uint32_t pasid = 0;
	struct smmu_domain *const fresh = bind(a, &next, &pasid);
	TEST_ASSERT_TRUE(fresh != domain && pasid != exit_pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(a, domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(b, domain));
}

/* proves: AB-48. A stage-1 domain owns ASID 1 on SMMU0 at RID and a PASID; the CPU's ASID is 1. Its two CDs change to 2 in one
 * store each, TLBI(1) and SYNC are consumed, and only then does the SVA CD with ASID 1 turn valid. */
static uint64_t sva_valid_at, flushed_at, moved_cfgi;
static void watch_order(void *arg, struct fake_smmu *smmu, const uint64_t word[2])
{
	(void)arg;
	if (word[0] == (UINT64_C(1) << 48 | 0x11))
		flushed_at = smmu->command_count;
	if ((uint8_t)word[0] == 0x05 && !flushed_at)
		moved_cfgi++;
	if (!sva_valid_at && (cd(0, 0x20, 1)[0] >> 31 & 1))
		sva_valid_at = smmu->command_count;
}

static void test_a_domain_in_the_way_is_moved(void)
{
	struct smmu_domain *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	struct smmu_mm first = mm;
	first.asid = 1;
	uint32_t pasid = 0, t = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, s1, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(a, s1, 9, 0));
	TEST_ASSERT_EQUAL_UINT64(1, cd(0, 0x20, 0)[0] >> 48);
	clear();
	sva_valid_at = flushed_at = moved_cfgi = 0;
	rig.smmu[0]->on_command = watch_order;
	bind(a, &first, &pasid);
	rig.smmu[0]->on_command = NULL;
	TEST_ASSERT_EQUAL_UINT32(1, pasid);
	TEST_ASSERT_EQUAL_UINT64(1, cd(0, 0x20, 1)[0] >> 48);
	TEST_ASSERT_EQUAL_UINT64(2, cd(0, 0x20, 0)[0] >> 48);
	TEST_ASSERT_EQUAL_UINT64(2, cd(0, 0x20, 9)[0] >> 48);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(s1, rig.dev[0], &t));
	TEST_ASSERT_EQUAL_UINT32(2, t);
	TEST_ASSERT_EQUAL_UINT64(2, moved_cfgi);
	TEST_ASSERT_TRUE(flushed_at > 0 && sva_valid_at > flushed_at);
	/* Two address spaces cannot have one ASID. */
	first.cookie = 77;
	struct smmu_domain *clash;
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_sva_bind(a, &first, &clash, NULL));
}

/* A domain that wants one tag everywhere gives up the number everywhere, also to an address space that has it on one SMMU only. */
static void test_a_number_that_made_way_can_be_had_again(void)
{
	const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1, .tag_policy = SMMU_TAG_REALLOCATE };
	struct smmu_master *const c = rig_master(&rig, 0, 0x21, 6);
	struct smmu_domain *moved, *next;
	struct smmu_mm first = mm;
	first.asid = 1;
	uint32_t pasid = 0, tag = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &moved));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &next));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(a, moved, 0));
	struct smmu_domain *const sva = bind(a, &first, &pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(moved, rig.dev[0], &tag));
	TEST_ASSERT_EQUAL_UINT32(2, tag);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(a, sva));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(c, next, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(next, rig.dev[0], &tag));
	TEST_ASSERT_EQUAL_UINT32(1, tag);
}

/* proves: AB-51, AB-43 (overflow) */
static void test_refusals_are_pure(void)
{
	struct smmu_domain *domain;
	struct smmu_master *const narrow = rig_master(&rig, 1, 0x31, 1), *const none = rig_master(&rig, 1, 0x32, 0);
	struct smmu_mm bad[6];
	for (unsigned i = 0; i < 6; i++)
		bad[i] = mm;
	bad[0].asid = 0;
	bad[1].asid_bits = 8;
	bad[1].asid = 0x100;
	bad[2].granule_log2 = 13;
	bad[3].ias_bits = 49;
	bad[4].granule_log2 = 16;       /* the fake has 4 KiB only */
	bad[5].oas_bits = 48;           /* and OAS 44 */
	const uint64_t before = rig_hash(&rig);
	for (unsigned i = 0; i < 6; i++)
		TEST_ASSERT_EQUAL_INT(i < 4 ? SMMU_E_RANGE : SMMU_E_INCOMPATIBLE, smmu_sva_bind(a, &bad[i], &domain, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_bind(none, &mm, &domain, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_bind(NULL, &mm, &domain, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_bind(a, NULL, &domain, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_bind(a, &mm, NULL, NULL));
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	struct smmu_mm second = mm;
	second.cookie = 2;
	second.asid = 7;
	uint32_t pasid;
	bind(a, &mm, NULL);
	bind(a, &second, &pasid);
	TEST_ASSERT_EQUAL_UINT32(2, pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_sva_bind(narrow, &second, &domain, NULL));
	rig.smmu[2]->idr0 &= ~(1u << 12);       /* 8-bit ASIDs against the CPU's 16 */
	rig_start(&rig, 2, NULL);
	struct smmu_master *const c = rig_master(&rig, 2, 0x20, 6);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INCOMPATIBLE, smmu_sva_bind(c, &mm, &domain, NULL));
	second.asid_bits = 8;
	second.cookie = 3;
	second.asid = 8;
	bind(c, &second, NULL);
}

/* proves: AB-19 */
static void test_every_allocation_may_fail(void)
{
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, 0x40, 0), rig_domain(&rig, SMMU_DOMAIN_S1), 0));
	struct smmu_mm first = mm;
	first.asid = 1;
	const uint64_t before = rig_hash(&rig);
	uint64_t k = 1;
	for (;; k++) {
		clear();
		smmu_sys_fail_allocation(rig.sys, k);
		const smmu_status status = smmu_sva_bind(a, &first, &domain, NULL);
		smmu_sys_fail_allocation(rig.sys, 0);
		if (status == SMMU_OK)
			break;
		TEST_ASSERT_EQUAL_INT(SMMU_E_NO_MEMORY, status);
		TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
		TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	}
	TEST_ASSERT_EQUAL_UINT64(8, k); /* domain, PASIDs, CDs, who is where, the move and its array, the domain's array */
}

/* The number belongs to the domain until the domain is freed, address space or not: nobody else can have it, and the end of the
 * domain takes no number away that is somebody else's by then. */
static void test_a_pasid_stays_taken_until_its_domain_is_freed(void)
{
	uint32_t pasid = 0, fresh = 0, next = 0;
	struct smmu_domain *const domain = bind(a, &mm, &pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(a, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_mm_exit(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(a, &fresh));
	TEST_ASSERT_TRUE(fresh != pasid);
	/* The cookie means a new address space already. */
	struct smmu_domain *const second = bind(a, &mm, &next);
	TEST_ASSERT_TRUE(second != domain && next != pasid && next != fresh);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_destroy(domain));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_pasid_free(rig.sys, pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(a, &fresh));
	TEST_ASSERT_EQUAL_UINT32(pasid, fresh);
	/* Where another domain took the place, the number stays with it when the SVA domain goes. */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(b, rig_domain(&rig, SMMU_DOMAIN_S1), next, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(a, second));
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_pasid_free(rig.sys, next));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(b, next));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_free(rig.sys, next));
}

/* An address space that is gone can be attached nowhere; its end changes no other context, and says nothing to SMMUs it is not on. */
static void test_a_gone_address_space(void)
{
	uint32_t pasid = 0;
	struct smmu_domain *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1), *const domain = bind(a, &mm, &pasid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(a, s1, 9, 0));
	uint64_t before[8];
	memcpy(before, cd(0, 0x20, 9), sizeof before);
	clear();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_mm_exit(domain));
	TEST_ASSERT_EQUAL_MEMORY(before, cd(0, 0x20, 9), sizeof before);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->access_count);
	for (size_t i = 0; i < rig.smmu[0]->command_count; i++)
		if ((uint8_t)rig.smmu[0]->command[i].word[0] == 0x05)
			TEST_ASSERT_EQUAL_UINT64(pasid, rig.smmu[0]->command[i].word[0] >> 12 & 0xfffff);
	const uint64_t hash = rig_hash(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_master_attach_pasid(b, domain, pasid, 0));
	TEST_ASSERT_EQUAL_HEX64(hash, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[1]->access_count);
}

/* An SMMU that does not confirm the end: the caller is told, whichever step it was. */
static void test_a_dead_smmu_at_the_end_of_an_address_space(void)
{
	for (unsigned later = 0; later < 2; later++) {
		struct smmu_mm one = mm;
		one.cookie += later;
		one.asid = (uint16_t)(mm.asid + later);
		struct smmu_domain *const domain = bind(a, &one, NULL);
		clear();
		rig.smmu[0]->consume_limit = 4;         /* CFGI_CD, SYNC, CFGI_CD, SYNC */
		rig.smmu[0]->stop_consuming = !later;
		TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_sva_mm_exit(domain));
		rig.smmu[0]->consume_limit = 0;
		rig.smmu[0]->stop_consuming = false;
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(a, domain));
	}
}

/* What is left out of an smmu_mm: 16-bit ASIDs, 4 KiB, 48 bits of input and output (CD.IPS = 5, T0SZ = 16, TG0 = 0). */
static void test_what_is_left_out_has_defaults(void)
{
	const struct smmu_mm bare = { .cookie = 1, .ttb = { TTB }, .asid = 0x1234 };
	struct smmu_mm bad = bare;
	struct smmu_domain *domain;
	uint32_t pasid = 0;
	rig.smmu[2]->idr5 = (rig.smmu[2]->idr5 & ~7u) | 5;      /* OAS = 48 bits */
	rig_start(&rig, 2, NULL);
	struct smmu_master *const c = rig_master(&rig, 2, 0x20, 6);
	bind(c, &bare, &pasid);
	const uint64_t word0 = cd(2, 0x20, pasid)[0];
	TEST_ASSERT_EQUAL_UINT64(5, word0 >> 32 & 7);
	TEST_ASSERT_EQUAL_UINT64(16, word0 & 63);
	TEST_ASSERT_EQUAL_UINT64(0, word0 >> 6 & 3);
	bad.cookie = 2;
	bad.asid_bits = 12;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_bind(c, &bad, &domain, NULL));
	bad.asid_bits = 0;
	bad.oas_bits = 31;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_bind(c, &bad, &domain, NULL));
	bad.oas_bits = 49;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_bind(c, &bad, &domain, NULL));
	bad.oas_bits = 0;
	bad.ias_bits = 24;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_bind(c, &bad, &domain, NULL));
	bad.ias_bits = 0;
	bad.ttb.v = UINT64_C(1) << 52;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_bind(c, &bad, &domain, NULL));
	/* Nothing was bound here, or not what it says. */
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_unbind(NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_unbind(c, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_unbind(c, rig_domain(&rig, SMMU_DOMAIN_S1)));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_mm_exit(NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_sva_mm_exit(rig_domain(&rig, SMMU_DOMAIN_S1)));
}

/* MAIR is the CPU's when it says one (word 3 of the CD). Granules are 12, 14, 16. A master whose bound is below the PASID is not
 * bound. */
static void test_what_an_address_space_says(void)
{
	struct smmu_mm odd = mm;
	struct smmu_domain *domain = NULL;
	uint32_t pasid = 0;
	odd.granule_log2 = 13;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sva_bind(a, &odd, &domain, &pasid));
	odd.granule_log2 = 0;
	odd.mair = UINT64_C(0x1122334455667788);
	domain = bind(a, &odd, &pasid);
	TEST_ASSERT_EQUAL_HEX64(odd.mair, cd(0, 0x20, pasid)[3]);
	const uint32_t sid = 0x60;
	const struct smmu_master_config config = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ssid_bits = 4, .max_pasids = pasid };
	struct smmu_master *low;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &low));
	TEST_ASSERT_EQUAL_INT(SMMU_E_NOT_FOUND, smmu_sva_unbind(low, domain));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_unbind(a, domain));
}

/* Both SMMUs are dead: the first failure is reported, both contexts are released in memory (EPD0 is bit 14). */
static void test_an_exit_that_nobody_confirms(void)
{
	uint32_t pasid = 0;
	struct smmu_domain *const domain = bind(a, &mm, &pasid);
	bind(b, &mm, &pasid);
	rig.smmu[0]->stop_consuming = rig.smmu[1]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_sva_mm_exit(domain));
	TEST_ASSERT_EQUAL_UINT64(1, cd(0, 0x20, pasid)[0] >> 14 & 1);
	TEST_ASSERT_EQUAL_UINT64(1, cd(1, 0x30, pasid)[0] >> 14 & 1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_sva_mm_exit(domain));
}

/* ASID 5 of SMMU0 was given back without the SMMU's confirming it, or belongs to a domain that has one tag everywhere and does not
 * move: nobody can make way. */
static void test_an_asid_that_nobody_can_leave(void)
{
	struct smmu_domain *domain = NULL;
	struct smmu_domain *others[6];
	for (unsigned n = 1; n <= 5; n++) {
		others[n] = rig_domain(&rig, SMMU_DOMAIN_S1);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(a, others[n], 10 + n, 0));
	}
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_detach_pasid(a, 15));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_sva_bind(a, &mm, &domain, NULL));
	TEST_ASSERT_NULL(domain);
	const struct smmu_domain_config fixed = { .type = SMMU_DOMAIN_S1, .tag_policy = SMMU_TAG_REJECT };
	struct smmu_domain *reject;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &fixed, &reject));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(a, reject, 20, 0));
	uint32_t tag = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_tag(reject, rig.dev[0], &tag));
	struct smmu_mm second = mm;
	second.cookie = 2;
	second.asid = (uint16_t)tag;
	TEST_ASSERT_EQUAL_INT(SMMU_E_NO_SPACE, smmu_sva_bind(a, &second, &domain, NULL));
}

/* A granule the architecture has and this SMMU has not is no bad argument. */
static void test_a_granule_the_smmu_does_not_have(void)
{
	struct smmu_mm other = mm;
	struct smmu_domain *domain = NULL;
	other.granule_log2 = 14;
	TEST_ASSERT_EQUAL_INT(SMMU_E_INCOMPATIBLE, smmu_sva_bind(a, &other, &domain, NULL));
	TEST_ASSERT_NULL(domain);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_one_domain_and_one_pasid_per_address_space);
	RUN_TEST(test_a_domain_detached_another_way_can_be_freed);
	RUN_TEST(test_notifier_ranges_skip_listening_smmus);
	RUN_TEST(test_mm_exit_keeps_contexts_valid);
	RUN_TEST(test_a_domain_in_the_way_is_moved);
	RUN_TEST(test_a_number_that_made_way_can_be_had_again);
	RUN_TEST(test_refusals_are_pure);
	RUN_TEST(test_every_allocation_may_fail);
	RUN_TEST(test_a_pasid_stays_taken_until_its_domain_is_freed);
	RUN_TEST(test_a_gone_address_space);
	RUN_TEST(test_a_dead_smmu_at_the_end_of_an_address_space);
	RUN_TEST(test_what_is_left_out_has_defaults);
	RUN_TEST(test_what_an_address_space_says);
	RUN_TEST(test_an_exit_that_nobody_confirms);
	RUN_TEST(test_an_asid_that_nobody_can_leave);
	RUN_TEST(test_a_granule_the_smmu_does_not_have);
	return UNITY_END();
}
