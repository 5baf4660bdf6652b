/* SPDX-License-Identifier: Apache-2.0
 * The calls that test_stop_anywhere.c makes, each with what must be there before: small worlds with everything in them that costs
 * commands. Not here: running them. */
#ifndef STOP_CASES_H
#define STOP_CASES_H

#include "cmd.h"
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define SYNC 0x46u
#define ROUNDS_MAX 400u

static struct rig rig;
static struct smmu_dev_config config;
static struct smmu_master *masters[8];
static struct smmu_domain *domains[8], *sva;
static unsigned master_count, domain_count, seen;
static struct smmu_event_info stall;
static struct smmu_page_request request;

static void calm(void);

/* ---- making things ---- */

enum { ATS = 1, STALLS = 2, TWO_LEVELS = 4 };

static struct smmu_master *master(unsigned smmu, uint32_t sid, unsigned sid_count, uint8_t ssid_bits, unsigned how)
{
	uint32_t sids[40];
	const struct smmu_master_config c = {
		.dev = rig.dev[smmu], .sids = sids, .sid_count = sid_count, .ssid_bits = ssid_bits, .ats = how & ATS, .pri = how & ATS,
		.can_stall = how & STALLS, .cd_table = how & TWO_LEVELS ? SMMU_CD_TABLE_2LEVEL : SMMU_CD_TABLE_AUTO,
	};
	for (unsigned i = 0; i < sid_count; i++)
		sids[i] = sid + i;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &c, &masters[master_count]));
	return masters[master_count++];
}

static struct smmu_domain *domain(struct smmu_domain_config c)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &c, &domains[domain_count]));
	return domains[domain_count++];
}

static struct smmu_domain *s1(void)
{
	return domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1 });
}

static struct smmu_domain *s2_with_guest(unsigned how)
{
	struct smmu_domain *const parent = domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2 });
	struct smmu_domain *const guest = domain((struct smmu_domain_config){
		.type = SMMU_DOMAIN_NESTED, .parent = parent, .guest_ste = { 1 | 5u << 1, UINT64_C(1) << 28 } });
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master(0, 0x20, 1, 0, how), guest, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master(0, 0x21, 1, 0, how), guest, 0));
	return parent;
}

static void attach(struct smmu_master *m, struct smmu_domain *d, uint32_t ssid)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, ssid ? smmu_master_attach_pasid(m, d, ssid, 0) : smmu_master_attach(m, d, 0));
}

static void map(struct smmu_domain *d, uint64_t iova, uint64_t size)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(d, (smmu_iova){ iova }, (smmu_pa){ iova }, size, RW));
}

/* F_TRANSLATION, Stall 31 of word 1. */
static void post_stall(uint32_t sid, uint16_t stag)
{
	const uint64_t record[4] = { 0x10 | (uint64_t)sid << 32, stag | 1u << 31, 0x1000, 0 };
	fake_event(rig.smmu[0], record);
}

/* R 60, Last 62. */
static void post_request(uint32_t sid, uint16_t group)
{
	const uint64_t record[2] = { sid | UINT64_C(5) << 60, 0x7000u | group };
	fake_page_request(rig.smmu[0], record);
}

static void keep_stall(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	(void)arg;
	(void)dev;
	stall = *event;
}

static void keep_request(void *arg, struct smmu_dev *dev, const struct smmu_page_request *r)
{
	(void)arg;
	(void)dev;
	request = *r;
}

/* ---- the calls ---- */

static void one_of_each(void)
{
	master(0, 0x20, 1, 4, ATS);
	s1();
	s1();
}
static smmu_status attach_rid(void) { return smmu_master_attach(masters[0], domains[0], 0); }
static smmu_status attach_ssid(void) { return smmu_master_attach_pasid(masters[0], domains[0], 3, 0); }
static void attached(void)
{
	one_of_each();
	attach(masters[0], domains[0], 0);
	attach(masters[0], domains[0], 3);
	post_request(0x20, 1);
	post_request(0x20, 2);
}
static smmu_status replace(void) { return smmu_master_attach(masters[0], domains[1], SMMU_ATTACH_REPLACE); }
static smmu_status replace_lossless(void)
{
	return smmu_master_attach(masters[0], domains[1], SMMU_ATTACH_REPLACE | SMMU_ATTACH_LOSSLESS);
}
static smmu_status detach(void) { return smmu_master_detach(masters[0]); }
static smmu_status detach_ssid(void) { return smmu_master_detach_pasid(masters[0], 3); }

