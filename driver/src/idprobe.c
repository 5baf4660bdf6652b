/* SPDX-License-Identifier: Apache-2.0
 * ID registers to features: reserved encodings fall back to the nearest lower capability, features whose prerequisite is
 * missing are off. Not here: reading the registers (dev.c). Proof: driver/test/test_idprobe.c. */
#include "dev_internal.h"

#define IDR0(FIELD) SMMU_FIELD_GET(IDR0, FIELD, ids->idr0)
#define IDR1(FIELD) SMMU_FIELD_GET(IDR1, FIELD, ids->idr1)
#define IDR3(FIELD) SMMU_FIELD_GET(IDR3, FIELD, ids->idr3)
#define IDR5(FIELD) SMMU_FIELD_GET(IDR5, FIELD, ids->idr5)

#define QUEUE_LOG2_MAX 19u
#define SSID_BITS_MAX 20u
#define SID_BITS_MAX 32u

static uint8_t oas_bits(uint32_t encoding, unsigned minor)
{
	static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 48, 52, 52 }; /* 7 (56 bits) belongs to v3.4 */
	const uint8_t value = bits[encoding & 7];
	return minor == 0 && value > 48 ? 48 : value;
}

static void from_idr0(const struct smmu_id_words *ids, struct smmu_features *f)
{
	const uint32_t stall_model = IDR0(STALL_MODEL), endian = IDR0(TTENDIAN);
	f->stage1 = IDR0(S1P);
	f->stage2 = IDR0(S2P);
	f->aarch32_lpae = IDR0(TTF) & 1;
	f->aarch64 = IDR0(TTF) & 2;
	f->coherent = IDR0(COHACC);
	f->btm = IDR0(BTM);
	f->httu = (uint8_t)(IDR0(HTTU) == 3 ? 2 : IDR0(HTTU));
	f->dormant_hint = IDR0(DORMHINT);
	f->hyp = IDR0(HYP) && f->stage1 && f->stage2;
	f->ats = IDR0(ATS);
	f->ns1ats_absent = IDR0(NS1ATS) && f->ats && f->stage1 && f->stage2;
	f->asid_bits = IDR0(ASID16) ? 16 : 8;
	f->msi = IDR0(MSI);
	f->sev = IDR0(SEV);
	f->atos = IDR0(ATOS);
	f->pri = IDR0(PRI) && f->ats;
	f->vmid_wildcard = IDR0(VMW) && f->stage2;
	f->vmid_bits = IDR0(VMID16) ? 16 : 8;
	f->cd_2level = IDR0(CD2L);
	f->little_endian = endian == SMMU_IDR0_TTENDIAN_MIXED || endian == SMMU_IDR0_TTENDIAN_LITTLE;
	f->big_endian = endian == SMMU_IDR0_TTENDIAN_MIXED || endian == SMMU_IDR0_TTENDIAN_BIG;
	f->stall = stall_model == SMMU_IDR0_STALL_MODEL_STALL_AND_TERMINATE || stall_model == SMMU_IDR0_STALL_MODEL_STALL_FORCED;
	f->stall_forced = stall_model == SMMU_IDR0_STALL_MODEL_STALL_FORCED;
	f->term_abort_only = IDR0(TERM_MODEL);
	f->st_2level = IDR0(ST_LEVEL) == SMMU_IDR0_ST_LEVEL_TWO_LEVEL;
}

static void from_idr1(const struct smmu_id_words *ids, struct smmu_features *f)
{
	f->sid_bits = (uint8_t)smmu_min32(IDR1(SIDSIZE), SID_BITS_MAX);
	f->ssid_bits = (uint8_t)smmu_min32(IDR1(SSIDSIZE), SSID_BITS_MAX);
	f->cmdq_log2_max = (uint8_t)smmu_min32(IDR1(CMDQS), QUEUE_LOG2_MAX);
	f->eventq_log2_max = (uint8_t)smmu_min32(IDR1(EVENTQS), QUEUE_LOG2_MAX);
	f->priq_log2_max = (uint8_t)(f->pri ? smmu_min32(IDR1(PRIQS), QUEUE_LOG2_MAX) : 0);
	f->attr_types_override = IDR1(ATTR_TYPES_OVR);
	f->attr_perms_override = IDR1(ATTR_PERMS_OVR);
	f->tables_preset = IDR1(TABLES_PRESET);
	f->queues_preset = IDR1(QUEUES_PRESET);
	f->ecmdq = IDR1(ECMDQ) && f->coherent && f->msi && !f->queues_preset;
}

static void from_idr3(const struct smmu_id_words *ids, struct smmu_features *f)
{
	f->range_invalidation = IDR3(RIL);
	f->stt = IDR3(STT);
	f->fwb = IDR3(FWB) && f->stage2;
	f->xnx = IDR3(XNX) && f->stage2;
	f->had = IDR3(HAD) && f->stage1;
	f->e0pd = IDR3(E0PD) && f->stage1;
	f->bbml = (uint8_t)smmu_min32(IDR3(BBML), 2);
	f->pri_pasid_always = IDR3(PPS) && f->pri;
}

static void from_idr5(const struct smmu_id_words *ids, struct smmu_features *f)
{
	f->gran4k = IDR5(GRAN4K) || f->aarch32_lpae;
	f->gran16k = IDR5(GRAN16K);
	f->gran64k = IDR5(GRAN64K);
	f->va52 = IDR5(VAX) == SMMU_IDR5_VAX_52BIT && f->gran64k;
	f->oas_bits = oas_bits(IDR5(OAS), f->arch_minor);
	f->stall_max = (uint16_t)(f->stall ? IDR5(STALL_MAX) : 0);
	f->ias_bits = 0;
	if (f->aarch32_lpae)
		f->ias_bits = 40;
	if (f->aarch64 && f->oas_bits > f->ias_bits)
		f->ias_bits = f->oas_bits;
}

void smmu_features_from_ids(const struct smmu_id_words *ids, struct smmu_features *out)
{
	*out = (struct smmu_features){ 0 };
	out->arch_major = (uint8_t)SMMU_FIELD_GET(AIDR, ArchMajorRev, ids->aidr);
	out->arch_minor = (uint8_t)SMMU_FIELD_GET(AIDR, ArchMinorRev, ids->aidr);
	out->implementer = (uint16_t)SMMU_FIELD_GET(IIDR, Implementer, ids->iidr);
	out->product = (uint16_t)SMMU_FIELD_GET(IIDR, ProductID, ids->iidr);
	out->variant = (uint8_t)SMMU_FIELD_GET(IIDR, Variant, ids->iidr);
	out->revision = (uint8_t)SMMU_FIELD_GET(IIDR, Revision, ids->iidr);
	from_idr0(ids, out);
	from_idr1(ids, out);
	from_idr3(ids, out);
	from_idr5(ids, out);
}

smmu_status smmu_features_check(const struct smmu_id_words *ids, const struct smmu_features *f)
{
	if (ids->idr0 == UINT32_MAX && ids->idr1 == UINT32_MAX)
		return SMMU_E_HARDWARE;         /* nothing answers at this address */
	if (f->arch_major != 0 || !(f->stage1 || f->stage2) || !f->aarch64 || !f->little_endian)
		return SMMU_E_UNSUPPORTED;
	if (f->tables_preset || f->queues_preset)
		return SMMU_E_UNSUPPORTED;
	if (f->cmdq_log2_max == 0 || f->eventq_log2_max == 0)
		return SMMU_E_UNSUPPORTED;      /* the core wants queues of two entries */
	return SMMU_OK;
}
