/* SPDX-License-Identifier: Apache-2.0
 * What is owed to the SMMUs for changes of their tables, and which commands pay it. The table `pays` is the model; the rest is
 * ranges. A debt is paid when a CMD_SYNC after the right commands is consumed.
 * Not here: when a debt is due (command_oracle.c). Proof: tb/check/test/test_commands.c. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* ---- the model: change -> commands, any of which pays ---- */

enum match {
	BY_STREAM,              /* StreamID is that of the debt */
	BY_STREAM_LEAF0,        /* and the command also drops level-1 descriptors */
	BY_STREAM_RANGE,        /* CFGI_STE_RANGE and CFGI_ALL */
	BY_SUBSTREAM,           /* StreamID and SubstreamID */
	BY_SUBSTREAM_LEAF0,     /* the level-1 descriptor of a SubstreamID */
	BY_ALL,
	BY_VMID,
	BY_ASID,                /* VMID and ASID, or ASID alone at EL2; not for global entries */
	BY_ADDRESS,             /* VMID, ASID and range */
	BY_ADDRESS_ANY_ASID,
	BY_VMID_ADDRESS,
	BY_ATC,
};

static const struct pay {
	uint8_t owed, type;     /* enum pending_kind, enum tag_type (of a range or a tag) */
	bool nested;            /* what combines both stages, beside the stage-2 entries themselves */
	uint8_t opcode;
	enum match match;
} pays[] = {
	{ OWED_L1STD, 0, false, SMMU_CMD_CFGI_STE, BY_STREAM_LEAF0 },
	{ OWED_L1STD, 0, false, SMMU_CMD_CFGI_STE_RANGE, BY_STREAM_RANGE },
	{ OWED_STE, 0, false, SMMU_CMD_CFGI_STE, BY_STREAM },
	{ OWED_STE, 0, false, SMMU_CMD_CFGI_STE_RANGE, BY_STREAM_RANGE },
	{ OWED_L1CD, 0, false, SMMU_CMD_CFGI_CD, BY_SUBSTREAM_LEAF0 },
	{ OWED_L1CD, 0, false, SMMU_CMD_CFGI_CD_ALL, BY_STREAM },
	{ OWED_L1CD, 0, false, SMMU_CMD_CFGI_STE, BY_STREAM },
	{ OWED_L1CD, 0, false, SMMU_CMD_CFGI_STE_RANGE, BY_STREAM_RANGE },
	{ OWED_CD, 0, false, SMMU_CMD_CFGI_CD, BY_SUBSTREAM },
	{ OWED_CD, 0, false, SMMU_CMD_CFGI_CD_ALL, BY_STREAM },
	{ OWED_CD, 0, false, SMMU_CMD_CFGI_STE, BY_STREAM },
	{ OWED_CD, 0, false, SMMU_CMD_CFGI_STE_RANGE, BY_STREAM_RANGE },
	{ OWED_RANGE, TAG_ASID, false, SMMU_CMD_TLBI_NH_VA, BY_ADDRESS },
	{ OWED_RANGE, TAG_ASID, false, SMMU_CMD_TLBI_NH_VAA, BY_ADDRESS_ANY_ASID },
	{ OWED_RANGE, TAG_ASID, false, SMMU_CMD_TLBI_NH_ASID, BY_ASID },
	{ OWED_RANGE, TAG_ASID, false, SMMU_CMD_TLBI_NH_ALL, BY_VMID },
	{ OWED_RANGE, TAG_ASID, false, SMMU_CMD_TLBI_S12_VMALL, BY_VMID },
	{ OWED_RANGE, TAG_ASID, false, SMMU_CMD_TLBI_NSNH_ALL, BY_ALL },
	{ OWED_RANGE, TAG_ASID_EL2, false, SMMU_CMD_TLBI_EL2_VA, BY_ADDRESS },
	{ OWED_RANGE, TAG_ASID_EL2, false, SMMU_CMD_TLBI_EL2_VAA, BY_ADDRESS_ANY_ASID },
	{ OWED_RANGE, TAG_ASID_EL2, false, SMMU_CMD_TLBI_EL2_ASID, BY_ASID },
	{ OWED_RANGE, TAG_ASID_EL2, false, SMMU_CMD_TLBI_EL2_ALL, BY_ALL },
	{ OWED_RANGE, TAG_VMID, false, SMMU_CMD_TLBI_S2_IPA, BY_VMID_ADDRESS },
	{ OWED_RANGE, TAG_VMID, false, SMMU_CMD_TLBI_S12_VMALL, BY_VMID },
	{ OWED_RANGE, TAG_VMID, false, SMMU_CMD_TLBI_NSNH_ALL, BY_ALL },
	{ OWED_RANGE, TAG_VMID, true, SMMU_CMD_TLBI_NH_ALL, BY_VMID },
	{ OWED_RANGE, TAG_VMID, true, SMMU_CMD_TLBI_S12_VMALL, BY_VMID },
	{ OWED_RANGE, TAG_VMID, true, SMMU_CMD_TLBI_NSNH_ALL, BY_ALL },
	{ OWED_TAG, TAG_ASID, false, SMMU_CMD_TLBI_NH_ASID, BY_ASID },
	{ OWED_TAG, TAG_ASID, false, SMMU_CMD_TLBI_NH_ALL, BY_VMID },
	{ OWED_TAG, TAG_ASID, false, SMMU_CMD_TLBI_S12_VMALL, BY_VMID },
	{ OWED_TAG, TAG_ASID, false, SMMU_CMD_TLBI_NSNH_ALL, BY_ALL },
	{ OWED_TAG, TAG_ASID_EL2, false, SMMU_CMD_TLBI_EL2_ASID, BY_ASID },
	{ OWED_TAG, TAG_ASID_EL2, false, SMMU_CMD_TLBI_EL2_ALL, BY_ALL },
	{ OWED_TAG, TAG_VMID, false, SMMU_CMD_TLBI_S12_VMALL, BY_VMID },
	{ OWED_TAG, TAG_VMID, false, SMMU_CMD_TLBI_NSNH_ALL, BY_ALL },
	{ OWED_ATC, 0, false, SMMU_CMD_ATC_INV, BY_ATC },
};

