/* SPDX-License-Identifier: Apache-2.0
 * Configuration of one SMMU: the default identification registers, the combinations that are refused, and the
 * identification registers unpacked into flags.
 * Not here: what the flags change (every other file). Proof: model/test/test_parts.c. */
#include "internal.h"

#define ID(REG, FIELD, x) SMMU_FIELD_PUT(REG, FIELD, x)

void smmu_core_config_default(struct smmu_core_config *config)
{
	*config = (struct smmu_core_config){
		.tlb_entries = 8192, .tlb_ways = 4, .walk_cache_entries = 4096, .config_cache_entries = 512, .job_slots = 64, .pmcg_counters = 4, .pmcg_width_bits = 64,
		.seed = 1, .count_ats = true,
	};
	config->ids.idr[0] = ID(IDR0, ST_LEVEL, 1) | ID(IDR0, TTENDIAN, 0) | ID(IDR0, CD2L, 1) | ID(IDR0, VMID16, 1) |
			     ID(IDR0, VMW, 1) | ID(IDR0, SEV, 1) | ID(IDR0, MSI, 1) | ID(IDR0, ASID16, 1) |
			     ID(IDR0, HYP, 1) | ID(IDR0, ATS, 1) | ID(IDR0, ATSRECERR, 1) | ID(IDR0, HTTU, 2) | ID(IDR0, COHACC, 1) | ID(IDR0, BTM, 1) |
			     ID(IDR0, TTF, 2) | ID(IDR0, S1P, 1) | ID(IDR0, S2P, 1);
	config->ids.idr[1] = ID(IDR1, ATTR_TYPES_OVR, 1) | ID(IDR1, ATTR_PERMS_OVR, 1) | ID(IDR1, CMDQS, 10) |
			     ID(IDR1, EVENTQS, 10) | ID(IDR1, PRIQS, 10) | ID(IDR1, SSIDSIZE, 10) | ID(IDR1, SIDSIZE, 16);
	config->ids.idr[3] = ID(IDR3, PTWNNC, 1) | ID(IDR3, E0PD, 1) | ID(IDR3, BBML, 2) | ID(IDR3, RIL, 1) |
			     ID(IDR3, STT, 1) | ID(IDR3, FWB, 1) | ID(IDR3, XNX, 1) | ID(IDR3, HAD, 1);
	config->ids.idr[5] = ID(IDR5, STALL_MAX, 32) | ID(IDR5, GRAN64K, 1) | ID(IDR5, GRAN16K, 1) |
			     ID(IDR5, GRAN4K, 1) | ID(IDR5, OAS, 5);
	config->ids.iidr = 0x7a400000u;
	config->ids.aidr = 3; /* SMMUv3.3 */
}

unsigned smmu_i_address_bits(unsigned encoding)
{
	static const uint8_t bits[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };

	return bits[encoding & 7u];
}

void smmu_i_features_unpack(struct smmu_features *f, const struct smmu_core_ids *ids)
{
	const uint32_t idr0 = ids->idr[0], idr1 = ids->idr[1], idr3 = ids->idr[3], idr5 = ids->idr[5];
#define GET(REG, FIELD, v) ((uint8_t)SMMU_FIELD_GET(REG, FIELD, v))

	*f = (struct smmu_features){
		.s1p = GET(IDR0, S1P, idr0), .s2p = GET(IDR0, S2P, idr0), .hyp = GET(IDR0, HYP, idr0),
		.httu = GET(IDR0, HTTU, idr0), .stall_model = GET(IDR0, STALL_MODEL, idr0),
		.term_model = GET(IDR0, TERM_MODEL, idr0), .ttendian = GET(IDR0, TTENDIAN, idr0),
		.ats = GET(IDR0, ATS, idr0), .ns1ats = GET(IDR0, NS1ATS, idr0), .atsrecerr = GET(IDR0, ATSRECERR, idr0),
		.pri = GET(IDR0, PRI, idr0), .sev = GET(IDR0, SEV, idr0), .msi = GET(IDR0, MSI, idr0),
		.btm = GET(IDR0, BTM, idr0), .cd2l = GET(IDR0, CD2L, idr0), .asid16 = GET(IDR0, ASID16, idr0),
		.vmid16 = GET(IDR0, VMID16, idr0), .vmw = GET(IDR0, VMW, idr0), .st_level = GET(IDR0, ST_LEVEL, idr0),
		.attr_types_ovr = GET(IDR1, ATTR_TYPES_OVR, idr1), .attr_perms_ovr = GET(IDR1, ATTR_PERMS_OVR, idr1),
		.cmdqs = GET(IDR1, CMDQS, idr1), .eventqs = GET(IDR1, EVENTQS, idr1), .priqs = GET(IDR1, PRIQS, idr1),
		.ssidsize = GET(IDR1, SSIDSIZE, idr1), .sidsize = GET(IDR1, SIDSIZE, idr1),
		.atos = GET(IDR0, ATOS, idr0), .vatos = GET(IDR0, VATOS, idr0),
		.xnx = GET(IDR3, XNX, idr3), .had = GET(IDR3, HAD, idr3), .ril = GET(IDR3, RIL, idr3),
		.stt = GET(IDR3, STT, idr3), .fwb = GET(IDR3, FWB, idr3), .e0pd = GET(IDR3, E0PD, idr3),
		.pps = GET(IDR3, PPS, idr3), .vax = GET(IDR5, VAX, idr5), .gran4k = GET(IDR5, GRAN4K, idr5),
		.gran16k = GET(IDR5, GRAN16K, idr5), .gran64k = GET(IDR5, GRAN64K, idr5),
		.stall_max = (uint16_t)SMMU_FIELD_GET(IDR5, STALL_MAX, idr5),
	};
	f->oas_bits = (uint8_t)smmu_i_address_bits(SMMU_FIELD_GET(IDR5, OAS, idr5));
	f->ias_bits = f->oas_bits; /* no AArch32 tables: IAS = OAS */
#undef GET
}

