/* SPDX-License-Identifier: Apache-2.0
 * The CD table of a master: one 64-byte CD without SSIDs, a linear table of 1 << ssid_bits CDs, or two levels with leaves of
 * 1024 CDs that come when first needed. Everything is born zeroed (V = 0) and stays until the master goes.
 * Not here: what the CDs say (cd.c), in which order STE and CD change (attach.c). Proof: driver/test/test_pasid.c,
 * test_cdtable.c. */
#include "cmd.h"
#include "master_internal.h"

#define CFGI_LIST 16u

static size_t domains_bytes(const struct smmu_cd_table *t)
{
	return sizeof(struct smmu_domain *) << t->leaf_log2;
}

static struct smmu_cd_leaf *leaf_of(struct smmu_cd_table *t, uint32_t ssid)
{
	return &t->leaves[ssid >> t->leaf_log2];
}

static bool alloc_leaf(struct smmu_master *master, struct smmu_cd_leaf *leaf)
{
	struct smmu_cd_table *const t = &master->cd_table;
	struct smmu_cd_leaf fresh = { 0 };
	if (!smmu_dma_alloc(master->sys, sizeof(struct smmu_cd) << t->leaf_log2, &fresh.cds))
		return false;
	if (master->ssid_bits > 0) {
		fresh.domains = smmu_mem_alloc(master->sys, domains_bytes(t));
		if (!fresh.domains) {
			smmu_dma_free(master->sys, &fresh.cds);
			return false;
		}
	}
	smmu_clean(master->sys, master->dev->coherent, fresh.cds.virt, (size_t)fresh.cds.size_bytes);
	*leaf = fresh;
	return true;
}

static void free_leaf(struct smmu_master *master, struct smmu_cd_leaf *leaf)
{
	smmu_mem_free(master->sys, leaf->domains, domains_bytes(&master->cd_table));
	smmu_dma_free(master->sys, &leaf->cds);
	*leaf = (struct smmu_cd_leaf){ 0 };
}

static bool alloc_table(struct smmu_master *master)
{
	struct smmu_sys *const sys = master->sys;
	struct smmu_cd_table *const t = &master->cd_table;
	t->leaf_log2 = master->two_level ? SMMU_LEAF_LOG2 : master->ssid_bits;
	if (!master->two_level) {
		if (!alloc_leaf(master, &t->only))
			return false;
		t->memory = t->only.cds;
		t->leaves = &t->only;
		t->leaf_count = 1;
		return true;
	}
	t->leaf_count = master->ssid_bits > SMMU_LEAF_LOG2 ? UINT32_C(1) << (master->ssid_bits - SMMU_LEAF_LOG2) : 1;
	if (!smmu_dma_alloc(sys, t->leaf_count * sizeof(struct smmu_l1cd), &t->memory))
		return false;
	t->leaves = smmu_mem_alloc(sys, t->leaf_count * sizeof *t->leaves);
	if (!t->leaves) {
		smmu_dma_free(sys, &t->memory);
		return false;
	}
	smmu_clean(sys, master->dev->coherent, t->memory.virt, (size_t)t->memory.size_bytes);
	return true;
}

void smmu_cdtable_free(struct smmu_master *master)
{
	struct smmu_cd_table *const t = &master->cd_table;
	if (t->memory.virt) {
		for (uint32_t i = 0; i < t->leaf_count; i++)
			free_leaf(master, &t->leaves[i]);
		if (master->two_level) {
			smmu_mem_free(master->sys, t->leaves, t->leaf_count * sizeof *t->leaves);
			smmu_dma_free(master->sys, &t->memory);
		}
	}
	*t = (struct smmu_cd_table){ 0 };
}

bool smmu_cdtable_ensure(struct smmu_master *master, uint32_t ssid, struct smmu_cd_fresh *fresh)
{
	struct smmu_cd_table *const t = &master->cd_table;
	*fresh = (struct smmu_cd_fresh){ 0 };
	if (!t->memory.virt) {
		if (!alloc_table(master)) {
			*t = (struct smmu_cd_table){ 0 };
			return false;
		}
		fresh->table = true;
	}
	if (leaf_of(t, ssid)->cds.virt)
		return true;
	if (!alloc_leaf(master, leaf_of(t, ssid))) {
		smmu_cdtable_undo(master, ssid, fresh);
		return false;
	}
	fresh->leaf = true;
	return true;
}

