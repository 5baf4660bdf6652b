/* SPDX-License-Identifier: Apache-2.0
 * The move of a domain from one tag to another, and making way for a claim (see tag.h): publish old and new tag in the invalidation
 * array; give every CD (or STE) of the domain the new tag, one store each, CFGI and SYNC; TLBI by the old tag and SYNC; retire the
 * old tag. Unmappers clear the descriptor before they read the array, so at every moment each tag that may hold a stale
 * translation is one they see.
 * Not here: which tag a domain gets (tag.c). Proof: driver/test/test_tag.c, test_tag_unconfirmed.c, test_explore_domain.c. */
#include "cmd.h"
#include "master_internal.h"
#include "tag_internal.h"

/* Another domain leaves tag `from` of dev so that the claim can have it. */
struct smmu_tag_move {
	struct smmu_tag_move *next;
	struct smmu_domain *domain;
	struct smmu_inv_add add;
	struct smmu_inv_change change;
	uint32_t from;
	bool unfinished;                /* it has left already, but dev did not confirm that: nothing else is to be done */
	bool done;
};

/* ---- the move ---- */

static smmu_status forget_old(struct smmu_domain *domain, const struct smmu_inv_key *old, smmu_status status)
{
	if (status != SMMU_OK)
		return status;          /* the old tag stays in the array: it may still be in a cache */
	smmu_trace_tag(domain->sys, old->id, SMMU_TAG_EVENT_FLUSHED);
	smmu_inv_retire(&domain->inv, old);
	return SMMU_OK;
}

smmu_status smmu_tag_move_entries(struct smmu_domain *domain, const struct smmu_inv_add *to, uint32_t from)
{
	struct smmu_dev *const dev = to->key.dev;
	const struct smmu_inv_key old = { dev, to->key.type, from, 0, NULL };
	smmu_status status = smmu_attach_retag(domain, dev, to->key.id);
	status = smmu_first_failure(status, smmu_inv_flush_tag(&old));
	return forget_old(domain, &old, status);
}

/* The entries were rewritten long ago, and nobody knows what became of the commands that said so. */
static smmu_status finish_move(struct smmu_domain *domain, const struct smmu_inv_key *to, uint32_t from)
{
	const struct smmu_inv_key old = { to->dev, to->type, from, 0, NULL };
	const struct smmu_cmd all_entries = smmu_cmd_cfgi_all();
	smmu_status status = smmu_cmdq_run(to->dev, &all_entries, 1);
	if (status == SMMU_OK)
		status = smmu_inv_flush_tag(&old);
	return forget_old(domain, &old, status);
}

void smmu_tag_trace_live(struct smmu_sys *sys, uint32_t tag)
{
	smmu_trace_tag(sys, tag, SMMU_TAG_EVENT_ALLOCATED);
	smmu_trace_tag(sys, tag, SMMU_TAG_EVENT_LIVE);
}

/* ---- making way ---- */

struct smmu_domain *smmu_tag_owner_of(struct smmu_dev *dev, enum smmu_inv_type type, uint32_t tag)
{
	struct smmu_attach_walk walk = { 0 };
	struct smmu_domain *domain;
	while ((domain = smmu_attach_next(dev, &walk))) {
		domain = smmu_domain_owner(domain);
		if (smmu_domain_has_tag(domain) && smmu_tag_type(domain) == type &&
		    (smmu_tag_of(domain, dev) == tag || smmu_inv_leaving(&domain->inv, dev, type, tag)))
			return domain;
	}
	return NULL;
}

/* A domain that wants one tag everywhere may only be moved by another if it lives on a single SMMU. */
static bool may_be_moved(struct smmu_domain *domain)
{
	if (domain->config.type == SMMU_DOMAIN_SVA || domain->config.tag_policy == SMMU_TAG_REJECT)
		return false;
	return domain->config.tag_policy == SMMU_TAG_LOCAL || !smmu_inv_tag_at(&domain->inv, 1);
}

bool smmu_tag_may_vacate(struct smmu_domain *owner, const struct smmu_dev *dev, uint32_t tag)
{
	if (smmu_tag_of(owner, dev) == tag)
		return may_be_moved(owner);
	return !smmu_tag_is_one(owner) || smmu_inv_count(&owner->inv, smmu_tag_type(owner), tag) == 1;
}

