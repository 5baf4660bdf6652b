/* SPDX-License-Identifier: Apache-2.0
 * Every public call with each pointer null in turn, and with values outside its enums and flags: refused by name, no register
 * touched, all memory as it was. Not here: arguments that are wrong only in a situation (the tests of the topics). */
#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define INVALID(call) TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, (call))

static struct rig rig;
static struct smmu_dev *dev;
static struct smmu_master *master;
static struct smmu_domain *s1, *s2, *blocked, *tracked;
static struct smmu_pmcg *pmcg;
static struct smmu_port port;
static uint64_t before;

void setUp(void)
{
	const struct smmu_domain_config dirty = { .type = SMMU_DOMAIN_S1, .dirty_tracking = true };
	rig_open(&rig, 1);
	rig.smmu[0]->idr0 |= 1u << 10 | 1u << 16;       /* ATS, PRI */
	rig_start(&rig, 0, NULL);
	dev = rig.dev[0];
	master = rig_master(&rig, 0, 0x20, 4);
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s2 = rig_domain(&rig, SMMU_DOMAIN_S2);
	blocked = rig_domain(&rig, SMMU_DOMAIN_BLOCKED);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &dirty, &tracked));
	fake_port(rig.smmu[0], &port);
	fake_set_reg(rig.smmu[0], 0x20e00, 31u << 8 | 3 | 1u << 22);    /* PMCG_CFGR: four counters of 32 bits, capture */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_pmcg_probe(rig.sys, &port, 0x20000, 0, false, &pmcg));
	fake_clear(rig.smmu[0]);
	before = rig_hash(&rig);
}

void tearDown(void) { rig_close(&rig); }

/* What every refusal promises. */
static void expect_untouched(void)
{
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
}

static void test_context(void)
{
	struct smmu_sys *sys = rig.sys;
	struct smmu_sys_stats stats;
	INVALID(smmu_sys_init(&rig.config, NULL));
	INVALID(smmu_sys_init(NULL, &sys));
	TEST_ASSERT_NULL(sys);
	INVALID(smmu_sys_exit(NULL));
	INVALID(smmu_sys_stats(NULL, &stats));
	INVALID(smmu_sys_stats(rig.sys, NULL));
	smmu_sys_fail_allocation(NULL, 1);
	TEST_ASSERT_NULL(smmu_sys_virt(NULL, (smmu_pa){ RIG_RAM_PA }));
	TEST_ASSERT_NULL(smmu_sys_virt(rig.sys, (smmu_pa){ RIG_RAM_PA - 1 }));
	TEST_ASSERT_NULL(smmu_sys_virt(rig.sys, (smmu_pa){ RIG_RAM_PA + RIG_RAM_BYTES }));
	TEST_ASSERT_EQUAL_PTR(rig.ram, smmu_sys_virt(rig.sys, (smmu_pa){ RIG_RAM_PA }));
	expect_untouched();
}

