/* SPDX-License-Identifier: Apache-2.0
 * A guest's invalidation commands, cut down to what is the guest's (see smmuv3/guest.h). Each is built anew from the fields it
 * defines, so that nothing else of the guest's 16 bytes reaches the SMMU, and what the SMMU would refuse is refused here.
 * ATC_INVs go last, after the SYNC of the rest: a device must not fetch again what the SMMU still knows.
 * Proof: driver/test/test_guest.c. */
#include "smmuv3/guest.h"

#include "ats.h"
#include "cmd.h"
#include "tag.h"

#define LIST 16u

/* Whose commands they are. */
struct guest {
	struct smmu_domain *parent;
	struct smmu_dev *dev;
	const struct smmu_guest_streams *streams;
	uint32_t vmid;
};

/* What became of one command. */
enum fate { FATE_SEND, FATE_SEND_ATC, FATE_NOTHING };

static struct smmu_master *nested_master(const struct guest *guest, uint32_t sid)
{
	for (struct smmu_master *master = guest->dev->masters; master; master = master->next)
		for (size_t i = 0; i < master->sid_count; i++)
			if (master->sids[i] == sid)
				return master->rid && smmu_domain_owner(master->rid) == guest->parent && master->rid != guest->parent
					       ? master : NULL;
	return NULL;
}

static smmu_status find_stream(const struct guest *guest, uint32_t guest_sid, uint32_t *sid, struct smmu_master **master)
{
	*sid = guest_sid;
	if (guest->streams && guest->streams->find && !guest->streams->find(guest->streams->ctx, guest_sid, sid))
		return SMMU_E_NOT_FOUND;
	*master = nested_master(guest, *sid);
	return *master ? SMMU_OK : SMMU_E_NOT_FOUND;
}

/* The SMMU refuses a range of one granule that names no level. */
static bool range_is_legal(unsigned tg, unsigned ttl, unsigned scale, unsigned num)
{
	const bool any_level = ttl == 0 || (tg == 2 && ttl == 1);
	return tg == 0 || scale != 0 || num != 0 || !any_level;
}

static smmu_status make_va(const struct guest *guest, const struct smmu_cmd *in, bool any_asid, struct smmu_cmd *out)
{
	const struct smmu_features *const f = &guest->dev->features;
	const uint32_t asid = (uint32_t)smmu_cmd_tlbi_nh_va_get_ASID(in) & (uint32_t)(SMMU_BIT(f->asid_bits) - 1);
	unsigned tg = 0, ttl = 0, scale = 0, num = 0;
	if (f->range_invalidation) {
		tg = (unsigned)smmu_cmd_tlbi_nh_va_get_TG(in);
		ttl = (unsigned)smmu_cmd_tlbi_nh_va_get_TTL(in);
		scale = (unsigned)smmu_cmd_tlbi_nh_va_get_SCALE(in);
		num = (unsigned)smmu_cmd_tlbi_nh_va_get_NUM(in);
	}
	if (!range_is_legal(tg, ttl, scale, num))
		return SMMU_E_INVALID;
	*out = smmu_cmd_tlbi_nh_va(guest->vmid, any_asid ? 0 : asid, smmu_cmd_tlbi_nh_va_get_Address(in),
				   smmu_cmd_tlbi_nh_va_get_Leaf(in) != 0, tg, ttl, scale, num);
	if (any_asid)
		out->qword[0] = (out->qword[0] & ~UINT64_C(0xff)) | SMMU_CMD_TLBI_NH_VAA;
	return SMMU_OK;
}

static smmu_status make_atc(const struct guest *guest, const struct smmu_cmd *in, struct smmu_cmd *out, struct smmu_master **master,
			    enum fate *fate)
{
	const bool pasid = smmu_cmd_atc_inv_get_SSV(in) != 0;
	const unsigned size_log2 = (unsigned)smmu_cmd_atc_inv_get_Size(in);
	uint32_t sid;
	if (size_log2 > SMMU_ATC_SIZE_ALL)
		return SMMU_E_INVALID;
	const smmu_status status = find_stream(guest, (uint32_t)smmu_cmd_atc_inv_get_StreamID(in), &sid, master);
	*out = smmu_cmd_atc_inv(sid, 0, smmu_cmd_atc_inv_get_Address(in), size_log2);
	smmu_cmd_atc_inv_set_SSV(out, pasid);
	smmu_cmd_atc_inv_set_SubstreamID(out, pasid ? smmu_cmd_atc_inv_get_SubstreamID(in) : 0);
	smmu_cmd_atc_inv_set_Global(out, pasid ? smmu_cmd_atc_inv_get_Global(in) : 0);
	*fate = status == SMMU_OK && smmu_ats_is_live(*master) ? FATE_SEND_ATC : FATE_NOTHING;
	return status;
}

