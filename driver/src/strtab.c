/* SPDX-License-Identifier: Apache-2.0
 * Stream table: linear or two-level, level-2 tables on demand, every entry born as "abort".
 * Not here: what the entries become (entry_write.c). Proof: driver/test/test_strtab.c. */
#include "cmd.h"
#include "dev_internal.h"
#include "ste.h"

#define L1_LOG2_MAX 17u       /* 1 MiB of level-1 descriptors */
#define LINEAR_LOG2_MAX 20u   /* 64 MiB of entries */

static void fill_abort(struct smmu_ste *table, uint64_t count)
{
	struct smmu_ste abort_entry;
	smmu_ste_make_abort(&abort_entry);
	for (uint64_t i = 0; i < count; i++)
		table[i] = abort_entry;
}

smmu_status smmu_strtab_init(struct smmu_dev *dev)
{
	struct smmu_strtab *const t = &dev->strtab;
	const struct smmu_dev_config *const config = &dev->config;
	const uint8_t wanted = config->sid_bits ? config->sid_bits : dev->features.sid_bits;
	t->sid_bits = (uint8_t)smmu_min32(wanted, dev->features.sid_bits);
	t->split = config->split_log2 ? config->split_log2 : SMMU_STRTAB_BASE_CFG_SPLIT_16K;
	t->two_level = config->stream_table == SMMU_STREAM_TABLE_2LEVEL ||
		       (config->stream_table == SMMU_STREAM_TABLE_AUTO && dev->features.st_2level && t->sid_bits > t->split);
	uint64_t bytes;
	if (t->two_level) {
		t->sid_bits = (uint8_t)smmu_min32(t->sid_bits, L1_LOG2_MAX + t->split);
		t->l1_count = t->sid_bits > t->split ? UINT32_C(1) << (t->sid_bits - t->split) : 1;
		bytes = (uint64_t)t->l1_count * sizeof(struct smmu_l1std);
	} else {
		t->sid_bits = (uint8_t)smmu_min32(t->sid_bits, LINEAR_LOG2_MAX);
		bytes = sizeof(struct smmu_ste) << t->sid_bits;
	}
	if (!smmu_dma_alloc(dev->sys, bytes, &t->memory))
		return SMMU_E_NO_MEMORY;
	if (!t->two_level)
		fill_abort(t->memory.virt, UINT64_C(1) << t->sid_bits);
	smmu_clean(dev->sys, dev->coherent, t->memory.virt, (size_t)bytes);
	return SMMU_OK;
}

static struct smmu_l1std *l1_of(struct smmu_dev *dev, uint32_t sid)
{
	return (struct smmu_l1std *)dev->strtab.memory.virt + (sid >> dev->strtab.split);
}

static uint64_t l2_bytes(const struct smmu_strtab *t)
{
	return sizeof(struct smmu_ste) << t->split;
}

void smmu_strtab_free(struct smmu_dev *dev)
{
	struct smmu_strtab *const t = &dev->strtab;
	for (uint32_t i = 0; t->two_level && t->memory.virt && i < t->l1_count; i++) {
		const uint64_t pa = smmu_l1std_get_L2Ptr((struct smmu_l1std *)t->memory.virt + i);
		struct smmu_dma table = { pa ? smmu_virt(dev->sys, pa) : NULL, pa, l2_bytes(t) };
		smmu_dma_free(dev->sys, &table);
	}
	smmu_dma_free(dev->sys, &t->memory);
}

bool smmu_strtab_has(const struct smmu_dev *dev, uint32_t sid)
{
	return ((uint64_t)sid >> dev->strtab.sid_bits) == 0;
}

struct smmu_ste *smmu_strtab_ste(struct smmu_dev *dev, uint32_t sid)
{
	struct smmu_strtab *const t = &dev->strtab;
	if (!t->two_level)
		return (struct smmu_ste *)t->memory.virt + sid;
	const struct smmu_l1std *const l1 = l1_of(dev, sid);
	if (smmu_l1std_get_Span(l1) == 0)
		return NULL;
	struct smmu_ste *const table = smmu_virt(dev->sys, smmu_l1std_get_L2Ptr(l1));
	return table + (sid & ((UINT32_C(1) << t->split) - 1));
}

bool smmu_strtab_prepare(struct smmu_dev *dev, uint32_t sid, struct smmu_dma *out)
{
	*out = (struct smmu_dma){ 0 };
	if (smmu_strtab_ste(dev, sid))
		return true;
	if (!smmu_dma_alloc(dev->sys, l2_bytes(&dev->strtab), out))
		return false;
	fill_abort(out->virt, UINT64_C(1) << dev->strtab.split);
	smmu_clean(dev->sys, dev->coherent, out->virt, (size_t)out->size_bytes);
	return true;
}

smmu_status smmu_strtab_commit(struct smmu_dev *dev, uint32_t sid, struct smmu_dma *table)
{
	if (!table->virt)
		return SMMU_OK;
	struct smmu_l1std l1 = { { 0 } };
	smmu_l1std_set_L2Ptr(&l1, table->pa);
	smmu_l1std_set_Span(&l1, dev->strtab.split + 1u);       /* 2^(Span - 1) entries */
	smmu_publish(dev->sys);                                 /* the entries before the descriptor that shows them */
	smmu_table_store(dev->sys, dev->coherent, l1_of(dev, sid)->qword, l1.qword[0]);
	smmu_publish(dev->sys);
	*table = (struct smmu_dma){ 0 };
	const struct smmu_cmd cfgi = smmu_cmd_cfgi_ste(sid, false);
	return smmu_cmdq_run(dev, &cfgi, 1);
}

void smmu_strtab_program(struct smmu_dev *dev)
{
	const struct smmu_strtab *const t = &dev->strtab;
	uint32_t cfg = SMMU_FIELD_PUT(STRTAB_BASE_CFG, LOG2SIZE, t->sid_bits);
	if (t->two_level)
		cfg |= SMMU_FIELD_PUT(STRTAB_BASE_CFG, FMT, SMMU_STRTAB_BASE_CFG_FMT_TWO_LEVEL) |
		       SMMU_FIELD_PUT(STRTAB_BASE_CFG, SPLIT, t->split);
	smmu_write64(dev, SMMU_STRTAB_BASE, (t->memory.pa & SMMU_STRTAB_BASE_ADDR_MASK) | SMMU_STRTAB_BASE_RA_MASK);
	smmu_write32(dev, SMMU_STRTAB_BASE_CFG, cfg);
}
