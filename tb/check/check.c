/* SPDX-License-Identifier: Apache-2.0
 * One record after the other: the facts, then the oracles. Proof: tb/check/test. */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char *const names[CHECK_ORACLES] = { "commands", "tables", "stale", "counts", "life", "data" };

const char *check_name(enum check_oracle oracle) { return names[oracle]; }

struct check *check_new(const struct check_config *config)
{
	struct check *const c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->config = *config;
	c->alone = true;
	for (size_t i = 0; i < CHECK_BUCKETS; i++)
		c->bucket[i] = CHECK_NONE;
	return c;
}

void check_free(struct check *c)
{
	if (!c)
		return;
	free(c->region);
	free(c->node);
	free(c->entry);
	free(c->tag);
	free(c->pending);
	free(c->sent);
	free(c->stall);
	free(c->page);
	free(c->piece);
	free(c->group);
	free(c->written);
	for (unsigned smmu = 0; smmu < CHECK_SMMUS; smmu++) {
		free(c->smmu[smmu].open);
		free(c->smmu[smmu].atc);
		free(c->smmu[smmu].group);
	}
	free(c);
}

const struct check_finding *check_first(const struct check *c, enum check_oracle oracle) { return &c->finding[oracle]; }
bool check_is_judging(const struct check *c) { return !c->blind; }

/* A fetch, a data phase or a refused command: nothing the driver says about its call explains it. */
static bool record_is_of_smmu(unsigned kind)
{
	return kind == SMMU_TRACE_CONFIG_FETCH || kind == SMMU_TRACE_WALK_STEP || kind == SMMU_TRACE_TXN_END ||
	       kind == SMMU_TRACE_CMDQ_ERROR;
}

void check_i_fail(struct check *c, enum check_oracle oracle, unsigned source, const char *rule, const char *format, ...)
{
	struct check_finding *const f = &c->finding[oracle];
	va_list args;
	if (c->config.off[oracle] || f->rule || c->blind)
		return;
	f->record = c->count;
	f->time_ps = c->now.time_ps;
	f->source = (uint16_t)source;
	f->rule = rule;
	f->lasting = record_is_of_smmu(c->now.kind) || oracle >= CHECK_COUNTS;
	va_start(args, format);
	vsnprintf(f->text, sizeof f->text, format, args);
	va_end(args);
}

/* ---- stores ---- */

static void owe_config(struct check *c, const struct entry *e, uint64_t old_root)
{
	struct pending owed = { .stage = STAGE_WANTED, .pa = e->pa, .smmu = e->smmu, .sid = e->number, .kind = OWED_STE };
	if (!e->cd) {
		check_i_owe(c, &owed);
		return;
	}
	owed.kind = OWED_CD;
	owed.ssid = e->number;
	owed.root = old_root;
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const ste = &c->entry[i];
		if (ste->cd || ste->dead || !check_i_reaches(ste, e) || !check_i_enabled(c, ste->smmu))
			continue;
		owed.smmu = ste->smmu;
		owed.sid = ste->number;
		check_i_owe(c, &owed);
	}
}

static void cancel_tag(struct check *c, const struct tag *tag)
{
	for (size_t i = 0; i < c->pending_count; i++) {
		struct pending *const p = &c->pending[i];
		if (p->kind == OWED_TAG && p->smmu == tag->smmu && p->type == tag->type && p->id == tag->id && p->vmid == tag->vmid &&
		    p->root == tag->root)
			p->done = true;
	}
}

