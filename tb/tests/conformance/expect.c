/* SPDX-License-Identifier: Apache-2.0
 * Transactions and their expected outcomes: data at an address, an abort, a record compared bit by bit. */
#include "conformance.h"

#include <string.h>

static uint32_t cons; /* what this program has read, index and wrap */

uint32_t eventq_cons(void) { return cons; }
static uint32_t queue_mask(void) { return (2u << setup.eventq_log2) - 1; }
void set_eventq_cons(uint32_t index) { cons = index & queue_mask(); }
bool queue_is_empty(void) { return (rd32(EVENTQ_PROD) & queue_mask()) == cons; }

const char *status_name(tandem_txn_status status)
{
	static const char *const names[] = { "OK", "ABORT", "STALLED", "TIMEOUT" };
	return (unsigned)status < 4 ? names[status] : "?";
}

/* A record of a transaction the client saw ended is visible after CMD_SYNC. */
static void settle(void)
{
	if ((setup.cr0 & CMDQEN) != 0 && ((rd32(GERROR) ^ rd32(GERRORN)) & GERR_CMDQ) == 0)
		sync();
	else
		api.run_ns(platform, 2000);
}

bool take_record(struct record *record)
{
	for (int i = 0; i < 200 && queue_is_empty(); i++)
		api.run_ns(platform, 100);
	if (queue_is_empty())
		return false;
	uint64_t slot = setup.eventq_base + 32 * (cons & ((1u << setup.eventq_log2) - 1));
	for (unsigned i = 0; i < 4; i++)
		record->word[i] = peek64(slot + 8 * i);
	cons = (cons + 1) & queue_mask();
	wr32(EVENTQ_CONS, cons | (rd32(EVENTQ_CONS) & OVFLG));
	return true;
}

void expect_no_event(void)
{
	settle();
	if (!queue_is_empty()) {
		struct record record;
		take_record(&record);
		fail("event 0x%02x was recorded, none was expected", (unsigned)(record.word[0] & 0xff));
	}
}

static bool is_translation_fault(const struct event *e) { return e->id >= F_TRANSLATION && e->id <= F_PERMISSION; }
static bool has_reason(const struct event *e) { return e->id == F_STE_FETCH || e->id == F_CD_FETCH || e->id == F_WALK_EABT; }

static uint64_t expected_word0(const struct txn *t, const struct event *e)
{
	uint64_t word = e->id | (uint64_t)hw_sid(t->sid) << 32;

	if (e->id == F_STREAM_DISABLED || e->id == F_TRANSL_FORBIDDEN)
		return word; /* neither SSV nor SubstreamID */
	if (e->id == C_BAD_SUBSTREAMID)
		return word | (t->ssv ? (uint64_t)t->ssid << 12 : 0); /* no SSV */
	return t->ssv ? word | 1u << 11 | (uint64_t)t->ssid << 12 : word;
}

static uint64_t expected_word1(const struct txn *t, const struct event *e)
{
	uint64_t ind = e->ind != 0 ? e->ind == IS(1) : t->ind && !t->write;
	uint64_t pnu = e->pnu != 0 ? e->pnu == IS(1) : t->pnu;
	uint64_t word = (uint64_t)!t->write << 35;

	if (e->id == F_TRANSL_FORBIDDEN)
		return word;
	if (!is_translation_fault(e) && e->id != F_WALK_EABT)
		return 0;
	word |= pnu << 33 | ind << 34 | (uint64_t)e->s2 << 39;
	word |= (e->class == CLASS_IN_BY_DEFAULT ? 2 : (uint64_t)e->class - 1) << 40;
	word |= (uint64_t)e->stall << 31;
	return e->ttrnw == IS(1) ? word | UINT64_C(1) << 44 : word;
}

/* Bits a reader must not look at: STAG or Reason, SubstreamID without SSV, TTRnW without a table access. */
static uint64_t ignored_word1(const struct event *e)
{
	uint64_t bits = e->stall || has_reason(e) ? 0xffff : 0;
	return e->id == F_PERMISSION && e->ttrnw == 0 ? bits | UINT64_C(1) << 44 : bits;
}

static uint64_t ignored_word0(const struct txn *t, const struct event *e)
{
	return !t->ssv && e->id != F_STREAM_DISABLED && e->id != F_TRANSL_FORBIDDEN ? UINT64_C(0xfffff000) : 0;
}

static void compare_word(unsigned n, uint64_t actual, uint64_t expected, uint64_t ignored)
{
	if (((actual ^ expected) & ~ignored) != 0)
		fail("record word %u is 0x%016llx, expected 0x%016llx (bits 0x%llx not compared)", n, (unsigned long long)actual,
		     (unsigned long long)expected, (unsigned long long)ignored);
}

