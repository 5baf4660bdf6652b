/* SPDX-License-Identifier: Apache-2.0
 * Command-stream oracle: what a driver call owes is paid when it returns, nothing is sent twice or for nobody, and the order is
 * kept: CFGI before TLBI by tag, TLBI and its CMD_SYNC before ATC_INV, level 1 before the entries behind it.
 * Calls of several threads are judged when the last one returns; what needs to know which call sent a command is judged only while
 * calls do not overlap. Not here: the model of what pays for what (pending.c). Proof: tb/check/test/test_commands.c,
 * test_order.c. */
#include <stdio.h>

#include "internal.h"
#include "smmuv3/status.h"
#include "smmuv3/trace.h"

#define BATCH_MAX 63u

/* Calls that send what somebody else put together. */
static bool is_for_others(unsigned call)
{
	return call == SMMU_CALL_DEV_SUBMIT || call == SMMU_CALL_GUEST_INVALIDATE || call == SMMU_CALL_SVA_INVALIDATE;
}

/* ---- redundant and mis-ordered: when a command is consumed ---- */

static bool is_wanted(const struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	for (size_t i = 0; i < c->pending_count; i++)
		if (c->pending[i].smmu == smmu && c->pending[i].stage != STAGE_SEEN && check_i_pays(&c->pending[i], cmd))
			return true;
	return false;
}

static bool was_sent(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	for (size_t i = 0; i < c->sent_count; i++)
		if (c->sent[i].smmu == smmu && c->sent[i].word[0] == cmd[0] && c->sent[i].word[1] == cmd[1])
			return true;
	if (check_i_room(c, (void **)&c->sent, &c->sent_room, c->sent_count, sizeof *c->sent)) {
		c->sent[c->sent_count].word[0] = cmd[0];
		c->sent[c->sent_count].word[1] = cmd[1];
		c->sent[c->sent_count++].smmu = (uint16_t)smmu;
	}
	return false;
}

/* The tag a TLBI names; false for the forms without one. */
static bool tag_of(const uint64_t cmd[2], unsigned *type, uint32_t *id)
{
	const uint32_t asid = (uint32_t)(cmd[0] >> 48), vmid = (uint32_t)(cmd[0] >> 32) & 0xffff;
	switch (cmd[0] & 0xff) {
	case SMMU_CMD_TLBI_NH_ASID:
	case SMMU_CMD_TLBI_NH_VA: *type = TAG_ASID; *id = asid; return true;
	case SMMU_CMD_TLBI_EL2_ASID:
	case SMMU_CMD_TLBI_EL2_VA: *type = TAG_ASID_EL2; *id = asid; return true;
	case SMMU_CMD_TLBI_S2_IPA:
	case SMMU_CMD_TLBI_S12_VMALL: *type = TAG_VMID; *id = vmid; return true;
	default: return false;
	}
}

static bool is_used(const struct check *c, unsigned smmu, unsigned type, uint32_t id)
{
	for (size_t i = 0; i < c->tag_count; i++)
		if (c->tag[i].smmu == smmu && c->tag[i].type == type && c->tag[i].id == id && c->tag[i].users > 0)
			return true;
	for (size_t i = 0; i < c->pending_count; i++)
		if (c->pending[i].smmu == smmu && c->pending[i].kind >= OWED_RANGE && c->pending[i].type == type && c->pending[i].id == id)
			return true;
	return false;
}

static void judge_redundant(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	static const char *const names[] = { "ASID", "EL2 ASID", "VMID" };
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	unsigned type;
	uint32_t id;
	if (opcode < SMMU_CMD_CFGI_STE || opcode > SMMU_CMD_ATC_INV)
		return;
	if (was_sent(c, smmu, cmd) && !is_wanted(c, smmu, cmd))
		check_i_fail(c, CHECK_COMMANDS, smmu, "command.redundant",
			     "smmu%u consumed the command 0x%llx 0x%llx a second time though no table changed since the first", smmu,
			     (unsigned long long)cmd[0], (unsigned long long)cmd[1]);
	if (c->smmu[smmu].strtab_base && tag_of(cmd, &type, &id) && !is_used(c, smmu, type, id) && !is_wanted(c, smmu, cmd))
		check_i_fail(c, CHECK_COMMANDS, smmu, "command.redundant",
			     "smmu%u consumed a TLBI for %s %u, which no valid entry of its tables uses and nothing is owed for", smmu,
			     names[type], id);
}

