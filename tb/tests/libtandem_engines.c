/* SPDX-License-Identifier: Apache-2.0
 * Part of test_libtandem_more: the trace, test engines, physical addresses, waiting for interrupts, reset. */
#include "libtandem_rig.h"
#include "tandem/test_engine.h"
#include "tandem/trace.h"

static struct { unsigned begins, commands; uint16_t source; char text[300]; } seen;

static void note_record(void *arg, const struct smmu_trace_record *record)
{
	if (record->kind == SMMU_TRACE_COMMAND)
		seen.commands++;
	if (record->kind != SMMU_TRACE_TXN_BEGIN)
		return;
	seen.begins++;
	seen.source = record->source;
	tandem_trace_text(arg, record, seen.text, sizeof seen.text);
}

static void test_the_trace_tells_what_happens(void)
{
	uint8_t byte = 0;
	char cut[8];
	struct smmu_trace_record record = { .kind = SMMU_TRACE_IRQ, .source = RIGHT };

	tandem_on_trace(t, note_record, t);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(1, 5, base + DATA, &byte, 1, false));
	push(RIGHT, 0x04, 31);
	sync(RIGHT);
	TEST_ASSERT_EQUAL_UINT32(1, seen.begins);
	TEST_ASSERT_EQUAL_UINT32(2, seen.commands);
	TEST_ASSERT_EQUAL_UINT32(RIGHT, seen.source);
	TEST_ASSERT_NOT_NULL(strstr(seen.text, "\"source\":\"right\",\"kind\":\"txn_begin\",\"sid\":\"0x5\""));
	tandem_on_trace(t, NULL, NULL);
	TEST_ASSERT_EQUAL(TANDEM_TXN_OK, dma(1, 5, base + DATA, &byte, 1, false));
	TEST_ASSERT_EQUAL_UINT32(1, seen.begins);
	TEST_ASSERT_EQUAL_UINT64(58, tandem_trace_text(t, &record, cut, sizeof cut));
	TEST_ASSERT_EQUAL_STRING("{\"time_", cut); /* of {"time_ps":0,"source":"right","kind":"irq","irq":"EVENTQ"} */
}

static void engine_set64(int engine, uint32_t offset, uint64_t value)
{
	tandem_engine_write64(t, engine, offset, value);
}

static uint32_t engine_run(int engine, uint32_t command)
{
	uint32_t status;
	tandem_engine_write32(t, engine, TANDEM_ENGINE_COMMAND, command);
	for (int i = 0; i < 1000; i++) {
		status = tandem_engine_read32(t, engine, TANDEM_ENGINE_STATUS);
		if ((status & TANDEM_ENGINE_STATE_MASK) != TANDEM_ENGINE_RUNNING)
			return status;
		tandem_run_ns(t, 1000);
	}
	TEST_FAIL_MESSAGE("the engine did not come to an end within 1 ms");
	return 0;
}

static unsigned engine_irqs;

static void note_engine_irq(void *arg, int engine)
{
	(void)arg;
	engine_irqs |= 1u << engine;
}

static void test_an_engine_makes_traffic_for_who_knows_only_registers(void)
{
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_ID_VALUE, tandem_engine_read32(t, 0, TANDEM_ENGINE_ID));
	tandem_engine_write32(t, 0, TANDEM_ENGINE_STREAM_ID, 5);
	engine_set64(0, TANDEM_ENGINE_SEED, 42);
	engine_set64(0, TANDEM_ENGINE_BEGIN, base + DATA);
	engine_set64(0, TANDEM_ENGINE_END, base + DATA + 9999);
	tandem_engine_write32(t, 0, TANDEM_ENGINE_SIZE, 256);
	tandem_engine_write32(t, 0, TANDEM_ENGINE_CONTROL, TANDEM_ENGINE_CONTROL_IRQ);
	tandem_on_engine_irq(t, note_engine_irq, NULL);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_DONE, engine_run(0, TANDEM_ENGINE_CMD_WRITE));
	TEST_ASSERT_EQUAL_UINT64(40, tandem_engine_read64(t, 0, TANDEM_ENGINE_DONE_COUNT)); /* 10000 bytes by 256 */
	TEST_ASSERT_EQUAL_HEX32(1, engine_irqs);
	TEST_ASSERT_TRUE(tandem_take_engine_irq(t, 0));
	TEST_ASSERT_FALSE(tandem_take_engine_irq(t, 0));
	/* the pattern of docs/test-engine.md, byte 777 of seed 42 */
	uint64_t x = (42 + 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull ^ 777;
	x = (x ^ x >> 31) * 0x94d049bb133111ebull;
	TEST_ASSERT_EQUAL_HEX8(x >> 56, ram[DATA + 777]);

	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_DONE, engine_run(0, TANDEM_ENGINE_CMD_VERIFY));
	ram[DATA + 777] ^= 0x40;
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_FAILED, engine_run(0, TANDEM_ENGINE_CMD_VERIFY));
	TEST_ASSERT_EQUAL_UINT32(1, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_COUNT));
	TEST_ASSERT_EQUAL_UINT32(TANDEM_ENGINE_ERROR_MISMATCH, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_KIND));
	TEST_ASSERT_EQUAL_HEX64(base + DATA + 777, tandem_engine_read64(t, 0, TANDEM_ENGINE_ERROR_ADDRESS));
	TEST_ASSERT_EQUAL_HEX32((uint32_t)(x >> 56) | (uint32_t)ram[DATA + 777] << 8, tandem_engine_read32(t, 0, TANDEM_ENGINE_MISMATCH));
}

