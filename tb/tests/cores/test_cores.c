/* SPDX-License-Identifier: Apache-2.0
 * End to end, without a simulator: a guest's stage 1 under a stage-2 domain, dirty state that an SMMU keeps, and devices
 * with an ATC, as the model sees the driver's tables, commands and order. The caches keep whatever they may, so a TLBI, CFGI
 * or ATC_INV that is missing lets an access through. Not here: the words of commands (driver/test/test_guest.c, test_ats.c). */
#include <string.h>

#include "cores_rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE | SMMU_PROT_CACHED)
#define SID 0x20u
#define FREE_PA (CORES_RAM_PA + CORES_DRIVER_BYTES)
#define F_TRANSLATION 0x10
#define F_TRANSL_FORBIDDEN 0x07

static struct cores_rig rig;

void setUp(void) { cores_open(&rig); }
void tearDown(void) { cores_close(&rig); }

static struct smmu_domain *make(struct smmu_domain_config config)
{
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	return domain;
}

static struct smmu_master *master_with(bool ats)
{
	const uint32_t sid = SID;
	const struct smmu_master_config config = { .dev = rig.dev, .sids = &sid, .sid_count = 1, .ats = ats };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

static void map(struct smmu_domain *domain, uint64_t iova, uint64_t pa, uint64_t size)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ pa }, size, RW));
}

static smmu_status unmap(struct smmu_domain *domain, uint64_t iova, uint64_t size)
{
	return smmu_domain_unmap(domain, (smmu_iova){ iova }, size, NULL);
}

static void reaches(uint64_t iova, uint8_t flags, uint64_t pa)
{
	struct smmu_xlate out;
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, cores_access(&rig, SID, iova, flags, SMMU_ATS_UNTRANSLATED, &out));
	TEST_ASSERT_EQUAL_HEX64(pa, out.pa);
}

static void faults(uint64_t iova)
{
	struct smmu_xlate out;
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, cores_access(&rig, SID, iova, 0, SMMU_ATS_UNTRANSLATED, &out));
	TEST_ASSERT_EQUAL_HEX8(F_TRANSLATION, out.event);
}

/* ---- a guest ---- */

#define GUEST UINT64_C(0x40000000)      /* its memory: 16 pages of intermediate addresses */

static uint64_t *guest_word(uint64_t ipa) { return cores_word(&rig, FREE_PA + (ipa - GUEST)); }

/* CD in page 0; a 39-bit stage 1 in pages 1 to 3: IOVA 0x7000 is page 8. */
static struct smmu_domain *boot_guest(uint64_t word1, struct smmu_domain **guest)
{
	struct smmu_domain *const parent = make((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2 });
	struct smmu_cd cd = { { 0 } };
	map(parent, GUEST, FREE_PA, 16 * P);
	memset(guest_word(GUEST), 0, 16 * P);
	smmu_cd_set_V(&cd, 1);
	smmu_cd_set_AA64(&cd, 1);
	smmu_cd_set_T0SZ(&cd, 25);
	smmu_cd_set_EPD1(&cd, 1);
	smmu_cd_set_IPS(&cd, 5);
	smmu_cd_set_A(&cd, 1);
	smmu_cd_set_R(&cd, 1);
	smmu_cd_set_ASID(&cd, 5);
	smmu_cd_set_TTB0(&cd, GUEST + P);
	smmu_cd_set_MAIR0(&cd, 0xff);
	memcpy(guest_word(GUEST), &cd, sizeof cd);
	*guest_word(GUEST + P) = (GUEST + 2 * P) | 3;
	*guest_word(GUEST + 2 * P) = (GUEST + 3 * P) | 3;
	*guest_word(GUEST + 3 * P + 8 * 7) = (GUEST + 8 * P) | 0x443;   /* AF, AP[1], page */
	*guest = make((struct smmu_domain_config){ .type = SMMU_DOMAIN_NESTED, .parent = parent, .guest_ste = { GUEST | 1 | 5u << 1, word1 } });
	return parent;
}

