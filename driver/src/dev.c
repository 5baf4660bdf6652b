/* SPDX-License-Identifier: Apache-2.0
 * An SMMU's life: probe, start and stop, remove, and the small public calls that belong to no other file.
 * Not here: the register sequence of enable (enable.c), commands (cmdq.c), events (event.c).
 * Proof: driver/test/test_dev.c. */
#include "ats.h"
#include "cmd.h"
#include "enable.h"
#include "pri.h"
#include "stall.h"
#include "ste.h"

#define CMDQ_LOG2_DEFAULT 8u
#define EVENTQ_LOG2_DEFAULT 7u
#define PRIQ_LOG2_DEFAULT 7u
#define CMD_BYTES 16u
#define EVENT_BYTES 32u
#define PAGE_GROUPS_MAX 4096u

static bool msi_is_valid(const struct smmu_msi *msi)
{
	return (msi->address & ~SMMU_GERROR_IRQ_CFG0_ADDR_MASK) == 0;
}

static smmu_status check_config(const struct smmu_dev_config *config)
{
	const uint8_t split = config->split_log2;
	if ((unsigned)config->stream_table > SMMU_STREAM_TABLE_2LEVEL || (unsigned)config->sync_signal > SMMU_SYNC_SEV)
		return SMMU_E_INVALID;
	if (split != 0 && split != SMMU_STRTAB_BASE_CFG_SPLIT_4K && split != SMMU_STRTAB_BASE_CFG_SPLIT_16K &&
	    split != SMMU_STRTAB_BASE_CFG_SPLIT_64K)
		return SMMU_E_RANGE;
	if (!msi_is_valid(&config->irq.eventq) || !msi_is_valid(&config->irq.gerror) || !msi_is_valid(&config->irq.priq))
		return SMMU_E_RANGE;
	if (config->page_groups > PAGE_GROUPS_MAX)
		return SMMU_E_RANGE;
	return config->errata || config->errata_count == 0 ? SMMU_OK : SMMU_E_INVALID;
}

/* A host that waits for an MSI must not be left waiting. */
static smmu_status check_against(const struct smmu_dev_config *config, const struct smmu_features *features)
{
	const uint64_t addresses = config->irq.eventq.address | config->irq.gerror.address | config->irq.priq.address;
	if (config->stream_table == SMMU_STREAM_TABLE_2LEVEL && !features->st_2level)
		return SMMU_E_UNSUPPORTED;
	if (addresses && !features->msi)
		return SMMU_E_UNSUPPORTED;
	return addresses >> features->oas_bits ? SMMU_E_RANGE : SMMU_OK;
}

static uint8_t queue_log2(uint8_t wanted, uint8_t fallback, uint8_t maximum)
{
	const uint32_t log2 = wanted ? wanted : fallback;
	return (uint8_t)smmu_min32(log2, maximum);
}

/* What the SMMU cannot do becomes polling. An MSI lands in memory the core looks at without cache maintenance. */
static enum smmu_sync_signal sync_signal(const struct smmu_dev *dev)
{
	if (dev->config.sync_signal == SMMU_SYNC_MSI && dev->features.msi && dev->coherent)
		return SMMU_SYNC_MSI;
	if (dev->config.sync_signal == SMMU_SYNC_SEV && dev->features.sev)
		return SMMU_SYNC_SEV;
	return SMMU_SYNC_POLL;
}

static void read_ids(const struct smmu_port *port, struct smmu_id_words *ids)
{
	ids->idr0 = smmu_port_read32(port, SMMU_IDR0);
	ids->idr1 = smmu_port_read32(port, SMMU_IDR1);
	ids->idr3 = smmu_port_read32(port, SMMU_IDR3);
	ids->idr5 = smmu_port_read32(port, SMMU_IDR5);
	ids->iidr = smmu_port_read32(port, SMMU_IIDR);
	ids->aidr = smmu_port_read32(port, SMMU_AIDR);
}

static void free_memory(struct smmu_dev *dev)
{
	struct smmu_sys *const sys = dev->sys;
	smmu_cmdq_free(dev);
	smmu_dma_free(sys, &dev->cmdq.memory);
	smmu_dma_free(sys, &dev->eventq.memory);
	smmu_priq_exit(dev);
	smmu_mem_free(sys, dev->stalls.entry, dev->stalls.capacity * sizeof *dev->stalls.entry);
	smmu_strtab_free(dev);
	if (dev->asids.words)
		smmu_ids_exit(sys, &dev->asids);
	if (dev->vmids.words)
		smmu_ids_exit(sys, &dev->vmids);
	smmu_mem_free(sys, dev, sizeof *dev);
}

