/* SPDX-License-Identifier: Apache-2.0
 * Trace hooks: what a listener hears of a map and of an attach, and that table stores tell address, old and new value. */
#include "smmuv3_trace.h"

#include "rig.h"
#include "unity.h"

static struct smmu_trace_record heard[512];
static size_t heard_count;

static void emit(void *ctx, const struct smmu_trace_record *record)
{
	(void)ctx;
	if (heard_count < 512)
		heard[heard_count++] = *record;
}

static size_t count(uint16_t kind)
{
	size_t n = 0;
	for (size_t i = 0; i < heard_count; i++)
		n += heard[i].kind == kind;
	return n;
}

static void test_stores_calls_tags_and_mmio_are_heard(void)
{
	static const struct smmu_trace_sink sink = { NULL, emit };
	struct rig rig;
	rig_open(&rig, 1);
	rig.config.host.trace = &sink;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_init(&rig.config, &rig.sys));
	struct smmu_port port;
	fake_port(rig.smmu[0], &port);
	port.trace = &sink;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, NULL, &rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	TEST_ASSERT_EQUAL_UINT64(rig.smmu[0]->access_count, count(SMMU_TRACE_MMIO_READ) + count(SMMU_TRACE_MMIO_WRITE));
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	heard_count = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0x5000 }, 4096, 3));
	TEST_ASSERT_EQUAL_UINT64(6, heard_count);       /* entry, three tables, one page, exit */
	TEST_ASSERT_EQUAL_UINT16(SMMU_CALL_DOMAIN_MAP, heard[0].detail);
	TEST_ASSERT_EQUAL_HEX8(SMMU_TRACE_FLAG_ENTRY, heard[0].flags);
	TEST_ASSERT_EQUAL_HEX64(0, heard[4].data[0]);
	TEST_ASSERT_EQUAL_HEX64(0x5e43, heard[4].data[1]);      /* page, non-cacheable, read-write */
	TEST_ASSERT_EQUAL_HEX64(*rig_words(&rig, heard[4].addr), heard[4].data[1]);
	TEST_ASSERT_EQUAL_HEX64(SMMU_OK, heard[5].data[0]);
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	heard_count = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_UINT64(3 + 2, count(SMMU_TRACE_TABLE_STORE));  /* CD words 0, 1, 3; STE words 1, 0 */
	TEST_ASSERT_EQUAL_UINT64(2, count(SMMU_TRACE_TAG));
	heard_count = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_E_EXISTS, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_HEX64((uint64_t)(int64_t)SMMU_E_EXISTS, heard[1].data[0]);
	rig_close(&rig);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_stores_calls_tags_and_mmio_are_heard);
	return UNITY_END();
}
