/* SPDX-License-Identifier: Apache-2.0
 * Invalidation array and fan-out (see inv.h). Proof: driver/test/test_inv.c, test_explore_domain.c. */
#include "inv.h"

#include "cmd.h"
#include "tlbi_range.h"

#define OVERLAP_MAX 16u   /* SMMUs whose SYNCs run at the same time */
#define LIST 16u          /* commands on the stack */

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int smmu_inv_compare(const struct smmu_inv *a, const struct smmu_inv *b)
{
	int order = compare_u32(a->dev_index, b->dev_index);
	if (order == 0)
		order = compare_u32((uint32_t)a->key.type, (uint32_t)b->key.type);
	if (order == 0)
		order = compare_u32(a->key.id, b->key.id);
	if (order == 0)
		order = compare_u32(a->key.ssid, b->key.ssid);
	return order;
}

static uint32_t users_of(const struct smmu_inv *inv)
{
	return atomic_load_explicit(&inv->users, memory_order_acquire);
}

static size_t array_bytes(uint32_t capacity)
{
	return sizeof(struct smmu_inv_array) + capacity * sizeof(struct smmu_inv);
}

static void free_array(struct smmu_inv_set *set, struct smmu_inv_array *array)
{
	if (array)
		smmu_mem_free(set->sys, array, array_bytes(array->capacity));
}

static struct smmu_inv_array *current_of(struct smmu_inv_set *set)
{
	return atomic_load_explicit(&set->current, memory_order_acquire);
}