/* ---- fields; the commands share their places ---- */

static uint32_t stream_of(const uint64_t cmd[2]) { return (uint32_t)(cmd[0] >> 32); }
static uint32_t substream_of(const uint64_t cmd[2]) { return (uint32_t)(cmd[0] >> 12) & 0xfffff; }
static uint32_t vmid_of(const uint64_t cmd[2]) { return (uint32_t)(cmd[0] >> 32) & 0xffff; }
static uint32_t asid_of(const uint64_t cmd[2]) { return (uint32_t)(cmd[0] >> 48) & 0xffff; }
static bool is_leaf(const uint64_t cmd[2]) { return (cmd[1] & 1) != 0; }

static bool in_range(const uint64_t cmd[2], uint32_t sid)
{
	const unsigned range = (unsigned)(cmd[1] & 31);
	return range == 31 || sid >> (range + 1) == stream_of(cmd) >> (range + 1);
}

/* What a TLBI by address removes of p: an entry is hit by any address it maps. False: nothing for sure. */
static bool address_scope(const struct pending *p, const uint64_t cmd[2], uint64_t *from, uint64_t *to)
{
	const unsigned tg = (unsigned)(cmd[1] >> 10 & 3), ttl = tg ? (unsigned)(cmd[1] >> 8 & 3) : 0;
	const uint64_t first = cmd[1] & ~UINT64_C(0xfff);
	uint64_t last = first + 0xfff;
	if (is_leaf(cmd) && !p->leaf)
		return false;
	if (tg) {
		const unsigned granule_log2 = 10 + 2 * tg;
		const uint64_t bytes = ((cmd[0] >> 12 & 31) + 1) << ((cmd[0] >> 20 & 31) + granule_log2);
		last = first + bytes - 1 < first ? UINT64_MAX : first + bytes - 1;
		if (granule_log2 != p->granule_log2)
			return false;
	}
	if (ttl && (p->leaf ? ttl != p->level : ttl <= p->level))
		return false;
	const uint64_t unit = UINT64_C(1) << p->shift;
	*from = first & ~(unit - 1);
	*to = (last | (unit - 1)) + 1;
	return true;
}

