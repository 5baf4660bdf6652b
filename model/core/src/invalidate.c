/* SPDX-License-Identifier: Apache-2.0
 * What each invalidation removes: configuration by StreamID, TLB entries by StreamWorld, VMID, ASID, address and range;
 * commands and broadcasts.
 * Not here: the caches themselves (config_cache.c, tlb.c). Proof: model/test/test_tlb.c, test_vectors.c. */
#include "internal.h"

static const uint8_t all_sizes = 0xff;

static uint64_t vmid_care(const struct smmu_core *core, bool wildcard)
{
	const unsigned vmw = SMMU_FIELD_GET(CR0, VMW, core->r.cr0ack);
	uint64_t care = core->f.vmid16 ? 0xffff : 0xff;

	if (!core->f.s2p)
		return 0;
	if (wildcard && vmw <= 4)
		care &= ~MASK(vmw);
	return care << TAG_VMID_SHIFT;
}

static uint64_t asid_care(const struct smmu_core *core) { return core->f.asid16 ? 0xffff : 0xff; }

static uint64_t world_tag(enum smmu_world world) { return (uint64_t)world << TAG_WORLD_SHIFT; }

/* Contexts of one world with a stage 1 of their own: stage-1-only and combined entries. */
static struct tlb_match match_s1(enum smmu_world world)
{
	return (struct tlb_match){ .tag = world_tag(world) | TAG_S1, .care = TAG_WORLD_MASK | TAG_S1 };
}

static void with_vmid(const struct smmu_core *core, struct tlb_match *match, uint64_t vmid, bool wildcard)
{
	match->tag |= vmid << TAG_VMID_SHIFT;
	match->care |= vmid_care(core, wildcard);
}

static void with_asid(const struct smmu_core *core, struct tlb_match *match, uint64_t asid)
{
	match->tag |= asid;
	match->care |= asid_care(core);
}

/* Sizes of the leaves of one granule; TTL keeps it to one level. */
static uint8_t leaf_sizes(unsigned page_shift, unsigned ttl)
{
	uint8_t sizes = 0;

	for (unsigned level = 1; level <= 3; level++) {
		unsigned code;

		if ((ttl == 0 || ttl == level) && smmu_i_size_to_code(page_shift + (page_shift - 3u) * (3u - level), &code))
			sizes |= (uint8_t)(1u << code);
	}
	return sizes;
}

/* TG, NUM, SCALE and TTL sit at the same place in every TLBI by address. */
static struct tlb_range range_of(const struct smmu_core *core, const struct smmu_cmd *cmd, uint64_t address)
{
	const unsigned tg = core->f.ril ? (unsigned)smmu_cmd_tlbi_nh_va_get_TG(cmd) : 0;
	const unsigned num = (unsigned)smmu_cmd_tlbi_nh_va_get_NUM(cmd), scale = (unsigned)smmu_cmd_tlbi_nh_va_get_SCALE(cmd);
	const uint64_t first = smmu_hit_address(address);
	const uint64_t top = (first & BIT(52)) != 0 ? MASK(53) : MASK(52);
	const unsigned granule_log2 = 10u + 2u * tg;
	unsigned ttl = (unsigned)smmu_cmd_tlbi_nh_va_get_TTL(cmd);
	struct tlb_range range = { .first = first, .last = first, .sizes = all_sizes, .leaf = smmu_cmd_tlbi_nh_va_get_Leaf(cmd) != 0 };
	uint64_t bytes;

	if (tg == 0)
		return range;
	if (tg == 2 && ttl == 1)
		ttl = 0; /* 16 KiB has no leaf at level 1 */
	bytes = (uint64_t)(num + 1u) << (scale + granule_log2);
	range.last = bytes - 1 > top - first ? top : first + (bytes - 1);
	range.sizes = leaf_sizes(granule_log2, ttl);
	return range;
}

static void trace_invalidate(struct smmu_core *core, const struct smmu_cmd *cmd, uint32_t dropped)
{
	if (core->trace_on)
		smmu_i_trace_emit(core, &(struct smmu_trace_record){ .kind = SMMU_TRACE_TLB_INVALIDATE, .addr = dropped,
							      .data = { cmd->qword[0], cmd->qword[1] } });
}

static void drop_contexts(struct smmu_core *core, const struct smmu_cmd *cmd, const struct tlb_match *match)
{
	trace_invalidate(core, cmd, smmu_i_tlb_drop_contexts(core, match));
}

static void drop_range(struct smmu_core *core, const struct smmu_cmd *cmd, const struct tlb_match *match, uint64_t address)
{
	const struct tlb_range range = range_of(core, cmd, address);

	trace_invalidate(core, cmd, smmu_i_tlb_drop_range(core, match, &range));
}