static void test_an_engine_reports_what_the_smmu_refuses(void)
{
	tandem_engine_write32(t, 0, TANDEM_ENGINE_STREAM_ID, 0x3f);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_FAILED, engine_run(0, TANDEM_ENGINE_CMD_READ));
	TEST_ASSERT_EQUAL_UINT32(TANDEM_ENGINE_ERROR_ABORT, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_KIND));
	TEST_ASSERT_EQUAL_UINT32(40, tandem_engine_read32(t, 0, TANDEM_ENGINE_ERROR_COUNT));
	TEST_ASSERT_EQUAL_HEX64(base + DATA, tandem_engine_read64(t, 0, TANDEM_ENGINE_ERROR_ADDRESS));
	wait32(LEFT, EVENTQ_PROD, 0, 0);
	tandem_take_irqs(t, LEFT);
	tandem_engine_write32(t, 0, TANDEM_ENGINE_STREAM_ID, 5);
	/* the other engine may use the StreamIDs of its platform entry only */
	tandem_engine_write32(t, 1, TANDEM_ENGINE_STREAM_ID, 9);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_BAD_VALUE | TANDEM_ENGINE_STREAM_ID << 16, engine_run(1, TANDEM_ENGINE_CMD_READ));
}

static void test_frames_have_addresses(void)
{
	uint64_t value = 0, frame = tandem_engine_frame(t, 0);

	TEST_ASSERT_TRUE(tandem_bus_read(t, tandem_smmu_frame(t, RIGHT) + IDR1, 4, &value));
	TEST_ASSERT_EQUAL_HEX32(tandem_mmio_read32(t, RIGHT, IDR1), value);
	TEST_ASSERT_TRUE(tandem_bus_write(t, frame + TANDEM_ENGINE_SEED, 8, 0x1122334455667788));
	TEST_ASSERT_EQUAL_HEX64(0x1122334455667788, tandem_engine_read64(t, 0, TANDEM_ENGINE_SEED));
	TEST_ASSERT_TRUE(tandem_bus_write(t, base + DATA + 1, 2, 0xbeef));
	TEST_ASSERT_EQUAL_HEX8(0xbe, ram[DATA + 2]);
	TEST_ASSERT_TRUE(tandem_bus_read(t, base + DATA + 1, 1, &value));
	TEST_ASSERT_EQUAL_HEX64(0xef, value);
	TEST_ASSERT_FALSE(tandem_bus_read(t, frame + 0x100000, 4, &value));
	TEST_ASSERT_FALSE(tandem_bus_read(t, frame + 2, 4, &value)); /* a register, not aligned */
	TEST_ASSERT_FALSE(tandem_bus_write(t, ~0ull, 4, 0));
	TEST_ASSERT_EQUAL_HEX64(0, tandem_smmu_frame(t, 2));
}

static void test_waiting_for_an_interrupt(void)
{
	uint8_t byte;
	uint64_t start = tandem_now_ns(t);

	tandem_take_irqs(t, LEFT);
	tandem_take_irqs(t, RIGHT);
	tandem_take_engine_irq(t, 0);
	TEST_ASSERT_FALSE(tandem_wait_irq(t, 5000));
	TEST_ASSERT_EQUAL_UINT64(start + 5000, tandem_now_ns(t));
	TEST_ASSERT_EQUAL(TANDEM_TXN_ABORT, dma(1, 0x3e, base, &byte, 1, false));
	TEST_ASSERT_TRUE(tandem_wait_irq(t, 1000000));
	TEST_ASSERT_EQUAL_HEX32(TANDEM_IRQ_EVENTQ, tandem_take_irqs(t, RIGHT));
	expect_event(RIGHT, 0x04, 0x3e);
	/* or for the end of an engine's command */
	tandem_engine_write32(t, 0, TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_WRITE);
	TEST_ASSERT_TRUE(tandem_wait_irq(t, 1000000));
	TEST_ASSERT_TRUE(tandem_take_engine_irq(t, 0));
}

static void test_a_reset_puts_everything_back(void)
{
	tandem_engine_write32(t, 0, TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_WRITE);
	tandem_reset(t);
	TEST_ASSERT_EQUAL_HEX32(TANDEM_ENGINE_IDLE, tandem_engine_read32(t, 0, TANDEM_ENGINE_STATUS));
	TEST_ASSERT_EQUAL_HEX64(0, tandem_engine_read64(t, 0, TANDEM_ENGINE_BEGIN));
	TEST_ASSERT_EQUAL_HEX32(5, tandem_engine_read32(t, 1, TANDEM_ENGINE_STREAM_ID)); /* the first of its StreamIDs */
	TEST_ASSERT_EQUAL_HEX32(0, tandem_mmio_read32(t, RIGHT, CR0ACK));
	TEST_ASSERT_TRUE(tandem_drain(t, 1000000));
	tandem_close(t);
}

void run_engine_tests(void)
{
	RUN_TEST(test_the_trace_tells_what_happens);
	RUN_TEST(test_an_engine_makes_traffic_for_who_knows_only_registers);
	RUN_TEST(test_an_engine_reports_what_the_smmu_refuses);
	RUN_TEST(test_frames_have_addresses);
	RUN_TEST(test_waiting_for_an_interrupt);
	RUN_TEST(test_a_reset_puts_everything_back);
}
