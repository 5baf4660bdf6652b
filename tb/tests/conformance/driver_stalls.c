/* SPDX-License-Identifier: Apache-2.0
 * Stalled accesses as the owner of their data meets them: tickets, buffers, several at once, reset. */
#include "conformance.h"

#include <string.h>

#define P(i) PAGE(i)
#define FRAME UINT64_C(0x8a000000)
#define STALL_S1 (NEED(S1P) | NEED(STALLABLE))
#define CHECK_POLL(ticket, expected) do { \
	tandem_txn_status is_ = api.poll(platform, ticket); \
	if (is_ != (expected)) \
		fail("tandem_poll gives %s, expected %s", status_name(is_), status_name(expected)); \
} while (0)

static uint8_t buffer[0x4000];

static tandem_txn_status wait_ticket(uint64_t ticket)
{
	for (int i = 0; i < 1000; i++) {
		tandem_txn_status status = api.poll(platform, ticket);
		if (status != TANDEM_TXN_STALLED)
			return status;
		api.run_ns(platform, 1000);
	}
	return TANDEM_TXN_STALLED;
}

static void map(unsigned page, unsigned frame) { poke64(L3(page), (FRAME + frame * UINT64_C(0x1000)) | 0xf43); }

static void prepare(void)
{
	cd(S, 1);
	remember(FRAME, 0x8000);
	for (unsigned i = 64; i < 68; i++)
		poke64(L3(i), 0);
	for (unsigned i = 0; i < sizeof buffer; i++)
		buffer[i] = (uint8_t)(i * 13 + i / 256);
}

static uint16_t stag_of_record(struct txn t)
{
	struct record record = { { 0 } };

	expect_event(t, EV(F_TRANSLATION, .stall = true), &record);
	return (uint16_t)record.word[1];
}

static void tickets(void)
{
	uint64_t ticket = 0;

	ROW("D-STALL-WRITE", STALL_S1) { /* the data arrives after the retry, in the page that is mapped then */
		prepare();
		expect(dma(WR(1, P(64) + 5), buffer, 100, &ticket) == TANDEM_TXN_STALLED, "the write stalls");
		uint16_t stag = stag_of_record(WR(1, P(64) + 5));
		CHECK_POLL(ticket, TANDEM_TXN_STALLED);
		api.run_ns(platform, 100000);
		CHECK_POLL(ticket, TANDEM_TXN_STALLED);
		map(64, 2);
		push(RESUME(1, stag, 1, 0));
		expect(wait_ticket(ticket) == TANDEM_TXN_OK, "the write ends with OK");
		CHECK_POLL(ticket, TANDEM_TXN_TIMEOUT);
		expect(memcmp(host(FRAME + 0x2005), buffer, 100) == 0, "the data is in memory");
	}
	ROW("D-STALL-PAGES", STALL_S1) { /* a read over three pages, the first there, the others stall one after the other */
		prepare();
		map(64, 0);
		for (unsigned i = 0; i < 0x4000; i++)
			*host(FRAME + i) = (uint8_t)(i * 7 + i / 256);
		memset(buffer, 0, sizeof buffer);
		expect(dma(RD(1, P(64) + 0x7f3), buffer, 0x2000, &ticket) == TANDEM_TXN_STALLED, "the read stalls");
		for (unsigned page = 65; page < 67; page++) {
			uint16_t stag = stag_of_record(RD(1, P(page)));
			CHECK_POLL(ticket, TANDEM_TXN_STALLED);
			map(page, page - 64);
			push(RESUME(1, stag, 1, 0));
		}
		expect(wait_ticket(ticket) == TANDEM_TXN_OK, "the read ends with OK");
		for (unsigned i = 0; i < 0x2000; i++) {
			if (buffer[i] != (uint8_t)((i + 0x7f3) * 7 + (i + 0x7f3) / 256)) {
				fail("byte %u of the read is wrong", i);
				break;
			}
		}
		CHECK_POLL(ticket, TANDEM_TXN_TIMEOUT);
	}
	ROW("D-STALL-ABORT", STALL_S1) { /* the second page is refused: an abort, answered once */
		prepare();
		map(64, 0);
		expect(dma(WR(1, P(64) + 0xf00), buffer, 0x200, &ticket) == TANDEM_TXN_STALLED, "the write stalls");
		uint16_t stag = stag_of_record(WR(1, P(65)));
		push(RESUME(1, stag, 0, 1));
		expect(wait_ticket(ticket) == TANDEM_TXN_ABORT, "the write ends with ABORT");
		CHECK_POLL(ticket, TANDEM_TXN_TIMEOUT);
	}
	ROW("D-STALL-NO-TICKET", STALL_S1) { /* nobody polls; the record is answered all the same */
		prepare();
		expect(dma(WR(1, P(64)), buffer, 64, NULL) == TANDEM_TXN_STALLED, "the write stalls");
		uint16_t stag = stag_of_record(WR(1, P(64)));
		map(64, 1);
		command(RESUME(1, stag, 1, 0));
		api.run_ns(platform, 10000);
		expect(memcmp(host(FRAME + 0x1000), buffer, 64) == 0, "the data is in memory");
	}
	ROW("D-STALL-RESET", STALL_S1) { /* a reset ends stalled accesses with an abort */
		prepare();
		expect(dma(WR(1, P(64)), buffer, 64, &ticket) == TANDEM_TXN_STALLED, "the write stalls");
		stag_of_record(WR(1, P(64)));
		api.reset(platform);
		expect(wait_ticket(ticket) == TANDEM_TXN_ABORT, "the write ends with ABORT");
		CHECK_POLL(ticket, TANDEM_TXN_TIMEOUT);
		expect64(rd32(CR0ACK), 0, "CR0ACK after the reset");
		set_eventq_cons(rd32(EVENTQ_PROD));
	}
	ROW("D-STALL-POLL", ANY) { /* tickets that never were */
		start();
		CHECK_POLL(0, TANDEM_TXN_TIMEOUT);
		CHECK_POLL(~UINT64_C(0), TANDEM_TXN_TIMEOUT);
	}
}