/* TLBI_NH_*: stage-1 and combined entries of the NS-EL1 world. */
static void invalidate_nh(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	struct tlb_match match = match_s1(SMMU_WORLD_NS_EL1);

	with_vmid(core, &match, smmu_cmd_tlbi_nh_va_get_VMID(cmd), true);
	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_TLBI_NH_ALL:
		drop_contexts(core, cmd, &match);
		return;
	case SMMU_CMD_TLBI_NH_ASID:
		with_asid(core, &match, smmu_cmd_tlbi_nh_asid_get_ASID(cmd));
		drop_contexts(core, cmd, &match);
		return;
	case SMMU_CMD_TLBI_NH_VA:
		with_asid(core, &match, smmu_cmd_tlbi_nh_va_get_ASID(cmd));
		match.asid_only_if_local = true;
		break;
	default:
		break;
	}
	drop_range(core, cmd, &match, smmu_cmd_tlbi_nh_va_get_Address(cmd));
}

static void invalidate_el2(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	const bool e2h = (core->r.cr2 & SMMU_CR2_E2H_MASK) != 0;
	struct tlb_match match = match_s1(e2h ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2);

	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_TLBI_EL2_ALL: {
		struct tlb_match other = match_s1(e2h ? SMMU_WORLD_EL2 : SMMU_WORLD_EL2_E2H);

		smmu_i_tlb_drop_contexts(core, &other);
		drop_contexts(core, cmd, &match);
		return;
	}
	case SMMU_CMD_TLBI_EL2_ASID:
		match = match_s1(SMMU_WORLD_EL2_E2H);
		with_asid(core, &match, smmu_cmd_tlbi_el2_asid_get_ASID(cmd));
		drop_contexts(core, cmd, &match);
		return;
	case SMMU_CMD_TLBI_EL2_VA:
		if (e2h) {
			with_asid(core, &match, smmu_cmd_tlbi_el2_va_get_ASID(cmd));
			match.asid_only_if_local = true;
		}
		break;
	default:
		break;
	}
	drop_range(core, cmd, &match, smmu_cmd_tlbi_el2_va_get_Address(cmd));
}

/* TLBI_S12_VMALL, TLBI_S2_IPA, TLBI_NSNH_ALL. S2_IPA finds stage-2-only entries; combined ones are keyed by VA. */
static void invalidate_s2(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	struct tlb_match match = { .tag = world_tag(SMMU_WORLD_NS_EL1), .care = TAG_WORLD_MASK };

	if ((cmd->qword[0] & 0xffu) == SMMU_CMD_TLBI_NSNH_ALL) {
		drop_contexts(core, cmd, &match);
		return;
	}
	with_vmid(core, &match, smmu_cmd_tlbi_s12_vmall_get_VMID(cmd), true);
	if ((cmd->qword[0] & 0xffu) == SMMU_CMD_TLBI_S12_VMALL) {
		drop_contexts(core, cmd, &match);
		return;
	}
	match.care |= TAG_S1;
	drop_range(core, cmd, &match, smmu_cmd_tlbi_s2_ipa_get_Address(cmd));
}

static void invalidate_config(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	const uint32_t sid = (uint32_t)smmu_cmd_cfgi_ste_get_StreamID(cmd);
	const unsigned range = (unsigned)smmu_cmd_cfgi_ste_range_get_Range(cmd);
	const uint32_t span = (uint32_t)MASK(range + 1u);
	const bool leaf = smmu_cmd_cfgi_ste_get_Leaf(cmd) != 0;

	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_CFGI_STE:
		smmu_i_config_invalidate_sids(core, sid, sid, true);
		smmu_i_raw_invalidate_sids(core, sid, sid, true, !leaf);
		break;
	case SMMU_CMD_CFGI_STE_RANGE:
		if (range == SMMU_CMD_CFGI_STE_RANGE_RANGE_ALL) {
			smmu_i_config_invalidate_all(core);
			smmu_i_raw_invalidate_sids(core, 0, UINT32_MAX, true, true);
		} else {
			smmu_i_config_invalidate_sids(core, sid & ~span, sid | span, true);
			smmu_i_raw_invalidate_sids(core, sid & ~span, sid | span, true, true);
		}
		break;
	case SMMU_CMD_CFGI_CD:
		smmu_i_config_invalidate_cd(core, sid, (uint32_t)smmu_cmd_cfgi_cd_get_SubstreamID(cmd));
		smmu_i_raw_invalidate_cd(core, sid, (uint32_t)smmu_cmd_cfgi_cd_get_SubstreamID(cmd), !leaf);
		break;
	default:
		smmu_i_config_invalidate_sids(core, sid, sid, false);
		smmu_i_raw_invalidate_sids(core, sid, sid, false, false);
		break;
	}
}

/* A range whose three lengths are all zero; only where ranges exist. */
static bool range_is_legal(const struct smmu_core *core, const struct smmu_cmd *cmd)
{
	const unsigned tg = core->f.ril ? (unsigned)smmu_cmd_tlbi_nh_va_get_TG(cmd) : 0;
	const unsigned ttl = (unsigned)smmu_cmd_tlbi_nh_va_get_TTL(cmd);

	return tg == 0 || smmu_cmd_tlbi_nh_va_get_NUM(cmd) != 0 || smmu_cmd_tlbi_nh_va_get_SCALE(cmd) != 0 ||
	       (ttl != 0 && !(tg == 2 && ttl == 1));
}