static bool atc_scope(const struct pending *p, const uint64_t cmd[2], uint64_t *from, uint64_t *to)
{
	const unsigned size = (unsigned)(cmd[1] & 63);
	const bool ssv = (cmd[0] & SMMU_CMD_ATC_INV_SSV_MASK) != 0;
	if (stream_of(cmd) != p->sid || (ssv && substream_of(cmd) != p->ssid))
		return false;
	const uint64_t span = size >= 52 ? 0 : UINT64_C(4096) << size;
	*from = span ? cmd[1] & ~UINT64_C(0xfff) & ~(span - 1) : 0;
	*to = span ? *from + span : UINT64_MAX;
	return true;
}

/* Does cmd pay p, and which part of it? */
static bool pays_for(const struct pending *p, const uint64_t cmd[2], uint64_t *from, uint64_t *to)
{
	*from = p->iova;
	*to = p->end;
	for (size_t i = 0; i < sizeof pays / sizeof pays[0]; i++) {
		const struct pay *const pay = &pays[i];
		if (pay->opcode != (cmd[0] & 0xff) || pay->owed != p->kind || pay->type != p->type || pay->nested != p->nested)
			continue;
		switch (pay->match) {
		case BY_STREAM: return stream_of(cmd) == p->sid;
		case BY_STREAM_LEAF0: return !is_leaf(cmd) && stream_of(cmd) >> p->shift == p->sid >> p->shift;
		case BY_STREAM_RANGE: return in_range(cmd, p->sid);
		case BY_SUBSTREAM: return stream_of(cmd) == p->sid && substream_of(cmd) == p->ssid;
		case BY_SUBSTREAM_LEAF0:
			return !is_leaf(cmd) && stream_of(cmd) == p->sid && substream_of(cmd) >> p->shift == p->ssid >> p->shift;
		case BY_ALL: return true;
		case BY_VMID: return vmid_of(cmd) == (p->type == TAG_VMID ? p->id : p->vmid);
		case BY_ASID: return asid_of(cmd) == p->id && (p->type == TAG_ASID_EL2 || vmid_of(cmd) == p->vmid) && !p->global;
		case BY_ADDRESS:
			return (p->global || asid_of(cmd) == p->id) && (p->type == TAG_ASID_EL2 || vmid_of(cmd) == p->vmid) &&
			       address_scope(p, cmd, from, to);
		case BY_ADDRESS_ANY_ASID:
			return (p->type == TAG_ASID_EL2 || vmid_of(cmd) == p->vmid) && address_scope(p, cmd, from, to);
		case BY_VMID_ADDRESS: return vmid_of(cmd) == p->id && address_scope(p, cmd, from, to);
		case BY_ATC: return atc_scope(p, cmd, from, to);
		}
	}
	return false;
}

bool check_i_pays(const struct pending *p, const uint64_t cmd[2])
{
	uint64_t from, to;
	return pays_for(p, cmd, &from, &to) && (p->iova == p->end || (from < p->end && p->iova < to));
}

/* ---- debts ---- */

static bool same_debt(const struct pending *a, const struct pending *b)
{
	return a->kind == b->kind && a->smmu == b->smmu && a->type == b->type && a->id == b->id && a->vmid == b->vmid && a->sid == b->sid &&
	       a->ssid == b->ssid && a->root == b->root && a->leaf == b->leaf && a->level == b->level && a->global == b->global &&
	       a->nested == b->nested && a->pa == b->pa && a->deferred == b->deferred && a->excused == b->excused;
}