static smmu_status make_cfgi(const struct guest *guest, const struct smmu_cmd *in, bool all, struct smmu_cmd *out)
{
	struct smmu_master *master;
	uint32_t sid;
	if (smmu_cmd_cfgi_cd_get_SSec(in))
		return SMMU_E_INVALID;
	const smmu_status status = find_stream(guest, (uint32_t)smmu_cmd_cfgi_cd_get_StreamID(in), &sid, &master);
	*out = all ? smmu_cmd_cfgi_cd_all(sid)
		   : smmu_cmd_cfgi_cd(sid, (uint32_t)smmu_cmd_cfgi_cd_get_SubstreamID(in), smmu_cmd_cfgi_cd_get_Leaf(in) != 0);
	return status;
}

static smmu_status convert(const struct guest *guest, const struct smmu_cmd *in, struct smmu_cmd *out, struct smmu_master **master,
			   enum fate *fate)
{
	const uint32_t asid_mask = (uint32_t)(SMMU_BIT(guest->dev->features.asid_bits) - 1);
	*fate = FATE_SEND;
	switch ((uint8_t)in->qword[0]) {
	case SMMU_CMD_TLBI_NH_ALL:
	case SMMU_CMD_TLBI_NSNH_ALL:
		*out = smmu_cmd_tlbi_nh_all(guest->vmid);
		return SMMU_OK;
	case SMMU_CMD_TLBI_NH_ASID:
		*out = smmu_cmd_tlbi_nh_asid(guest->vmid, (uint32_t)smmu_cmd_tlbi_nh_asid_get_ASID(in) & asid_mask);
		return SMMU_OK;
	case SMMU_CMD_TLBI_NH_VA:
		return make_va(guest, in, false, out);
	case SMMU_CMD_TLBI_NH_VAA:
		return make_va(guest, in, true, out);
	case SMMU_CMD_CFGI_CD:
		return make_cfgi(guest, in, false, out);
	case SMMU_CMD_CFGI_CD_ALL:
		return make_cfgi(guest, in, true, out);
	case SMMU_CMD_ATC_INV:
		return make_atc(guest, in, out, master, fate);
	case SMMU_CMD_SYNC:
	case SMMU_CMD_PREFETCH_CONFIG:
	case SMMU_CMD_PREFETCH_ADDR:
		*fate = FATE_NOTHING;
		return SMMU_OK;
	default:
		return SMMU_E_INVALID;
	}
}

/* What goes before the ATC_INVs. */
struct first_half {
	struct smmu_batch batch;
	struct smmu_cmd list[LIST];
	size_t n;
};

static smmu_status add(const struct guest *guest, struct first_half *half, const struct smmu_cmd *cmd)
{
	half->list[half->n++] = *cmd;
	if (half->n < LIST)
		return SMMU_OK;
	half->n = 0;
	return smmu_cmdq_push(guest->dev, half->list, LIST, &half->batch, false);
}

/* What the guest cached under a VMID that parent has left, but the SMMU did not confirm that, goes too. */
static smmu_status add_for_old_vmids(const struct guest *guest, struct first_half *half, struct smmu_cmd cmd)
{
	const struct smmu_inv *entry;
	smmu_status status = SMMU_OK;
	for (size_t i = 0; status == SMMU_OK && (entry = smmu_inv_tag_at(&guest->parent->inv, i)); i++) {
		if (entry->key.dev != guest->dev || !entry->leaving)
			continue;
		smmu_cmd_tlbi_nh_all_set_VMID(&cmd, entry->key.id);     /* the same bits in every TLBI of a guest */
		status = add(guest, half, &cmd);
	}
	return status;
}

/* Of what convert() makes: CFGI_CD or CFGI_CD_ALL else. */
static bool is_tlbi(const struct smmu_cmd *cmd)
{
	return (uint8_t)cmd->qword[0] >= SMMU_CMD_TLBI_NH_ALL;
}