static smmu_status allocate_memory(struct smmu_dev *dev)
{
	struct smmu_sys *const sys = dev->sys;
	const struct smmu_dev_config *const config = &dev->config;
	const struct smmu_features *const f = &dev->features;
	dev->cmdq.log2 = queue_log2(config->cmdq_log2, CMDQ_LOG2_DEFAULT, f->cmdq_log2_max);
	dev->eventq.log2 = queue_log2(config->eventq_log2, EVENTQ_LOG2_DEFAULT, f->eventq_log2_max);
	dev->priq.log2 = queue_log2(config->priq_log2, PRIQ_LOG2_DEFAULT, f->priq_log2_max);
	dev->cmdq.signal = sync_signal(dev);
	if (!smmu_dma_alloc(sys, (uint64_t)CMD_BYTES << dev->cmdq.log2, &dev->cmdq.memory) || !smmu_cmdq_init(dev) ||
	    !smmu_dma_alloc(sys, (uint64_t)EVENT_BYTES << dev->eventq.log2, &dev->eventq.memory) ||
	    !smmu_priq_init(dev) || !smmu_ids_init(sys, &dev->asids, UINT32_C(1) << f->asid_bits) ||
	    (f->stage2 && !smmu_ids_init(sys, &dev->vmids, UINT32_C(1) << f->vmid_bits)))
		return SMMU_E_NO_MEMORY;
	smmu_ids_take(&dev->asids, 0);  /* ASID 0 is never given out: a zeroed CD names nobody */
	if (f->stage2)
		smmu_ids_take(&dev->vmids, 0);  /* VMID 0 tags the stage-1-only streams */
	const uint32_t stalls = smmu_stalls_capacity(f);
	if (stalls) {
		dev->stalls.entry = smmu_mem_alloc(sys, stalls * sizeof *dev->stalls.entry);
		if (!dev->stalls.entry)
			return SMMU_E_NO_MEMORY;
		dev->stalls.capacity = stalls;
	}
	return smmu_strtab_init(dev);
}

static smmu_status probe(struct smmu_sys *sys, const struct smmu_port *port, const struct smmu_dev_config *config,
			 struct smmu_dev **out)
{
	struct smmu_id_words ids;
	struct smmu_features features;
	read_ids(port, &ids);
	smmu_features_from_ids(&ids, &features);
	smmu_status status = smmu_features_check(&ids, &features);
	if (status != SMMU_OK)
		return status;
	smmu_features_apply_errata(&features, config->errata, config->errata_count);
	status = check_against(config, &features);
	if (status != SMMU_OK)
		return status;
	struct smmu_dev *const dev = smmu_mem_alloc(sys, sizeof *dev);
	if (!dev)
		return SMMU_E_NO_MEMORY;
	dev->sys = sys;
	dev->port = *port;
	dev->config = *config;
	dev->config.errata = NULL;
	dev->features = features;
	dev->coherent = features.coherent && !config->treat_as_noncoherent;
	dev->el2 = config->el2_world && features.hyp;
	dev->btm = config->broadcast_tlb && features.btm;
	status = allocate_memory(dev);
	if (status != SMMU_OK) {
		free_memory(dev);
		return status;
	}
	dev->index = sys->next_dev_index++;
	dev->next = sys->devs;
	sys->devs = dev;
	sys->object_count++;
	*out = dev;
	return SMMU_OK;
}

smmu_status smmu_dev_probe(struct smmu_sys *sys, const struct smmu_port *port, const struct smmu_dev_config *config,
			   struct smmu_dev **out)
{
	static const struct smmu_dev_config defaults;
	if (!out)
		return SMMU_E_INVALID;
	*out = NULL;
	if (!sys || !port || !port->read32 || !port->write32)
		return SMMU_E_INVALID;
	if (!config)
		config = &defaults;
	smmu_status status = check_config(config);
	if (status != SMMU_OK)
		return status;
	smmu_call_enter(sys, SMMU_CALL_DEV_PROBE);
	smmu_lock(sys, &sys->attach_lock);
	status = probe(sys, port, config, out);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_PROBE, status);
}

/* The SMMU, then the ATS of its devices. */
static smmu_status start(struct smmu_dev *dev)
{
	const smmu_status status = smmu_hw_enable(dev);
	return status == SMMU_OK ? smmu_ats_start_dev(dev) : status;
}

static smmu_status stop(struct smmu_dev *dev)
{
	const smmu_status status = smmu_ats_stop_dev(dev);
	return smmu_first_failure(smmu_hw_disable(dev), status);
}

smmu_status smmu_dev_enable(struct smmu_dev *dev)
{
	if (!dev)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = dev->sys;
	smmu_call_enter(sys, SMMU_CALL_DEV_ENABLE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = dev->enabled || dev->asleep ? SMMU_E_STATE : start(dev);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_ENABLE, status);
}

smmu_status smmu_dev_disable(struct smmu_dev *dev)
{
	if (!dev)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = dev->sys;
	smmu_call_enter(sys, SMMU_CALL_DEV_DISABLE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = dev->enabled ? stop(dev) : SMMU_E_STATE;
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_DISABLE, status);
}