void smmu_cdtable_undo(struct smmu_master *master, uint32_t ssid, const struct smmu_cd_fresh *fresh)
{
	if (fresh->leaf)
		free_leaf(master, leaf_of(&master->cd_table, ssid));
	if (fresh->table)
		smmu_cdtable_free(master);
}

smmu_status smmu_cdtable_show(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_cd_table *const t = &master->cd_table;
	struct smmu_cmd list[CFGI_LIST];
	struct smmu_l1cd l1 = { { 0 } };
	if (!master->two_level)
		return SMMU_OK;
	struct smmu_l1cd *const entry = (struct smmu_l1cd *)t->memory.virt + (ssid >> t->leaf_log2);
	if (smmu_l1cd_get_V(entry))
		return SMMU_OK;
	smmu_l1cd_set_V(&l1, 1);
	smmu_l1cd_set_L2Ptr(&l1, leaf_of(t, ssid)->cds.pa);
	smmu_publish(master->sys);      /* the zeroes before the descriptor that shows them */
	smmu_table_store(master->sys, master->dev->coherent, entry->qword, l1.qword[0]);
	smmu_publish(master->sys);
	smmu_status status = SMMU_OK;
	for (size_t i = 0; i < master->sid_count && status == SMMU_OK; i += CFGI_LIST) {
		size_t n = 0;
		for (; n < CFGI_LIST && i + n < master->sid_count; n++)
			list[n] = smmu_cmd_cfgi_cd(master->sids[i + n], ssid, false);
		status = smmu_cmdq_run(master->dev, list, n);
	}
	return status;
}

struct smmu_cd *smmu_cdtable_cd(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_cd_table *const t = &master->cd_table;
	if (!leaf_of(t, ssid)->cds.virt)
		return NULL;
	return (struct smmu_cd *)leaf_of(t, ssid)->cds.virt + (ssid & ((UINT32_C(1) << t->leaf_log2) - 1));
}

static struct smmu_domain **place_of(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_cd_table *const t = &master->cd_table;
	if (!t->memory.virt || !leaf_of(t, ssid)->domains)
		return NULL;
	return &leaf_of(t, ssid)->domains[ssid & ((UINT32_C(1) << t->leaf_log2) - 1)];
}

struct smmu_domain *smmu_cdtable_domain(struct smmu_master *master, uint32_t ssid)
{
	struct smmu_domain **const place = place_of(master, ssid);
	return place ? *place : NULL;
}

void smmu_cdtable_set_domain(struct smmu_master *master, uint32_t ssid, struct smmu_domain *domain)
{
	*place_of(master, ssid) = domain;
}

uint64_t smmu_cdtable_bytes(const struct smmu_master *master)
{
	const struct smmu_cd_table *const t = &master->cd_table;
	uint64_t bytes = t->memory.size_bytes;
	for (uint32_t i = 0; master->two_level && i < t->leaf_count; i++)
		bytes += t->leaves[i].cds.size_bytes;
	return bytes;
}

smmu_status smmu_cdtable_write(struct smmu_master *master, uint32_t ssid, const struct smmu_cd *target, enum smmu_cd_write how)
{
	struct smmu_cd *const cd = smmu_cdtable_cd(master, ssid);
	if (how == SMMU_CD_WRITE_LOSSLESS)
		return smmu_cd_install_lossless(master->dev, master->sids, master->sid_count, ssid, cd, target);
	if (how == SMMU_CD_WRITE_LIVE)
		return smmu_cd_install(master->dev, master->sids, master->sid_count, ssid, cd, target);
	for (size_t i = 0; i < SMMU_ARRAY_COUNT(cd->qword); i++)
		if (cd->qword[i] != target->qword[i])
			smmu_table_store(master->sys, master->dev->coherent, &cd->qword[i], target->qword[i]);
	smmu_publish(master->sys);
	return SMMU_OK;
}