static void test_an_smmu(void)
{
	struct smmu_dev *out;
	struct smmu_dev_layout layout;
	struct smmu_dev_stats stats;
	struct smmu_gerror_report report;
	struct smmu_event_info event = { .stall = true };
	struct smmu_port half = port;
	struct smmu_dev_config config = { .stream_table = (enum smmu_stream_table_format)3 };
	half.write32 = NULL;
	INVALID(smmu_dev_probe(rig.sys, &half, NULL, &out));
	half = port;
	half.read32 = NULL;
	INVALID(smmu_dev_probe(rig.sys, &half, NULL, &out));
	INVALID(smmu_dev_probe(rig.sys, &port, &config, &out));
	config = (struct smmu_dev_config){ .sync_signal = (enum smmu_sync_signal)3 };
	INVALID(smmu_dev_probe(rig.sys, &port, &config, &out));
	config = (struct smmu_dev_config){ .errata_count = 1 };
	INVALID(smmu_dev_probe(rig.sys, &port, &config, &out));
	/* MSIs go to words below 2^52. */
	config = (struct smmu_dev_config){ .irq = { .gerror = { 0x1002, 0 } } };
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_probe(rig.sys, &port, &config, &out));
	config = (struct smmu_dev_config){ .irq = { .priq = { UINT64_C(1) << 52, 0 } } };
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_probe(rig.sys, &port, &config, &out));
	TEST_ASSERT_NULL(out);
	INVALID(smmu_dev_disable(NULL));
	INVALID(smmu_dev_layout(NULL, &layout));
	INVALID(smmu_dev_layout(dev, NULL));
	INVALID(smmu_dev_stats(NULL, &stats));
	INVALID(smmu_dev_stats(dev, NULL));
	INVALID(smmu_dev_handle_gerror(NULL, &report));
	INVALID(smmu_dev_handle_gerror(dev, NULL));
	INVALID(smmu_dev_set_stream_default(NULL, 0, SMMU_STREAM_BYPASS));
	INVALID(smmu_dev_set_stream_default(dev, 0, (enum smmu_stream_default)2));
	INVALID(smmu_dev_handle_events(NULL, 0, NULL, NULL, NULL));
	INVALID(smmu_dev_resume(NULL, 0, 0, SMMU_RESUME_RETRY));
	INVALID(smmu_dev_respond(NULL, &event, SMMU_RESUME_RETRY));
	INVALID(smmu_dev_respond(dev, NULL, SMMU_RESUME_RETRY));
	INVALID(smmu_dev_submit(NULL, NULL, 0, false));
	expect_untouched();
}

/* The decoders have no status: without a record, or without a place for it, they do nothing. */
static void test_decoders(void)
{
	const uint64_t record[4] = { 0x10, 0, 0, 0 };
	struct smmu_event_info event = { .id = 0x77 };
	struct smmu_page_request request = { .sid = 0x77 };
	smmu_event_decode(NULL, &event);
	smmu_event_decode(record, NULL);
	TEST_ASSERT_EQUAL_HEX8(0x77, event.id);
	smmu_page_request_decode(NULL, &request);
	smmu_page_request_decode(record, NULL);
	TEST_ASSERT_EQUAL_HEX32(0x77, request.sid);
	expect_untouched();
}