static smmu_status guest_says(struct smmu_domain *parent, uint64_t word0, uint64_t word1)
{
	const struct smmu_cmd cmd = { { word0, word1 } };
	return smmu_guest_invalidate(parent, rig.dev, NULL, &cmd, 1, NULL);
}

/* The parent takes a page away from under the guest and puts another one there: what SMMUs combined of both stages is
 * gone in between. The guest changes its own table; TLBI_NH_VA of its ASID. Then its CD; CFGI_CD. */
static void test_a_guest_under_its_parent(void)
{
	struct smmu_domain *guest, *const parent = boot_guest(0, &guest);
	struct smmu_master *const master = master_with(false);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, guest, 0));
	reaches(0x7123, 0, FREE_PA + 8 * P + 0x123);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(parent, GUEST + 8 * P, P));
	faults(0x7000);
	map(parent, GUEST + 8 * P, FREE_PA + 20 * P, P);
	reaches(0x7000, SMMU_TXN_WRITE, FREE_PA + 20 * P);
	*guest_word(GUEST + 3 * P + 8 * 7) = (GUEST + 10 * P) | 0x443;
	reaches(0x7000, 0, FREE_PA + 20 * P);   /* still cached: it is the guest's to say */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(parent, 0x12 | UINT64_C(5) << 48, 0x7000 | 1));
	reaches(0x7000, 0, FREE_PA + 10 * P);
	memset(guest_word(GUEST + 4 * P), 0, P);
	*guest_word(GUEST + 8) = GUEST + 4 * P; /* TTB0: an empty table; ASID 6, so that no TLB entry is in the way */
	*guest_word(GUEST) += UINT64_C(1) << 48;
	reaches(0x7000, 0, FREE_PA + 10 * P);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, guest_says(parent, 0x05 | (uint64_t)SID << 32, 1));
	faults(0x7000);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	struct smmu_xlate out;
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, cores_access(&rig, SID, 0x7000, 0, SMMU_ATS_UNTRANSLATED, &out));
	TEST_ASSERT_EQUAL_HEX8(0, out.event);
}

/* A guest's device has an ATC, which knows the guest's addresses: an unmap of the parent by intermediate address empties it. */
static void test_the_atc_behind_a_guest(void)
{
	struct smmu_domain *guest, *const parent = boot_guest(UINT64_C(1) << 28, &guest);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master_with(true), guest, 0));
	TEST_ASSERT_TRUE(cores_ats_request(&rig, SID, 0x7000));
	TEST_ASSERT_EQUAL_HEX64(FREE_PA + 8 * P, rig.atc_pa);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(parent, GUEST + 8 * P, P));
	TEST_ASSERT_FALSE(rig.atc_valid);
	TEST_ASSERT_FALSE(cores_ats_request(&rig, SID, 0x7000));
}

/* ---- dirty state ---- */

static uint64_t bitmap[8];

static void read_dirty(struct smmu_domain *domain, uint64_t size)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_read_dirty(domain, (smmu_iova){ M2 }, size, 0, bitmap));
}

/* Reads mark nothing. A page that was read out and cleared is marked again by the next write, although the SMMU may
 * remember it as written to. A block is one unit. */