struct pending *check_i_owe(struct check *c, const struct pending *owed)
{
	/* An unmap stores one descriptor after the other, for every tag of the table. */
	size_t look = 2 * c->tag_count + 16;
	for (size_t i = c->pending_count; i-- > 0 && look-- > 0;) {
		struct pending *const p = &c->pending[i];
		if (p->done || p->stage != owed->stage || !same_debt(p, owed))
			continue;
		if (p->iova == owed->iova && p->end == owed->end)
			return p;
		if (owed->kind == OWED_RANGE || owed->kind == OWED_ATC) {
			if (owed->iova > p->end || p->iova > owed->end)
				continue;
			p->iova = owed->iova < p->iova ? owed->iova : p->iova;
			p->end = owed->end > p->end ? owed->end : p->end;
			return p;
		}
	}
	if (!check_i_room(c, (void **)&c->pending, &c->pending_room, c->pending_count, sizeof *c->pending))
		return NULL;
	struct pending *const p = &c->pending[c->pending_count++];
	*p = *owed;
	p->cause = c->count;
	return p;
}

static bool has_guests(const struct check *c, unsigned smmu, uint64_t root)
{
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const e = &c->entry[i];
		if (!e->cd && !e->dead && e->smmu == smmu && check_i_is_s2(e) && CHECK_GET(e->word, STE, Config) == 7 &&
		    (e->word[3] & SMMU_STE_S2TTB_MASK) == root)
			return true;
	}
	return false;
}

void check_i_owe_range(struct check *c, const struct region *r, uint64_t iova, uint64_t old)
{
	const bool leaf = !check_i_is_table(old, r->level);
	for (size_t i = 0; i < c->tag_count && !c->blind; i++) {
		const struct tag *const tag = &c->tag[i];
		if (tag->root != r->root || tag->users <= 0 || !check_i_enabled(c, tag->smmu))
			continue;
		struct pending owed = { .kind = OWED_RANGE, .smmu = tag->smmu, .type = tag->type, .id = tag->id, .vmid = tag->vmid,
			.root = r->root, .iova = iova, .end = iova + (UINT64_C(1) << r->shift), .leaf = leaf, .level = r->level,
			.granule_log2 = r->granule_log2, .shift = r->shift, .stage = STAGE_WANTED,
			.global = leaf && !r->stage2 && !(old & SMMU_S1LEAF_nG_MASK) };
		check_i_owe(c, &owed);
		owed.nested = tag->type == TAG_VMID && has_guests(c, tag->smmu, r->root);
		if (owed.nested)
			check_i_owe(c, &owed);
	}
}

bool check_i_root_owed(const struct check *c, uint64_t root)
{
	for (size_t i = 0; i < c->pending_count; i++)
		if (!c->pending[i].done && c->pending[i].kind == OWED_RANGE && c->pending[i].root == root)
			return true;
	return false;
}

/* What later unmaps of the same range owe is about the table that came after this one. */
bool check_i_unlink_owed(const struct check *c, const struct region *r)
{
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (!p->done && p->kind == OWED_RANGE && p->root == r->root && p->iova <= r->iova && r->iova < p->end && !p->leaf &&
		    p->cause <= r->unlinked)
			return true;
	}
	return false;
}

void check_i_forget_owed(struct check *c, unsigned smmu, bool atc_only)
{
	for (size_t i = 0; i < c->pending_count; i++)
		if (c->pending[i].smmu == smmu && (!atc_only || c->pending[i].kind == OWED_ATC))
			c->pending[i].done = true;
	check_i_sweep(c);
}

void check_i_sweep(struct check *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->pending_count; i++)
		if (!c->pending[i].done)
			c->pending[kept++] = c->pending[i];
	c->pending_count = kept;
}

