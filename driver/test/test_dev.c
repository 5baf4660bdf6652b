/* SPDX-License-Identifier: Apache-2.0
 * Probe, enable, disable, remove: register order against the expected list, every wait that can fail, bad input. */
#include <string.h>

#include "rig.h"
#include "unity.h"

static struct rig rig;
static struct smmu_port port;

void setUp(void) { rig_open(&rig, 2); }
void tearDown(void) { rig_close(&rig); }

static struct smmu_dev *probe(const struct smmu_dev_config *config)
{
	fake_port(rig.smmu[0], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, config, &rig.dev[0]));
	return rig.dev[0];
}

/* Writes only; reads of ACK registers are checked through the fact that the fake acknowledges at once. */
static void expect_writes(const uint32_t *offsets, size_t count)
{
	size_t n = 0;
	for (size_t i = 0; i < rig.smmu[0]->access_count; i++) {
		if (!rig.smmu[0]->access[i].write)
			continue;
		TEST_ASSERT_TRUE_MESSAGE(n < count, "more writes than expected");
		TEST_ASSERT_EQUAL_HEX32(offsets[n], rig.smmu[0]->access[i].offset);
		n++;
	}
	TEST_ASSERT_EQUAL_UINT64(count, n);
}

static uint64_t last_write(uint32_t offset)
{
	for (size_t i = rig.smmu[0]->access_count; i-- > 0;)
		if (rig.smmu[0]->access[i].write && rig.smmu[0]->access[i].offset == offset)
			return rig.smmu[0]->access[i].value;
	TEST_FAIL_MESSAGE("register never written");
	return 0;
}

static void test_probe_reads_ids_and_writes_nothing(void)
{
	struct smmu_dev *const dev = probe(NULL);
	struct smmu_dev_layout layout;
	for (size_t i = 0; i < rig.smmu[0]->access_count; i++)
		TEST_ASSERT_FALSE(rig.smmu[0]->access[i].write);
	TEST_ASSERT_EQUAL_UINT64(6, rig.smmu[0]->access_count);
	TEST_ASSERT_EQUAL_UINT8(16, smmu_dev_features(dev)->sid_bits);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_layout(dev, &layout));
	TEST_ASSERT_EQUAL_UINT8(8, layout.cmdq_log2);
	TEST_ASSERT_EQUAL_UINT8(7, layout.eventq_log2);
	TEST_ASSERT_TRUE(layout.st_2level);
	TEST_ASSERT_FALSE(layout.enabled);
	TEST_ASSERT_EQUAL_HEX64(0, layout.strtab.v % (8 * 256));
}