bool smmu_i_invalidate_is_legal(const struct smmu_core *core, const struct smmu_cmd *cmd)
{
	const struct smmu_features *f = &core->f;

	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_CFGI_STE: case SMMU_CMD_CFGI_STE_RANGE: return !smmu_cmd_cfgi_ste_get_SSec(cmd);
	case SMMU_CMD_CFGI_CD: case SMMU_CMD_CFGI_CD_ALL: return !smmu_cmd_cfgi_ste_get_SSec(cmd) && f->s1p;
	case SMMU_CMD_TLBI_NH_ALL: case SMMU_CMD_TLBI_NH_ASID: return f->s1p;
	case SMMU_CMD_TLBI_NH_VA: case SMMU_CMD_TLBI_NH_VAA: return f->s1p && range_is_legal(core, cmd);
	case SMMU_CMD_TLBI_EL2_ALL: case SMMU_CMD_TLBI_EL2_ASID: return f->hyp;
	case SMMU_CMD_TLBI_EL2_VA: case SMMU_CMD_TLBI_EL2_VAA: return f->hyp && range_is_legal(core, cmd);
	case SMMU_CMD_TLBI_S12_VMALL: return f->s2p;
	case SMMU_CMD_TLBI_S2_IPA: return f->s2p && range_is_legal(core, cmd);
	case SMMU_CMD_TLBI_NSNH_ALL: return true;
	default: return false;
	}
}

void smmu_i_invalidate_execute(struct smmu_core *core, const struct smmu_cmd *cmd)
{
	switch (cmd->qword[0] & 0xffu) {
	case SMMU_CMD_CFGI_STE: case SMMU_CMD_CFGI_STE_RANGE: case SMMU_CMD_CFGI_CD: case SMMU_CMD_CFGI_CD_ALL:
		invalidate_config(core, cmd);
		break;
	case SMMU_CMD_TLBI_NH_ALL: case SMMU_CMD_TLBI_NH_ASID: case SMMU_CMD_TLBI_NH_VA: case SMMU_CMD_TLBI_NH_VAA:
		invalidate_nh(core, cmd);
		break;
	case SMMU_CMD_TLBI_EL2_ALL: case SMMU_CMD_TLBI_EL2_ASID: case SMMU_CMD_TLBI_EL2_VA: case SMMU_CMD_TLBI_EL2_VAA:
		invalidate_el2(core, cmd);
		break;
	default:
		invalidate_s2(core, cmd);
		break;
	}
}

/* The two forms that carry an ASID leave ASET = 1 alone. */
static struct tlb_match dvm_match(const struct smmu_core *core, const struct smmu_dvm *dvm)
{
	const bool e2h = (core->r.cr2 & SMMU_CR2_E2H_MASK) != 0;
	const bool el2 = dvm->kind >= SMMU_DVM_EL2_VA;
	const bool by_asid = dvm->kind == SMMU_DVM_ASID || dvm->kind == SMMU_DVM_VA || dvm->kind == SMMU_DVM_EL2_ASID ||
			     (dvm->kind == SMMU_DVM_EL2_VA && e2h);
	struct tlb_match match = match_s1(el2 ? (e2h ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2) : SMMU_WORLD_NS_EL1);

	if (dvm->kind == SMMU_DVM_ALL || dvm->kind == SMMU_DVM_VMALLS12)
		match.care &= ~TAG_S1;
	if (dvm->kind == SMMU_DVM_IPAS2)
		match.tag &= ~TAG_S1;
	if (!el2 && dvm->kind != SMMU_DVM_ALL) {
		with_vmid(core, &match, dvm->vmid, false);
	}
	if (by_asid) {
		with_asid(core, &match, dvm->asid);
		match.no_aset1 = true;
		match.asid_only_if_local = dvm->kind == SMMU_DVM_VA || dvm->kind == SMMU_DVM_EL2_VA;
	}
	return match;
}

void smmu_core_broadcast(struct smmu_core *core, const struct smmu_dvm *dvm)
{
	const struct tlb_match match = dvm_match(core, dvm);
	const uint64_t address = smmu_hit_address(dvm->address);

	if (!core->f.btm || (core->r.cr2 & SMMU_CR2_PTM_MASK) != 0)
		return;
	if (!core->f.s2p && dvm->kind < SMMU_DVM_ALL && dvm->vmid != 0)
		return;
	switch (dvm->kind) {
	case SMMU_DVM_VA: case SMMU_DVM_VAA: case SMMU_DVM_IPAS2: case SMMU_DVM_EL2_VA:
		smmu_i_tlb_drop_range(core, &match, &(struct tlb_range){ .first = address & ~UINT64_C(0xfff), .last = address | 0xfffu,
									 .sizes = all_sizes, .leaf = dvm->leaf });
		break;
	default:
		smmu_i_tlb_drop_contexts(core, &match);
		break;
	}
}
