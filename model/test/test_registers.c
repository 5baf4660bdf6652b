/* SPDX-License-Identifier: Apache-2.0
 * The register frame: handshakes, guards, halves of 64-bit registers, the toggle protocol of GERROR.
 * Not here: counters (test_parts.c). */
#include "rig.h"
#include "unity.h"

static struct rig rig;

static uint32_t rd(uint32_t offset) { return smmu_core_read32(&rig.core, offset); }
static void wr(uint32_t offset, uint32_t value) { smmu_core_write32(&rig.core, offset, value); }

void setUp(void) { rig_init(&rig, NULL); }

static void test_cr0_reads_back_at_once_and_is_acknowledged_by_update(void)
{
	wr(SMMU_CR0, 0xd);
	TEST_ASSERT_EQUAL_HEX32(0xd, rd(SMMU_CR0));
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_CR0ACK));
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0xd, rd(SMMU_CR0ACK));
}

static void without_ats_and_pri(struct smmu_core_config *config)
{
	config->ids.idr[0] &= ~(SMMU_IDR0_ATS_MASK | SMMU_IDR0_ATSRECERR_MASK | SMMU_IDR0_PRI_MASK);
}

static void test_cr0ack_never_shows_bits_of_absent_features(void)
{
	/* PRIQEN (1) needs IDR0.PRI, ATSCHK (4) IDR0.ATS, VMW [8:6] IDR0.VMW; 5 and 9 are reserved. */
	rig_init(&rig, without_ats_and_pri);
	wr(SMMU_CR0, 0xfffffffe);
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0x1cc, rd(SMMU_CR0ACK));
}

static void test_guards_look_at_cr0_and_at_cr0ack(void)
{
	smmu_core_write64(&rig.core, SMMU_STRTAB_BASE, 0x80000000);
	wr(SMMU_CR0, 1);
	wr(SMMU_STRTAB_BASE, 0x90000000); /* CR0.SMMUEN = 1, CR0ACK still 0 */
	TEST_ASSERT_EQUAL_HEX64(0x80000000, smmu_core_read64(&rig.core, SMMU_STRTAB_BASE));
	smmu_core_update(&rig.core);
	wr(SMMU_CR0, 0);
	wr(SMMU_STRTAB_BASE, 0x90000000); /* CR0 = 0, CR0ACK still 1 */
	wr(SMMU_CR2, 2);
	TEST_ASSERT_EQUAL_HEX64(0x80000000, smmu_core_read64(&rig.core, SMMU_STRTAB_BASE));
	smmu_core_update(&rig.core);
	wr(SMMU_STRTAB_BASE, 0x90000000);
	TEST_ASSERT_EQUAL_HEX64(0x90000000, smmu_core_read64(&rig.core, SMMU_STRTAB_BASE));
	TEST_ASSERT_EQUAL_HEX32(4, rd(SMMU_CR2)); /* PTM resets to 1, the write was ignored */
}

static void test_cr1_has_two_guards(void)
{
	wr(SMMU_CR0, SMMU_CR0_CMDQEN_MASK);
	smmu_core_update(&rig.core);
	wr(SMMU_CR1, 0xfff); /* queue fields [5:0] are locked by CMDQEN, table fields [11:6] are not */
	TEST_ASSERT_EQUAL_HEX32(0xfc0, rd(SMMU_CR1));
}

static void test_halves_of_a_64_bit_register_may_come_in_any_order(void)
{
	wr(SMMU_CMDQ_BASE + 4, 0x40000009);
	wr(SMMU_CMDQ_BASE, 0x12345664);
	/* RA is bit 62; ADDR [51:5] and LOG2SIZE [4:0] keep everything else. */
	TEST_ASSERT_EQUAL_HEX64(0x4000000912345664, smmu_core_read64(&rig.core, SMMU_CMDQ_BASE));
}

static void test_gbpa_changes_only_with_update(void)
{
	const uint32_t before = rd(SMMU_GBPA);

	wr(SMMU_GBPA, 0x00100000);
	TEST_ASSERT_EQUAL_HEX32(before, rd(SMMU_GBPA));
	wr(SMMU_GBPA, 0x80100000);
	TEST_ASSERT_EQUAL_HEX32(0x80100000, rd(SMMU_GBPA));
	wr(SMMU_GBPA, 0x80001000); /* ignored: an update is in progress */
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0x00100000, rd(SMMU_GBPA));
}