/* proves: AB-74. From reset: CR0 = 0; CR1, CR2, table base; CMDQ; invalidate all; EVENTQ; interrupts; SMMUEN. */
static void test_enable_order_from_reset(void)
{
	static const uint32_t order[] = {
		0x20, 0x28, 0x2c, 0x80, 0x88,           /* CR0, CR1, CR2, STRTAB_BASE, STRTAB_BASE_CFG */
		0x90, 0x98, 0x9c, 0x20, 0x98,           /* CMDQ_BASE, PROD, CONS, CR0.CMDQEN, PROD (the commands) */
		0xa0, 0x100a8, 0x100ac, 0x20,           /* EVENTQ_BASE, PROD, CONS, CR0.EVENTQEN */
		0x50, 0x20,                             /* IRQ_CTRL, CR0.SMMUEN */
	};
	struct smmu_dev *const dev = probe(NULL);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
	expect_writes(order, sizeof order / sizeof order[0]);
	TEST_ASSERT_EQUAL_HEX32(0xd, fake_reg(rig.smmu[0], 0x24));   /* CMDQEN, EVENTQEN, SMMUEN */
	/* CR1 coherent: SH 3 at 11:10 and 5:4, WB (1) at 9:8, 7:6, 3:2, 1:0 -> 0xd75. CR2: PTM (BTM is there) and RECINVSID. */
	TEST_ASSERT_EQUAL_HEX64(0xd75, last_write(0x28));
	TEST_ASSERT_EQUAL_HEX64(0x6, last_write(0x2c));
	/* Two-level, SPLIT 8, LOG2SIZE 16: 1 << 16 | 8 << 6 | 16. */
	TEST_ASSERT_EQUAL_HEX64(0x10210, last_write(0x88));
	/* CFGI_ALL, TLBI_EL2_ALL (HYP), TLBI_NSNH_ALL, SYNC. */
	TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(0x04, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x1f, rig.smmu[0]->command[0].word[1]);
	TEST_ASSERT_EQUAL_HEX64(0x20, rig.smmu[0]->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x30, rig.smmu[0]->command[2].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[3].word[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_enable(dev));
}

/* proves: AB-74. Found enabled: GBPA.ABORT with Update first, keeping the attribute fields; stale errors acknowledged. */
static void test_enable_when_found_enabled_aborts_first(void)
{
	fake_set_reg(rig.smmu[0], 0x20, 1);
	fake_set_reg(rig.smmu[0], 0x24, 1);
	fake_set_reg(rig.smmu[0], 0x44, 0x1000);        /* SHCFG = use incoming */
	fake_set_reg(rig.smmu[0], 0x60, 1);             /* an old command error */
	struct smmu_dev *const dev = probe(NULL);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
	static const uint32_t order[] = {
		0x44, 0x20, 0x28, 0x2c, 0x80, 0x88, 0x64, 0x90, 0x98, 0x9c, 0x20, 0x98, 0xa0, 0x100a8, 0x100ac, 0x20, 0x50, 0x20,
	};
	expect_writes(order, sizeof order / sizeof order[0]);
	TEST_ASSERT_EQUAL_HEX64(0x80101000, last_write(0x44));
	TEST_ASSERT_EQUAL_HEX64(1, last_write(0x64));
}

/* proves: AB-74. With ATS, PRI and interrupts every optional step appears at its place. */
static void test_enable_with_everything(void)
{
	const struct smmu_dev_config config = { .irq = { .enable = true, .eventq = { 0xfee00040, 0x11 }, .gerror = { 0xfee00080, 0x22 } } };
	static const uint32_t order[] = {
		0x20, 0x28, 0x2c, 0x80, 0x88, 0x90, 0x98, 0x9c, 0x20, 0x98, 0xa0, 0x100a8, 0x100ac, 0x20,
		0xc0, 0x100c8, 0x100cc, 0x20,           /* PRIQ */
		0x20,                                   /* ATSCHK */
		0x50, 0x68, 0x70, 0x74, 0xb0, 0xb8, 0xbc, 0xd0, 0xd8, 0xdc, 0x50, 0x20,
	};
	rig.smmu[0]->idr0 |= 1u << 10 | 1u << 16;
	struct smmu_dev *const dev = probe(&config);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
	expect_writes(order, sizeof order / sizeof order[0]);
	TEST_ASSERT_EQUAL_HEX32(0x1f, fake_reg(rig.smmu[0], 0x24));
	TEST_ASSERT_EQUAL_HEX64(7, last_write(0x50));
	TEST_ASSERT_EQUAL_HEX64(0xfee00040, last_write(0xb0));
	TEST_ASSERT_EQUAL_HEX64(0x22, last_write(0x70));
	TEST_ASSERT_EQUAL_HEX64(0x1, last_write(0x74));  /* Device-nGnRE */
}

static void test_a_register_that_never_acknowledges_ends_in_a_timeout(void)
{
	static const uint32_t stuck[] = { 0x24, 0x54, 0x44 };
	for (unsigned i = 0; i < 3; i++) {
		tearDown();
		setUp();
		if (stuck[i] == 0x44) {
			fake_set_reg(rig.smmu[0], 0x20, 1);
			fake_set_reg(rig.smmu[0], 0x44, 0x80000000);
		}
		if (stuck[i] == 0x54)
			fake_set_reg(rig.smmu[0], 0x54, 1);     /* somebody's interrupts that never go off */
		if (stuck[i] == 0x24)
			fake_set_reg(rig.smmu[0], 0x24, 1);
		rig.smmu[0]->never_ack_offset = stuck[i];
		struct smmu_dev *const dev = probe(NULL);
		TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_enable(dev));
		TEST_ASSERT_EQUAL_HEX32(0, fake_reg(rig.smmu[0], 0x20));
		struct smmu_dev_layout layout;
		smmu_dev_layout(dev, &layout);
		TEST_ASSERT_FALSE(layout.enabled);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(dev));
	}
}