#define MANY 200
static struct { uint64_t ticket; uint64_t data; uint16_t stag; } many[MANY];

static void several(void)
{
	ROW("D-STALL-MANY", STALL_S1) { /* as many as STALL_MAX offers, each with its own STAG, answered backwards */
		uint32_t count = rd32(IDR5) >> 16;
		prepare();
		for (unsigned i = 64; i < 64 + MANY; i++)
			poke64(L3(i), 0);
		if (count > 30)
			count = 30;
		for (uint32_t i = 0; i < count; i++) {
			expect(dma(RD(1, P(64 + i)), &many[i].data, 8, &many[i].ticket) == TANDEM_TXN_STALLED, "the read stalls");
			many[i].stag = stag_of_record(RD(1, P(64 + i)));
			for (uint32_t k = 0; k < i; k++)
				expect(many[k].stag != many[i].stag && many[k].ticket != many[i].ticket, "STAG and ticket are unique");
		}
		for (uint32_t i = count; i-- > 0;) {
			map(64 + i, i % 4);
			uint64_t pattern = UINT64_C(0x0102030405060708) * (i + 1);
			memcpy(host(FRAME + i % 4 * UINT64_C(0x1000)), &pattern, 8);
			push(RESUME(1, many[i].stag, 1, 0));
			expect(wait_ticket(many[i].ticket) == TANDEM_TXN_OK, "the read ends with OK");
			expect64(many[i].data, pattern, "the data of the read");
			for (uint32_t k = 0; k < i; k++)
				CHECK_POLL(many[k].ticket, TANDEM_TXN_STALLED);
		}
	}
	ROW("D-STALL-BEYOND", STALL_S1) { /* one more than STALL_MAX is held back without a record until a slot frees */
		uint32_t limit = rd32(IDR5) >> 16;
		prepare();
		setup.eventq_log2 = 9;
		if (limit + 1 > MANY) {
			skip_row("STALL_MAX is larger than this program's list");
		} else {
			for (unsigned i = 64; i <= 64 + limit; i++)
				poke64(L3(i), 0);
			for (uint32_t i = 0; i < limit; i++) {
				dma(RD(1, P(64 + i)), &many[i].data, 8, &many[i].ticket);
				many[i].stag = stag_of_record(RD(1, P(64 + i)));
			}
			tandem_txn_status held = dma(RD(1, P(64 + limit)), &many[limit].data, 8, &many[limit].ticket);
			note("an access beyond STALL_MAX gives %s", status_name(held));
			expect(queue_is_empty(), "no record while all slots are taken");
			push(RESUME(1, many[0].stag, 0, 1));
			expect(wait_ticket(many[0].ticket) == TANDEM_TXN_ABORT, "the first read ends with ABORT");
			many[limit].stag = stag_of_record(RD(1, P(64 + limit)));
			command(RESUME(1, many[limit].stag, 0, 1));
			if (held == TANDEM_TXN_STALLED)
				expect(wait_ticket(many[limit].ticket) == TANDEM_TXN_ABORT, "the held read ends with ABORT");
		}
	}
	ROW("D-STALL-OTHERS", STALL_S1) { /* other streams run at full length while one is stalled */
		prepare();
		uint64_t ticket = 0;
		expect(dma(WR(1, P(64)), buffer, 64, &ticket) == TANDEM_TXN_STALLED, "the write stalls");
		stag_of_record(WR(1, P(64)));
		expect(dma(WR(4, FRAME), buffer, sizeof buffer, NULL) == TANDEM_TXN_OK, "another stream writes");
		expect(memcmp(host(FRAME), buffer, sizeof buffer) == 0, "its data is in memory");
		CHECK_POLL(ticket, TANDEM_TXN_STALLED);
	}
}

void driver_stalls(void)
{
	tickets();
	several();
}