static bool reaches_root(const struct check *c, const struct pending *range, uint32_t sid)
{
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const ste = &c->entry[i];
		if (ste->cd || ste->dead || ste->smmu != range->smmu || ste->number != sid)
			continue;
		if (check_i_is_s2(ste) && (ste->word[3] & SMMU_STE_S2TTB_MASK) == range->root)
			return true;
		for (size_t n = 0; n < c->entry_count; n++)
			if (c->entry[n].cd && !c->entry[n].dead && check_i_reaches(ste, &c->entry[n]) &&
			    (c->entry[n].word[1] & SMMU_CD_TTB0_MASK) == range->root)
				return true;
	}
	return false;
}

static void judge_order(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	char text[128];
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (p->smmu != smmu || p->deferred || p->excused)
			continue;
		if (p->kind == OWED_TAG && p->stage == STAGE_CONFIG && check_i_pays(p, cmd))
			check_i_fail(c, CHECK_COMMANDS, smmu, "command.order",
				     "smmu%u consumed the %s before the CMD_SYNC of the CFGI for the entry that gave the tag up in record %llu, "
				     "so it may fill its TLB again", smmu, check_i_owed_text(p, text, sizeof text), (unsigned long long)p->cause);
		const struct pending atc = { .kind = OWED_ATC, .sid = (uint32_t)(cmd[0] >> 32), .iova = p->iova, .end = p->end,
			.ssid = (uint32_t)(cmd[0] >> 12) & 0xfffff };
		if ((cmd[0] & 0xff) == SMMU_CMD_ATC_INV && p->kind == OWED_RANGE && check_i_pays(&atc, cmd) && reaches_root(c, p, atc.sid))
			check_i_fail(c, CHECK_COMMANDS, smmu, "command.order",
				     "smmu%u consumed CMD_ATC_INV for StreamID 0x%x before %s, so the endpoint may fetch the old translation again",
				     smmu, atc.sid, check_i_owed_text(p, text, sizeof text));
	}
}

/* TG != 0 makes it a range; NUM = SCALE = TTL = 0 is reserved then. */
static void judge_range(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	switch (cmd[0] & 0xff) {
	case SMMU_CMD_TLBI_NH_VA:
	case SMMU_CMD_TLBI_NH_VAA:
	case SMMU_CMD_TLBI_EL2_VA:
	case SMMU_CMD_TLBI_S2_IPA: break;
	default: return;
	}
	if ((cmd[1] & 0xc00) && !(cmd[1] & 0x300) && !(cmd[0] & 0x1f1f000))
		check_i_fail(c, CHECK_COMMANDS, smmu, "command.illegal", "smmu%u consumed the range TLBI 0x%llx 0x%llx, whose TTL, NUM and SCALE are all 0",
			     smmu, (unsigned long long)cmd[0], (unsigned long long)cmd[1]);
}

/* What a guest asks for concerns tables behind some stage 2: it never names a VMID that no guest has. */
static void judge_guest(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	const uint32_t vmid = (uint32_t)(cmd[0] >> 32) & 0xffff;
	if (opcode < SMMU_CMD_TLBI_NH_ALL || opcode > SMMU_CMD_TLBI_NH_VAA)
		return;
	for (size_t i = 0; i < c->tag_count; i++)
		if (c->tag[i].smmu == smmu && c->tag[i].type == TAG_VMID && c->tag[i].id == vmid && c->tag[i].users > 0)
			return;
	check_i_fail(c, CHECK_COMMANDS, smmu, "command.guest", "smmu%u consumed a guest's TLBI for VMID %u, which is no guest's", smmu, vmid);
}

/* Arm 2812531: an MMU-700 wants a CMD_SYNC after every batch of commands. How long a batch is the driver chooses; drivers that are in
 * wide use end it after 63 commands or less. */
