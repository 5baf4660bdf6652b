/* SPDX-License-Identifier: Apache-2.0
 * Masters: registration of streams, observation. Not here: attaching (attach.c), the device (ats.c).
 * Proof: driver/test/test_master.c. */
#include "ats.h"
#include "ste.h"

/* Insert sid into the sorted list; duplicates are kept once. */
static void add_sid(struct smmu_master *master, uint32_t sid)
{
	size_t at = 0;
	while (at < master->sid_count && master->sids[at] < sid)
		at++;
	if (at < master->sid_count && master->sids[at] == sid)
		return;
	for (size_t i = master->sid_count; i > at; i--)
		master->sids[i] = master->sids[i - 1];
	master->sids[at] = sid;
	master->sid_count++;
}

static bool owns(const struct smmu_master *master, uint32_t sid)
{
	for (size_t i = 0; i < master->sid_count; i++)
		if (master->sids[i] == sid)
			return true;
	return false;
}

static bool is_owned(const struct smmu_dev *dev, uint32_t sid)
{
	for (const struct smmu_master *master = dev->masters; master; master = master->next)
		if (owns(master, sid))
			return true;
	return false;
}

static smmu_status check_config(const struct smmu_sys *sys, const struct smmu_master_config *config)
{
	if (!config->dev || config->dev->sys != sys || !config->sids)
		return SMMU_E_INVALID;
	if (config->sid_count == 0 || config->sid_count > SMMU_SIDS_MAX || config->ssid_bits > 20)
		return SMMU_E_RANGE;
	if ((unsigned)config->cd_table > SMMU_CD_TABLE_2LEVEL)
		return SMMU_E_INVALID;
	if (config->ats && config->can_stall)   /* PCIe devices must not be stalled */
		return SMMU_E_INVALID;
	if ((config->cd_table == SMMU_CD_TABLE_2LEVEL && !config->dev->features.cd_2level))
		return SMMU_E_UNSUPPORTED;
	for (size_t i = 0; i < config->sid_count; i++) {
		if (!smmu_strtab_has(config->dev, config->sids[i]))
			return SMMU_E_RANGE;
		if (is_owned(config->dev, config->sids[i]))
			return SMMU_E_BUSY;
	}
	return SMMU_OK;
}

static void free_master(struct smmu_master *master)
{
	struct smmu_sys *const sys = master->sys;
	smmu_mem_free(sys, master->sids, master->sid_capacity * sizeof *master->sids);
	smmu_mem_free(sys, master, sizeof *master);
}

/* Level-2 tables of all streams, each once. They become visible only when all of them could be taken. */
static smmu_status ensure_streams(struct smmu_master *master)
{
	struct smmu_dev *const dev = master->dev;
	const size_t bytes = master->sid_count * sizeof(struct smmu_dma);
	if (!dev->strtab.two_level)
		return SMMU_OK;
	struct smmu_dma *const tables = smmu_mem_alloc(master->sys, bytes);
	if (!tables)
		return SMMU_E_NO_MEMORY;
	smmu_status status = SMMU_OK;
	for (size_t i = 0; i < master->sid_count && status == SMMU_OK; i++) {
		const bool same_table = i > 0 && (master->sids[i] ^ master->sids[i - 1]) >> dev->strtab.split == 0;
		if (!same_table && !smmu_strtab_prepare(dev, master->sids[i], &tables[i]))
			status = SMMU_E_NO_MEMORY;
	}
	for (size_t i = 0; i < master->sid_count; i++) {
		if (status == SMMU_OK)
			status = smmu_strtab_commit(dev, master->sids[i], &tables[i]);
		smmu_dma_free(master->sys, &tables[i]);
	}
	smmu_mem_free(master->sys, tables, bytes);
	return status;
}

static smmu_status create(struct smmu_sys *sys, const struct smmu_master_config *config, struct smmu_master **out)
{
	smmu_status status = check_config(sys, config);
	if (status != SMMU_OK)
		return status;
	struct smmu_master *const master = smmu_mem_alloc(sys, sizeof *master);
	if (!master)
		return SMMU_E_NO_MEMORY;
	master->sys = sys;
	master->dev = config->dev;
	master->sid_capacity = config->sid_count;
	master->sids = smmu_mem_alloc(sys, config->sid_count * sizeof *master->sids);
	if (!master->sids) {
		free_master(master);
		return SMMU_E_NO_MEMORY;
	}
	for (size_t i = 0; i < config->sid_count; i++)
		add_sid(master, config->sids[i]);
	master->ssid_bits = (uint8_t)smmu_min32(config->ssid_bits, config->dev->features.ssid_bits);
	if (!config->dev->features.stage1)
		master->ssid_bits = 0;
	master->max_pasids = UINT32_C(1) << master->ssid_bits;
	if (config->max_pasids != 0)
		master->max_pasids = smmu_min32(config->max_pasids, master->max_pasids);
	master->can_stall = config->can_stall;
	master->ats = config->ats && config->dev->features.ats;
	master->pri = config->pri && master->ats && config->dev->features.pri;
	if (config->endpoint)
		master->endpoint = *config->endpoint;
	if (config->cd_table == SMMU_CD_TABLE_AUTO)
		master->two_level = config->dev->features.cd_2level && master->ssid_bits > SMMU_LEAF_LOG2;
	else
		master->two_level = config->cd_table == SMMU_CD_TABLE_2LEVEL && master->ssid_bits > 0;
	status = ensure_streams(master);
	if (status == SMMU_OK)
		status = smmu_ats_pasid_on(master);
	if (status != SMMU_OK) {
		free_master(master);
		return status;
	}
	master->next = master->dev->masters;
	master->dev->masters = master;
	sys->object_count++;
	*out = master;
	return SMMU_OK;
}