/* SMMUEN does not go off: the SMMU may go on translating, so it keeps its memory, and an unmap still tells it. CR0ACK shows CMDQEN,
 * so the fake goes on consuming. */
static void test_an_smmu_that_does_not_stop_is_still_told(void)
{
	struct smmu_sys_stats before, after;
	struct smmu_dev_layout layout;
	rig_start(&rig, 0, NULL);
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 0x3000, SMMU_PROT_READ));
	rig.smmu[0]->never_ack_offset = 0x24;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_HEX64(0, last_write(0x20) & 1);
	smmu_dev_layout(rig.dev[0], &layout);
	TEST_ASSERT_TRUE(layout.enabled);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 0x1000, NULL));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x12));
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_domain_unmap(domain, (smmu_iova){ 0x1000 }, 0x1000, NULL));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
	smmu_sys_stats(rig.sys, &before);
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_remove(rig.dev[0]));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
	rig.smmu[0]->never_ack_offset = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[0]));
}

/* Enable fails after SMMUEN was written, and CR0 = 0 is not acknowledged: as above, but there is no queue to tell it through. */
static void stop_acknowledging(void *arg, struct fake_smmu *smmu)
{
	(void)arg;
	if (fake_reg(smmu, 0x20) & 1) {
		smmu->never_ack_offset = 0x24;
		fake_set_reg(smmu, 0x24, 0xc);
	}
}

static void test_an_enable_that_cannot_be_undone_keeps_the_memory(void)
{
	struct smmu_sys_stats before, after;
	struct smmu_dev *const dev = probe(NULL);
	rig.dev[0] = dev;
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 0x3000, SMMU_PROT_READ));
	rig.smmu[0]->on_poll = stop_acknowledging;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_enable(dev));
	rig.smmu[0]->on_poll = NULL;
	TEST_ASSERT_EQUAL_HEX64(0, last_write(0x20));
	const uint64_t since = rig.clock;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_domain_unmap(domain, (smmu_iova){ 0 }, 0x1000, NULL));
	TEST_ASSERT_LESS_THAN_UINT64(10, rig.clock - since);    /* at once */
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
	smmu_sys_stats(rig.sys, &before);
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_remove(dev));
	smmu_sys_stats(rig.sys, &after);
	TEST_ASSERT_EQUAL_UINT64(before.dma_used_bytes, after.dma_used_bytes);
	/* It comes back: enable, as if nothing had been. */
	rig.smmu[0]->never_ack_offset = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ 0x1000 }, 0x1000, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(dev));
}

static void test_commands_that_are_never_consumed_end_in_a_timeout(void)
{
	struct smmu_dev *const dev = probe(NULL);
	rig.smmu[0]->stop_consuming = true;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_enable(dev));
	rig.smmu[0]->stop_consuming = false;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
}

static void test_disable_order_and_reenable(void)
{
	static const uint32_t order[] = { 0x44, 0x20, 0x50, 0x20 };
	rig_start(&rig, 0, NULL);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	expect_writes(order, 4);
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(rig.smmu[0], 0x24));
	TEST_ASSERT_EQUAL_HEX32(1u << 20, fake_reg(rig.smmu[0], 0x44));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_submit(rig.dev[0], NULL, 0, true));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
}

/* Registers read zero after a loss of power; what was set up before is there again, also what changed during sleep. */
static void test_suspend_survives_the_loss_of_all_registers(void)
{
	rig_start(&rig, 0, NULL);
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_restore(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_suspend(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_suspend(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_enable(rig.dev[0]));
	memset(rig.smmu[0]->reg, 0, sizeof rig.smmu[0]->reg);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	rig.smmu[0]->never_ack_offset = 0x24;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_restore(rig.dev[0]));
	rig.smmu[0]->never_ack_offset = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_restore(rig.dev[0]));
	TEST_ASSERT_EQUAL_HEX32(0xd, fake_reg(rig.smmu[0], 0x24));      /* SMMUEN, EVENTQEN, CMDQEN */
	TEST_ASSERT_EQUAL_HEX64(5, rig_ste(&rig, 0, 0x20)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x04));     /* CFGI_ALL */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_suspend(NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_restore(NULL));
}