static bool is_power_of_two(uint32_t v) { return v != 0 && (v & (v - 1u)) == 0; }

static const char *check_ids(const struct smmu_core_ids *ids)
{
	const uint32_t idr0 = ids->idr[0], idr1 = ids->idr[1], idr3 = ids->idr[3], idr5 = ids->idr[5];
	struct smmu_features f;

	smmu_i_features_unpack(&f, ids);
	if (!f.s1p && !f.s2p)
		return "IDR0.S1P and IDR0.S2P are both 0: an SMMU translates at least one stage";
	if (SMMU_FIELD_GET(IDR0, TTF, idr0) != 2)
		return "IDR0.TTF must be 2: this model walks VMSAv8-64 tables only";
	if (SMMU_FIELD_GET(IDR0, RME_IMPL, idr0) != 0)
		return "IDR0.RME_IMPL must be 0: this model has no RME";
	if (f.st_level > 1)
		return "IDR0.ST_LEVEL must be 0 or 1";
	if (f.st_level == 0 && f.sidsize >= 7)
		return "IDR0.ST_LEVEL must be 1 when IDR1.SIDSIZE is 7 or more";
	if (f.stall_model > 2)
		return "IDR0.STALL_MODEL must be 0, 1 or 2";
	if (f.stall_model == 1 && f.stall_max != 0)
		return "IDR5.STALL_MAX must be 0 when IDR0.STALL_MODEL is 1";
	if (f.stall_model != 1 && f.stall_max == 0)
		return "IDR5.STALL_MAX must not be 0 when stalling is possible (IDR0.STALL_MODEL 0 or 2)";
	if (f.ttendian == 1)
		return "IDR0.TTENDIAN 1 is reserved";
	if (f.httu == 3)
		return "IDR0.HTTU 3 (access flag of table descriptors) is not in this model: use 0, 1 or 2";
	if (f.hyp && !(f.s1p && f.s2p))
		return "IDR0.HYP needs IDR0.S1P and IDR0.S2P";
	if (f.vmw && !f.s2p)
		return "IDR0.VMW needs IDR0.S2P";
	if (f.pri && !f.ats)
		return "IDR0.PRI needs IDR0.ATS";
	if (f.atsrecerr && !f.ats)
		return "IDR0.ATSRECERR needs IDR0.ATS";
	if (f.ns1ats && !(f.ats && f.s1p && f.s2p))
		return "IDR0.NS1ATS needs IDR0.ATS, S1P and S2P";
	if (f.vatos && !(f.atos && f.s1p && f.s2p))
		return "IDR0.VATOS needs IDR0.ATOS, S1P and S2P";
	if (SMMU_FIELD_GET(IDR2, BA_VATOS, ids->idr[2]) != (f.vatos ? (VATOS_PAGE - 0x20000u) / 0x10000u : 0))
		return "IDR2.BA_VATOS must be 2 with IDR0.VATOS (the pages before it are those of the counters), else 0";
	if (SMMU_FIELD_GET(IDR0, DORMHINT, idr0) != 0)
		return "IDR0.DORMHINT must be 0: this model has no dormant hint";
	if (SMMU_FIELD_GET(IDR1, ECMDQ, idr1) != 0)
		return "IDR1.ECMDQ must be 0: this model has no enhanced command queues";
	if (SMMU_FIELD_GET(IDR1, TABLES_PRESET, idr1) != 0 || SMMU_FIELD_GET(IDR1, QUEUES_PRESET, idr1) != 0 ||
	    SMMU_FIELD_GET(IDR1, REL, idr1) != 0)
		return "IDR1.TABLES_PRESET, QUEUES_PRESET and REL must be 0: this model has no preset tables";
	if (f.cmdqs > 19 || f.eventqs > 19 || f.priqs > 19)
		return "IDR1.CMDQS, EVENTQS and PRIQS are at most 19";
	if (f.ssidsize > 20)
		return "IDR1.SSIDSIZE is at most 20";
	if (f.sidsize > 32)
		return "IDR1.SIDSIZE is at most 32";
	if ((idr3 & (SMMU_IDR3_DPT_MASK | SMMU_IDR3_MPAM_MASK | SMMU_IDR3_PBHA_MASK)) != 0)
		return "IDR3.DPT, MPAM and PBHA must be 0: this model does not have them";
	if ((idr3 & UINT32_C(0xff0000)) != 0)
		return "IDR3 bits 23:16 must be 0: SMMUv3.4 features are not in this model";
	if (SMMU_FIELD_GET(IDR3, BBML, idr3) == 3)
		return "IDR3.BBML 3 is reserved";
	if (SMMU_FIELD_GET(IDR5, D128, idr5) != 0 || SMMU_FIELD_GET(IDR5, DS, idr5) != 0)
		return "IDR5.D128 and IDR5.DS must be 0: this model does not have them";
	if (SMMU_FIELD_GET(IDR5, OAS, idr5) == 7)
		return "IDR5.OAS 7 is not in this model: use 0 to 6";
	if (f.vax > 1)
		return "IDR5.VAX must be 0 or 1";
	if (f.vax == 1 && !f.gran64k)
		return "IDR5.VAX 1 needs IDR5.GRAN64K";
	if (!f.gran4k && !f.gran16k && !f.gran64k)
		return "IDR5 offers no translation granule";
	if ((ids->aidr >> 4) != 0 || (ids->aidr & 0xfu) == 0 || (ids->aidr & 0xfu) > 3)
		return "AIDR must name SMMUv3.1, v3.2 or v3.3 (1 to 3)";
	return NULL;
}