static void judge_batch(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	struct smmu *const s = &c->smmu[smmu];
	const bool mmu_700 = SMMU_FIELD_GET(IIDR, Implementer, s->iidr) == 0x43b && SMMU_FIELD_GET(IIDR, ProductID, s->iidr) == 0x487;
	s->unsynced = (cmd[0] & 0xff) == SMMU_CMD_SYNC ? 0 : s->unsynced + 1;
	if (mmu_700 && s->unsynced > BATCH_MAX)
		check_i_fail(c, CHECK_COMMANDS, smmu, "command.erratum",
			     "smmu%u is an MMU-700 and consumed more than %u commands of one call without a CMD_SYNC between them", smmu, BATCH_MAX);
}

/* Whoever has an STE or a CD of one stream looked at again put something there. */
static void judge_announced(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	if (opcode == SMMU_CMD_CFGI_STE || opcode == SMMU_CMD_CFGI_CD || opcode == SMMU_CMD_CFGI_CD_ALL)
		check_i_announced(c, smmu, (uint32_t)(cmd[0] >> 32));
}

void check_i_command_before(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	if (c->alone && c->depth == 1)
		judge_batch(c, smmu, cmd);
	if (c->depth > 0 && !c->excused_calls)
		judge_range(c, smmu, cmd);
	if (c->alone && c->depth == 1 && c->call == SMMU_CALL_GUEST_INVALIDATE)
		judge_guest(c, smmu, cmd);
	if (!c->alone || c->depth != 1 || c->excused_calls)
		return;
	judge_announced(c, smmu, cmd);
	judge_order(c, smmu, cmd);
	judge_redundant(c, smmu, cmd);
}

/* ---- missing: when calls return ---- */

static void fail_missing(struct check *c, const struct pending *p, const char *when)
{
	char text[160];
	check_i_fail(c, CHECK_COMMANDS, p->smmu, "command.missing", "smmu%u did not get %s, which the table store in record %llu needs, %s",
		     p->smmu, check_i_owed_text(p, text, sizeof text), (unsigned long long)p->cause, when);
}

/* An unmap that sent nothing after its stores leaves the invalidation to a later call. */
static bool is_put_off(const struct check *c, const struct pending *p, unsigned call)
{
	if (p->kind != OWED_RANGE || p->stage != STAGE_WANTED)
		return false;
	return !c->alone || (call == SMMU_CALL_DOMAIN_UNMAP && c->smmu[p->smmu].last_sync < p->cause);
}

static void judge_return(struct check *c, unsigned call)
{
	char when[96];
	snprintf(when, sizeof when, "before %s (call %u) returned", smmu_call_name(call), call);
	for (size_t i = 0; i < c->pending_count; i++) {
		struct pending *const p = &c->pending[i];
		if (p->excused || (p->deferred && p->stage == STAGE_WANTED) || (p->kind == OWED_ATC && !c->alone))
			continue;
		if (is_put_off(c, p, call))
			p->deferred = true;
		else
			fail_missing(c, p, when);
	}
}

/* What it did may be explained by what failed: an SMMU that does not answer is told twice, and an update goes on without it. */
static void excuse(struct check *c)
{
	for (size_t i = 0; i < c->pending_count; i++)
		c->pending[i].excused = c->pending[i].excused || c->pending[i].cause >= c->call_start;
	for (int i = CHECK_COMMANDS; i <= CHECK_TABLES; i++)
		if (c->finding[i].rule && c->finding[i].record >= c->call_start && !c->finding[i].lasting)
			c->finding[i].rule = NULL;
}

void check_i_call(struct check *c)
{
	const unsigned call = c->now.detail;
	if (c->now.flags & SMMU_TRACE_FLAG_ENTRY) {
		if (c->depth++ == 0) {
			c->alone = true;
			c->call_start = c->count;
			c->call = call;
			c->silent_endpoint = false;
			for (unsigned smmu = 0; smmu < CHECK_SMMUS; smmu++)
				c->smmu[smmu].unsynced = 0;
		} else {
			c->alone = false;
		}
		c->sent_count = 0;
		c->excused_calls += is_for_others(call);
		return;
	}
	if (c->depth == 0)
		return;
	c->depth--;
	c->excused_calls -= is_for_others(call) && c->excused_calls > 0;
	if (c->now.data[0] != 0)
		excuse(c);
	if (c->depth > 0)
		return;
	if (c->silent_endpoint && c->alone && (c->now.data[0] == SMMU_OK || (int64_t)c->now.data[0] == SMMU_E_CMDQ))
		check_i_fail(c, CHECK_LIFE, UINT16_MAX, "life.endpoint",
			     "%s (call %u) answers %lld and does not say that an endpoint did not answer an invalidation it sent", smmu_call_name(call), call,
			     (long long)c->now.data[0]);
	judge_return(c, call);
	check_i_groups_end(c);
	check_i_seen_end(c, smmu_call_name(call), c->now.data[0] != 0);
}