static bool take_other_tag(struct smmu_domain *domain, struct smmu_dev *dev, uint32_t *tag)
{
	struct smmu_ids *const pool = smmu_tag_pool(dev, smmu_tag_type(domain)), *const shared = smmu_tag_shared_pool(domain);
	if (!smmu_tag_is_one(domain))
		return smmu_ids_alloc(pool, tag);
	for (uint32_t id = 1; id < pool->count; id++) {
		if (smmu_ids_is_free(pool, id) && smmu_ids_take(shared, id)) {
			*tag = id;
			return smmu_ids_take(pool, id);
		}
	}
	return false;
}

static void give_back_tag(struct smmu_domain *domain, struct smmu_dev *dev, uint32_t tag)
{
	smmu_ids_free(smmu_tag_pool(dev, smmu_tag_type(domain)), tag);
	if (smmu_tag_is_one(domain))
		smmu_ids_free(smmu_tag_shared_pool(domain), tag);
}

smmu_status smmu_tag_plan_move(struct smmu_tag_claim *claim, struct smmu_domain *owner, struct smmu_dev *dev, uint32_t from)
{
	const struct smmu_inv *const entry = smmu_inv_find(&owner->inv, dev, smmu_tag_type(owner));
	struct smmu_tag_move *const move = smmu_mem_alloc(owner->sys, sizeof *move);
	uint32_t to = entry->key.id;
	if (!move)
		return SMMU_E_NO_MEMORY;
	move->unfinished = to != from;
	if (!move->unfinished && !take_other_tag(owner, dev, &to)) {
		smmu_mem_free(owner->sys, move, sizeof *move);
		return SMMU_E_NO_SPACE;
	}
	move->domain = owner;
	move->from = from;
	move->add = (struct smmu_inv_add){ { dev, entry->key.type, to, 0, NULL }, atomic_load(&entry->users) };
	if (!move->unfinished && !smmu_inv_prepare(&owner->inv, (struct smmu_inv_adds){ &move->add, 1 },
						   (struct smmu_inv_adds){ NULL, 0 }, &move->change)) {
		give_back_tag(owner, dev, to);
		smmu_mem_free(owner->sys, move, sizeof *move);
		return SMMU_E_NO_MEMORY;
	}
	move->next = claim->moves;
	claim->moves = move;
	return SMMU_OK;
}

void smmu_tag_drop_moves(struct smmu_tag_claim *claim, bool free_vacated)
{
	while (claim->moves) {
		struct smmu_tag_move *const move = claim->moves;
		claim->moves = move->next;
		if (!move->done && !move->unfinished) {
			smmu_inv_abandon(&move->domain->inv, &move->change);
			give_back_tag(move->domain, move->add.key.dev, move->add.key.id);
		} else if (move->done && move->from) {
			if (free_vacated)
				smmu_ids_free(smmu_tag_pool(move->add.key.dev, move->add.key.type), move->from);
			if (smmu_tag_is_one(move->domain) && (free_vacated || !claim->shared))
				smmu_ids_free(smmu_tag_shared_pool(move->domain), move->from);
		}
		smmu_mem_free(claim->domain->sys, move, sizeof *move);
	}
}

static smmu_status move_away(struct smmu_tag_move *move)
{
	struct smmu_domain *const domain = move->domain;
	if (move->unfinished)
		return finish_move(domain, &move->add.key, move->from);
	smmu_inv_commit(&domain->inv, &move->change);
	smmu_tag_trace_live(domain->sys, move->add.key.id);
	smmu_publish(domain->sys);
	if (smmu_tag_is_one(domain))
		domain->shared_tag = move->add.key.id;
	return smmu_tag_move_entries(domain, &move->add, move->from);
}

smmu_status smmu_tag_make_way(struct smmu_tag_claim *claim)
{
	for (struct smmu_tag_move *move = claim->moves; move; move = move->next) {
		const smmu_status status = move_away(move);
		if (status != SMMU_OK) {
			/* Its new tag is in use. Its old one stays taken until somebody wants it, or the domain goes, and dev answers. */
			move->done = true;
			move->from = 0;
			return status;
		}
		move->done = true;
	}
	return SMMU_OK;
}
