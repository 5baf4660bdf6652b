/* SPDX-License-Identifier: Apache-2.0
 * Nothing ends before what it waits for: CMD_SYNC and the disable of an SMMU wait for older transactions, a stalled access for its own
 * RESUME; an error stays active until software acknowledges it; a fault record is that of an access.
 * Not here: what never ends (life_oracle.c). Proof: tb/check/test/test_waits.c. */
#include "internal.h"

#define FAULTS_FIRST 0x10u      /* F_TRANSLATION */
#define FAULTS_LAST 0x13u       /* F_PERMISSION */
#define S_CMDQ_PROD (UINT32_C(0x8000) + SMMU_CMDQ_PROD)

/* With a full queue a stalled access has no record yet, so the trace cannot tell it from one that is under way. */
static bool events_have_room(const struct smmu *s)
{
	const uint32_t entries = UINT32_C(1) << s->eventq_log2, used = s->eventq_next - s->eventq_cons;
	return (used & (2 * entries - 1)) < entries;
}

/* STALL_TERM answers every stall of a stream, RESUME one. */
static bool answers(const uint64_t cmd[2], const struct open_txn *t)
{
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	return t->sid == cmd[0] >> 32 && (opcode == SMMU_CMD_STALL_TERM || (opcode == SMMU_CMD_RESUME && t->stag == (cmd[1] & 0xffff)));
}

/* No command can explain any more what ended. */
void check_i_wait_unanswered(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	if (s->unanswered_count > 0) {
		const struct open_txn *const t = &s->unanswered[0];
		s->unanswered_count = 0;
		check_i_fail(c, CHECK_LIFE, smmu, "life.resume",
			     "the access of StreamID 0x%x behind smmu%u to 0x%llx was stalled with STAG 0x%x and ended without a RESUME or STALL_TERM for it", t->sid,
			     smmu, (unsigned long long)t->iova, t->stag);
	}
}

static bool invalidates(unsigned opcode)
{
	return (opcode >= SMMU_CMD_CFGI_STE && opcode <= SMMU_CMD_CFGI_VMS_PIDM) || (opcode >= SMMU_CMD_TLBI_NH_ALL && opcode <= SMMU_CMD_TLBI_NSNH_ALL);
}

/* What began before everything that could have kept the SMMU from looking at this command is older than it. CMD_SYNC must wait for an
 * access that may have used what an invalidation before it took away; what it used the trace does not say. */
static void consumed(struct check *c, unsigned smmu, struct queue_waits *q, unsigned opcode, bool invalidating)
{
	const struct smmu *const s = &c->smmu[smmu];
	for (size_t i = 0; i < s->open_count && opcode == SMMU_CMD_SYNC; i++) {
		const struct open_txn *const t = &s->open[i];
		if (!t->stalled && !t->answered && t->record < q->invalidated_since && events_have_room(s))
			check_i_fail(c, CHECK_LIFE, smmu, "life.sync",
				     "smmu%u consumed a CMD_SYNC%s while the access of StreamID 0x%x to 0x%llx, which began in record %llu, is under way", smmu,
				     q == &s->secure_queue ? " of the secure queue" : "", t->sid, (unsigned long long)t->iova, (unsigned long long)t->record);
	}
	if (invalidating)
		q->invalidated_since = q->since;
	q->since = c->count;
}

void check_i_wait_command(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	struct smmu *const s = &c->smmu[smmu];
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	size_t left = 0;
	for (size_t i = 0; i < s->unanswered_count; i++)
		if (!answers(cmd, &s->unanswered[i]))
			s->unanswered[left++] = s->unanswered[i];
	s->unanswered_count = left;
	check_i_wait_unanswered(c, smmu);
	consumed(c, smmu, &s->queue, opcode, invalidates(opcode));
	for (size_t i = 0; i < s->open_count; i++)
		if (answers(cmd, &s->open[i])) {
			s->open[i].stalled = false;
			s->open[i].time_ps = c->now.time_ps;    /* the time for software is over */
		}
}

/* SSec is bit 10: a command for the secure state takes nothing away from the accesses that the trace shows. */
void check_i_wait_secure_command(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	c->smmu[smmu].secure_next = (uint32_t)c->now.addr + 1;
	consumed(c, smmu, &c->smmu[smmu].secure_queue, opcode, invalidates(opcode) && !(cmd[0] >> 10 & 1));
}

void check_i_wait_stall(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	s->stalls = true;
	if (!s->smmuen)         /* it ends by itself */
		return;
	for (size_t i = 0; i < s->open_count; i++) {
		struct open_txn *const t = &s->open[i];
		if (t->sid != c->now.data[0] >> 32 || t->iova != c->now.data[2] || t->stalled)
			continue;
		t->stalled = t->answered = true;
		t->stag = (uint16_t)c->now.data[1];
		return;
	}
}

/* Of accesses to one address the trace does not tell whose record was whose. */
void check_i_wait_ends(struct check *c, unsigned smmu, const struct open_txn *ended)
{
	struct smmu *const s = &c->smmu[smmu];
	if (!ended->stalled)
		return;
	for (size_t i = 0; i < s->open_count; i++) {
		struct open_txn *const t = &s->open[i];
		if (t == ended || t->sid != ended->sid || t->iova != ended->iova || t->stalled)
			continue;
		t->stalled = true;
		t->stag = ended->stag;
		return;
	}
	if (s->unanswered_count == CHECK_UNANSWERED)
		check_i_wait_unanswered(c, smmu);
	s->unanswered[s->unanswered_count++] = *ended;
}