static const char *check_sizes(const struct smmu_core_config *c)
{
	if (c->tlb_entries != 0 && (!is_power_of_two(c->tlb_entries) || c->tlb_entries < 4 || c->tlb_entries > SMMU_CORE_MAX_TLB))
		return "tlb_entries must be 0 or a power of two from 4 to 8192";
	if (c->cache_mode > SMMU_CACHE_ADVERSARY)
		return "cache_mode must be 0 (normal), 1 (off) or 2 (adversary)";
	if (c->tlb_ways != 1 && c->tlb_ways != 2 && c->tlb_ways != 4)
		return "tlb_ways must be 1, 2 or 4";
	if (c->walk_cache_entries != 0 && (!is_power_of_two(c->walk_cache_entries) || c->walk_cache_entries < 4 ||
					   c->walk_cache_entries > SMMU_CORE_MAX_WALK))
		return "walk_cache_entries must be 0 or a power of two from 4 to 8192";
	if (c->config_cache_entries != 0 && (!is_power_of_two(c->config_cache_entries) || c->config_cache_entries < 2 ||
					     c->config_cache_entries > SMMU_CORE_MAX_CONFIG))
		return "config_cache_entries must be 0 or a power of two from 2 to 1024";
	if (c->job_slots < 2 || c->job_slots > SMMU_CORE_MAX_JOBS)
		return "job_slots must be 2 to 64";
	if (c->pmcg_counters < 1 || c->pmcg_counters > 64)
		return "the number of PMCG counters must be 1 to 64";
	if (c->pmcg_width_bits != 64 && (c->pmcg_width_bits < 32 || c->pmcg_width_bits > 48 || c->pmcg_width_bits % 4 != 0))
		return "PMCG counters have 32, 36, 40, 44, 48 or 64 bits";
	return NULL;
}

bool smmu_core_config_check(const struct smmu_core_config *config, char *err, size_t err_size)
{
	const char *problem = check_ids(&config->ids);

	if (problem == NULL)
		problem = check_sizes(config);
	for (size_t i = 0; err != NULL && i < err_size; i++) {
		err[i] = problem != NULL && i + 1 < err_size ? problem[i] : '\0';
		if (err[i] == '\0')
			break;
	}
	return problem == NULL;
}