smmu_status smmu_master_create(struct smmu_sys *sys, const struct smmu_master_config *config, struct smmu_master **out)
{
	if (!out)
		return SMMU_E_INVALID;
	*out = NULL;
	if (!sys || !config)
		return SMMU_E_INVALID;
	smmu_call_enter(sys, SMMU_CALL_MASTER_CREATE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = create(sys, config, out);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_CREATE, status);
}

static smmu_status destroy(struct smmu_master *master)
{
	struct smmu_sys *const sys = master->sys;
	struct smmu_ste abort_entry;
	if (master->rid || master->pasid_count)
		return SMMU_E_BUSY;
	smmu_ste_make_abort(&abort_entry);
	const smmu_status status = smmu_ste_install(master->dev, master->sids, master->sid_count, &abort_entry, NULL);
	if (status != SMMU_OK)
		return status;  /* the SMMU may still look at the CD table: keep the master */
	struct smmu_master **link = &master->dev->masters;
	while (*link != master)
		link = &(*link)->next;
	*link = master->next;
	smmu_ats_pasid_off(master);
	smmu_cdtable_free(master);
	sys->object_count--;
	free_master(master);
	return SMMU_OK;
}

smmu_status smmu_master_destroy(struct smmu_master *master)
{
	if (!master)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = master->sys;
	smmu_call_enter(sys, SMMU_CALL_MASTER_DESTROY);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = destroy(master);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_MASTER_DESTROY, status);
}

struct smmu_domain *smmu_master_domain(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_domain *domain = NULL;
	if (!master)
		return NULL;
	smmu_lock(master->sys, &master->sys->attach_lock);
	if (ssid == 0)
		domain = master->rid;
	else if ((ssid >> master->ssid_bits) == 0)
		domain = smmu_cdtable_domain(master, ssid);
	smmu_unlock(master->sys, &master->sys->attach_lock);
	return domain;
}

smmu_status smmu_master_info(const struct smmu_master *master, struct smmu_master_info *out)
{
	if (!master || !out)
		return SMMU_E_INVALID;
	*out = (struct smmu_master_info){
		.dev = master->dev,
		.sid_count = master->sid_count,
		.ssid_bits = master->ssid_bits,
		.pasid_count = master->pasid_count,
		.has_cd_table = master->cd_table.memory.virt != NULL,
		.cd_table = { master->cd_table.memory.pa },
		.cd_table_bytes = (size_t)smmu_cdtable_bytes(master),
		.cd_table_2level = master->two_level,
		.max_pasids = master->max_pasids,
		.pasid_on = master->pasid_on,
		.ats_on = master->ats_on,
		.pri_on = master->pri_on,
		.quarantined = atomic_load(&master->silent),
	};
	return SMMU_OK;
}

/* ---- streams without a master ---- */

static smmu_status set_stream_default(struct smmu_dev *dev, uint32_t sid, enum smmu_stream_default policy)
{
	struct smmu_dma table;
	struct smmu_ste target;
	if (!smmu_strtab_has(dev, sid))
		return SMMU_E_RANGE;
	if (is_owned(dev, sid))
		return SMMU_E_BUSY;
	if (!smmu_strtab_prepare(dev, sid, &table))
		return SMMU_E_NO_MEMORY;
	const smmu_status status = smmu_strtab_commit(dev, sid, &table);
	if (status != SMMU_OK)
		return status;
	if (policy == SMMU_STREAM_BYPASS)
		smmu_ste_make_bypass(&target, &dev->features);
	else
		smmu_ste_make_abort(&target);
	return smmu_ste_install(dev, &sid, 1, &target, NULL);
}

smmu_status smmu_dev_set_stream_default(struct smmu_dev *dev, uint32_t sid, enum smmu_stream_default policy)
{
	if (!dev || (unsigned)policy > SMMU_STREAM_BYPASS)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = dev->sys;
	smmu_call_enter(sys, SMMU_CALL_DEV_SET_STREAM_DEFAULT);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = set_stream_default(dev, sid, policy);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_SET_STREAM_DEFAULT, status);
}