void expect_event(struct txn t, struct event e, struct record *out)
{
	struct record r = { { 0 } };
	bool has_address = is_translation_fault(&e) || e.id == F_WALK_EABT || e.id == F_TRANSL_FORBIDDEN;

	if (!e.stall)
		settle();
	if (!take_record(&r)) {
		fail("no event was recorded, expected 0x%02x", e.id);
		return;
	}
	compare_word(0, r.word[0], expected_word0(&t, &e), ignored_word0(&t, &e));
	uint64_t word1 = expected_word1(&t, &e);
	if (!is_known_class(r.word[1], word1))
		compare_word(1, r.word[1], word1, ignored_word1(&e));
	else
		compare_word(1, r.word[1], word1, ignored_word1(&e) | CLASS_BITS);
	compare_word(2, r.word[2], has_address ? t.iova : 0, 0);
	if (!is_translation_fault(&e) || e.s2) /* the IPA of a stage-1 fault is UNKNOWN */
		compare_word(3, r.word[3], e.fetch | e.ipa, 0);
	if (out != NULL)
		*out = r;
}

tandem_txn_status dma(struct txn t, void *data, uint32_t bytes, uint64_t *ticket)
{
	tandem_txn txn = {
		.sid = hw_sid(t.sid), .ssid = t.ssid, .ssid_valid = t.ssv, .iova = t.iova, .data = data, .size_bytes = bytes,
		.write = t.write, .instruction = t.ind, .privileged = t.pnu, .translated = t.translated,
	};
	start();
	if (!master_can_send(&t)) {
		skip_row("no master of this platform can send such a transaction");
		return TANDEM_TXN_ABORT;
	}
	return api.access(platform, 0, &txn, ticket);
}

static uint32_t bytes_within_page(uint64_t address)
{
	uint64_t left = 0x1000 - (address & 0xfff);
	return left < 8 ? (uint32_t)left : 8;
}

static void expect_status(tandem_txn_status actual, tandem_txn_status expected)
{
	if (actual != expected)
		fail("the access ended with %s, expected %s", status_name(actual), status_name(expected));
}

static uint64_t next_pattern(void)
{
	static uint64_t pattern = UINT64_C(0x1234567890abcdef);
	pattern = pattern * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return pattern | UINT64_C(0x0101010101010101); /* no byte is 0 */
}

static void move(struct txn t, uint64_t target)
{
	uint32_t bytes = bytes_within_page(t.iova);
	uint64_t pattern = next_pattern(), data = ~pattern, before = 0;

	start();
	if (!in_ram(target, bytes)) {
		expect_status(dma(t, &data, bytes, NULL), TANDEM_TXN_ABORT); /* bus error behind the SMMU */
		expect_no_event();
		return;
	}
	memcpy(&before, host(target), bytes);
	if (t.write)
		data = pattern;
	else
		memcpy(host(target), &pattern, bytes);
	expect_status(dma(t, &data, bytes, NULL), TANDEM_TXN_OK);
	expect_no_event();
	if (memcmp(t.write ? host(target) : (void *)&data, &pattern, bytes) != 0)
		fail("the data was not moved at 0x%llx", (unsigned long long)target);
	memcpy(host(target), &before, bytes);
}

void pa(struct txn t, uint64_t target)
{
	move(t, target);
	if (repeat_accesses)
		move(t, target);
}

static void fill(uint64_t at, uint64_t value)
{
	if (in_ram(at, 8)) {
		remember(at & ~UINT64_C(7), 16);
		memcpy(host(at), &value, 8);
	}
}

void pa_or(struct txn t, uint64_t one, uint64_t other)
{
	uint64_t data = 0, pattern = next_pattern();
	bool visible = in_ram(one, 8) && in_ram(other, 8);

	start();
	fill(one, pattern);
	fill(other, ~pattern);
	expect_status(dma(t, &data, 8, NULL), visible ? TANDEM_TXN_OK : TANDEM_TXN_ABORT);
	expect_no_event();
	if (visible && data != pattern && data != ~pattern)
		fail("data of neither 0x%llx nor 0x%llx", (unsigned long long)one, (unsigned long long)other);
}