/* An MSI needs IDR0.MSI and an address the SMMU can send. The PRI queue's LO bit (31 of CFG2) holds without MSIs, too. */
static void test_interrupt_setup(void)
{
	struct smmu_dev *dev;
	struct smmu_dev_config config = { .irq = { .enable = true, .eventq = { 0xfee00000, 7 }, .priq_on_last = true } };
	rig.smmu[0]->idr0 |= 1u << 10 | 1u << 16;
	rig_start(&rig, 0, &config);
	TEST_ASSERT_EQUAL_HEX32(0xfee00000, fake_reg(rig.smmu[0], 0xb0));
	TEST_ASSERT_EQUAL_HEX32(7, fake_reg(rig.smmu[0], 0xb8));
	TEST_ASSERT_EQUAL_HEX32(0x1, fake_reg(rig.smmu[0], 0xbc));
	TEST_ASSERT_EQUAL_HEX32(0x80000001, fake_reg(rig.smmu[0], 0xdc));
	TEST_ASSERT_EQUAL_HEX32(0x7, fake_reg(rig.smmu[0], 0x54));
	config.irq.gerror.address = UINT64_C(1) << 44;                  /* OAS is 44 bits */
	fake_port(rig.smmu[1], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_probe(rig.sys, &port, &config, &dev));
	rig.smmu[1]->idr0 &= ~(1u << 13);
	fake_port(rig.smmu[1], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_probe(rig.sys, &port, &config, &dev));
	config.irq.gerror.address = config.irq.eventq.address = 0;
	config.page_groups = 4097;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_probe(rig.sys, &port, &config, &dev));
}

/* proves: AB-17 */
static void test_remove_touches_the_registers_no_more_and_gives_all_memory_back(void)
{
	struct smmu_sys_stats stats;
	rig_start(&rig, 0, NULL);
	struct smmu_master *const master = rig_master(&rig, 0, 0x20, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_E_BUSY, smmu_dev_remove(rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(rig.dev[0]));
	fake_clear(rig.smmu[0]);
	struct smmu_domain *const domain = rig_domain(&rig, SMMU_DOMAIN_S1);
	smmu_domain_map(domain, (smmu_iova){ 0 }, (smmu_pa){ 0 }, 4096, SMMU_PROT_READ);
	smmu_domain_unmap(domain, (smmu_iova){ 0 }, 4096, NULL);
	smmu_domain_destroy(domain);
	TEST_ASSERT_EQUAL_UINT64(0, rig.smmu[0]->access_count);
	smmu_sys_stats(rig.sys, &stats);
	TEST_ASSERT_EQUAL_UINT64(0, stats.dma_used_bytes);
	TEST_ASSERT_EQUAL_UINT64(0, stats.memory_used_bytes);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_sys_exit(rig.sys));
}

static void test_bad_probe_input(void)
{
	struct smmu_dev *dev;
	struct smmu_dev_config config = { .split_log2 = 7 };
	fake_port(rig.smmu[0], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_probe(NULL, &port, NULL, &dev));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_probe(rig.sys, NULL, NULL, &dev));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_probe(rig.sys, &port, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_probe(rig.sys, &port, &config, &dev));
	config = (struct smmu_dev_config){ .irq = { .eventq = { 0x1002, 0 } } };
	config.irq.eventq.address |= 1;
	TEST_ASSERT_EQUAL_INT(SMMU_E_RANGE, smmu_dev_probe(rig.sys, &port, &config, &dev));
	config = (struct smmu_dev_config){ .stream_table = SMMU_STREAM_TABLE_2LEVEL };
	rig.smmu[1]->idr0 &= ~(3u << 27);
	fake_port(rig.smmu[1], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_probe(rig.sys, &port, &config, &dev));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_enable(NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_E_INVALID, smmu_dev_remove(NULL));
	TEST_ASSERT_NULL(smmu_dev_features(NULL));
}