/* Where wanted is or belongs. */
static uint32_t position_of(const struct smmu_inv_array *array, const struct smmu_inv *wanted)
{
	uint32_t from = 0, to = array->count;
	while (from < to) {
		const uint32_t middle = from + (to - from) / 2;
		if (smmu_inv_compare(&array->entry[middle], wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct smmu_inv *find_key(struct smmu_inv_array *array, const struct smmu_inv *wanted)
{
	const uint32_t at = array ? position_of(array, wanted) : 0;
	return array && at < array->count && smmu_inv_compare(&array->entry[at], wanted) == 0 ? &array->entry[at] : NULL;
}

static void set_entry(struct smmu_inv *to, const struct smmu_inv_key *key, uint32_t dev_index, uint32_t users)
{
	to->key = *key;
	to->dev_index = dev_index;
	to->leaving = false;
	atomic_init(&to->users, users);
}

static struct smmu_inv *find_live(struct smmu_inv_array *array, const struct smmu_inv_key *key)
{
	struct smmu_inv wanted;
	set_entry(&wanted, key, key->dev->index, 0);
	struct smmu_inv *const entry = find_key(array, &wanted);
	return entry && users_of(entry) > 0 ? entry : NULL;
}

/* ---- readers ---- */

static struct smmu_inv_array *enter(struct smmu_inv_set *set, unsigned *side)
{
	for (;;) {
		const uint32_t epoch = atomic_load(&set->epoch);
		*side = epoch & 1;
		atomic_fetch_add(&set->readers[*side], 1);
		if (atomic_load(&set->epoch) == epoch)
			return current_of(set);
		atomic_fetch_sub(&set->readers[*side], 1);
	}
}

static void leave(struct smmu_inv_set *set, unsigned side)
{
	atomic_fetch_sub(&set->readers[side], 1);
}

/* A reader waits for SMMUs only, with a deadline, so it leaves; until then neither the array nor an SMMU in it may go. */
void smmu_inv_quiesce(struct smmu_inv_set *set)
{
	const uint32_t old_epoch = atomic_fetch_add(&set->epoch, 1);
	while (atomic_load(&set->readers[old_epoch & 1]) != 0)
		smmu_relax(set->sys);
}

/* ---- the writer ---- */

/* Will this entry give way to one of the additions? All tags of a set are of one type. */
static bool is_replaced(const struct smmu_inv *entry, struct smmu_inv_adds tags)
{
	const struct smmu_inv_add *const add = tags.at;
	for (size_t i = 0; i < tags.count && smmu_inv_is_tag(entry->key.type); i++)
		if (add[i].key.dev == entry->key.dev && add[i].key.id != entry->key.id)
			return true;
	return false;
}

/* The entry of key, put in its place with no users when it is not there. */
static struct smmu_inv *place(struct smmu_inv_array *array, const struct smmu_inv_key *key)
{
	struct smmu_inv wanted;
	set_entry(&wanted, key, key->dev->index, 0);
	const uint32_t at = position_of(array, &wanted);
	if (at < array->count && smmu_inv_compare(&array->entry[at], &wanted) == 0)
		return &array->entry[at];
	for (uint32_t i = array->count++; i > at; i--) {
		const struct smmu_inv *const from = &array->entry[i - 1];
		const bool leaving = from->leaving;
		set_entry(&array->entry[i], &from->key, from->dev_index, users_of(from));
		array->entry[i].leaving = leaving;
	}
	set_entry(&array->entry[at], key, key->dev->index, 0);
	return &array->entry[at];
}

static bool all_are_live(struct smmu_inv_array *array, struct smmu_inv_adds adds)
{
	for (size_t i = 0; i < adds.count; i++)
		if (!find_live(array, &adds.at[i].key))
			return false;
	return true;
}

static void place_all(struct smmu_inv_array *array, struct smmu_inv_adds adds)
{
	for (size_t i = 0; i < adds.count; i++)
		atomic_fetch_add(&place(array, &adds.at[i].key)->users, adds.at[i].users);
}

static void count_more(struct smmu_inv_array *array, struct smmu_inv_adds adds)
{
	for (size_t i = 0; i < adds.count; i++)
		atomic_fetch_add(&find_live(array, &adds.at[i].key)->users, adds.at[i].users);
}

bool smmu_inv_prepare(struct smmu_inv_set *set, struct smmu_inv_adds tags, struct smmu_inv_adds others,
		      struct smmu_inv_change *change)
{
	struct smmu_inv_array *const old = current_of(set);
	*change = (struct smmu_inv_change){ .tags = tags, .others = others };
	if (all_are_live(old, tags) && all_are_live(old, others))
		return true;

	const uint32_t capacity = (old ? old->count : 0) + (uint32_t)(tags.count + others.count);
	struct smmu_inv_array *const array = smmu_mem_alloc(set->sys, array_bytes(capacity));
	if (!array)
		return false;
	array->capacity = capacity;
	for (uint32_t i = 0; old && i < old->count; i++) {
		const struct smmu_inv *const from = &old->entry[i];
		if (users_of(from) == 0)
			continue;
		struct smmu_inv *const to = &array->entry[array->count++];
		set_entry(to, &from->key, from->dev_index, users_of(from));
		to->leaving = from->leaving || is_replaced(from, tags);
	}
	place_all(array, tags);
	place_all(array, others);
	for (uint32_t i = 0; i < array->count; i++)
		array->atc_count += smmu_inv_is_atc(array->entry[i].key.type);
	change->array = array;
	return true;
}

void smmu_inv_abandon(struct smmu_inv_set *set, struct smmu_inv_change *change)
{
	free_array(set, change->array);
	change->array = NULL;
}

void smmu_inv_commit(struct smmu_inv_set *set, struct smmu_inv_change *change)
{
	struct smmu_inv_array *const old = current_of(set);
	if (!change->array) {
		count_more(old, change->tags);
		count_more(old, change->others);
		return;
	}
	atomic_store_explicit(&set->current, change->array, memory_order_release);
	change->array = NULL;
	if (!old)
		return;
	smmu_inv_quiesce(set);
	free_array(set, old);
}

bool smmu_inv_release(struct smmu_inv_set *set, const struct smmu_inv_key *key)
{
	struct smmu_inv *const entry = find_live(current_of(set), key);
	return atomic_fetch_sub(&entry->users, 1) == 1;
}

void smmu_inv_retire(struct smmu_inv_set *set, const struct smmu_inv_key *key)
{
	struct smmu_inv *const entry = find_live(current_of(set), key);
	if (entry)
		atomic_store(&entry->users, 0);
}

void smmu_inv_exit(struct smmu_inv_set *set)
{
	free_array(set, current_of(set));
	atomic_store(&set->current, NULL);
}

struct smmu_inv *smmu_inv_find(struct smmu_inv_set *set, const struct smmu_dev *dev, enum smmu_inv_type type)
{
	struct smmu_inv_array *const array = current_of(set);
	for (uint32_t i = 0; array && i < array->count; i++) {
		struct smmu_inv *const entry = &array->entry[i];
		if (entry->key.dev == dev && entry->key.type == type && !entry->leaving && users_of(entry) > 0)
			return entry;
	}
	return NULL;
}

struct smmu_inv *smmu_inv_leaving(struct smmu_inv_set *set, const struct smmu_dev *dev, enum smmu_inv_type type, uint32_t id)
{
	struct smmu_inv_array *const array = current_of(set);
	for (uint32_t i = 0; array && i < array->count; i++) {
		struct smmu_inv *const entry = &array->entry[i];
		if (entry->key.dev == dev && entry->key.type == type && entry->leaving && users_of(entry) > 0 &&
		    (id == 0 || entry->key.id == id))
			return entry;
	}
	return NULL;
}

uint32_t smmu_inv_count(struct smmu_inv_set *set, enum smmu_inv_type type, uint32_t id)
{
	struct smmu_inv_array *const array = current_of(set);
	uint32_t count = 0;
	for (uint32_t i = 0; array && i < array->count; i++)
		count += array->entry[i].key.type == type && array->entry[i].key.id == id && users_of(&array->entry[i]) > 0;
	return count;
}

struct smmu_inv *smmu_inv_at(struct smmu_inv_set *set, size_t index)
{
	struct smmu_inv_array *const array = current_of(set);
	for (uint32_t i = 0; array && i < array->count; i++)
		if (users_of(&array->entry[i]) > 0 && index-- == 0)
			return &array->entry[i];
	return NULL;
}

struct smmu_inv *smmu_inv_tag_at(struct smmu_inv_set *set, size_t index)
{
	struct smmu_inv_array *const array = current_of(set);
	for (uint32_t i = 0; array && i < array->count; i++)
		if (users_of(&array->entry[i]) > 0 && smmu_inv_is_tag(array->entry[i].key.type) && index-- == 0)
			return &array->entry[i];
	return NULL;
}

uint8_t smmu_inv_min_bbml(struct smmu_inv_set *set)
{
	unsigned side;
	uint8_t level = 2;
	const struct smmu_inv_array *const array = enter(set, &side);
	for (uint32_t i = 0; array && i < array->count; i++)
		if (users_of(&array->entry[i]) > 0 && array->entry[i].key.dev->features.bbml < level)
			level = array->entry[i].key.dev->features.bbml;
	leave(set, side);
	return level;
}

/* ---- fan-out ---- */

/* What to send for one tag. gather null: everything. */
struct request {
	const struct smmu_gather *gather;
	uint8_t granule_log2;
	uint32_t flush_threshold;
	bool broadcast;           /* the CPU's own TLBIs reach SMMUs that listen to them */
};

/* The command that drops everything of a tag. */
static struct smmu_cmd flush_command(const struct smmu_inv_key *key)
{
	if (key->type == SMMU_INV_TLBI_VMID)
		return smmu_cmd_tlbi_s12_vmall(key->id);
	return key->dev->el2 ? smmu_cmd_tlbi_el2_asid(key->id) : smmu_cmd_tlbi_nh_asid(0, key->id);
}

static enum smmu_tlbi_op range_op(const struct smmu_inv_key *key)
{
	if (key->type == SMMU_INV_TLBI_VMID)
		return SMMU_TLBI_S2_IPA;
	return key->dev->el2 ? SMMU_TLBI_EL2_VA : SMMU_TLBI_NH_VA;
}

static smmu_status send_tag(const struct smmu_inv *inv, const struct request *request, struct smmu_batch *batch)
{
	struct smmu_dev *const dev = inv->key.dev;
	const struct smmu_cmd by_tag = flush_command(&inv->key);
	struct smmu_tlbi_range range;
	struct smmu_cmd list[LIST];
	if (!request->gather)
		return smmu_cmdq_push(dev, &by_tag, 1, batch, false);
	smmu_tlbi_range_init(&range, request->gather->start, request->gather->end, request->granule_log2,
			     request->gather->leaf_levels, request->gather->tables, dev->features.range_invalidation);
	if (!range.ranges && smmu_tlbi_range_count(&range, request->flush_threshold) >= request->flush_threshold)
		return smmu_cmdq_push(dev, &by_tag, 1, batch, false);
	range.op = range_op(&inv->key);
	range.tag = (uint16_t)inv->key.id;
	smmu_status status = SMMU_OK;
	for (size_t n; status == SMMU_OK && (n = smmu_tlbi_range_fill(&range, list, LIST)) > 0;)
		status = smmu_cmdq_push(dev, list, n, batch, false);
	return status;
}

/* [first, at) are the VMIDs of an SMMU where guests translate under the domain. What they cached combines both stages and
 * is not found by intermediate address; it goes after the stage-2 entries it could be made from again, hence the SYNC between.
 * What dropped everything of the VMID has dropped that too. */
static smmu_status send_nested(const struct smmu_inv_array *array, uint32_t first, uint32_t at, const struct request *request,
			       struct smmu_batch *batch)
{
	const struct smmu_cmd sync = smmu_cmd_sync();
	smmu_status status = SMMU_OK;
	if (!request->gather)
		return SMMU_OK;
	status = smmu_cmdq_push(array->entry[at].key.dev, &sync, 1, batch, false);
	for (uint32_t i = first; i < at && status == SMMU_OK; i++) {
		const struct smmu_cmd all = smmu_cmd_tlbi_nh_all(array->entry[i].key.id);
		if (users_of(&array->entry[i]) > 0)
			status = smmu_cmdq_push(array->entry[i].key.dev, &all, 1, batch, false);
	}
	return status;
}

struct flight {
	struct smmu_dev *dev;
	struct smmu_batch batch;
	smmu_status status;
};

/* All tags of the SMMU at entry `at`, then SYNC. Returns the index of the next SMMU's first entry. */
static uint32_t send_dev(const struct smmu_inv_array *array, uint32_t at, const struct request *request, struct flight *flight)
{
	const uint32_t dev_index = array->entry[at].dev_index, first = at;
	bool any = false;
	for (; at < array->count && array->entry[at].dev_index == dev_index; at++) {
		const struct smmu_inv *const inv = &array->entry[at];
		if (users_of(inv) == 0 || smmu_inv_is_atc(inv->key.type) || flight->status != SMMU_OK)
			continue;
		if (request->broadcast && inv->key.dev->btm)
			continue;
		flight->dev = inv->key.dev;
		if (inv->key.type == SMMU_INV_TLBI_NESTED)
			flight->status = send_nested(array, first, at, request, &flight->batch);
		else
			flight->status = send_tag(inv, request, &flight->batch);
		any = true;
	}
	if (any && flight->status == SMMU_OK)
		flight->status = smmu_cmdq_push(flight->dev, NULL, 0, &flight->batch, true);
	return at;
}

static void note_dead(struct smmu_inv_dead *dead, const struct smmu_dev *dev, smmu_status status)
{
	if ((status == SMMU_E_TIMEOUT || status == SMMU_E_HARDWARE) && dead->count < SMMU_INV_DEAD_MAX)
		dead->dev[dead->count++] = dev;
}

static smmu_status fan_out(struct smmu_inv_set *set, const struct request *request)
{
	struct flight flights[OVERLAP_MAX];
	struct smmu_inv_dead dead = { 0 };
	smmu_status status = SMMU_OK;
	unsigned side;
	const struct smmu_inv_array *const array = enter(set, &side);
	uint32_t at = 0;
	while (array && at < array->count) {
		unsigned count = 0;
		for (; count < OVERLAP_MAX && at < array->count; count++) {
			flights[count] = (struct flight){ 0 };
			at = send_dev(array, at, request, &flights[count]);
		}
		for (unsigned i = 0; i < count; i++) {
			smmu_status one = flights[i].status;
			if (one == SMMU_OK && flights[i].dev)
				one = smmu_cmdq_wait(flights[i].dev, &flights[i].batch);
			note_dead(&dead, flights[i].dev, one);
			if (status == SMMU_OK)
				status = one;
		}
	}
	/* A device could fetch again what its SMMU has not forgotten yet, so its ATC comes second. */
	if (array && array->atc_count)
		status = smmu_first_failure(status, smmu_inv_atcs(array, request->gather, &dead));
	leave(set, side);
	return status;
}

smmu_status smmu_inv_range(struct smmu_inv_set *set, const struct smmu_gather *gather, uint8_t granule_log2,
			   uint32_t flush_threshold)
{
	const struct request request = { gather, granule_log2, flush_threshold, false };
	return current_of(set) ? fan_out(set, &request) : SMMU_OK;
}

smmu_status smmu_inv_notifier(struct smmu_inv_set *set, const struct smmu_gather *gather, uint8_t granule_log2,
			      uint32_t flush_threshold)
{
	const struct request request = { gather, granule_log2, flush_threshold, true };
	return fan_out(set, &request);
}

smmu_status smmu_inv_all(struct smmu_inv_set *set)
{
	const struct request request = { NULL, 0, 0, false };
	return fan_out(set, &request);
}

smmu_status smmu_inv_flush_tag(const struct smmu_inv_key *key)
{
	const struct smmu_cmd by_tag = flush_command(key);
	return smmu_cmdq_run(key->dev, &by_tag, 1);
}