void check_i_wait_event(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	const uint64_t *const word = c->now.data;
	const unsigned number = (unsigned)(word[0] & 0xff);
	if (c->now.kind == SMMU_TRACE_EVENT)
		s->eventq_next = (uint32_t)c->now.addr + 1;
	if (number < FAULTS_FIRST || number > FAULTS_LAST)
		return;
	for (size_t i = 0; i < CHECK_RECENT; i++)
		if (s->recent[i].known && s->recent[i].sid == word[0] >> 32 && !((s->recent[i].iova ^ word[2]) & CHECK_ADDRESS_MASK))
			return;
	for (size_t i = 0; i < s->open_count; i++)
		if (s->open[i].sid == word[0] >> 32 && !((s->open[i].iova ^ word[2]) & CHECK_ADDRESS_MASK))
			return;
	check_i_fail(c, CHECK_LIFE, smmu, "life.event", "smmu%u records the fault 0x%x of StreamID 0x%llx at 0x%llx, where no access of that stream went",
		     smmu, number, (unsigned long long)(word[0] >> 32), (unsigned long long)word[2]);
}

void check_i_wait_begins(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	s->recent[s->recent_next++ % CHECK_RECENT] = (struct recent_txn){ .iova = c->now.addr, .sid = c->now.sid, .known = true };
}

static void gerrorn_written(struct smmu *s, uint32_t value)
{
	const uint32_t unclear = (value ^ s->gerrorn) & ~(s->gerror ^ s->gerrorn);
	s->gerror_seen = s->gerror_seen && !unclear;
	s->gerrorn = value;
}

void check_i_wait_register(struct check *c, unsigned smmu, uint64_t offset, uint64_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	switch (offset) {
	case SMMU_CR0:
		for (size_t i = 0; i < s->open_count && !(value & SMMU_CR0_SMMUEN_MASK); i++)
			s->open[i].stalled = false;
		if (!(value & SMMU_CR0_SMMUEN_MASK))
			s->unanswered_count = 0;
		if (value & SMMU_CR0_SMMUEN_MASK)
			s->disabled_at = 0;
		else if (s->smmuen)
			s->disabled_at = c->count;
		s->smmuen = (value & SMMU_CR0_SMMUEN_MASK) != 0;
		s->queue.since = c->count;
		break;
	case SMMU_GERRORN:
		gerrorn_written(s, (uint32_t)value);
		s->queue.since = c->count;
		break;
	case SMMU_EVENTQ_BASE: s->eventq_log2 = (uint8_t)(value & SMMU_EVENTQ_BASE_LOG2SIZE_MASK); break;
	case SMMU_EVENTQ_PROD: s->eventq_next = (uint32_t)value; break;
	case SMMU_CMDQ_PROD:
		if (s->cmdq_prod == s->cmdq_next)       /* nothing was left: what comes now is new */
			s->queue.since = c->count;
		break;
	case S_CMDQ_PROD:
		if (s->secure_prod == s->secure_next)
			s->secure_queue.since = c->count;
		s->secure_prod = (uint32_t)value;
		break;
	default: break;
	}
}

/* An access that is about to stall has no record yet, and needs none once SMMUEN is cleared: the trace does not tell it from one under way. */
static bool may_stall(const struct smmu *s)
{
	return s->stalls || (s->known[0] && SMMU_FIELD_GET(IDR0, STALL_MODEL, s->idr[0]) == 2);
}

static void gerror_read(struct check *c, unsigned smmu, uint32_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	const uint32_t again = (value ^ s->gerror) & (s->gerror ^ s->gerrorn);
	if (s->gerror_seen && again && value)   /* all zeros: it may have lost its power */
		check_i_fail(c, CHECK_LIFE, smmu, "life.gerror", "bit mask 0x%x of GERROR of smmu%u toggled again before GERRORN acknowledged the error", again,
			     smmu);
	s->gerror = value;
	s->gerror_seen = true;
}

void check_i_wait_shown(struct check *c, unsigned smmu, uint64_t offset, uint64_t value)
{
	struct smmu *const s = &c->smmu[smmu];
	if (offset == SMMU_GERROR)
		gerror_read(c, smmu, (uint32_t)value);
	if (offset == SMMU_GERRORN && value != s->gerrorn) {
		s->gerrorn = (uint32_t)value;
		s->gerror_seen = false;
	}
	if (offset != SMMU_CR0ACK || value & SMMU_CR0_SMMUEN_MASK || !s->disabled_at || may_stall(s))
		return;
	for (size_t i = 0; i < s->open_count; i++)
		if (s->open[i].record < s->disabled_at && !s->open[i].answered)     /* what was stalled is marked for its end by now, no more */
			check_i_fail(c, CHECK_LIFE, smmu, "life.disable",
				     "CR0ACK of smmu%u shows SMMUEN = 0 while the access of StreamID 0x%x to 0x%llx, which began in record %llu, has no end", smmu,
				     s->open[i].sid, (unsigned long long)s->open[i].iova, (unsigned long long)s->open[i].record);
}