void pa_or_event(struct txn t, uint64_t old, struct event e)
{
	uint64_t data = 0, pattern = next_pattern();

	start();
	fill(old, pattern);
	tandem_txn_status status = dma(t, &data, 8, NULL);
	sync();
	if (status == TANDEM_TXN_ABORT && !queue_is_empty()) {
		expect_event(t, e, NULL);
	} else if (in_ram(old, 8)) {
		expect_status(status, TANDEM_TXN_OK);
		expect64(data, pattern, "the data read");
	}
}

void abort_silent(struct txn t)
{
	uint64_t data = 0;

	for (int i = 0; i <= repeat_accesses; i++) {
		expect_status(dma(t, &data, bytes_within_page(t.iova), NULL), TANDEM_TXN_ABORT);
		expect_no_event();
	}
}

void fault(struct txn t, struct event e)
{
	for (int i = 0; i <= repeat_accesses; i++) {
		uint64_t data = UINT64_C(0x5555555555555555);
		expect_status(dma(t, &data, bytes_within_page(t.iova), NULL), TANDEM_TXN_ABORT);
		expect64(data, UINT64_C(0x5555555555555555), "the buffer of an aborted access");
		expect_event(t, e, NULL);
	}
}

void raz_wi(struct txn t, const struct event *e)
{
	for (int i = 0; i <= repeat_accesses; i++) {
		uint64_t data = UINT64_C(0x5555555555555555);
		expect_status(dma(t, &data, bytes_within_page(t.iova), NULL), TANDEM_TXN_OK);
		if (!t.write)
			expect64(data, 0, "the data of a RAZ/WI read");
		if (e != NULL)
			expect_event(t, *e, NULL);
		else
			expect_no_event();
	}
}

void any_outcome(struct txn t)
{
	struct record record;
	uint64_t data = 0;

	dma(t, &data, 4, NULL);
	settle();
	while (!queue_is_empty())
		take_record(&record);
}

bool stalls(struct txn t, struct event e, struct stalled *s)
{
	struct record record = { { 0 } };

	memset(s, 0, sizeof *s);
	s->sid = t.sid;
	tandem_txn_status status = dma(t, s->data, bytes_within_page(t.iova), &s->ticket);
	expect_status(status, TANDEM_TXN_STALLED);
	e.stall = true;
	if (e.id != 0)
		expect_event(t, e, &record);
	s->stag = (uint16_t)(record.word[1] & 0xffff);
	return status == TANDEM_TXN_STALLED;
}

bool still_stalled(struct stalled *s)
{
	api.run_ns(platform, 2000);
	return api.poll(platform, s->ticket) == TANDEM_TXN_STALLED;
}

tandem_txn_status outcome(struct stalled *s)
{
	for (int i = 0; i < 1000; i++) {
		tandem_txn_status status = api.poll(platform, s->ticket);
		if (status != TANDEM_TXN_STALLED)
			return status;
		api.run_ns(platform, 1000);
	}
	return TANDEM_TXN_STALLED;
}

/* PMCG: page at 0x20000; CFGR.RELOC_CTRS (bit 20) moves counters and overflow bits to 0x30000. CFGR.SIZE <= 31 makes
 * the counters 32 bits wide with a stride of 4. */
static uint32_t counter_page(void) { return (rd32(0x20e00) >> 20 & 1) != 0 ? 0x30000 : 0x20000; }
static bool counters_are_32_bit(void) { return (rd32(0x20e00) >> 8 & 0x3f) <= 31; }

void pmcg_counter(unsigned n, uint32_t evtyper, uint32_t smr)
{
	start();
	wr32(0x20400 + 4 * n, evtyper);
	wr32(0x20a00 + 4 * n, smr);
	if (counters_are_32_bit())
		wr32(counter_page() + 4 * n, 0);
	else
		wr64(counter_page() + 8 * n, 0);
	wr64(0x20c00, UINT64_C(1) << n); /* CNTENSET0 */
}

void pmcg_go(void) { wr32(0x20e04, 1); }

uint64_t pmcg_read(unsigned n)
{
	return counters_are_32_bit() ? rd32(counter_page() + 4 * n) : rd64(counter_page() + 8 * n);
}

void count_reads(void)
{
	start();
	once();
	wr64(0x20c20, UINT64_C(0xffffffff)); /* CNTENCLR0 */
	pmcg_counter(0, 1u << 29 | 4, 0xffffffffu); /* event 4, every StreamID */
	pmcg_go();
}

void expect_reads(uint64_t least, uint64_t most)
{
	uint64_t reads = pmcg_read(0);

	if (reads < least || reads > most)
		fail("%llu descriptor reads (PMCG event 4), expected %llu to %llu", (unsigned long long)reads, (unsigned long long)least,
		     (unsigned long long)most);
}