static void test_a_domain(void)
{
	const struct smmu_domain_config good = { .type = SMMU_DOMAIN_S1 };
	struct smmu_domain_config config = good;
	struct smmu_domain *out = s1;
	struct smmu_gather gather = SMMU_GATHER_INIT;
	struct smmu_domain_stats stats;
	uint64_t bitmap[1];
	smmu_pa pa;
	INVALID(smmu_domain_create(rig.sys, &good, NULL));
	INVALID(smmu_domain_create(NULL, &good, &out));
	TEST_ASSERT_NULL(out);
	INVALID(smmu_domain_create(rig.sys, NULL, &out));
	config.tag_policy = (enum smmu_tag_policy)3;
	INVALID(smmu_domain_create(rig.sys, &config, &out));
	config = (struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .parent = s2 };   /* only a nested domain has one */
	INVALID(smmu_domain_create(rig.sys, &config, &out));
	config = (struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .oas_bits = 49 };
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_domain_create(rig.sys, &config, &out));
	config = (struct smmu_domain_config){ .type = SMMU_DOMAIN_S1, .dirty_tracking = true, .contiguous_hint = true };
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_domain_create(rig.sys, &config, &out));
	INVALID(smmu_domain_map(NULL, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, SMMU_PROT_READ));
	INVALID(smmu_domain_map(blocked, (smmu_iova){ 0 }, (smmu_pa){ 0 }, P, SMMU_PROT_READ));
	INVALID(smmu_domain_unmap(NULL, (smmu_iova){ 0 }, P, NULL));
	INVALID(smmu_domain_unmap(blocked, (smmu_iova){ 0 }, P, NULL));
	INVALID(smmu_domain_unmap_gather(NULL, (smmu_iova){ 0 }, P, &gather, NULL));
	INVALID(smmu_domain_unmap_gather(s1, (smmu_iova){ 0 }, P, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_domain_unmap_gather(s1, (smmu_iova){ 1 }, P, &gather, NULL));
	INVALID(smmu_domain_sync(NULL, &gather));
	INVALID(smmu_domain_sync(s1, NULL));
	INVALID(smmu_domain_sync(blocked, &gather));
	INVALID(smmu_domain_flush(NULL));
	INVALID(smmu_domain_read_dirty(NULL, (smmu_iova){ 0 }, P, 0, bitmap));
	INVALID(smmu_domain_read_dirty(tracked, (smmu_iova){ 0 }, P, 0, NULL));
	INVALID(smmu_domain_read_dirty(blocked, (smmu_iova){ 0 }, P, 0, bitmap));
	INVALID(smmu_domain_read_dirty(s1, (smmu_iova){ 0 }, P, 0, bitmap));    /* it does not track */
	INVALID(smmu_domain_read_dirty(tracked, (smmu_iova){ 0 }, P, SMMU_DIRTY_KEEP << 1, bitmap));
	TEST_ASSERT_EQUAL_INT(SMMU_E_ALIGN, smmu_domain_read_dirty(tracked, (smmu_iova){ 1 }, P, 0, bitmap));
	INVALID(smmu_domain_iova_to_phys(NULL, (smmu_iova){ 0 }, &pa));
	INVALID(smmu_domain_iova_to_phys(s1, (smmu_iova){ 0 }, NULL));
	INVALID(smmu_domain_stats(NULL, &stats));
	INVALID(smmu_domain_stats(s1, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_DOMAIN_BLOCKED, smmu_domain_type_of(NULL));
	expect_untouched();
}

static void test_a_domain_on_an_smmu(void)
{
	struct smmu_inv_entry_info entry;
	enum smmu_incompat reason;
	uint32_t tag;
	INVALID(smmu_domain_check(NULL, dev, &reason));
	INVALID(smmu_domain_check(s1, NULL, &reason));
	INVALID(smmu_domain_inv_entry(NULL, 0, &entry));
	INVALID(smmu_domain_inv_entry(s1, 0, NULL));
	INVALID(smmu_domain_tag(NULL, dev, &tag));
	INVALID(smmu_domain_tag(s1, NULL, &tag));
	INVALID(smmu_domain_tag(s1, dev, NULL));
	INVALID(smmu_guest_invalidate(NULL, dev, NULL, NULL, 0, NULL));
	INVALID(smmu_guest_invalidate(s2, NULL, NULL, NULL, 0, NULL));
	INVALID(smmu_guest_invalidate(s2, dev, NULL, NULL, 1, NULL));
	INVALID(smmu_guest_invalidate(s1, dev, NULL, NULL, 0, NULL));   /* not the parent of a guest */
	expect_untouched();
}

static void test_a_master(void)
{
	const uint32_t sid = 0x30;
	struct smmu_master_config config = { .dev = dev, .sids = NULL, .sid_count = 1 };
	struct smmu_master *out = master;
	struct smmu_master_info info;
	INVALID(smmu_master_create(rig.sys, &config, &out));
	TEST_ASSERT_NULL(out);
	config.sids = &sid;
	INVALID(smmu_master_create(NULL, &config, &out));
	config.cd_table = (enum smmu_cd_table_format)3;
	INVALID(smmu_master_create(rig.sys, &config, &out));
	INVALID(smmu_master_destroy(NULL));
	INVALID(smmu_master_info(NULL, &info));
	INVALID(smmu_master_info(master, NULL));
	INVALID(smmu_master_detach(NULL));
	INVALID(smmu_master_attach_pasid(NULL, s1, 1, 0));
	INVALID(smmu_master_attach_pasid(master, NULL, 1, 0));
	INVALID(smmu_master_attach_pasid(master, s1, 1, 4));
	INVALID(smmu_master_attach_pasid(master, s1, 0, 0));
	INVALID(smmu_master_attach_pasid(master, s1, 16, 0));           /* SubstreamIDs of four bits */
	INVALID(smmu_master_detach_pasid(NULL, 1));
	INVALID(smmu_master_detach_pasid(master, 0));
	INVALID(smmu_master_detach_pasid(master, 16));
	TEST_ASSERT_NULL(smmu_master_domain(NULL, 0));
	TEST_ASSERT_NULL(smmu_master_domain(master, 16));
	expect_untouched();
}

static void test_groups_and_pasids(void)
{
	struct smmu_master *const pair[2] = { master, master }, *const hole[2] = { master, NULL };
	struct smmu_domain *sva = s1;
	const struct smmu_mm mm = { .cookie = 1, .ttb = { RIG_RAM_PA }, .asid = 1, .oas_bits = 44 };
	uint32_t pasid;
	INVALID(smmu_group_attach(NULL, 1, s1, 0, 0));
	INVALID(smmu_group_attach(pair, 0, s1, 0, 0));
	INVALID(smmu_group_attach(pair, 257, s1, 0, 0));
	INVALID(smmu_group_attach(pair, 2, s1, 0, 0));                  /* the same device twice */
	INVALID(smmu_group_attach(hole, 2, s1, 0, 0));
	INVALID(smmu_group_attach(pair, 1, NULL, 0, 0));
	INVALID(smmu_group_attach(pair, 1, s1, 0, 4));
	INVALID(smmu_group_detach(NULL, 1, 0));
	INVALID(smmu_pasid_alloc(NULL, &pasid));
	INVALID(smmu_pasid_alloc(master, NULL));
	INVALID(smmu_pasid_free(NULL, 1));
	INVALID(smmu_sva_bind(master, &mm, NULL, &pasid));
	INVALID(smmu_sva_bind(NULL, &mm, &sva, &pasid));
	TEST_ASSERT_NULL(sva);
	INVALID(smmu_sva_bind(master, NULL, &sva, &pasid));
	INVALID(smmu_sva_unbind(NULL, s1));
	INVALID(smmu_sva_unbind(master, NULL));
	INVALID(smmu_sva_unbind(master, s1));                           /* not a CPU's address space */
	INVALID(smmu_sva_invalidate(NULL, (smmu_iova){ 0 }, P, false));
	INVALID(smmu_sva_invalidate(s1, (smmu_iova){ 0 }, P, false));
	INVALID(smmu_sva_mm_exit(NULL));
	INVALID(smmu_sva_mm_exit(s1));
	expect_untouched();
}

static void test_counters(void)
{
	struct smmu_port half = port;
	struct smmu_pmcg *out = pmcg;
	uint64_t value;
	uint8_t counter;
	INVALID(smmu_pmcg_probe(rig.sys, &port, 0x20000, 0, false, NULL));
	INVALID(smmu_pmcg_probe(NULL, &port, 0x20000, 0, false, &out));
	TEST_ASSERT_NULL(out);
	INVALID(smmu_pmcg_probe(rig.sys, NULL, 0x20000, 0, false, &out));
	half.read32 = NULL;
	INVALID(smmu_pmcg_probe(rig.sys, &half, 0x20000, 0, false, &out));
	half = port;
	half.write32 = NULL;
	INVALID(smmu_pmcg_probe(rig.sys, &half, 0x20000, 0, false, &out));
	INVALID(smmu_pmcg_remove(NULL));
	TEST_ASSERT_NULL(smmu_pmcg_info(NULL));
	INVALID(smmu_pmcg_alloc(NULL, 0, NULL, &counter));
	INVALID(smmu_pmcg_alloc(pmcg, 0, NULL, NULL));
	INVALID(smmu_pmcg_start(NULL, 0));
	INVALID(smmu_pmcg_start(pmcg, 0));                              /* not given out */
	INVALID(smmu_pmcg_start(pmcg, 4));                              /* not there */
	INVALID(smmu_pmcg_stop(pmcg, 0));
	INVALID(smmu_pmcg_free(pmcg, 0));
	INVALID(smmu_pmcg_read(pmcg, 0, &value));
	INVALID(smmu_pmcg_capture(NULL, &value, 1));
	INVALID(smmu_pmcg_capture(pmcg, NULL, 1));
	INVALID(smmu_pmcg_handle_irq(NULL));
	expect_untouched();
}

/* Objects of another context. */
static void test_two_contexts_do_not_mix(void)
{
	static struct rig other;
	const uint32_t sid = 0x30;
	rig_open(&other, 1);
	rig_start(&other, 0, NULL);
	struct smmu_master *const theirs = rig_master(&other, 0, 0x20, 4);
	struct smmu_domain *const their_s1 = rig_domain(&other, SMMU_DOMAIN_S1), *const their_s2 = rig_domain(&other, SMMU_DOMAIN_S2);
	struct smmu_master *masters[2] = { master, theirs }, *made;
	const struct smmu_master_config wrong_dev = { .dev = other.dev[0], .sids = &sid, .sid_count = 1 };
	const struct smmu_domain_config wrong_parent = { .type = SMMU_DOMAIN_NESTED, .parent = their_s2 };
	const struct smmu_mm mm = { .cookie = 1, .ttb = { 0x1000 }, .asid = 1, .oas_bits = 44 };
	struct smmu_domain *domain, *sva;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sva_bind(theirs, &mm, &sva, NULL));
	INVALID(smmu_master_create(rig.sys, &wrong_dev, &made));
	INVALID(smmu_domain_create(rig.sys, &wrong_parent, &domain));
	INVALID(smmu_master_attach(master, their_s1, 0));
	INVALID(smmu_group_attach(masters, 2, s1, 0, 0));
	INVALID(smmu_group_detach(masters, 2, 0));
	INVALID(smmu_sva_unbind(master, sva));
	INVALID(smmu_guest_invalidate(s2, other.dev[0], NULL, NULL, 0, NULL));
	expect_untouched();
	rig_close(&other);
}