/* 40 streams: three lists of CFGIs. Two levels of CDs, of which the second leaf is new. */
static void wide(void)
{
	master(0, 0x20, 40, 10, TWO_LEVELS);
	s1();
}

static void wide_attached(void)
{
	wide();
	attach(masters[0], domains[0], 0);
}

/* 20 stalls in the book and 20 that nobody has read, more than one list of RESUMEs each. */
static void stalled(void)
{
	master(0, 0x20, 20, 4, STALLS);
	attach(masters[0], s1(), 0);
	for (uint16_t n = 0; n < 40; n++) {
		post_stall(0x20 + n % 20u, n);
		if (n == 19)
			TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, keep_stall, NULL, NULL));
	}
}
static smmu_status respond(void) { return smmu_dev_respond(rig.dev[0], &stall, SMMU_RESUME_RETRY); }
static smmu_status resume(void) { return smmu_dev_resume(rig.dev[0], 0x20, 3, SMMU_RESUME_ABORT); }

static void stage2(void)
{
	master(0, 0x20, 1, 0, ATS);
	domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2, .free_empty_tables = true });
}

/* Part of a block, and a table that dies. */
static void mapped(void)
{
	domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .free_empty_tables = true });
	for (unsigned i = 0; i < 2; i++)
		attach(master(i, 0x20, 1, 0, ATS), domains[0], 0);
	map(domains[0], 0, M2);
	map(domains[0], 4 * M2, P);
}
static smmu_status unmap_part(void) { return smmu_domain_unmap(domains[0], (smmu_iova){ P }, 4 * M2, NULL); }
static smmu_status flush(void) { return smmu_domain_flush(domains[0]); }

static void nested(void)
{
	struct smmu_domain *const parent = s2_with_guest(ATS);
	attach(master(0, 0x22, 1, 0, 0), parent, 0);
	map(parent, 0, 64 * P);
}

/* SMMU0 did not confirm that the parent has left VMID 1. */
static void nested_and_leaving(void)
{
	struct smmu_domain *const parent = domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2, .tag_policy = SMMU_TAG_REALLOCATE });
	struct smmu_domain *const guest = domain((struct smmu_domain_config){
		.type = SMMU_DOMAIN_NESTED, .parent = parent, .guest_ste = { 1 | 5u << 1, 0 } });
	attach(master(0, 0x20, 1, 0, ATS), guest, 0);
	attach(master(0, 0x21, 1, 0, ATS), guest, 0);
	attach(master(1, 0x20, 1, 0, 0), domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2 }), 0);
	map(parent, 0, 64 * P);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_attach(master(1, 0x21, 1, 0, 0), parent, 0));
	calm();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_submit(rig.dev[0], NULL, 0, true));
}
static smmu_status unmap_nested(void) { return smmu_domain_unmap(domains[0], (smmu_iova){ 0 }, 64 * P, NULL); }

/* 40 TLBIs by address and 20 ATC_INVs, more than a list of each. */
static smmu_status guest_invalidate(void)
{
	struct smmu_cmd list[60];
	for (unsigned i = 0; i < 60; i++)
		list[i] = i < 40 ? smmu_cmd_tlbi_nh_va(0, 1, i * P, true, 0, 0, 0, 0) : smmu_cmd_atc_inv(0x20 + i % 2, 0, 0, 0);
	return smmu_guest_invalidate(domains[0], rig.dev[0], NULL, list, 60, NULL);
}

static void dirty(void)
{
	domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .dirty_tracking = true, .ias_bits = 30 });
	attach(master(0, 0x20, 1, 0, 0), domains[0], 0);
	map(domains[0], 0, P);
	struct smmu_domain_stats stats;
	smmu_domain_stats(domains[0], &stats);
	/* 30 bits start at level 2; a device has written: AP[2], bit 7, goes. */
	uint64_t *const leaf = (uint64_t *)rig_words(&rig, rig_words(&rig, stats.root.v)[0] & UINT64_C(0x0000fffffffff000));
	*leaf &= ~UINT64_C(0x80);
}
static smmu_status read_dirty(void)
{
	uint64_t bitmap;
	return smmu_domain_read_dirty(domains[0], (smmu_iova){ 0 }, P, 0, &bitmap);
}