/* Tags whose first user came or whose last one went with this store. */
static void settle_tags(struct check *c, const struct entry *e, bool config_owed)
{
	for (size_t i = 0; i < c->tag_count; i++) {
		struct tag *const tag = &c->tag[i];
		if (!tag->touched)
			continue;
		if (tag->before > 0 && tag->users <= 0 && check_i_enabled(c, tag->smmu)) {
			const struct pending owed = { .kind = OWED_TAG, .smmu = tag->smmu, .type = tag->type, .id = tag->id, .vmid = tag->vmid,
				.root = tag->root, .pa = e->pa, .stage = config_owed ? STAGE_CONFIG : STAGE_WANTED,
				.excused = tag->root == 0 };    /* nothing was translated under it: allowed, not asked for */
			check_i_owe(c, &owed);
		}
	}
	/* One store may take a tag from one table and give it to another. */
	for (size_t i = 0; i < c->tag_count; i++) {
		struct tag *const tag = &c->tag[i];
		if (tag->touched && tag->before <= 0 && tag->users > 0) {
			cancel_tag(c, tag);
			check_i_tag_reused(c, tag, e);
			check_i_tag_joined(c, tag);
		}
		tag->touched = false;
	}
	check_i_sweep(c);
}

static uint64_t root_of(const struct entry *cd)
{
	return CHECK_GET(cd->word, CD, V) && !CHECK_GET(cd->word, CD, EPD0) ? cd->word[1] & SMMU_CD_TTB0_MASK : 0;
}

static void forget_atc(struct check *c, const struct entry *ste)
{
	for (size_t i = 0; i < c->pending_count; i++)
		if (c->pending[i].kind == OWED_ATC && c->pending[i].smmu == ste->smmu && c->pending[i].sid == ste->number)
			c->pending[i].done = true;
	check_i_sweep(c);
}

static void entry_stored(struct check *c, struct region *r, uint64_t pa, uint64_t old, uint64_t value)
{
	struct entry *e = check_i_entry(c, r, pa);
	const unsigned i = (unsigned)(pa >> 3 & 7);
	if (!e)
		return;
	e->stored = true;
	if (e->word[i] != old) {        /* changed behind our back */
		check_i_count_users(c, e, -1);
		e->word[i] = e->settled[i] = old;
		check_i_count_users(c, e, 1);
	}
	if (old == value)
		return;
	const bool reachable = check_i_reachable(c, e);
	const uint64_t root = e->cd ? root_of(e) : 0;
	check_i_count_users(c, e, -1);
	e->word[i] = value;
	check_i_count_users(c, e, 1);
	e->changed = reachable;
	if (reachable)
		owe_config(c, e, root && root_of(e) != root ? root : 0);
	else
		e->settled[i] = value;
	if (!e->cd && !CHECK_GET(e->word, STE, EATS))
		forget_atc(c, e);
	if (e->cd && reachable && i == 0 && !(old & SMMU_CD_V_MASK) && (value & SMMU_CD_V_MASK))
		check_i_cd_shown(c, e);
	check_i_entry_stored(c, e);
	check_i_show_entry(c, e);
	e = check_i_entry(c, NULL, pa);
	if (e)
		settle_tags(c, e, reachable);
}

static void owe_l1(struct check *c, const struct region *r, uint64_t pa, uint32_t first)
{
	struct pending owed = { .kind = OWED_L1STD, .stage = STAGE_WANTED, .pa = pa, .smmu = r->smmu, .sid = first, .shift = r->shift };
	if (r->kind == REGION_L1STD) {
		if (check_i_enabled(c, r->smmu))
			check_i_owe(c, &owed);
		return;
	}
	owed.kind = OWED_L1CD;
	owed.ssid = first;
	for (size_t i = 0; i < c->entry_count; i++) {
		const struct entry *const ste = &c->entry[i];
		if (ste->cd || ste->dead || !check_i_is_s1(ste) || (ste->word[0] & SMMU_STE_S1ContextPtr_MASK) != r->root ||
		    !check_i_enabled(c, ste->smmu))
			continue;
		owed.smmu = ste->smmu;
		owed.sid = ste->number;
		check_i_owe(c, &owed);
	}
}

