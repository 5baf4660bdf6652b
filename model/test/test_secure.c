/* SPDX-License-Identifier: Apache-2.0
 * The secure programming interface: absent and present, out of reach of non-secure accesses, its reset values and
 * handshakes, S_INIT.INV_ALL, and the secure command queue. Offsets and values are written out from the register map.
 * Not here: secure streams, which the model does not have. */
#include "rig.h"
#include "unity.h"

#define S_IDR1 0x8004u
#define S_CR0 0x8020u
#define S_CR0ACK 0x8024u
#define S_CR1 0x8028u
#define S_INIT 0x803cu
#define S_GBPA 0x8044u
#define S_IRQ_CTRL 0x8050u
#define S_IRQ_CTRLACK 0x8054u
#define S_GERROR 0x8060u
#define S_GERRORN 0x8064u
#define S_STRTAB_BASE 0x8080u
#define S_CMDQ_BASE 0x8090u
#define S_CMDQ_PROD 0x8098u
#define S_CMDQ_CONS 0x809cu
#define S_EVENTQ_PROD 0x80a8u
#define S_EVENTQ_CONS 0x80acu
#define S_CMDQ UINT64_C(0x88200000)

static struct rig rig;

static void with_secure(struct smmu_core_config *config) { config->secure = true; }

static uint32_t rd(uint32_t offset) { return smmu_core_secure_read32(&rig.core, offset); }
static void wr(uint32_t offset, uint32_t value) { smmu_core_secure_write32(&rig.core, offset, value); }

void setUp(void) { rig_init(&rig, with_secure); }

static void test_without_the_secure_state_the_bank_reads_zero_and_ignores_writes(void)
{
	rig_init(&rig, NULL);
	for (uint32_t offset = 0x8000; offset < 0x10000; offset += 4) {
		wr(offset, 0xffffffff);
		TEST_ASSERT_EQUAL_HEX32(0, rd(offset));
	}
	TEST_ASSERT_FALSE(smmu_core_update_pending(&rig.core));
}

static void test_non_secure_accesses_never_reach_the_bank(void)
{
	for (uint32_t offset = 0x8000; offset < 0x10000; offset += 4) {
		smmu_core_write32(&rig.core, offset, 0xffffffff);
		TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, offset));
	}
	TEST_ASSERT_FALSE(smmu_core_update_pending(&rig.core));
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_CR0));
	TEST_ASSERT_EQUAL_HEX32(0x80000000, rd(S_IDR1)); /* SECURE_IMPL, bit 31 */
}

static void test_secure_accesses_reach_the_other_bank_too(void)
{
	TEST_ASSERT_EQUAL_HEX32(smmu_core_read32(&rig.core, 0), rd(0));
	smmu_core_secure_write64(&rig.core, SMMU_STRTAB_BASE, 0x80000000);
	TEST_ASSERT_EQUAL_HEX64(0x80000000, smmu_core_read64(&rig.core, SMMU_STRTAB_BASE));
	TEST_ASSERT_EQUAL_HEX64(0, smmu_core_secure_read64(&rig.core, S_STRTAB_BASE));
}

/* What boot firmware does: close both states for traffic, then drop whatever is cached. */
static void test_the_handshakes_of_boot_firmware(void)
{
	TEST_ASSERT_EQUAL_HEX32(0x00001000, rd(S_GBPA)); /* SHCFG: use incoming */
	wr(S_GBPA, 0x80101000);
	TEST_ASSERT_EQUAL_HEX32(0x80101000, rd(S_GBPA));
	wr(S_INIT, 0xffffffff);
	TEST_ASSERT_EQUAL_HEX32(1, rd(S_INIT));
	TEST_ASSERT_TRUE(smmu_core_update_pending(&rig.core));
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_INIT));
	TEST_ASSERT_EQUAL_HEX32(0x00101000, rd(S_GBPA));
	TEST_ASSERT_EQUAL_HEX32(0x00001000, smmu_core_read32(&rig.core, SMMU_GBPA));
	wr(S_GBPA, 0x00001000); /* without Update: ignored */
	TEST_ASSERT_EQUAL_HEX32(0x00101000, rd(S_GBPA));
	TEST_ASSERT_FALSE(smmu_core_update_pending(&rig.core));
}

static void test_inv_all_empties_the_caches_and_leaves_the_non_secure_registers_alone(void)
{
	struct smmu_xlate out;

	rig_enable(&rig);
	rig_map_stream(&rig, 3, 7, 0x743);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, 3, 0x5000, 0, &out));
	vector_memory_write(&rig.memory, 0x82003000 + 8 * 5, 0); /* without INV_ALL nobody reads this again */
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, 3, 0x5000, 0, &out));
	wr(S_INIT, 1);
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 3, 0x5000, 0, &out));
	TEST_ASSERT_EQUAL_UINT64(2, rig_stats(&rig).config_misses);
	TEST_ASSERT_EQUAL_HEX32(0xd, smmu_core_read32(&rig.core, SMMU_CR0ACK));
	TEST_ASSERT_EQUAL_HEX64(0x80000000, smmu_core_read64(&rig.core, SMMU_STRTAB_BASE));
}