/* ---- payment ---- */

/* The part [from, to) of a debt is paid, what is left stays wanted. */
static void pay(struct check *c, size_t at, uint64_t from, uint64_t to)
{
	const struct pending whole = c->pending[at];
	struct pending rest[2];
	unsigned count = 0;
	if (from > whole.iova) {
		rest[count] = whole;
		rest[count++].end = from;
	}
	if (to < whole.end) {
		rest[count] = whole;
		rest[count++].iova = to;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!check_i_room(c, (void **)&c->pending, &c->pending_room, c->pending_count, sizeof *c->pending))
			return;
		c->pending[c->pending_count++] = rest[i];
	}
	c->pending[at].iova = from > whole.iova ? from : whole.iova;
	c->pending[at].end = to < whole.end ? to : whole.end;
	c->pending[at].stage = STAGE_SEEN;
}

static bool config_is_owed(const struct check *c, uint64_t pa, unsigned smmu, bool any_smmu)
{
	for (size_t i = 0; i < c->pending_count; i++) {
		const struct pending *const p = &c->pending[i];
		if (!p->done && (p->kind == OWED_STE || p->kind == OWED_CD) && p->pa == pa && (any_smmu || p->smmu == smmu))
			return true;
	}
	return false;
}

static void owe_atc(struct check *c, const struct entry *ste, uint32_t ssid, const struct pending *for_what)
{
	struct pending owed = { .kind = OWED_ATC, .smmu = ste->smmu, .sid = ste->number, .ssid = ssid, .stage = STAGE_WANTED,
		.iova = for_what->iova, .end = for_what->end, .deferred = for_what->deferred, .excused = for_what->excused };
	if (for_what->kind == OWED_CD)
		owed.end = UINT64_MAX;
	struct pending *const p = check_i_owe(c, &owed);
	if (p && for_what->cause < p->cause)
		p->cause = for_what->cause;
}

/* The SMMU has forgotten; endpoints behind it may remember. */
static void ask_endpoints(struct check *c, const struct pending *paid)
{
	for (size_t i = 0; i < c->entry_count && !c->blind; i++) {
		const struct entry *const ste = &c->entry[i];
		if (ste->cd || ste->dead || ste->smmu != paid->smmu || !CHECK_GET(ste->word, STE, EATS))
			continue;
		if (paid->kind == OWED_CD && ste->number == paid->sid && check_i_is_s1(ste))
			owe_atc(c, ste, paid->ssid, paid);
		if (paid->kind == OWED_CD)
			continue;
		if (check_i_is_s2(ste) && (ste->word[3] & SMMU_STE_S2TTB_MASK) == paid->root && !paid->nested) {
			struct pending range = *paid;
			if (CHECK_GET(ste->word, STE, Config) == 7) {  /* its addresses are the guest's: any may have led there */
				range.iova = 0;
				range.end = UINT64_MAX;
			}
			owe_atc(c, ste, 0, &range);
		}
		for (size_t n = 0; n < c->entry_count && check_i_is_s1(ste); n++) {
			const struct entry *const cd = &c->entry[n];
			if (cd->cd && !cd->dead && check_i_reaches(ste, cd) && CHECK_GET(cd->word, CD, V) &&
			    (cd->word[1] & SMMU_CD_TTB0_MASK) == paid->root)
				owe_atc(c, ste, cd->number, paid);
		}
	}
}

static void settle_entries(struct check *c)
{
	for (size_t i = 0; i < c->entry_count; i++) {
		struct entry *const e = &c->entry[i];
		if (!e->changed || config_is_owed(c, e->pa, 0, true))
			continue;
		memcpy(e->settled, e->word, sizeof e->settled);
		e->changed = false;
	}
}