static void l1_stored(struct check *c, const struct region *r, uint64_t pa, uint64_t old, uint64_t value)
{
	const uint32_t first = (uint32_t)((pa - r->base) / 8) << r->shift;
	const uint64_t span = value & SMMU_L1STD_Span_MASK;
	if (old != value)
		owe_l1(c, r, pa, first);
	if (r->kind == REGION_L1STD && span > 0 && span < 12)
		check_i_add_region(c, &(struct region){ .base = value & SMMU_L1STD_L2Ptr_MASK, .bytes = UINT64_C(64) << (span - 1),
			.kind = REGION_STE, .smmu = r->smmu, .first = first });
	if (r->kind == REGION_L1CD && (value & SMMU_L1CD_V_MASK))
		check_i_add_region(c, &(struct region){ .base = value & SMMU_L1CD_L2Ptr_MASK, .bytes = UINT64_C(64) << r->shift,
			.root = r->root, .kind = REGION_CD, .first = first });
}

/* The table old named, and all below it, cannot be reached any more. */
static void unlink_tables(struct check *c, const struct region *r, uint64_t iova)
{
	for (size_t i = 0; i < c->region_count; i++) {
		struct region *const below = &c->region[i];
		if (below->kind == REGION_PTE && !below->dead && below->root == r->root && below->level > r->level &&
		    below->iova - iova < UINT64_C(1) << r->shift && !below->unlinked)
			below->unlinked = c->count;
	}
}

static void descriptor_stored(struct check *c, const struct region *r, uint64_t pa, uint64_t old, uint64_t value)
{
	const uint64_t iova = r->iova + ((pa - r->base) / 8 << r->shift);
	const bool was_table = check_i_is_table(old, r->level), is_table = check_i_is_table(value, r->level);
	/* Bits an SMMU does not look at: those of software, in tables also the attributes of leaves. */
	const uint64_t ignored = was_table && is_table ? UINT64_C(0x07f8000000000ffc) : UINT64_C(0x0780000000000000);
	struct region *const root = check_i_region(c, r->root);
	if (root && !root->stored) {
		root->stored = true;
		check_i_root_stored(c, r->root);
	}
	check_i_group_stored(c, r, pa, old, value);
	check_i_descriptor_stored(c, r, iova, old, value);
	if (was_table && (!is_table || ((old ^ value) & CHECK_ADDRESS_MASK)))
		unlink_tables(c, r, iova);
	if (check_i_is_valid(old) && ((old ^ value) & ~ignored))
		check_i_owe_range(c, r, iova, old);
	if (is_table)
		check_i_show_table(c, r, iova, value);
}

/* The memory of a table that no SMMU can reach any more may have been given back; whoever stores there uses it for something that
 * nobody has shown yet. If it is still a table, attaching it shows it again. */
static bool is_given_back(const struct check *c, const struct region *r)
{
	if (r->kind != REGION_PTE)
		return false;
	if (r->unlinked)
		return !check_i_unlink_owed(c, r);
	for (size_t i = 0; i < c->tag_count; i++)
		if (c->tag[i].users > 0 && c->tag[i].root == r->root)
			return false;
	return !check_i_root_owed(c, r->root);
}

static void stored(struct check *c, uint64_t pa, uint64_t old, uint64_t value)
{
	struct region *const r = check_i_region(c, pa);
	if (!r)
		return;
	if (is_given_back(c, r)) {
		r->dead = true;
		return;
	}
	const struct region copy = *r;  /* the array may move */
	switch (copy.kind) {
	case REGION_STE:
	case REGION_CD: entry_stored(c, r, pa, old, value); break;
	case REGION_PTE: descriptor_stored(c, &copy, pa, old, value); break;
	default: l1_stored(c, &copy, pa, old, value); break;
	}
}

/* ---- records ---- */

static void register_read(struct check *c, unsigned smmu)
{
	const uint64_t n = c->now.addr / 4;
	check_i_pmcg_read(c, smmu, c->now.addr, c->now.data[0], c->now.size);
	check_i_register_shown(c, smmu, c->now.addr, c->now.data[0]);
	check_i_wait_shown(c, smmu, c->now.addr, c->now.data[0]);
	if (c->now.addr == SMMU_IIDR)
		c->smmu[smmu].iidr = (uint32_t)c->now.data[0];
	if (c->now.addr % 4 || n >= 6 || c->now.size != 4)
		return;
	c->smmu[smmu].idr[n] = (uint32_t)c->now.data[0];
	c->smmu[smmu].known[n] = true;
}