/* Everything but ATC_INVs, then SYNC. *done: the first refused command, *refusal why. */
static smmu_status run_first(const struct guest *guest, const struct smmu_cmd *cmds, size_t count, size_t *done, smmu_status *refusal)
{
	struct first_half half = { .n = 0 };
	smmu_status status = SMMU_OK;
	*refusal = SMMU_OK;
	for (*done = 0; *done < count && status == SMMU_OK; ++*done) {
		struct smmu_master *master;
		struct smmu_cmd cmd;
		enum fate fate;
		*refusal = convert(guest, &cmds[*done], &cmd, &master, &fate);
		if (*refusal != SMMU_OK)
			break;
		if (fate == FATE_SEND)
			status = add(guest, &half, &cmd);
		if (fate == FATE_SEND && status == SMMU_OK && is_tlbi(&cmd))
			status = add_for_old_vmids(guest, &half, cmd);
	}
	if (status == SMMU_OK)
		status = smmu_cmdq_push(guest->dev, half.list, half.n, &half.batch, true);
	return status == SMMU_OK ? smmu_cmdq_wait(guest->dev, &half.batch) : status;
}

struct atc_list {
	size_t count;
	struct smmu_cmd cmd[LIST];
	struct smmu_master *master[LIST];
};

static smmu_status run_atc_list(const struct guest *guest, struct atc_list *list)
{
	uint64_t silent = 0;
	const size_t count = list->count;
	smmu_status status = count ? smmu_cmdq_run_atc(guest->dev, list->cmd, count, &silent) : SMMU_OK;
	list->count = 0;
	for (size_t i = 0; i < count; i++)
		if (silent & SMMU_BIT(i))
			status = smmu_first_failure(status, smmu_ats_cut(list->master[i]));
	return status;
}

/* The ATC_INVs of commands that were all accepted. */
static smmu_status run_atcs(const struct guest *guest, const struct smmu_cmd *cmds, size_t count)
{
	struct atc_list list = { .count = 0 };
	smmu_status status = SMMU_OK;
	for (size_t i = 0; i < count && smmu_is_confirmed(status); i++) {
		enum fate fate;
		if ((uint8_t)cmds[i].qword[0] != SMMU_CMD_ATC_INV)
			continue;
		if (convert(guest, &cmds[i], &list.cmd[list.count], &list.master[list.count], &fate) == SMMU_OK)
			list.count += fate == FATE_SEND_ATC;
		if (list.count == LIST)
			status = smmu_first_failure(status, run_atc_list(guest, &list));
	}
	return smmu_first_failure(status, run_atc_list(guest, &list));
}

static smmu_status invalidate(const struct guest *guest, const struct smmu_cmd *cmds, size_t count, size_t *done)
{
	smmu_status refusal;
	if (!guest->dev->enabled || !guest->vmid || !smmu_inv_find(&guest->parent->inv, guest->dev, SMMU_INV_TLBI_NESTED))
		return SMMU_E_STATE;
	smmu_status status = run_first(guest, cmds, count, done, &refusal);
	if (status == SMMU_OK)
		status = run_atcs(guest, cmds, *done);
	return smmu_first_failure(status, refusal);
}

smmu_status smmu_guest_invalidate(struct smmu_domain *parent, struct smmu_dev *dev, const struct smmu_guest_streams *streams,
				  const struct smmu_cmd *cmds, size_t count, size_t *done)
{
	size_t ignored;
	if (!done)
		done = &ignored;
	*done = 0;
	if (!parent || !dev || parent->sys != dev->sys || (!cmds && count) || parent->config.type != SMMU_DOMAIN_S2)
		return SMMU_E_INVALID;
	struct smmu_sys *const sys = parent->sys;
	smmu_call_enter(sys, SMMU_CALL_GUEST_INVALIDATE);
	smmu_lock(sys, &sys->attach_lock);
	const struct guest guest = { parent, dev, streams, smmu_tag_of(parent, dev) };
	const smmu_status status = invalidate(&guest, cmds, count, done);
	smmu_unlock(sys, &sys->attach_lock);
	return smmu_call_leave(sys, SMMU_CALL_GUEST_INVALIDATE, status);
}