static void test_enables_are_acknowledged_and_guard_their_registers(void)
{
	wr(S_CR0, 0xffffffff); /* no PRI queue, no ATS: SMMUEN, EVENTQEN, CMDQEN */
	TEST_ASSERT_EQUAL_HEX32(0xd, rd(S_CR0));
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_CR0ACK));
	smmu_core_secure_write64(&rig.core, S_STRTAB_BASE, 0x80000000); /* CR0.SMMUEN is set already */
	TEST_ASSERT_EQUAL_HEX64(0, smmu_core_secure_read64(&rig.core, S_STRTAB_BASE));
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0xd, rd(S_CR0ACK));
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, SMMU_CR0));
	wr(S_CR1, 0xfff);
	wr(S_EVENTQ_PROD, 1);
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_CR1));
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_EVENTQ_PROD));
	wr(S_EVENTQ_CONS, 1);
	TEST_ASSERT_EQUAL_HEX32(1, rd(S_EVENTQ_CONS));
	wr(S_IRQ_CTRL, 7);
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_IRQ_CTRLACK));
	smmu_core_update(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(5, rd(S_IRQ_CTRLACK));
	smmu_core_reset(&rig.core);
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_CR0) | rd(S_CR0ACK) | rd(S_IRQ_CTRLACK) | rd(S_EVENTQ_CONS));
}

static void secure_queue(void)
{
	smmu_core_secure_write64(&rig.core, S_CMDQ_BASE, S_CMDQ | 4);
	wr(S_CR0, SMMU_CR0_CMDQEN_MASK);
	smmu_core_update(&rig.core);
}

static void secure_command(uint32_t index, uint64_t q0, uint64_t q1)
{
	vector_memory_write(&rig.memory, S_CMDQ + 16 * index, q0);
	vector_memory_write(&rig.memory, S_CMDQ + 16 * index + 8, q1);
}

/* A secure partition manager: CFGI_ALL of the secure state, TLBI of its worlds, CMD_SYNC. */
static void test_the_secure_command_queue_is_consumed_to_its_sync(void)
{
	struct smmu_xlate out;

	rig_enable(&rig);
	rig_map_stream(&rig, 3, 7, 0x743);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, 3, 0x5000, 0, &out));
	secure_queue();
	secure_command(0, 0x404, 0x1f); /* CFGI_ALL, SSec */
	secure_command(1, 0x50, 0);     /* TLBI_S_EL2_ALL */
	secure_command(2, 0x60, 0);     /* TLBI_SNH_ALL */
	secure_command(3, 0x46, 0);
	wr(S_CMDQ_PROD, 4);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(4, rd(S_CMDQ_CONS));
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_GERROR));
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, SMMU_CMDQ_CONS));
	vector_memory_write(&rig.memory, 0x82003000 + 8 * 5, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_OK, rig_run(&rig, 3, 0x5000, 0, &out)); /* still cached */
	secure_command(4, 0x30, 0); /* TLBI_NSNH_ALL: the other state's, and legal here */
	wr(S_CMDQ_PROD, 5);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_INT(SMMU_XLATE_ABORT, rig_run(&rig, 3, 0x5000, 0, &out));
}

static void test_secure_command_errors_show_in_the_secure_bank_alone(void)
{
	rig_enable(&rig);
	secure_queue();
	secure_command(0, 0x08, 0); /* reserved */
	secure_command(1, 0x3046, 0); /* CMD_SYNC with CS = 3 */
	wr(S_CMDQ_PROD, 2);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0x01000000, rd(S_CMDQ_CONS)); /* ERR = CERROR_ILL, CONS at the command */
	TEST_ASSERT_EQUAL_HEX32(1, rd(S_GERROR));
	TEST_ASSERT_EQUAL_HEX32(0, smmu_core_read32(&rig.core, SMMU_GERROR));
	secure_command(0, 0x46, 0);
	wr(S_GERRORN, 1);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0x01000001, rd(S_CMDQ_CONS));
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_GERROR)); /* toggled a second time */
	TEST_ASSERT_EQUAL_HEX32(1, rd(S_GERRORN));
}

static void test_the_secure_sync_waits_for_transactions_in_flight(void)
{
	unsigned token;

	secure_queue();
	token = smmu_core_txn_begin(&rig.core);
	secure_command(0, 0x46, 0);
	wr(S_CMDQ_PROD, 1);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_CMDQ_CONS));
	wr(S_CR0, 0);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(8, rd(S_CR0ACK)); /* not before the command in progress is consumed */
	smmu_core_txn_done(&rig.core, token);
	rig_settle(&rig);
	TEST_ASSERT_EQUAL_HEX32(1, rd(S_CMDQ_CONS));
	TEST_ASSERT_EQUAL_HEX32(0, rd(S_CR0ACK));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_without_the_secure_state_the_bank_reads_zero_and_ignores_writes);
	RUN_TEST(test_non_secure_accesses_never_reach_the_bank);
	RUN_TEST(test_secure_accesses_reach_the_other_bank_too);
	RUN_TEST(test_the_handshakes_of_boot_firmware);
	RUN_TEST(test_inv_all_empties_the_caches_and_leaves_the_non_secure_registers_alone);
	RUN_TEST(test_enables_are_acknowledged_and_guard_their_registers);
	RUN_TEST(test_the_secure_command_queue_is_consumed_to_its_sync);
	RUN_TEST(test_secure_command_errors_show_in_the_secure_bank_alone);
	RUN_TEST(test_the_secure_sync_waits_for_transactions_in_flight);
	return UNITY_END();
}