static void register_written(struct check *c, unsigned smmu)
{
	check_i_register_before(c, smmu, c->now.addr, c->now.data[0]);
	check_i_register(c, smmu, c->now.addr, c->now.data[0], c->now.size);
	check_i_pmcg_write(c, smmu, c->now.addr, c->now.data[0], c->now.size);
	check_i_wait_register(c, smmu, c->now.addr, c->now.data[0]);
	check_i_life_register(c, smmu, c->now.addr, c->now.data[0]);
	check_i_endpoint_register(c, smmu, c->now.addr);
	check_i_page_register(c, smmu, c->now.addr, c->now.data[0]);
}

static void command_consumed(struct check *c, unsigned smmu)
{
	check_i_consumed(c, smmu);
	check_i_wait_command(c, smmu, c->now.data);
	check_i_answered(c, smmu, c->now.data);
	check_i_endpoint_command(c, smmu, c->now.data);
	check_i_page_answered(c, smmu, c->now.data);
	check_i_command_before(c, smmu, c->now.data);
	check_i_command(c, smmu, c->now.data);
}

static void command_error(struct check *c, unsigned smmu)
{
	c->sent_count = 0;
	check_i_consumed(c, smmu);
	check_i_endpoint_error(c, smmu);
	check_i_forget_owed(c, smmu, true);
	check_i_queue_stopped(c);
}

static void transaction_ended(struct check *c, unsigned smmu)
{
	check_i_txn_ends(c, smmu);
	if (c->now.detail == SMMU_TRACE_TXN_OK || c->now.detail == SMMU_TRACE_TXN_RAZ_WI)
		check_i_piece(c, smmu);
	check_i_data_phase(c);
}

static void of_an_smmu(struct check *c, unsigned smmu)
{
	switch (c->now.kind) {
	case SMMU_TRACE_MMIO_READ: register_read(c, smmu); break;
	case SMMU_TRACE_MMIO_WRITE: register_written(c, smmu); break;
	case SMMU_TRACE_COMMAND: command_consumed(c, smmu); break;
	case SMMU_TRACE_SECURE_COMMAND: check_i_wait_secure_command(c, smmu, c->now.data); break;
	case SMMU_TRACE_CMDQ_ERROR: command_error(c, smmu); break;
	case SMMU_TRACE_CONFIG_FETCH:
		check_i_happened(c, smmu, 5);
		check_i_fetch(c);
		break;
	case SMMU_TRACE_WALK_STEP:
		check_i_happened(c, smmu, 4);
		check_i_fetch(c);
		break;
	case SMMU_TRACE_TXN_BEGIN: check_i_txn_begins(c, smmu); break;
	case SMMU_TRACE_TXN_END: transaction_ended(c, smmu); break;
	case SMMU_TRACE_EVENT:
	case SMMU_TRACE_EVENT_LOST: check_i_event(c, smmu); break;
	case SMMU_TRACE_PRI: check_i_page_asked(c, smmu); break;
	case SMMU_TRACE_IRQ:
	case SMMU_TRACE_MSI: check_i_interrupt(c, smmu); break;
	default: break;
	}
}

void check_record(struct check *c, const struct smmu_trace_record *record)
{
	if (c->blind)
		return;
	c->count++;
	c->now = *record;
	switch (record->kind) {
	case SMMU_TRACE_TABLE_STORE:
		if (record->data[0] != record->data[1])
			c->sent_count = 0;
		stored(c, record->addr, record->data[0], record->data[1]);
		check_i_word_stored(c, record->addr, record->data[1]);
		break;
	case SMMU_TRACE_DRIVER_CALL: check_i_call(c); break;
	case SMMU_TRACE_MESSAGE: check_i_message(c); break;
	default:
		if (record->source < CHECK_SMMUS)
			of_an_smmu(c, record->source);
	}
	check_i_time(c);
}

void check_end(struct check *c)
{
	c->count++;
	check_i_commands_end(c);
	check_i_life_end(c);
	check_i_pages_end(c);
}