static void test_gerror_toggles_and_is_acknowledged_by_equality(void)
{
	rig_enable(&rig);
	rig_command(&rig, 0, 0); /* opcode 0 is reserved */
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(1, rd(SMMU_GERROR));
	wr(SMMU_GERRORN, 0x4); /* bit 2 is inactive: must not become active */
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_GERRORN));
	vector_memory_write(&rig.memory, RIG_CMDQ, SMMU_CMD_SYNC);
	wr(SMMU_GERRORN, 1);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(1, rd(SMMU_CMDQ_CONS) & 0xfffff);
	rig_command(&rig, 0, 0); /* a second error toggles back to 0 */
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_GERROR));
	TEST_ASSERT_EQUAL_HEX32(1, rd(SMMU_GERRORN));
}

static void test_irq_ctrl_gates_the_wire(void)
{
	rig_enable(&rig);
	rig_command(&rig, 0, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_take_irqs(&rig.core));
	wr(SMMU_IRQ_CTRL, 7); /* PRIQ_IRQEN is RES0 without PRI */
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(5, rd(SMMU_IRQ_CTRLACK));
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_take_irqs(&rig.core)); /* the past does not interrupt */
	wr(SMMU_GERRORN, 1);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(SMMU_IRQ_GERROR, smmu_core_take_irqs(&rig.core));
}

static void test_event_queue_msi_is_written_after_the_record(void)
{
	struct smmu_xlate out;

	smmu_core_write64(&rig.core, SMMU_EVENTQ_IRQ_CFG0, 0x87000000);
	wr(SMMU_EVENTQ_IRQ_CFG1, 0xcafe);
	rig_enable(&rig);
	wr(SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
	rig_settle(&rig);
	smmu_core_write64(&rig.core, SMMU_EVENTQ_IRQ_CFG0, 0x99000000); /* guarded while enabled */
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 9, 0, 0, &out)); /* STE 9 is all zero */
	TEST_ASSERT_EQUAL_HEX32(1, rd(SMMU_EVENTQ_PROD));
	TEST_ASSERT_EQUAL_HEX64(0, vector_memory_read(&rig.memory, 0x87000000));
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX64(0xcafe, vector_memory_read(&rig.memory, 0x87000000));
}

static void test_queue_pointers_are_writable_only_while_disabled(void)
{
	rig_enable(&rig);
	wr(SMMU_CMDQ_CONS, 3);
	wr(SMMU_EVENTQ_PROD, 3);
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_CMDQ_CONS));
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_EVENTQ_PROD));
	wr(SMMU_EVENTQ_CONS, 0x80000005);
	TEST_ASSERT_EQUAL_HEX32(0x80000005, rd(SMMU_EVENTQ_CONS));
}

static void test_unaligned_and_undefined_offsets_are_raz_wi(void)
{
	smmu_core_write64(&rig.core, 0x84, UINT64_MAX);
	wr(0x22, UINT32_MAX);
	wr(SMMU_IDR0, 0);
	TEST_ASSERT_EQUAL_HEX64(0, smmu_core_read64(&rig.core, SMMU_STRTAB_BASE));
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_CR0));
	TEST_ASSERT_EQUAL_HEX32(0, rd(0x8000));
	TEST_ASSERT_EQUAL_HEX32(0, rd(0xa8)); /* EVENTQ_PROD lives in page 1 only */
	TEST_ASSERT_EQUAL_HEX32(rig.core.config.ids.idr[0], rd(SMMU_IDR0));
	TEST_ASSERT_EQUAL_HEX32(0x0d, rd(0xff0)); /* CIDR0 */
}

static void with_vatos(struct smmu_core_config *config)
{
	config->ids.idr[0] |= SMMU_IDR0_ATOS_MASK | SMMU_IDR0_VATOS_MASK;
	config->ids.idr[2] = 2;
}