/* Which endpoint it was the SMMU does not say; that there was one the caller must learn. An illegal command is the driver's own, or in the
 * slot was not what it wrote. */
void check_i_queue_stopped(struct check *c)
{
	if (c->now.data[0] == SMMU_CMDQ_CONS_ERR_CERROR_ILL && c->depth > 0 && !c->excused_calls)
		check_i_fail(c, CHECK_COMMANDS, c->now.source, "command.illegal",
			     "smmu%u refused what is at index 0x%llx of its command queue as illegal, during %s (call %u)", c->now.source,
			     (unsigned long long)c->now.addr, smmu_call_name(c->call), c->call);
	c->silent_endpoint = c->depth > 0 && c->now.data[0] == SMMU_CMDQ_CONS_ERR_CERROR_ATC_INV_SYNC;
}

void check_i_commands_end(struct check *c)
{
	for (size_t i = 0; i < c->pending_count && c->depth == 0; i++)
		if (!c->pending[i].excused)
			fail_missing(c, &c->pending[i], "before the run ended");
}

/* ---- other moments ---- */

void check_i_enable(struct check *c, unsigned smmu)
{
	const struct smmu *const s = &c->smmu[smmu];
	if (c->depth == 0)
		return;
	const bool el2 = s->known[0] && SMMU_FIELD_GET(IDR0, HYP, s->idr[0]);
	if (s->cfgi_all < 2 || s->tlbi_all < 2 || (el2 && s->tlbi_el2 < 2))
		check_i_fail(c, CHECK_COMMANDS, smmu, "command.enable",
			     "smmu%u was enabled without %s and a CMD_SYNC, so its caches may still hold what they held before", smmu,
			     s->cfgi_all < 2 ? "CMD_CFGI_ALL" : s->tlbi_all < 2 ? "CMD_TLBI_NSNH_ALL" : "CMD_TLBI_EL2_ALL");
}

void check_i_cd_shown(struct check *c, const struct entry *cd)
{
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		const struct region *const l1 = p->kind == OWED_L1CD ? check_i_region(c, p->pa) : NULL;
		if (l1 && l1->root == cd->table && p->ssid >> p->shift == cd->number >> p->shift)
			check_i_fail(c, CHECK_COMMANDS, p->smmu, "command.order",
				     "the CD of SubstreamID 0x%x became valid before smmu%u confirmed CMD_CFGI_CD with Leaf=0 for StreamID 0x%x, so the "
				     "SMMU may still remember that there is no table", cd->number, p->smmu, p->sid);
	}
}

void check_i_tag_reused(struct check *c, const struct tag *tag, const struct entry *e)
{
	const char *const kind = e->cd ? "CD of SubstreamID" : "STE of StreamID";
	char text[160];
	for (size_t i = 0; tag->root && i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (p->kind != OWED_TAG || p->done || !p->root || p->smmu != tag->smmu || p->type != tag->type || p->id != tag->id || p->vmid != tag->vmid)
			continue;
		if (p->cause == c->count)
			check_i_fail(c, CHECK_TABLES, tag->smmu, "table.torn",
				     "the %s 0x%x at 0x%llx got table 0x%llx in place of 0x%llx while it is valid and keeps its tag: smmu%u may use it with "
				     "translations of the old table", kind, e->number, (unsigned long long)e->pa, (unsigned long long)tag->root,
				     (unsigned long long)p->root, tag->smmu);
		else
			check_i_fail(c, CHECK_COMMANDS, tag->smmu, "command.reuse",
				     "the %s 0x%x at 0x%llx gives smmu%u table 0x%llx under the tag of table 0x%llx before %s", kind, e->number,
				     (unsigned long long)e->pa, tag->smmu, (unsigned long long)tag->root, (unsigned long long)p->root,
				     check_i_owed_text(p, text, sizeof text));
	}
}