/* The CPU's ASID 1 is taken by a domain with three contexts. */
static void in_the_way(void)
{
	struct smmu_master *const m = master(0, 0x20, 1, 4, 0);
	s1();
	attach(m, domains[0], 0);
	attach(m, domains[0], 2);
	attach(master(0, 0x21, 1, 0, 0), domains[0], 0);
	uint32_t pasid;         /* the first one makes the pool of PASIDs, which stays */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_alloc(m, &pasid));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pasid_free(rig.sys, pasid));
}
static const struct smmu_mm mm = { .cookie = 1, .ttb = { 0x10000 }, .asid = 1, .oas_bits = 44 };
static smmu_status bind(void)
{
	struct smmu_domain *bound;
	const smmu_status status = smmu_sva_bind(masters[0], &mm, &bound, NULL);
	sva = bound;
	return status;
}
static void bound_twice(void)
{
	master(0, 0x20, 1, 4, ATS);
	master(1, 0x20, 1, 4, ATS);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_bind(masters[1], &mm, &sva, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, bind());
}
static smmu_status invalidate(void) { return smmu_sva_invalidate(sva, (smmu_iova){ 0 }, 8 * P, true); }
static smmu_status mm_exit(void) { return smmu_sva_mm_exit(sva); }
static smmu_status unbind(void) { return smmu_sva_unbind(masters[0], sva); }

/* Tag 1 of SMMU1 belongs to somebody, so a domain that has tag 1 everywhere moves both. */
static void two_in_the_way(void)
{
	for (unsigned i = 0; i < 2; i++)
		domain((struct smmu_domain_config){ .type = i ? SMMU_DOMAIN_S2 : SMMU_DOMAIN_S1, .tag_policy = SMMU_TAG_REALLOCATE });
	attach(master(0, 0x20, 1, 0, 0), domains[0], 0);
	attach(master(0, 0x21, 1, 0, 0), domains[1], 0);
	attach(master(1, 0x20, 1, 0, 0), s1(), 0);
	attach(master(1, 0x21, 1, 0, 0), domain((struct smmu_domain_config){ .type = SMMU_DOMAIN_S2 }), 0);
	master(1, 0x22, 1, 0, 0);
}
static smmu_status extend(void) { return smmu_master_attach(masters[4], domains[0], 0); }
static smmu_status extend_stage2(void) { return smmu_master_attach(masters[4], domains[1], 0); }

static void group(void)
{
	for (unsigned i = 0; i < 3; i++)
		master(i == 2, 0x20 + i, 1, 4, ATS);
	s1();
	s1();
	attach(masters[1], domains[1], 0);
}
static smmu_status group_attach(void) { return smmu_group_attach(masters, 3, domains[0], 0, SMMU_ATTACH_REPLACE); }
static void group_attached(void)
{
	group();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, group_attach());
}
static smmu_status group_detach(void) { return smmu_group_detach(masters, 3, 0); }

static void nothing(void) { }
static smmu_status create_master(void)
{
	uint32_t sids[3] = { 0x100, 0x200, 0x300 };
	struct smmu_master *made;
	const struct smmu_master_config c = { .dev = rig.dev[0], .sids = sids, .sid_count = 3 };
	const smmu_status status = smmu_master_create(rig.sys, &c, &made);
	if (made)
		masters[master_count++] = made;
	return status;
}
static void bypassing_master(void)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_set_stream_default(rig.dev[0], 0x20, SMMU_STREAM_BYPASS));
	master(0, 0x20, 1, 0, 0);
}
static smmu_status destroy_master(void)
{
	const smmu_status status = smmu_master_destroy(masters[0]);
	if (status == SMMU_OK)
		masters[0] = NULL;
	return status;
}
static smmu_status stream_default(void) { return smmu_dev_set_stream_default(rig.dev[0], 0x400, SMMU_STREAM_BYPASS); }
static smmu_status submit(void)
{
	struct smmu_cmd list[40];
	for (unsigned i = 0; i < 40; i++)
		list[i] = smmu_cmd_cfgi_all();
	return smmu_dev_submit(rig.dev[0], list, 40, true);
}
static smmu_status submit_and_go(void)
{
	const struct smmu_cmd list[3] = { smmu_cmd_cfgi_all(), smmu_cmd_cfgi_all(), smmu_cmd_cfgi_all() };
	return smmu_dev_submit(rig.dev[0], list, 3, false);
}