/* Until RUN is clear: SID, ADDR and SEL stay as they are, CMD_SYNC does not complete, SMMUEN is not acknowledged. */
static void test_a_running_address_translation_operation_locks_its_registers_and_is_waited_for(void)
{
	int gatos, vatos;

	rig_init(&rig, with_vatos);
	rig_map_stream(&rig, 1, 7, 0xf43);
	rig_enable(&rig);
	wr(SMMU_VATOS_SEL, 0);
	for (unsigned i = 0; i < 2; i++) { /* stream 1, page 1, read through stage 1 */
		wr(i == 0 ? SMMU_GATOS_SID : 0x40a08, 1);
		wr(i == 0 ? SMMU_GATOS_ADDR : 0x40a10, 0x1500);
		wr(i == 0 ? SMMU_GATOS_CTRL : 0x40a00, 1);
	}
	gatos = smmu_core_next_job(&rig.core);
	vatos = smmu_core_next_job(&rig.core);
	TEST_ASSERT_NOT_EQUAL(gatos, vatos);
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_IO, smmu_core_job_step(&rig.core, gatos));
	wr(SMMU_GATOS_SID, 2);
	wr(SMMU_GATOS_ADDR, 0);
	wr(SMMU_GATOS_CTRL, 0);
	wr(0x40a08, 2);
	wr(SMMU_VATOS_SEL, 9);
	TEST_ASSERT_EQUAL_HEX32(1, rd(SMMU_GATOS_CTRL));
	TEST_ASSERT_EQUAL_HEX32(1, rd(SMMU_GATOS_SID));
	TEST_ASSERT_EQUAL_HEX32(0x1500, rd(SMMU_GATOS_ADDR));
	TEST_ASSERT_EQUAL_HEX32(1, rd(0x40a08));
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_VATOS_SEL));
	rig_command(&rig, SMMU_CMD_SYNC, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_CMDQ_CONS));
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, gatos));
	wr(SMMU_CR0, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(SMMU_CR0_SMMUEN_MASK, rd(SMMU_CR0ACK) & SMMU_CR0_SMMUEN_MASK);
	TEST_ASSERT_FALSE(smmu_core_idle(&rig.core));
	TEST_ASSERT_EQUAL_INT(SMMU_STEP_DONE, rig_step(&rig, vatos));
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, rd(SMMU_CR0ACK) & SMMU_CR0_SMMUEN_MASK);
	TEST_ASSERT_EQUAL_HEX64(0x10001200, smmu_core_read64(&rig.core, SMMU_GATOS_PAR)); /* Device: outer shareable */
	TEST_ASSERT_EQUAL_HEX64(0x10001200, smmu_core_read64(&rig.core, 0x40a18));
}

/* 16 StreamID bits, 10 SubstreamID bits. PAR is read-only, bits [5:0] of ADDR are reserved. */
static void test_address_translation_registers_hold_the_bits_there_are(void)
{
	rig_init(&rig, with_vatos);
	smmu_core_write64(&rig.core, SMMU_GATOS_SID, UINT64_MAX);
	smmu_core_write64(&rig.core, SMMU_GATOS_ADDR, UINT64_MAX);
	smmu_core_write64(&rig.core, SMMU_GATOS_PAR, UINT64_MAX);
	TEST_ASSERT_EQUAL_HEX64(UINT64_C(0x001003ff0000ffff), smmu_core_read64(&rig.core, SMMU_GATOS_SID));
	TEST_ASSERT_EQUAL_HEX64(~UINT64_C(0x3f), smmu_core_read64(&rig.core, SMMU_GATOS_ADDR));
	TEST_ASSERT_EQUAL_HEX64(1, smmu_core_read64(&rig.core, SMMU_GATOS_PAR));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_cr0_reads_back_at_once_and_is_acknowledged_by_update);
	RUN_TEST(test_cr0ack_never_shows_bits_of_absent_features);
	RUN_TEST(test_guards_look_at_cr0_and_at_cr0ack);
	RUN_TEST(test_cr1_has_two_guards);
	RUN_TEST(test_halves_of_a_64_bit_register_may_come_in_any_order);
	RUN_TEST(test_gbpa_changes_only_with_update);
	RUN_TEST(test_gerror_toggles_and_is_acknowledged_by_equality);
	RUN_TEST(test_irq_ctrl_gates_the_wire);
	RUN_TEST(test_event_queue_msi_is_written_after_the_record);
	RUN_TEST(test_queue_pointers_are_writable_only_while_disabled);
	RUN_TEST(test_unaligned_and_undefined_offsets_are_raz_wi);
	RUN_TEST(test_a_running_address_translation_operation_locks_its_registers_and_is_waited_for);
	RUN_TEST(test_address_translation_registers_hold_the_bits_there_are);
	return UNITY_END();
}