static void confirmed(struct check *c, unsigned smmu)
{
	struct smmu *const s = &c->smmu[smmu];
	s->last_sync = c->count;
	s->cfgi_all = s->cfgi_all ? 2 : 0;
	s->tlbi_all = s->tlbi_all ? 2 : 0;
	s->tlbi_el2 = s->tlbi_el2 ? 2 : 0;
	const size_t count = c->pending_count;
	for (size_t i = 0; i < count; i++) {
		if (c->pending[i].smmu != smmu || c->pending[i].stage != STAGE_SEEN)
			continue;
		c->pending[i].done = true;
		const struct pending paid = c->pending[i];
		if (paid.kind == OWED_RANGE || (paid.kind == OWED_CD && paid.root))
			ask_endpoints(c, &paid);
	}
	settle_entries(c);
	for (size_t i = 0; i < c->pending_count; i++) {
		struct pending *const p = &c->pending[i];
		if (p->smmu == smmu && p->stage == STAGE_CONFIG && !config_is_owed(c, p->pa, smmu, false))
			p->stage = STAGE_WANTED;
	}
	check_i_sweep(c);
}

void check_i_command(struct check *c, unsigned smmu, const uint64_t cmd[2])
{
	struct smmu *const s = &c->smmu[smmu];
	const unsigned opcode = (unsigned)(cmd[0] & 0xff);
	if (opcode == SMMU_CMD_SYNC) {
		confirmed(c, smmu);
		return;
	}
	if (opcode == SMMU_CMD_CFGI_STE_RANGE && (cmd[1] & 31) == 31)
		s->cfgi_all = 1;
	if (opcode == SMMU_CMD_TLBI_NSNH_ALL)
		s->tlbi_all = 1;
	if (opcode == SMMU_CMD_TLBI_EL2_ALL)
		s->tlbi_el2 = 1;
	const size_t count = c->pending_count;
	for (size_t i = 0; i < count && !c->blind; i++) {
		uint64_t from, to;
		const struct pending *const p = &c->pending[i];
		if (p->smmu != smmu || p->stage != STAGE_WANTED || !check_i_pays(p, cmd) || !pays_for(p, cmd, &from, &to))
			continue;
		pay(c, i, from, to);
	}
}

const char *check_i_owed_text(const struct pending *p, char *text, size_t bytes)
{
	static const char *const tags[] = { "ASID", "EL2 ASID", "VMID" };
	const char *const sync = p->stage == STAGE_SEEN ? "the CMD_SYNC after " : "";
	switch (p->kind) {
	case OWED_L1STD: snprintf(text, bytes, "%sCMD_CFGI_STE with Leaf=0 for StreamID 0x%x", sync, p->sid); break;
	case OWED_STE: snprintf(text, bytes, "%sCMD_CFGI_STE for StreamID 0x%x", sync, p->sid); break;
	case OWED_L1CD: snprintf(text, bytes, "%sCMD_CFGI_CD with Leaf=0 for StreamID 0x%x, SubstreamID 0x%x", sync, p->sid, p->ssid); break;
	case OWED_CD: snprintf(text, bytes, "%sCMD_CFGI_CD for StreamID 0x%x, SubstreamID 0x%x", sync, p->sid, p->ssid); break;
	case OWED_RANGE:
		snprintf(text, bytes, "%sTLBI of %s %u for 0x%llx to 0x%llx%s", sync, tags[p->type], p->id, (unsigned long long)p->iova,
			 (unsigned long long)(p->end - 1), p->nested ? " as combined with stage 1" : p->leaf ? "" : ", tables included");
		break;
	case OWED_TAG: snprintf(text, bytes, "%sTLBI by %s %u", sync, tags[p->type], p->id); break;
	default:
		snprintf(text, bytes, "%sCMD_ATC_INV for StreamID 0x%x, SubstreamID 0x%x, 0x%llx to 0x%llx", sync, p->sid, p->ssid,
			 (unsigned long long)p->iova, (unsigned long long)(p->end - 1));
		break;
	}
	return text;
}
