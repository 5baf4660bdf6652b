/* SPDX-License-Identifier: Apache-2.0
 * Everything that begins ends: transactions, commands, driver calls, and the interrupt of a record. What takes longer than any memory,
 * walk or time-out of the bench is over only in name, so PATIENCE decides, in simulated time.
 * Not here: what a run that hangs was waiting for, which the platform reports. Proof: tb/check/test/test_life.c. */
#include "internal.h"

#define PATIENCE_PS UINT64_C(10000000000)       /* 10 ms */
#define IRQ_PATIENCE_PS UINT64_C(10000000)      /* 10 us */

static void fail_open(struct check *c, unsigned smmu, const struct open_txn *t)
{
	check_i_fail(c, CHECK_LIFE, smmu, "life.transaction", "the access of StreamID 0x%x behind smmu%u to 0x%llx has no end since record %llu",
		     t->sid, smmu, (unsigned long long)t->iova, (unsigned long long)t->record);
}

static void fail_interrupt(struct check *c, unsigned smmu)
{
	check_i_fail(c, CHECK_LIFE, smmu, "life.interrupt",
		     "smmu%u wrote record %llu into an empty event queue with the interrupt on, and no interrupt followed", smmu,
		     (unsigned long long)c->smmu[smmu].irq_owed_for);
}

static bool is_stalled(const struct check *c, unsigned smmu, uint32_t sid)
{
	for (size_t i = 0; i < c->stall_count; i++)
		if (c->stall[i].smmu == smmu && c->stall[i].sid == sid)
			return true;
	return false;
}

static void look_at(struct check *c, unsigned smmu, uint64_t now_ps)
{
	struct smmu *const s = &c->smmu[smmu];
	for (size_t i = 0; i < s->open_count; i++)
		if (now_ps - s->open[i].time_ps > PATIENCE_PS && !is_stalled(c, smmu, s->open[i].sid))
			fail_open(c, smmu, &s->open[i]);
	if (s->irq_owed_for && now_ps - s->irq_owed_ps > IRQ_PATIENCE_PS)
		fail_interrupt(c, smmu);
	const bool has_commands = ((s->cmdq_prod ^ s->cmdq_next) & s->cmdq_mask) != 0;
	if (has_commands && !s->cmdq_error && s->cr0 & SMMU_CR0_CMDQEN_MASK && now_ps - s->cmdq_since_ps > PATIENCE_PS)
		check_i_fail(c, CHECK_LIFE, smmu, "life.command",
			     "smmu%u has consumed no command for 10 ms, though its queue holds some and no error is active", smmu);
}

void check_i_txn_begins(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	if (!check_i_room(c, (void **)&s->open, &s->open_room, s->open_count, sizeof *s->open))
		return;
	s->open[s->open_count++] = (struct open_txn){ .id = c->now.data[3], .iova = c->now.addr, .record = c->count, .time_ps = c->now.time_ps,
		.sid = c->now.sid };
	check_i_wait_begins(c, smmu);
	if (check_i_enabled(c, smmu) && !c->now.data[1])
		check_i_happened(c, smmu, 1);
}

void check_i_txn_ends(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	if (c->now.detail == SMMU_TRACE_TXN_STALLED)
		return;
	for (size_t i = 0; i < s->open_count; i++)
		if (s->open[i].id == c->now.data[3]) {
			check_i_wait_ends(c, smmu, &s->open[i]);
			s->open[i] = s->open[--s->open_count];
			return;
		}
}

/* Bit 95 of a fault record is Stall; bits 7:0 its number, 63:32 the StreamID. */
static bool says_stall(const struct smmu_trace_record *r)
{
	const unsigned number = (unsigned)(r->data[0] & 0xff);
	return number >= 0x10 && number <= 0x13 && (r->data[1] >> 31 & 1);
}