static void test_queue_sizes_are_capped_and_at_least_two(void)
{
	const struct smmu_dev_config config = { .cmdq_log2 = 19, .eventq_log2 = 1 };
	struct smmu_dev_layout layout;
	smmu_dev_layout(probe(&config), &layout);
	TEST_ASSERT_EQUAL_UINT8(8, layout.cmdq_log2);   /* IDR1.CMDQS */
	TEST_ASSERT_EQUAL_UINT8(1, layout.eventq_log2);
}

/* Without 64-bit accessors every 64-bit register is two halves, low first. */
static void test_a_port_without_64_bit_accesses_works(void)
{
	fake_port(rig.smmu[0], &port);
	port.read64 = NULL;
	port.write64 = NULL;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, NULL, &rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	struct smmu_dev_layout layout;
	smmu_dev_layout(rig.dev[0], &layout);
	TEST_ASSERT_EQUAL_HEX64((uint32_t)layout.strtab.v, fake_reg(rig.smmu[0], 0x80));
	TEST_ASSERT_EQUAL_HEX64(1u << 30 | layout.strtab.v >> 32, fake_reg(rig.smmu[0], 0x84));
}

/* ID registers that read all ones, or say what the core does not drive: refused by probe, nothing stays. */
static void test_probe_refuses_what_it_cannot_drive(void)
{
	const uint64_t before = rig_hash(&rig);
	struct smmu_dev *dev;
	rig.smmu[0]->idr0 &= ~3u;       /* no stage */
	fake_port(rig.smmu[0], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_probe(rig.sys, &port, NULL, &dev));
	TEST_ASSERT_NULL(dev);
	rig.smmu[0]->idr0 = rig.smmu[0]->idr1 = UINT32_MAX;
	fake_port(rig.smmu[0], &port);
	TEST_ASSERT_EQUAL_INT(SMMU_E_HARDWARE, smmu_dev_probe(rig.sys, &port, NULL, &dev));
	TEST_ASSERT_NULL(dev);
	TEST_ASSERT_EQUAL_HEX64(before, rig_hash(&rig));
}

/* Stage 1 alone, linear streams, no stall model, no EL2 world, no MSIs, no PRI: the smallest there is. No TLBI_EL2_ALL, no VMIDs, E2H
 * (bit 0 of CR2) stays 0, the interrupts are wires and no IRQ_CFG register is written, RECINVSID (bit 1) as asked. */
static void test_the_smallest_smmu(void)
{
	const struct smmu_dev_config config = { .el2_world = true, .ignore_bad_sid = true, .irq = { .enable = true } };
	struct smmu_dev_layout layout;
	struct smmu_dev_stats stats;
	struct smmu_gerror_report report;
	rig.smmu[0]->idr0 = 1u << 1 | 2u << 2 | 1u << 4 | 1u << 24 | 2u << 21;   /* S1P, TTF AArch64, COHACC, STALL_MODEL 1, TTENDIAN little */
	struct smmu_dev *const dev = probe(&config);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_handle_gerror(dev, &report));
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_resume(dev, 0, 0, SMMU_RESUME_RETRY));
	const struct smmu_event_info event = { .stall = true };
	TEST_ASSERT_EQUAL_INT(SMMU_E_UNSUPPORTED, smmu_dev_respond(dev, &event, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
	TEST_ASSERT_EQUAL_HEX64(0, last_write(0x2c));
	TEST_ASSERT_EQUAL_UINT64(3, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(0x30, rig.smmu[0]->command[1].word[0]);
	TEST_ASSERT_EQUAL_HEX64(5, last_write(0x50));
	for (size_t i = 0; i < rig.smmu[0]->access_count; i++)
		TEST_ASSERT_FALSE(rig.smmu[0]->access[i].write && rig.smmu[0]->access[i].offset >= 0x68 && rig.smmu[0]->access[i].offset < 0x80);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_layout(dev, &layout));
	TEST_ASSERT_FALSE(layout.st_2level);
	TEST_ASSERT_EQUAL_UINT8(0, layout.split_log2);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_stats(dev, &stats));
	TEST_ASSERT_EQUAL_UINT32(0, stats.asids_used + stats.vmids_used);
	rig.dev[0] = dev;
	struct smmu_domain *const s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	const uint32_t sid = 0x20;
	const struct smmu_master_config stalls = { .dev = dev, .sids = &sid, .sid_count = 1, .can_stall = true };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &stalls, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, s1, 0));
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(0, fake_count(rig.smmu[0], 0x45));     /* STALL_TERM would be illegal */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_destroy(master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_remove(dev));
}

