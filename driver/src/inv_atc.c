/* SPDX-License-Identifier: Apache-2.0
 * The second half of an invalidation: CMD_ATC_INVs to every device that may keep translations of the domain. Lists of one SMMU
 * follow each other, those of a few SMMUs overlap.
 * A device is looked at here, after the SMMUs have confirmed their half, and not when the array was read: one that is switched on
 * in between starts with an empty ATC and finds neither the old descriptor nor an old copy of it.
 * Not here: finding a silent device (cmdq_atc.c), cutting it off (ats.c). Proof: driver/test/test_ats.c. */
#include "ats.h"
#include "cmd.h"

#define LIST 16u          /* what smmu_cmdq_atc_capacity() is at most */

struct flight {
	struct smmu_dev *dev;   /* null: nothing left */
	uint32_t at;            /* next entry */
	size_t count;
	struct smmu_batch batch;
	struct smmu_cmd list[LIST];
	struct smmu_master *master[LIST];
	smmu_status status;
};

static bool is_dead(const struct smmu_inv_dead *dead, const struct smmu_dev *dev)
{
	for (unsigned i = 0; i < dead->count; i++)
		if (dead->dev[i] == dev)
			return true;
	return false;
}

static bool is_ours(const struct smmu_inv_array *array, uint32_t at, const struct smmu_dev *dev)
{
	return at < array->count && array->entry[at].key.dev == dev;
}

static struct smmu_cmd command_for(const struct smmu_inv_key *key, const struct smmu_gather *gather)
{
	unsigned size_log2 = SMMU_ATC_SIZE_ALL;
	/* The ATC behind a guest's stage 1 knows its addresses, not those of the range. */
	if (key->type == SMMU_INV_ATC_ALL)
		gather = NULL;
	const uint64_t address = gather ? smmu_atc_span(gather->start, gather->end, &size_log2) : 0;
	return smmu_cmd_atc_inv(key->id, key->ssid, address, size_log2);
}

/* The next list of the flight's SMMU. */
static void send(const struct smmu_inv_array *array, const struct smmu_gather *gather, struct flight *flight)
{
	const size_t capacity = smmu_cmdq_atc_capacity(flight->dev);
	flight->count = 0;
	for (; flight->count < capacity && is_ours(array, flight->at, flight->dev); flight->at++) {
		const struct smmu_inv *const inv = &array->entry[flight->at];
		if (!smmu_inv_is_atc(inv->key.type) || atomic_load(&inv->users) == 0 || !smmu_ats_is_live(inv->key.master))
			continue;
		flight->list[flight->count] = command_for(&inv->key, gather);
		flight->master[flight->count++] = inv->key.master;
	}
	flight->batch = (struct smmu_batch){ 0 };
	flight->status = SMMU_OK;
	if (flight->count > 0)
		flight->status = smmu_cmdq_push(flight->dev, flight->list, flight->count, &flight->batch, true);
}

static smmu_status receive(struct flight *flight)
{
	uint64_t silent = 0;
	if (flight->count == 0 || flight->status != SMMU_OK)
		return flight->status;
	smmu_status status = smmu_cmdq_wait_atc(flight->dev, &flight->batch, flight->list, flight->count, &silent);
	for (size_t i = 0; i < flight->count; i++)
		if (silent & SMMU_BIT(i))
			status = smmu_first_failure(status, smmu_ats_cut(flight->master[i]));
	return status;
}

/* The SMMUs at [at, return value): as many as overlap. */
static uint32_t take_off(const struct smmu_inv_array *array, uint32_t at, const struct smmu_inv_dead *dead, struct flight *flights,
			 unsigned *count)
{
	*count = 0;
	while (at < array->count && *count < SMMU_ATC_OVERLAP) {
		struct smmu_dev *const dev = array->entry[at].key.dev;
		const uint32_t first = at;
		bool any = false;
		for (; is_ours(array, at, dev); at++)   /* of what nobody needs, the SMMU may be gone */
			any = any || (smmu_inv_is_atc(array->entry[at].key.type) && atomic_load(&array->entry[at].users) > 0);
		if (any && !is_dead(dead, dev)) {
			flights[*count].dev = dev;
			flights[(*count)++].at = first;
		}
	}
	return at;
}

smmu_status smmu_inv_atcs(const struct smmu_inv_array *array, const struct smmu_gather *gather, const struct smmu_inv_dead *dead)
{
	struct flight flights[SMMU_ATC_OVERLAP];
	smmu_status status = SMMU_OK;
	for (uint32_t at = 0; at < array->count;) {
		unsigned count;
		at = take_off(array, at, dead, flights, &count);
		for (bool more = true; more;) {
			more = false;
			for (unsigned i = 0; i < count; i++)
				if (flights[i].dev)
					send(array, gather, &flights[i]);
			for (unsigned i = 0; i < count; i++) {
				if (!flights[i].dev)
					continue;
				const smmu_status one = receive(&flights[i]);
				status = smmu_first_failure(status, one);
				/* Of an SMMU that does not answer nothing more is asked. */
				if (!smmu_is_confirmed(one) || !is_ours(array, flights[i].at, flights[i].dev))
					flights[i].dev = NULL;
				more = more || flights[i].dev;
			}
		}
	}
	return status;
}