void check_i_event(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	check_i_wait_event(c, smmu);
	if (says_stall(&c->now))
		check_i_wait_stall(c, smmu);
	if (says_stall(&c->now) && check_i_room(c, (void **)&c->stall, &c->stall_room, c->stall_count, sizeof *c->stall))
		c->stall[c->stall_count++] = (struct stalled){ .smmu = (uint16_t)smmu, .sid = (uint32_t)(c->now.data[0] >> 32) };
	const bool was_empty = c->now.addr == (s->eventq_cons & ~(UINT32_C(1) << 31));
	s->irq_allowed = s->irq_allowed || (c->now.kind == SMMU_TRACE_EVENT && was_empty);
	if (c->now.kind == SMMU_TRACE_EVENT && was_empty && s->irq_ctrl & SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK && !s->irq_owed_for) {
		s->irq_owed_for = c->count;
		s->irq_owed_ps = c->now.time_ps;
	}
}

/* An MSI may be anybody's: it is taken for the one that is owed. What an SMMU compares with is the EVENTQ_CONS that it sees when PROD moves,
 * so a write of EVENTQ_CONS may have emptied the queue under any record. */
void check_i_interrupt(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	const bool is_eventq = c->now.kind == SMMU_TRACE_IRQ && c->now.detail == 0;
	if (c->now.kind == SMMU_TRACE_MSI || is_eventq)
		s->irq_owed_for = 0;
	if (is_eventq && !s->irq_allowed && c->config.irq_only_when_filled[smmu])
		check_i_fail(c, CHECK_LIFE, smmu, "life.interrupt",
			     "smmu%u interrupts for its event queue again, and no record came into an empty queue since it did so last", smmu);
	if (is_eventq)
		s->irq_allowed = false;
}

void check_i_answered(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	if (opcode != 0x44 && opcode != 0x45)   /* RESUME, STALL_TERM */
		return;
	for (size_t i = 0; i < c->stall_count; i++)
		if (c->stall[i].smmu == smmu && c->stall[i].sid == cmd[0] >> 32) {
			c->stall[i--] = c->stall[--c->stall_count];
			if (opcode == 0x44)
				break;
		}
}

void check_i_life_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	switch (offset) {
	case SMMU_EVENTQ_CONS:
		s->eventq_cons = (uint32_t)value;
		s->irq_allowed = true;
		break;
	case SMMU_IRQ_CTRL: s->irq_ctrl = (uint32_t)value; break;
	case SMMU_CR0: break;
	case SMMU_CMDQ_BASE:
		s->cmdq_mask = (UINT32_C(2) << (value & SMMU_CMDQ_BASE_LOG2SIZE_MASK)) - 1;
		break;
	case SMMU_CMDQ_CONS: s->cmdq_next = (uint32_t)value; break;
	case SMMU_CMDQ_PROD: s->cmdq_prod = (uint32_t)value; break;
	case SMMU_GERRORN: s->cmdq_error = false; break;        /* consumption goes on */
	default: return;
	}
	s->cmdq_since_ps = c->now.time_ps;
}

/* addr of the record is the index, with wrap bit, of the command that was consumed or that stopped the queue. */
void check_i_consumed(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	s->cmdq_since_ps = c->now.time_ps;
	s->cmdq_error = c->now.kind == SMMU_TRACE_CMDQ_ERROR;
	s->cmdq_next = (uint32_t)c->now.addr + !s->cmdq_error;
	if (((s->cmdq_passed - s->cmdq_next) & s->cmdq_mask) > (s->cmdq_mask + 1) / 2)
		s->cmdq_passed = s->cmdq_next;
}

/* Often enough to say when a thing went wrong, seldom enough to cost nothing. */
void check_i_time(struct check *c)
{
	if (c->now.time_ps - c->looked_ps < PATIENCE_PS / 10)
		return;
	c->looked_ps = c->now.time_ps;
	for (unsigned smmu = 0; smmu < CHECK_SMMUS; smmu++)
		look_at(c, smmu, c->now.time_ps);
}

void check_i_life_end(struct check *c)
{
	for (unsigned smmu = 0; smmu < CHECK_SMMUS; smmu++) {
		look_at(c, smmu, c->now.time_ps);
		check_i_wait_unanswered(c, smmu);
	}
	if (c->depth > 0)
		check_i_fail(c, CHECK_LIFE, 0xffff, "life.call", "a driver call that began with record %llu never returned",
			     (unsigned long long)c->call_start);
}