/* Groups that are complete and nobody takes, and more than the book holds: the core answers both. */
static void requests(void)
{
	attach(master(0, 0x20, 1, 4, ATS), s1(), 0);
	for (uint16_t n = 0; n < 24; n++)
		post_request(0x20, n);
}
static smmu_status discard_requests(void) { return smmu_dev_handle_page_requests(rig.dev[0], 0, NULL, NULL, NULL); }
static smmu_status keep_requests(void) { return smmu_dev_handle_page_requests(rig.dev[0], 0, keep_request, NULL, NULL); }
static void requests_read(void)
{
	requests();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, keep_requests());
}
static smmu_status page_respond(void)
{
	request.group = 0;
	return smmu_dev_page_respond(rig.dev[0], &request, SMMU_PAGE_SUCCESS);
}

static void asleep(void)
{
	attached();
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_suspend(rig.dev[0]));
}
static smmu_status restore(void) { return smmu_dev_restore(rig.dev[0]); }
static smmu_status disable(void) { return smmu_dev_disable(rig.dev[0]); }
static smmu_status suspend(void) { return smmu_dev_suspend(rig.dev[0]); }

/* A device that was silent once. */
static void quarantined(void)
{
	attached();
	rig.smmu[0]->silent_sids = UINT64_C(1) << 0x20;
	TEST_ASSERT_EQUAL_INT(SMMU_E_ENDPOINT, smmu_domain_flush(domains[0]));
	rig.smmu[0]->silent_sids = 0;
}
static smmu_status unquarantine(void) { return smmu_master_unquarantine(masters[0]); }

/* quiet: some commands are not waited for, so that a failure of theirs may go unnoticed. */
static const struct step_case {
	const char *name;
	void (*prepare)(void);
	smmu_status (*call)(void);
	bool quiet;
} cases[] = {
	{ "attach", one_of_each, attach_rid, false }, { "attach at an SSID", one_of_each, attach_ssid, false },
	{ "replace", attached, replace, true }, { "replace without loss", attached, replace_lossless, true },
	{ "detach", attached, detach, true }, { "detach an SSID", attached, detach_ssid, false },
	{ "attach 40 streams", wide, attach_rid, false }, { "attach 40 streams at an SSID", wide_attached, attach_ssid, false },
	{ "detach with stalls", stalled, detach, false }, { "respond", stalled, respond, false }, { "resume", stalled, resume, false },
	{ "attach stage 2", stage2, attach_rid, false }, { "unmap with a split", mapped, unmap_part, false },
	{ "flush", mapped, flush, false }, { "unmap under a guest", nested, unmap_nested, false },
	{ "unmap under a guest with two VMIDs", nested_and_leaving, unmap_nested, false },
	{ "a guest with two VMIDs invalidates", nested_and_leaving, guest_invalidate, false },
	{ "flush under a guest", nested, flush, false }, { "a guest invalidates", nested, guest_invalidate, false },
	{ "read dirty", dirty, read_dirty, false }, { "bind with a move", in_the_way, bind, false },
	{ "SVA invalidate", bound_twice, invalidate, false }, { "mm exit", bound_twice, mm_exit, false },
	{ "unbind", bound_twice, unbind, false }, { "extend to another SMMU", two_in_the_way, extend, false },
	{ "extend stage 2", two_in_the_way, extend_stage2, false }, { "attach a group", group, group_attach, false },
	{ "detach a group", group_attached, group_detach, false }, { "create a master", nothing, create_master, false },
	{ "destroy a master", bypassing_master, destroy_master, false }, { "stream default", nothing, stream_default, false },
	{ "submit", nothing, submit, false }, { "submit and go", nothing, submit_and_go, true },
	{ "discard page requests", requests, discard_requests, true }, { "too many page requests", requests, keep_requests, true },
	{ "answer a page request", requests_read, page_respond, true }, { "restore", asleep, restore, false },
	{ "disable", attached, disable, true }, { "suspend", requests_read, suspend, true },
	{ "unquarantine", quarantined, unquarantine, false },
};

#endif