/* Without MSIs the CFG2 registers are left alone, but for the PRI queue's LO, which holds for the wire, too. */
static void test_wires_with_a_pri_queue(void)
{
	for (unsigned on_last = 0; on_last < 2; on_last++) {
		const struct smmu_dev_config config = { .irq = { .enable = true, .priq_on_last = on_last } };
		tearDown();
		setUp();
		rig.smmu[0]->idr0 = (rig.smmu[0]->idr0 & ~(1u << 13)) | 1u << 10 | 1u << 16;
		struct smmu_dev *const dev = probe(&config);
		fake_clear(rig.smmu[0]);
		TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(dev));
		TEST_ASSERT_EQUAL_HEX64(7, last_write(0x50));
		TEST_ASSERT_EQUAL_HEX32(on_last ? 0x80000001 : 0, fake_reg(rig.smmu[0], 0xdc));
		TEST_ASSERT_EQUAL_HEX32(0, fake_reg(rig.smmu[0], 0xbc));
	}
}

/* GBPA.ABORT (bit 20) follows the configuration. A GBPA that is never updated is reported, and the rest of the stop is done. */
static void test_what_a_stopped_smmu_does_with_traffic(void)
{
	const struct smmu_dev_config config = { .bypass_on_disable = true };
	fake_set_reg(rig.smmu[0], 0x44, 1u << 20 | 0x1000);
	rig_start(&rig, 0, &config);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_HEX32(0x1000, fake_reg(rig.smmu[0], 0x44));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	rig.smmu[0]->never_ack_offset = 0x44;
	TEST_ASSERT_EQUAL_INT(SMMU_E_TIMEOUT, smmu_dev_disable(rig.dev[0]));
	TEST_ASSERT_EQUAL_HEX32(0, fake_reg(rig.smmu[0], 0x24));
	rig.smmu[0]->never_ack_offset = 0;
	fake_set_reg(rig.smmu[0], 0x44, 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_disable(rig.dev[0]));
	const struct smmu_event_info event = { .stall = true };
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_resume(rig.dev[0], 0, 0, SMMU_RESUME_RETRY));
	TEST_ASSERT_EQUAL_INT(SMMU_E_STATE, smmu_dev_respond(rig.dev[0], &event, SMMU_RESUME_RETRY));
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_probe_reads_ids_and_writes_nothing);
	RUN_TEST(test_enable_order_from_reset);
	RUN_TEST(test_enable_when_found_enabled_aborts_first);
	RUN_TEST(test_enable_with_everything);
	RUN_TEST(test_a_register_that_never_acknowledges_ends_in_a_timeout);
	RUN_TEST(test_an_smmu_that_does_not_stop_is_still_told);
	RUN_TEST(test_an_enable_that_cannot_be_undone_keeps_the_memory);
	RUN_TEST(test_commands_that_are_never_consumed_end_in_a_timeout);
	RUN_TEST(test_disable_order_and_reenable);
	RUN_TEST(test_suspend_survives_the_loss_of_all_registers);
	RUN_TEST(test_interrupt_setup);
	RUN_TEST(test_remove_touches_the_registers_no_more_and_gives_all_memory_back);
	RUN_TEST(test_bad_probe_input);
	RUN_TEST(test_queue_sizes_are_capped_and_at_least_two);
	RUN_TEST(test_a_port_without_64_bit_accesses_works);
	RUN_TEST(test_probe_refuses_what_it_cannot_drive);
	RUN_TEST(test_the_smallest_smmu);
	RUN_TEST(test_wires_with_a_pri_queue);
	RUN_TEST(test_what_a_stopped_smmu_does_with_traffic);
	return UNITY_END();
}