smmu_status smmu_dev_suspend(struct smmu_dev *dev)
{
	if (!dev)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = dev->sys;
	smmu_call_enter(sys, SMMU_CALL_DEV_SUSPEND);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = dev->enabled ? stop(dev) : SMMU_E_STATE;
	if (!dev->enabled && status != SMMU_E_STATE)
		dev->asleep = true;
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_SUSPEND, status);
}

smmu_status smmu_dev_restore(struct smmu_dev *dev)
{
	if (!dev)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = dev->sys;
	smmu_call_enter(sys, SMMU_CALL_DEV_RESTORE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = dev->asleep ? start(dev) : SMMU_E_STATE;
	if (dev->enabled)
		dev->asleep = false;
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_RESTORE, status);
}

static smmu_status remove_locked(struct smmu_dev *dev)
{
	struct smmu_sys *const sys = dev->sys;
	if (dev->masters)
		return SMMU_E_BUSY;
	if (dev->enabled || atomic_load(&dev->unstopped)) {
		const smmu_status status = smmu_hw_disable(dev);
		if (status != SMMU_OK)
			return status;
	}
	struct smmu_dev **link = &sys->devs;
	while (*link != dev)
		link = &(*link)->next;
	*link = dev->next;
	sys->object_count--;
	free_memory(dev);
	return SMMU_OK;
}

smmu_status smmu_dev_remove(struct smmu_dev *dev)
{
	if (!dev)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = dev->sys;
	smmu_call_enter(sys, SMMU_CALL_DEV_REMOVE);
	smmu_lock(sys, &sys->attach_lock);
	const smmu_status status = remove_locked(dev);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_DEV_REMOVE, status);
}

const struct smmu_features *smmu_dev_features(const struct smmu_dev *dev)
{
	return dev ? &dev->features : NULL;
}

smmu_status smmu_dev_layout(const struct smmu_dev *dev, struct smmu_dev_layout *out)
{
	if (!dev || !out)
		return SMMU_E_INVALID;
	*out = (struct smmu_dev_layout){
		.cmdq_log2 = dev->cmdq.log2,
		.eventq_log2 = dev->eventq.log2,
		.priq_log2 = dev->priq.log2,
		.sid_bits = dev->strtab.sid_bits,
		.split_log2 = dev->strtab.two_level ? dev->strtab.split : 0,
		.st_2level = dev->strtab.two_level,
		.coherent = dev->coherent,
		.enabled = dev->enabled,
		.sync_signal = dev->cmdq.signal,
		.strtab = { dev->strtab.memory.pa },
		.cmdq = { dev->cmdq.memory.pa },
		.eventq = { dev->eventq.memory.pa },
		.priq = { dev->priq.memory.pa },
	};
	return SMMU_OK;
}

smmu_status smmu_dev_submit(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, bool sync)
{
	if (!dev || (!cmds && count))
		return SMMU_E_INVALID;
	if (!dev->cmdq.enabled)
		return SMMU_E_STATE;
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_SUBMIT);
	const smmu_status status = sync ? smmu_cmdq_run(dev, cmds, count) : smmu_cmdq_push(dev, cmds, count, NULL, false);
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_SUBMIT, status);
}

smmu_status smmu_dev_handle_gerror(struct smmu_dev *dev, struct smmu_gerror_report *out)
{
	if (!dev || !out)
		return SMMU_E_INVALID;
	*out = (struct smmu_gerror_report){ 0 };
	smmu_call_enter(dev->sys, SMMU_CALL_DEV_HANDLE_GERROR);
	smmu_status status = SMMU_E_STATE;
	if (dev->enabled) {
		out->active = smmu_cmdq_service_gerror(dev, UINT32_MAX, &out->cmdq_error);
		status = out->active & SMMU_GERROR_SFM_ERR_MASK ? SMMU_E_HARDWARE : SMMU_OK;
	}
	return smmu_call_leave(dev->sys, SMMU_CALL_DEV_HANDLE_GERROR, status);
}

smmu_status smmu_dev_stats(const struct smmu_dev *dev, struct smmu_dev_stats *out)
{
	if (!dev || !out)
		return SMMU_E_INVALID;
	*out = (struct smmu_dev_stats){
		.commands = dev->cmdq.commands,
		.syncs = dev->cmdq.syncs,
		.command_errors = dev->cmdq.errors,
		.events = dev->eventq.handled,
		.event_overflows = dev->eventq.overflows,
		.polls = dev->cmdq.polls,
		.stalls = dev->stalls.count,
		.events_suppressed = dev->eventq.suppressed,
		.asids_used = dev->asids.used - 1,
		.vmids_used = dev->features.stage2 ? dev->vmids.used - 1 : 0,
		.page_requests = dev->priq.handled,
		.page_request_overflows = dev->priq.overflows,
		.page_groups = dev->priq.group_count,
		.page_responses = dev->priq.responses,
		.quarantines = dev->quarantines,
	};
	return SMMU_OK;
}