static void dirty_of(enum smmu_domain_type type)
{
	struct smmu_domain *const domain = make((struct smmu_domain_config){ .type = type, .dirty_tracking = true });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master_with(false), domain, 0));
	map(domain, M2, FREE_PA + P, 64 * P);
	reaches(M2 + 2 * P, 0, FREE_PA + 3 * P);
	reaches(M2 + 5 * P, 0, FREE_PA + 6 * P);
	read_dirty(domain, 64 * P);
	TEST_ASSERT_EQUAL_HEX64(0, bitmap[0]);
	for (unsigned round = 0; round < 3; round++) {
		reaches(M2 + 5 * P, SMMU_TXN_WRITE, FREE_PA + 6 * P);
		reaches(M2 + 63 * P, SMMU_TXN_WRITE, FREE_PA + 64 * P);
		read_dirty(domain, 64 * P);
		TEST_ASSERT_EQUAL_HEX64(UINT64_C(1) << 5 | UINT64_C(1) << 63, bitmap[0]);
		read_dirty(domain, 64 * P);
		TEST_ASSERT_EQUAL_HEX64(0, bitmap[0]);
	}
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(domain, M2, 64 * P));
	map(domain, 2 * M2, FREE_PA, M2);
	reaches(2 * M2 + 7 * P, SMMU_TXN_WRITE, FREE_PA + 7 * P);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_read_dirty(domain, (smmu_iova){ 2 * M2 }, M2, 0, bitmap));
	for (unsigned i = 0; i < 8; i++)
		TEST_ASSERT_EQUAL_HEX64(UINT64_MAX, bitmap[i]);
	/* Split while it is written to: the rest stays marked. */
	reaches(2 * M2 + 7 * P, SMMU_TXN_WRITE, FREE_PA + 7 * P);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(domain, 2 * M2, P));
	faults(2 * M2);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_read_dirty(domain, (smmu_iova){ 2 * M2 }, 64 * P, 0, bitmap));
	TEST_ASSERT_EQUAL_HEX64(UINT64_MAX - 1, bitmap[0]);
}

static void test_dirty_state_of_stage_1(void) { dirty_of(SMMU_DOMAIN_S1); }
static void test_dirty_state_of_stage_2(void) { dirty_of(SMMU_DOMAIN_S2); }

/* ---- ATS ---- */

static enum smmu_xlate_status translated_access(struct smmu_xlate *out)
{
	return cores_access(&rig, SID, rig.atc_pa, 0, SMMU_ATS_TRANSLATED, out);
}

/* The device keeps a translation; it is gone when the unmap returns, and asking again gets nothing. Detached, what it
 * might have kept is refused. */
static void test_a_device_with_an_atc(void)
{
	struct smmu_domain *const domain = make((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1 });
	struct smmu_master *const master = master_with(true);
	struct smmu_xlate out;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	map(domain, M2, FREE_PA + P, 4 * P);
	TEST_ASSERT_TRUE(cores_ats_request(&rig, SID, M2 + 2 * P));
	TEST_ASSERT_EQUAL_HEX64(FREE_PA + 3 * P, rig.atc_pa);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, translated_access(&out));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(domain, M2, P));           /* another page: it stays */
	TEST_ASSERT_TRUE(rig.atc_valid);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, unmap(domain, M2 + 2 * P, P));
	TEST_ASSERT_FALSE(rig.atc_valid);
	TEST_ASSERT_FALSE(cores_ats_request(&rig, SID, M2 + 2 * P));
	TEST_ASSERT_TRUE(cores_ats_request(&rig, SID, M2 + P));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_FALSE(rig.atc_valid);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, translated_access(&out));
}

/* proves: AB-62. A device that does not answer keeps its old translation, and nobody believes it. The host resets it: it may come back. */
static void test_a_silent_device(void)
{
	struct smmu_domain *const domain = make((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1 });
	struct smmu_master *const master = master_with(true);
	struct smmu_xlate out;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	map(domain, M2, FREE_PA + P, 2 * P);
	TEST_ASSERT_TRUE(cores_ats_request(&rig, SID, M2));
	rig.silent = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, unmap(domain, M2, P));
	TEST_ASSERT_TRUE(rig.atc_valid);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, translated_access(&out));
	TEST_ASSERT_EQUAL_HEX8(F_TRANSL_FORBIDDEN, out.event);
	TEST_ASSERT_FALSE(cores_ats_request(&rig, SID, M2 + P));
	reaches(M2 + P, 0, FREE_PA + 2 * P);    /* without ATS it still translates */
	faults(M2);
	rig.silent = rig.atc_valid = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_unquarantine(master));
	TEST_ASSERT_TRUE(cores_ats_request(&rig, SID, M2 + P));
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, translated_access(&out));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_a_guest_under_its_parent);
	RUN_TEST(test_the_atc_behind_a_guest);
	RUN_TEST(test_dirty_state_of_stage_1);
	RUN_TEST(test_dirty_state_of_stage_2);
	RUN_TEST(test_a_device_with_an_atc);
	RUN_TEST(test_a_silent_device);
	return UNITY_END();
}
