/* SPDX-License-Identifier: Apache-2.0
 * Counts as the driver answers them: whoever asked for a counter of some event and some streams gets, from there on, what happened to
 * those streams while it ran. The registers behind it are not looked at: they may be set up for something else, or be too narrow.
 * Not judged where a transaction was under way when the counter was started or stopped, or is when it is read. After a write to the group that no
 * call of the driver made, the next answer is the new beginning. Not here: counters as registers (count_oracle.c).
 * Proof: tb/check/test/test_answers.c. */
#include "internal.h"

#include <stdio.h>

static bool is_meant(const struct asked *a, uint32_t sid)
{
	return a->every || (sid ^ a->sid) >> a->span_log2 == 0;
}

void check_i_asked_happened(struct pmcg *p, unsigned event, uint32_t sid)
{
	for (unsigned n = 0; n < CHECK_COUNTERS && p->asked_running; n++)
		if (p->asked[n].running && p->asked[n].event == event && is_meant(&p->asked[n], sid))
			p->asked[n].expected++;
}

void check_i_asked_disturbed(struct check *c, unsigned smmu, struct pmcg *p)
{
	for (unsigned n = 0; n < CHECK_COUNTERS && c->smmu[smmu].counter_calls == 0; n++)
		p->asked[n].known = false;
}

/* Nothing that counts was under way when the call began, and nothing began since. */
static bool is_sure(const struct smmu *s)
{
	return s->counter_call_clean && s->happened == s->counter_call_since;
}

static void judge(struct check *c, const struct check_counter *done, struct asked *a)
{
	char whose[32] = "", streams[48] = "every stream";
	if (!a->given || !is_sure(&c->smmu[done->smmu]))
		return;
	if (done->group > 0)
		snprintf(whose, sizeof whose, " of tbu%u", done->group - 1u);
	if (!a->every)
		snprintf(streams, sizeof streams, "%u StreamID(s) around 0x%x", 1u << a->span_log2, a->sid);
	if (a->known && done->answer != a->expected)
		check_i_fail(c, CHECK_COUNTS, done->smmu, "count.answer",
			     "the driver answers %llu for counter %u%s of smmu%u, which was asked to count event %u of %s; that happened %llu times",
			     (unsigned long long)done->answer, done->number, whose, done->smmu, a->event, streams, (unsigned long long)a->expected);
	a->expected = done->answer;
	a->known = true;
}

static void set_running(struct pmcg *p, struct asked *a, bool running)
{
	p->asked_running += running;
	p->asked_running -= a->running;
	a->running = running;
}

void check_counter_begin(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	if (s->counter_calls++ > 0)
		return;
	s->counter_call_clean = s->open_count == 0;
	s->counter_call_since = s->happened;
}

void check_counter_done(struct check *c, const struct check_counter *done)
{
	struct smmu *const s = &c->smmu[done->smmu];
	struct pmcg *const p = &s->pmcg[done->group];
	struct asked *const a = &p->asked[done->number];
	switch (done->call) {
	case CHECK_COUNTER_GIVEN:
		set_running(p, a, false);
		/* the events that a record shows one by one */
		*a = (struct asked){ .given = done->event == 1 || done->event == 4 || done->event == 5, .known = true, .event = done->event, .sid = done->sid,
			.span_log2 = done->span_log2, .every = done->every };
		break;
	case CHECK_COUNTER_STARTED:
	case CHECK_COUNTER_STOPPED:
		set_running(p, a, a->given && done->call == CHECK_COUNTER_STARTED);
		a->known = a->known && is_sure(s);
		break;
	case CHECK_COUNTER_READ: judge(c, done, a); break;
	case CHECK_COUNTER_FREED:
		set_running(p, a, false);
		*a = (struct asked){ 0 };
		break;
	}
}

void check_counter_end(struct check *c, unsigned smmu) { c->smmu[smmu].counter_calls--; }