/* A context needs a clock, both of lock and unlock or none, two arenas of 64 KiB at addresses of at most 52 bits. */
static void test_a_context_that_cannot_be(void)
{
	struct smmu_sys_config c = rig.config;
	struct smmu_sys *sys;
	c.host.now_us = NULL;
	INVALID(smmu_sys_init(&c, &sys));
	c = rig.config;
	c.host.unlock = NULL;
	INVALID(smmu_sys_init(&c, &sys));
	c = rig.config;
	c.dma.virt = NULL;
	INVALID(smmu_sys_init(&c, &sys));
	c = rig.config;
	c.memory.virt = NULL;
	INVALID(smmu_sys_init(&c, &sys));
	c = rig.config;
	c.dma.size_bytes = 65535;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sys_init(&c, &sys));
	c = rig.config;
	c.memory.size_bytes = 65535;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_sys_init(&c, &sys));
	c = rig.config;
	c.dma.pa = UINT64_C(1) << 52;
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_sys_init(&c, &sys));
	c.dma.pa = (UINT64_C(1) << 52) - 4096;
	TEST_ASSERT_EQUAL_INT(SMMU_E_OVERFLOW, smmu_sys_init(&c, &sys));
	TEST_ASSERT_NULL(sys);
	expect_untouched();
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_context);
	RUN_TEST(test_an_smmu);
	RUN_TEST(test_decoders);
	RUN_TEST(test_a_domain);
	RUN_TEST(test_a_domain_on_an_smmu);
	RUN_TEST(test_a_master);
	RUN_TEST(test_groups_and_pasids);
	RUN_TEST(test_counters);
	RUN_TEST(test_two_contexts_do_not_mix);
	RUN_TEST(test_a_context_that_cannot_be);
	return UNITY_END();
}
