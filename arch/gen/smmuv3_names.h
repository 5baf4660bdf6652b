/* Generated from arch/smmuv3.lua by `lua5.4 arch/gen_arch.lua --root .`; do not edit.
 * SPDX-License-Identifier: Apache-2.0
 * Names of registers, structures, commands and events with their fields, for decoding in reports. C11 and C++17.
 * Left out: anything the driver or the model needs (smmuv3_arch.h). Proof: ctest arch.drift.
 * Fields common to all commands or events are in the first entry of their table, named "*". */
#ifndef SMMUV3_NAMES_H
#define SMMUV3_NAMES_H

#include <stdint.h>

struct smmu_field_name { const char *name; uint8_t word, shift, width, is_addr; };
struct smmu_entry_name {
	const char *name;                        /* without prefix, as in the architecture: CR0, STE, TLBI_NH_VA, F_TRANSLATION */
	uint32_t number;                         /* register offset, structure size in bytes, opcode, event number */
	uint32_t bits;                           /* size of the register or structure */
	const char *page;                        /* registers: page0, page1, vatos, ecmdq, pmcg0; else an empty string */
	uint32_t count, stride_bytes;            /* indexed registers; else 1 and 0 */
	const struct smmu_field_name *fields;    /* field_count of them; null when 0 */
	uint32_t field_count;
};

static const struct smmu_field_name smmu_fields_reg_idr0[] = {
	{ "RME_IMPL", 0, 30, 1, 0 },
	{ "ST_LEVEL", 0, 27, 2, 0 },
	{ "TERM_MODEL", 0, 26, 1, 0 },
	{ "STALL_MODEL", 0, 24, 2, 0 },
	{ "ATSRECERR", 0, 23, 1, 0 },
	{ "TTENDIAN", 0, 21, 2, 0 },
	{ "VATOS", 0, 20, 1, 0 },
	{ "CD2L", 0, 19, 1, 0 },
	{ "VMID16", 0, 18, 1, 0 },
	{ "VMW", 0, 17, 1, 0 },
	{ "PRI", 0, 16, 1, 0 },
	{ "ATOS", 0, 15, 1, 0 },
	{ "SEV", 0, 14, 1, 0 },
	{ "MSI", 0, 13, 1, 0 },
	{ "ASID16", 0, 12, 1, 0 },
	{ "NS1ATS", 0, 11, 1, 0 },
	{ "ATS", 0, 10, 1, 0 },
	{ "HYP", 0, 9, 1, 0 },
	{ "DORMHINT", 0, 8, 1, 0 },
	{ "HTTU", 0, 6, 2, 0 },
	{ "BTM", 0, 5, 1, 0 },
	{ "COHACC", 0, 4, 1, 0 },
	{ "TTF", 0, 2, 2, 0 },
	{ "S1P", 0, 1, 1, 0 },
	{ "S2P", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_idr1[] = {
	{ "ECMDQ", 0, 31, 1, 0 },
	{ "TABLES_PRESET", 0, 30, 1, 0 },
	{ "QUEUES_PRESET", 0, 29, 1, 0 },
	{ "REL", 0, 28, 1, 0 },
	{ "ATTR_TYPES_OVR", 0, 27, 1, 0 },
	{ "ATTR_PERMS_OVR", 0, 26, 1, 0 },
	{ "CMDQS", 0, 21, 5, 0 },
	{ "EVENTQS", 0, 16, 5, 0 },
	{ "PRIQS", 0, 11, 5, 0 },
	{ "SSIDSIZE", 0, 6, 5, 0 },
	{ "SIDSIZE", 0, 0, 6, 0 },
};
static const struct smmu_field_name smmu_fields_reg_idr2[] = {
	{ "BA_VATOS", 0, 0, 10, 0 },
};
static const struct smmu_field_name smmu_fields_reg_idr3[] = {
	{ "AIE", 0, 23, 1, 0 },
	{ "MTEPERM", 0, 22, 1, 0 },
	{ "THE", 0, 21, 1, 0 },
	{ "S2PO", 0, 20, 1, 0 },
	{ "S2PI", 0, 19, 1, 0 },
	{ "S1PI", 0, 18, 1, 0 },
	{ "EPAN", 0, 17, 1, 0 },
	{ "PASIDTT", 0, 16, 1, 0 },
	{ "DPT", 0, 15, 1, 0 },
	{ "PTWNNC", 0, 14, 1, 0 },
	{ "E0PD", 0, 13, 1, 0 },
	{ "BBML", 0, 11, 2, 0 },
	{ "RIL", 0, 10, 1, 0 },
	{ "STT", 0, 9, 1, 0 },
	{ "FWB", 0, 8, 1, 0 },
	{ "MPAM", 0, 7, 1, 0 },
	{ "PPS", 0, 5, 1, 0 },
	{ "XNX", 0, 4, 1, 0 },
	{ "PBHA", 0, 3, 1, 0 },
	{ "HAD", 0, 2, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_idr5[] = {
	{ "STALL_MAX", 0, 16, 16, 0 },
	{ "VAX", 0, 10, 2, 0 },
	{ "D128", 0, 8, 1, 0 },
	{ "DS", 0, 7, 1, 0 },
	{ "GRAN64K", 0, 6, 1, 0 },
	{ "GRAN16K", 0, 5, 1, 0 },
	{ "GRAN4K", 0, 4, 1, 0 },
	{ "OAS", 0, 0, 3, 0 },
};
static const struct smmu_field_name smmu_fields_reg_iidr[] = {
	{ "ProductID", 0, 20, 12, 0 },
	{ "Variant", 0, 16, 4, 0 },
	{ "Revision", 0, 12, 4, 0 },
	{ "Implementer", 0, 0, 12, 0 },
};
static const struct smmu_field_name smmu_fields_reg_aidr[] = {
	{ "ArchMajorRev", 0, 4, 4, 0 },
	{ "ArchMinorRev", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cr0[] = {
	{ "DPT_WALK_EN", 0, 10, 1, 0 },
	{ "VMW", 0, 6, 3, 0 },
	{ "ATSCHK", 0, 4, 1, 0 },
	{ "CMDQEN", 0, 3, 1, 0 },
	{ "EVENTQEN", 0, 2, 1, 0 },
	{ "PRIQEN", 0, 1, 1, 0 },
	{ "SMMUEN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cr0ack[] = {
	{ "DPT_WALK_EN", 0, 10, 1, 0 },
	{ "VMW", 0, 6, 3, 0 },
	{ "ATSCHK", 0, 4, 1, 0 },
	{ "CMDQEN", 0, 3, 1, 0 },
	{ "EVENTQEN", 0, 2, 1, 0 },
	{ "PRIQEN", 0, 1, 1, 0 },
	{ "SMMUEN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cr1[] = {
	{ "TABLE_SH", 0, 10, 2, 0 },
	{ "TABLE_OC", 0, 8, 2, 0 },
	{ "TABLE_IC", 0, 6, 2, 0 },
	{ "QUEUE_SH", 0, 4, 2, 0 },
	{ "QUEUE_OC", 0, 2, 2, 0 },
	{ "QUEUE_IC", 0, 0, 2, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cr2[] = {
	{ "REC_CFG_ATS", 0, 3, 1, 0 },
	{ "PTM", 0, 2, 1, 0 },
	{ "RECINVSID", 0, 1, 1, 0 },
	{ "E2H", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_statusr[] = {
	{ "DORMANT", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gbpa[] = {
	{ "Update", 0, 31, 1, 0 },
	{ "ABORT", 0, 20, 1, 0 },
	{ "INSTCFG", 0, 18, 2, 0 },
	{ "PRIVCFG", 0, 16, 2, 0 },
	{ "SHCFG", 0, 12, 2, 0 },
	{ "ALLOCCFG", 0, 8, 4, 0 },
	{ "MTCFG", 0, 4, 1, 0 },
	{ "MemAttr", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_irq_ctrl[] = {
	{ "EVENTQ_IRQEN", 0, 2, 1, 0 },
	{ "PRIQ_IRQEN", 0, 1, 1, 0 },
	{ "GERROR_IRQEN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_irq_ctrlack[] = {
	{ "EVENTQ_IRQEN", 0, 2, 1, 0 },
	{ "PRIQ_IRQEN", 0, 1, 1, 0 },
	{ "GERROR_IRQEN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gerror[] = {
	{ "DPT_ERR", 0, 10, 1, 0 },
	{ "CMDQP_ERR", 0, 9, 1, 0 },
	{ "SFM_ERR", 0, 8, 1, 0 },
	{ "MSI_GERROR_ABT_ERR", 0, 7, 1, 0 },
	{ "MSI_PRIQ_ABT_ERR", 0, 6, 1, 0 },
	{ "MSI_EVENTQ_ABT_ERR", 0, 5, 1, 0 },
	{ "MSI_CMDQ_ABT_ERR", 0, 4, 1, 0 },
	{ "PRIQ_ABT_ERR", 0, 3, 1, 0 },
	{ "EVENTQ_ABT_ERR", 0, 2, 1, 0 },
	{ "CMDQ_ERR", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gerrorn[] = {
	{ "DPT_ERR", 0, 10, 1, 0 },
	{ "CMDQP_ERR", 0, 9, 1, 0 },
	{ "SFM_ERR", 0, 8, 1, 0 },
	{ "MSI_GERROR_ABT_ERR", 0, 7, 1, 0 },
	{ "MSI_PRIQ_ABT_ERR", 0, 6, 1, 0 },
	{ "MSI_EVENTQ_ABT_ERR", 0, 5, 1, 0 },
	{ "MSI_CMDQ_ABT_ERR", 0, 4, 1, 0 },
	{ "PRIQ_ABT_ERR", 0, 3, 1, 0 },
	{ "EVENTQ_ABT_ERR", 0, 2, 1, 0 },
	{ "CMDQ_ERR", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gerror_irq_cfg0[] = {
	{ "ADDR", 0, 2, 50, 1 },
};
static const struct smmu_field_name smmu_fields_reg_gerror_irq_cfg1[] = {
	{ "DATA", 0, 0, 32, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gerror_irq_cfg2[] = {
	{ "SH", 0, 4, 2, 0 },
	{ "MemAttr", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_strtab_base[] = {
	{ "RA", 0, 62, 1, 0 },
	{ "ADDR", 0, 6, 46, 1 },
};
static const struct smmu_field_name smmu_fields_reg_strtab_base_cfg[] = {
	{ "FMT", 0, 16, 2, 0 },
	{ "SPLIT", 0, 6, 5, 0 },
	{ "LOG2SIZE", 0, 0, 6, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cmdq_base[] = {
	{ "RA", 0, 62, 1, 0 },
	{ "ADDR", 0, 5, 47, 1 },
	{ "LOG2SIZE", 0, 0, 5, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cmdq_prod[] = {
	{ "WR", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cmdq_cons[] = {
	{ "ERR", 0, 24, 7, 0 },
	{ "RD", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_eventq_base[] = {
	{ "WA", 0, 62, 1, 0 },
	{ "ADDR", 0, 5, 47, 1 },
	{ "LOG2SIZE", 0, 0, 5, 0 },
};
static const struct smmu_field_name smmu_fields_reg_eventq_irq_cfg0[] = {
	{ "ADDR", 0, 2, 50, 1 },
};
static const struct smmu_field_name smmu_fields_reg_eventq_irq_cfg1[] = {
	{ "DATA", 0, 0, 32, 0 },
};
static const struct smmu_field_name smmu_fields_reg_eventq_irq_cfg2[] = {
	{ "SH", 0, 4, 2, 0 },
	{ "MemAttr", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_priq_base[] = {
	{ "WA", 0, 62, 1, 0 },
	{ "ADDR", 0, 5, 47, 1 },
	{ "LOG2SIZE", 0, 0, 5, 0 },
};
static const struct smmu_field_name smmu_fields_reg_priq_irq_cfg0[] = {
	{ "ADDR", 0, 2, 50, 1 },
};
static const struct smmu_field_name smmu_fields_reg_priq_irq_cfg1[] = {
	{ "DATA", 0, 0, 32, 0 },
};
static const struct smmu_field_name smmu_fields_reg_priq_irq_cfg2[] = {
	{ "LO", 0, 31, 1, 0 },
	{ "SH", 0, 4, 2, 0 },
	{ "MemAttr", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gatos_ctrl[] = {
	{ "RUN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gatos_sid[] = {
	{ "SSID_VALID", 0, 52, 1, 0 },
	{ "SUBSTREAMID", 0, 32, 20, 0 },
	{ "STREAMID", 0, 0, 32, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gatos_addr[] = {
	{ "ADDR", 0, 12, 52, 1 },
	{ "TYPE", 0, 10, 2, 0 },
	{ "PnU", 0, 9, 1, 0 },
	{ "RnW", 0, 8, 1, 0 },
	{ "InD", 0, 7, 1, 0 },
	{ "HTTUI", 0, 6, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gatos_par[] = {
	{ "ATTR", 0, 56, 8, 0 },
	{ "ADDR", 0, 12, 40, 1 },
	{ "Size", 0, 11, 1, 0 },
	{ "SH", 0, 8, 2, 0 },
	{ "FADDR", 0, 12, 40, 1 },
	{ "FAULTCODE", 0, 4, 8, 0 },
	{ "REASON", 0, 1, 2, 0 },
	{ "FAULT", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_mpamidr[] = {
	{ "PMG_MAX", 0, 16, 8, 0 },
	{ "PARTID_MAX", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gmpam[] = {
	{ "Update", 0, 31, 1, 0 },
	{ "SO_PMG", 0, 16, 8, 0 },
	{ "SO_PARTID", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_gbpmpam[] = {
	{ "Update", 0, 31, 1, 0 },
	{ "GBP_PMG", 0, 16, 8, 0 },
	{ "GBP_PARTID", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_vatos_sel[] = {
	{ "VMID", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_idr6[] = {
	{ "CMDQ_CONTROL_PAGE_LOG2NUMP", 0, 24, 4, 0 },
	{ "CMDQ_CONTROL_PAGE_LOG2NUMQ", 0, 16, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pidr4[] = {
	{ "SIZE", 0, 4, 4, 0 },
	{ "DES_2", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pidr0[] = {
	{ "PART_0", 0, 0, 8, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pidr1[] = {
	{ "DES_0", 0, 4, 4, 0 },
	{ "PART_1", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pidr2[] = {
	{ "REVISION", 0, 4, 4, 0 },
	{ "JEDEC", 0, 3, 1, 0 },
	{ "DES_1", 0, 0, 3, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pidr3[] = {
	{ "REVAND", 0, 4, 4, 0 },
	{ "CMOD", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cmdq_control_page_base0[] = {
	{ "ADDR", 0, 16, 36, 1 },
	{ "CMDQGS", 0, 1, 2, 0 },
	{ "PRESET", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cmdq_control_page_cfg0[] = {
	{ "EN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_cmdq_control_page_status0[] = {
	{ "ENACK", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_eventq_prod[] = {
	{ "OVFLG", 0, 31, 1, 0 },
	{ "WR", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_eventq_cons[] = {
	{ "OVACKFLG", 0, 31, 1, 0 },
	{ "RD", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_priq_prod[] = {
	{ "OVFLG", 0, 31, 1, 0 },
	{ "WR", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_priq_cons[] = {
	{ "OVACKFLG", 0, 31, 1, 0 },
	{ "RD", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_vatos_ctrl[] = {
	{ "RUN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_vatos_sid[] = {
	{ "SSID_VALID", 0, 52, 1, 0 },
	{ "SUBSTREAMID", 0, 32, 20, 0 },
	{ "STREAMID", 0, 0, 32, 0 },
};
static const struct smmu_field_name smmu_fields_reg_vatos_addr[] = {
	{ "ADDR", 0, 12, 52, 1 },
	{ "TYPE", 0, 10, 2, 0 },
	{ "PnU", 0, 9, 1, 0 },
	{ "RnW", 0, 8, 1, 0 },
	{ "InD", 0, 7, 1, 0 },
	{ "HTTUI", 0, 6, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_vatos_par[] = {
	{ "ATTR", 0, 56, 8, 0 },
	{ "ADDR", 0, 12, 40, 1 },
	{ "Size", 0, 11, 1, 0 },
	{ "SH", 0, 8, 2, 0 },
	{ "FADDR", 0, 12, 40, 1 },
	{ "FAULTCODE", 0, 4, 8, 0 },
	{ "REASON", 0, 1, 2, 0 },
	{ "FAULT", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_ecmdq_base[] = {
	{ "RA", 0, 62, 1, 0 },
	{ "ADDR", 0, 5, 47, 1 },
	{ "LOG2SIZE", 0, 0, 5, 0 },
};
static const struct smmu_field_name smmu_fields_reg_ecmdq_prod[] = {
	{ "EN", 0, 31, 1, 0 },
	{ "ERRACK", 0, 23, 1, 0 },
	{ "WR", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_ecmdq_cons[] = {
	{ "ENACK", 0, 31, 1, 0 },
	{ "ERR_REASON", 0, 24, 3, 0 },
	{ "ERR", 0, 23, 1, 0 },
	{ "RD", 0, 0, 20, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_evtyper0[] = {
	{ "OVFCAP", 0, 31, 1, 0 },
	{ "FILTER_SEC_SID", 0, 30, 1, 0 },
	{ "FILTER_SID_SPAN", 0, 29, 1, 0 },
	{ "FILTER_REALM_SID", 0, 28, 1, 0 },
	{ "FILTER_MPAM_SP", 0, 18, 2, 0 },
	{ "FILTER_PMG", 0, 17, 1, 0 },
	{ "FILTER_PARTID", 0, 16, 1, 0 },
	{ "EVENT", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_smr0[] = {
	{ "STREAMID", 0, 0, 32, 0 },
	{ "PMG", 0, 16, 8, 0 },
	{ "PARTID", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_capr[] = {
	{ "CAPTURE", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_scr[] = {
	{ "READS_AS_ONE", 0, 31, 1, 0 },
	{ "NAO", 0, 4, 1, 0 },
	{ "MSI_MPAM_NS", 0, 3, 1, 0 },
	{ "NSMSI", 0, 2, 1, 0 },
	{ "NSRA", 0, 1, 1, 0 },
	{ "SO", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_cfgr[] = {
	{ "FILTER_PARTID_PMG", 0, 25, 1, 0 },
	{ "MPAM", 0, 24, 1, 0 },
	{ "SID_FILTER_TYPE", 0, 23, 1, 0 },
	{ "CAPTURE", 0, 22, 1, 0 },
	{ "MSI", 0, 21, 1, 0 },
	{ "RELOC_CTRS", 0, 20, 1, 0 },
	{ "SIZE", 0, 8, 6, 0 },
	{ "NCTR", 0, 0, 6, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_cr[] = {
	{ "E", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_iidr[] = {
	{ "ProductID", 0, 20, 12, 0 },
	{ "Variant", 0, 16, 4, 0 },
	{ "Revision", 0, 12, 4, 0 },
	{ "Implementer", 0, 0, 12, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_irq_ctrl[] = {
	{ "IRQEN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_irq_ctrlack[] = {
	{ "IRQEN", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_irq_cfg0[] = {
	{ "ADDR", 0, 2, 50, 1 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_irq_cfg1[] = {
	{ "DATA", 0, 0, 32, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_irq_cfg2[] = {
	{ "SH", 0, 4, 2, 0 },
	{ "MEMATTR", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_irq_status[] = {
	{ "IRQ_ABT", 0, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_gmpam[] = {
	{ "Update", 0, 31, 1, 0 },
	{ "SO_PMG", 0, 16, 8, 0 },
	{ "SO_PARTID", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_aidr[] = {
	{ "ArchMajorRev", 0, 4, 4, 0 },
	{ "ArchMinorRev", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_mpamidr[] = {
	{ "PMG_MAX", 0, 16, 8, 0 },
	{ "PARTID_MAX", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_pmdevarch[] = {
	{ "ARCHITECT", 0, 21, 11, 0 },
	{ "PRESENT", 0, 20, 1, 0 },
	{ "REVISION", 0, 16, 4, 0 },
	{ "ARCHID", 0, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_pidr4[] = {
	{ "SIZE", 0, 4, 4, 0 },
	{ "DES_2", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_pidr0[] = {
	{ "PART_0", 0, 0, 8, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_pidr1[] = {
	{ "DES_0", 0, 4, 4, 0 },
	{ "PART_1", 0, 0, 4, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_pidr2[] = {
	{ "REVISION", 0, 4, 4, 0 },
	{ "JEDEC", 0, 3, 1, 0 },
	{ "DES_1", 0, 0, 3, 0 },
};
static const struct smmu_field_name smmu_fields_reg_pmcg_pidr3[] = {
	{ "REVAND", 0, 4, 4, 0 },
	{ "CMOD", 0, 0, 4, 0 },
};
static const struct smmu_entry_name smmu_register_names[] = {
	{ "IDR0", 0x0u, 32u, "page0", 1u, 0u, smmu_fields_reg_idr0, 25u },
	{ "IDR1", 0x4u, 32u, "page0", 1u, 0u, smmu_fields_reg_idr1, 11u },
	{ "IDR2", 0x8u, 32u, "page0", 1u, 0u, smmu_fields_reg_idr2, 1u },
	{ "IDR3", 0xcu, 32u, "page0", 1u, 0u, smmu_fields_reg_idr3, 20u },
	{ "IDR4", 0x10u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "IDR5", 0x14u, 32u, "page0", 1u, 0u, smmu_fields_reg_idr5, 8u },
	{ "IIDR", 0x18u, 32u, "page0", 1u, 0u, smmu_fields_reg_iidr, 4u },
	{ "AIDR", 0x1cu, 32u, "page0", 1u, 0u, smmu_fields_reg_aidr, 2u },
	{ "CR0", 0x20u, 32u, "page0", 1u, 0u, smmu_fields_reg_cr0, 7u },
	{ "CR0ACK", 0x24u, 32u, "page0", 1u, 0u, smmu_fields_reg_cr0ack, 7u },
	{ "CR1", 0x28u, 32u, "page0", 1u, 0u, smmu_fields_reg_cr1, 6u },
	{ "CR2", 0x2cu, 32u, "page0", 1u, 0u, smmu_fields_reg_cr2, 4u },
	{ "STATUSR", 0x40u, 32u, "page0", 1u, 0u, smmu_fields_reg_statusr, 1u },
	{ "GBPA", 0x44u, 32u, "page0", 1u, 0u, smmu_fields_reg_gbpa, 8u },
	{ "AGBPA", 0x48u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "IRQ_CTRL", 0x50u, 32u, "page0", 1u, 0u, smmu_fields_reg_irq_ctrl, 3u },
	{ "IRQ_CTRLACK", 0x54u, 32u, "page0", 1u, 0u, smmu_fields_reg_irq_ctrlack, 3u },
	{ "GERROR", 0x60u, 32u, "page0", 1u, 0u, smmu_fields_reg_gerror, 10u },
	{ "GERRORN", 0x64u, 32u, "page0", 1u, 0u, smmu_fields_reg_gerrorn, 10u },
	{ "GERROR_IRQ_CFG0", 0x68u, 64u, "page0", 1u, 0u, smmu_fields_reg_gerror_irq_cfg0, 1u },
	{ "GERROR_IRQ_CFG1", 0x70u, 32u, "page0", 1u, 0u, smmu_fields_reg_gerror_irq_cfg1, 1u },
	{ "GERROR_IRQ_CFG2", 0x74u, 32u, "page0", 1u, 0u, smmu_fields_reg_gerror_irq_cfg2, 2u },
	{ "STRTAB_BASE", 0x80u, 64u, "page0", 1u, 0u, smmu_fields_reg_strtab_base, 2u },
	{ "STRTAB_BASE_CFG", 0x88u, 32u, "page0", 1u, 0u, smmu_fields_reg_strtab_base_cfg, 3u },
	{ "CMDQ_BASE", 0x90u, 64u, "page0", 1u, 0u, smmu_fields_reg_cmdq_base, 3u },
	{ "CMDQ_PROD", 0x98u, 32u, "page0", 1u, 0u, smmu_fields_reg_cmdq_prod, 1u },
	{ "CMDQ_CONS", 0x9cu, 32u, "page0", 1u, 0u, smmu_fields_reg_cmdq_cons, 2u },
	{ "EVENTQ_BASE", 0xa0u, 64u, "page0", 1u, 0u, smmu_fields_reg_eventq_base, 3u },
	{ "EVENTQ_IRQ_CFG0", 0xb0u, 64u, "page0", 1u, 0u, smmu_fields_reg_eventq_irq_cfg0, 1u },
	{ "EVENTQ_IRQ_CFG1", 0xb8u, 32u, "page0", 1u, 0u, smmu_fields_reg_eventq_irq_cfg1, 1u },
	{ "EVENTQ_IRQ_CFG2", 0xbcu, 32u, "page0", 1u, 0u, smmu_fields_reg_eventq_irq_cfg2, 2u },
	{ "PRIQ_BASE", 0xc0u, 64u, "page0", 1u, 0u, smmu_fields_reg_priq_base, 3u },
	{ "PRIQ_IRQ_CFG0", 0xd0u, 64u, "page0", 1u, 0u, smmu_fields_reg_priq_irq_cfg0, 1u },
	{ "PRIQ_IRQ_CFG1", 0xd8u, 32u, "page0", 1u, 0u, smmu_fields_reg_priq_irq_cfg1, 1u },
	{ "PRIQ_IRQ_CFG2", 0xdcu, 32u, "page0", 1u, 0u, smmu_fields_reg_priq_irq_cfg2, 3u },
	{ "GATOS_CTRL", 0x100u, 32u, "page0", 1u, 0u, smmu_fields_reg_gatos_ctrl, 1u },
	{ "GATOS_SID", 0x108u, 64u, "page0", 1u, 0u, smmu_fields_reg_gatos_sid, 3u },
	{ "GATOS_ADDR", 0x110u, 64u, "page0", 1u, 0u, smmu_fields_reg_gatos_addr, 6u },
	{ "GATOS_PAR", 0x118u, 64u, "page0", 1u, 0u, smmu_fields_reg_gatos_par, 8u },
	{ "MPAMIDR", 0x130u, 32u, "page0", 1u, 0u, smmu_fields_reg_mpamidr, 2u },
	{ "GMPAM", 0x138u, 32u, "page0", 1u, 0u, smmu_fields_reg_gmpam, 3u },
	{ "GBPMPAM", 0x13cu, 32u, "page0", 1u, 0u, smmu_fields_reg_gbpmpam, 3u },
	{ "VATOS_SEL", 0x180u, 32u, "page0", 1u, 0u, smmu_fields_reg_vatos_sel, 1u },
	{ "IDR6", 0x190u, 32u, "page0", 1u, 0u, smmu_fields_reg_idr6, 2u },
	{ "DPT_BASE", 0x200u, 64u, "page0", 1u, 0u, 0, 0u },
	{ "DPT_BASE_CFG", 0x208u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "DPT_CFG_FAR", 0x210u, 64u, "page0", 1u, 0u, 0, 0u },
	{ "PIDR4", 0xfd0u, 32u, "page0", 1u, 0u, smmu_fields_reg_pidr4, 2u },
	{ "PIDR5", 0xfd4u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "PIDR6", 0xfd8u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "PIDR7", 0xfdcu, 32u, "page0", 1u, 0u, 0, 0u },
	{ "PIDR0", 0xfe0u, 32u, "page0", 1u, 0u, smmu_fields_reg_pidr0, 1u },
	{ "PIDR1", 0xfe4u, 32u, "page0", 1u, 0u, smmu_fields_reg_pidr1, 2u },
	{ "PIDR2", 0xfe8u, 32u, "page0", 1u, 0u, smmu_fields_reg_pidr2, 3u },
	{ "PIDR3", 0xfecu, 32u, "page0", 1u, 0u, smmu_fields_reg_pidr3, 2u },
	{ "CIDR0", 0xff0u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "CIDR1", 0xff4u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "CIDR2", 0xff8u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "CIDR3", 0xffcu, 32u, "page0", 1u, 0u, 0, 0u },
	{ "CMDQ_CONTROL_PAGE_BASE0", 0x4000u, 64u, "page0", 256u, 32u, smmu_fields_reg_cmdq_control_page_base0, 3u },
	{ "CMDQ_CONTROL_PAGE_CFG0", 0x4008u, 32u, "page0", 256u, 32u, smmu_fields_reg_cmdq_control_page_cfg0, 1u },
	{ "CMDQ_CONTROL_PAGE_STATUS0", 0x400cu, 32u, "page0", 256u, 32u, smmu_fields_reg_cmdq_control_page_status0, 1u },
	{ "S_IDR0", 0x8000u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "S_IDR1", 0x8004u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "S_CR0", 0x8020u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "S_CR0ACK", 0x8024u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "S_INIT", 0x803cu, 32u, "page0", 1u, 0u, 0, 0u },
	{ "S_GBPA", 0x8044u, 32u, "page0", 1u, 0u, 0, 0u },
	{ "EVENTQ_PROD", 0x100a8u, 32u, "page1", 1u, 0u, smmu_fields_reg_eventq_prod, 2u },
	{ "EVENTQ_CONS", 0x100acu, 32u, "page1", 1u, 0u, smmu_fields_reg_eventq_cons, 2u },
	{ "PRIQ_PROD", 0x100c8u, 32u, "page1", 1u, 0u, smmu_fields_reg_priq_prod, 2u },
	{ "PRIQ_CONS", 0x100ccu, 32u, "page1", 1u, 0u, smmu_fields_reg_priq_cons, 2u },
	{ "VATOS_CTRL", 0xa00u, 32u, "vatos", 1u, 0u, smmu_fields_reg_vatos_ctrl, 1u },
	{ "VATOS_SID", 0xa08u, 64u, "vatos", 1u, 0u, smmu_fields_reg_vatos_sid, 3u },
	{ "VATOS_ADDR", 0xa10u, 64u, "vatos", 1u, 0u, smmu_fields_reg_vatos_addr, 6u },
	{ "VATOS_PAR", 0xa18u, 64u, "vatos", 1u, 0u, smmu_fields_reg_vatos_par, 8u },
	{ "ECMDQ_BASE", 0x0u, 64u, "ecmdq", 1u, 0u, smmu_fields_reg_ecmdq_base, 3u },
	{ "ECMDQ_PROD", 0x8u, 32u, "ecmdq", 1u, 0u, smmu_fields_reg_ecmdq_prod, 3u },
	{ "ECMDQ_CONS", 0xcu, 32u, "ecmdq", 1u, 0u, smmu_fields_reg_ecmdq_cons, 4u },
	{ "PMCG_EVCNTR0", 0x0u, 64u, "pmcg0", 64u, 8u, 0, 0u },
	{ "PMCG_EVTYPER0", 0x400u, 32u, "pmcg0", 64u, 4u, smmu_fields_reg_pmcg_evtyper0, 8u },
	{ "PMCG_SVR0", 0x600u, 64u, "pmcg0", 64u, 8u, 0, 0u },
	{ "PMCG_SMR0", 0xa00u, 32u, "pmcg0", 64u, 4u, smmu_fields_reg_pmcg_smr0, 3u },
	{ "PMCG_CNTENSET0", 0xc00u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_CNTENCLR0", 0xc20u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_INTENSET0", 0xc40u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_INTENCLR0", 0xc60u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_OVSCLR0", 0xc80u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_OVSSET0", 0xcc0u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_CAPR", 0xd88u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_capr, 1u },
	{ "PMCG_SCR", 0xdf8u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_scr, 6u },
	{ "PMCG_CFGR", 0xe00u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_cfgr, 8u },
	{ "PMCG_CR", 0xe04u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_cr, 1u },
	{ "PMCG_IIDR", 0xe08u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_iidr, 4u },
	{ "PMCG_CEID0", 0xe20u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_CEID1", 0xe28u, 64u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_ROOTCR", 0xe48u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_IRQ_CTRL", 0xe50u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_irq_ctrl, 1u },
	{ "PMCG_IRQ_CTRLACK", 0xe54u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_irq_ctrlack, 1u },
	{ "PMCG_IRQ_CFG0", 0xe58u, 64u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_irq_cfg0, 1u },
	{ "PMCG_IRQ_CFG1", 0xe60u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_irq_cfg1, 1u },
	{ "PMCG_IRQ_CFG2", 0xe64u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_irq_cfg2, 2u },
	{ "PMCG_IRQ_STATUS", 0xe68u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_irq_status, 1u },
	{ "PMCG_GMPAM", 0xe6cu, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_gmpam, 3u },
	{ "PMCG_AIDR", 0xe70u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_aidr, 2u },
	{ "PMCG_MPAMIDR", 0xe74u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_mpamidr, 2u },
	{ "PMCG_S_MPAMIDR", 0xe78u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_PMDEVARCH", 0xfbcu, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_pmdevarch, 4u },
	{ "PMCG_PMDEVTYPE", 0xfccu, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_PIDR4", 0xfd0u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_pidr4, 2u },
	{ "PMCG_PIDR5", 0xfd4u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_PIDR6", 0xfd8u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_PIDR7", 0xfdcu, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_PIDR0", 0xfe0u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_pidr0, 1u },
	{ "PMCG_PIDR1", 0xfe4u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_pidr1, 2u },
	{ "PMCG_PIDR2", 0xfe8u, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_pidr2, 3u },
	{ "PMCG_PIDR3", 0xfecu, 32u, "pmcg0", 1u, 0u, smmu_fields_reg_pmcg_pidr3, 2u },
	{ "PMCG_CIDR0", 0xff0u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_CIDR1", 0xff4u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_CIDR2", 0xff8u, 32u, "pmcg0", 1u, 0u, 0, 0u },
	{ "PMCG_CIDR3", 0xffcu, 32u, "pmcg0", 1u, 0u, 0, 0u },
};
static const uint32_t smmu_register_names_count = sizeof smmu_register_names / sizeof smmu_register_names[0];

static const struct smmu_field_name smmu_fields_struct_l1std[] = {
	{ "Span", 0, 0, 5, 0 },
	{ "L2Ptr", 0, 6, 46, 1 },
};
static const struct smmu_field_name smmu_fields_struct_ste[] = {
	{ "V", 0, 0, 1, 0 },
	{ "Config", 0, 1, 3, 0 },
	{ "S1Fmt", 0, 4, 2, 0 },
	{ "S1ContextPtr", 0, 6, 46, 1 },
	{ "S1CDMax", 0, 59, 5, 0 },
	{ "S1DSS", 1, 0, 2, 0 },
	{ "S1CIR", 1, 2, 2, 0 },
	{ "S1COR", 1, 4, 2, 0 },
	{ "S1CSH", 1, 6, 2, 0 },
	{ "S2HWU59", 1, 8, 1, 0 },
	{ "S2HWU60", 1, 9, 1, 0 },
	{ "S2HWU61", 1, 10, 1, 0 },
	{ "S2HWU62", 1, 11, 1, 0 },
	{ "DRE", 1, 12, 1, 0 },
	{ "CONT", 1, 13, 4, 0 },
	{ "DCP", 1, 17, 1, 0 },
	{ "PPAR", 1, 18, 1, 0 },
	{ "MEV", 1, 19, 1, 0 },
	{ "SW_RESERVED", 1, 20, 4, 0 },
	{ "S2FWB", 1, 25, 1, 0 },
	{ "S1MPAM", 1, 26, 1, 0 },
	{ "S1STALLD", 1, 27, 1, 0 },
	{ "EATS", 1, 28, 2, 0 },
	{ "STRW", 1, 30, 2, 0 },
	{ "MemAttr", 1, 32, 4, 0 },
	{ "MTCFG", 1, 36, 1, 0 },
	{ "ALLOCCFG", 1, 37, 4, 0 },
	{ "SHCFG", 1, 44, 2, 0 },
	{ "NSCFG", 1, 46, 2, 0 },
	{ "PRIVCFG", 1, 48, 2, 0 },
	{ "INSTCFG", 1, 50, 2, 0 },
	{ "S2VMID", 2, 0, 16, 0 },
	{ "S2T0SZ", 2, 32, 6, 0 },
	{ "S2SL0", 2, 38, 2, 0 },
	{ "S2IR0", 2, 40, 2, 0 },
	{ "S2OR0", 2, 42, 2, 0 },
	{ "S2SH0", 2, 44, 2, 0 },
	{ "S2TG", 2, 46, 2, 0 },
	{ "S2PS", 2, 48, 3, 0 },
	{ "S2AA64", 2, 51, 1, 0 },
	{ "S2ENDI", 2, 52, 1, 0 },
	{ "S2AFFD", 2, 53, 1, 0 },
	{ "S2PTW", 2, 54, 1, 0 },
	{ "S2HD", 2, 55, 1, 0 },
	{ "S2HA", 2, 56, 1, 0 },
	{ "S2S", 2, 57, 1, 0 },
	{ "S2R", 2, 58, 1, 0 },
	{ "S2NSW", 3, 0, 1, 0 },
	{ "S2NSA", 3, 1, 1, 0 },
	{ "S2TTB", 3, 4, 48, 1 },
	{ "PARTID", 4, 16, 16, 0 },
	{ "S_S2T0SZ", 4, 32, 6, 0 },
	{ "S_S2SL0", 4, 38, 2, 0 },
	{ "S_S2TG", 4, 46, 2, 0 },
	{ "PMG", 5, 0, 8, 0 },
	{ "MPAM_NS", 5, 8, 1, 0 },
	{ "VMSPtr", 5, 12, 40, 1 },
	{ "S2SW", 6, 0, 1, 0 },
	{ "S2SA", 6, 1, 1, 0 },
	{ "S_S2TTB", 6, 4, 48, 1 },
};
static const struct smmu_field_name smmu_fields_struct_l1cd[] = {
	{ "V", 0, 0, 1, 0 },
	{ "L2Ptr", 0, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_struct_cd[] = {
	{ "T0SZ", 0, 0, 6, 0 },
	{ "TG0", 0, 6, 2, 0 },
	{ "IR0", 0, 8, 2, 0 },
	{ "OR0", 0, 10, 2, 0 },
	{ "SH0", 0, 12, 2, 0 },
	{ "EPD0", 0, 14, 1, 0 },
	{ "ENDI", 0, 15, 1, 0 },
	{ "T1SZ", 0, 16, 6, 0 },
	{ "TG1", 0, 22, 2, 0 },
	{ "IR1", 0, 24, 2, 0 },
	{ "OR1", 0, 26, 2, 0 },
	{ "SH1", 0, 28, 2, 0 },
	{ "EPD1", 0, 30, 1, 0 },
	{ "V", 0, 31, 1, 0 },
	{ "IPS", 0, 32, 3, 0 },
	{ "AFFD", 0, 35, 1, 0 },
	{ "WXN", 0, 36, 1, 0 },
	{ "UWXN", 0, 37, 1, 0 },
	{ "TBI0", 0, 38, 1, 0 },
	{ "TBI1", 0, 39, 1, 0 },
	{ "PAN", 0, 40, 1, 0 },
	{ "AA64", 0, 41, 1, 0 },
	{ "HD", 0, 42, 1, 0 },
	{ "HA", 0, 43, 1, 0 },
	{ "S", 0, 44, 1, 0 },
	{ "R", 0, 45, 1, 0 },
	{ "A", 0, 46, 1, 0 },
	{ "ASET", 0, 47, 1, 0 },
	{ "ASID", 0, 48, 16, 0 },
	{ "NSCFG0", 1, 0, 1, 0 },
	{ "HAD0", 1, 1, 1, 0 },
	{ "E0PD0", 1, 2, 1, 0 },
	{ "TTB0", 1, 4, 48, 1 },
	{ "HWU059", 1, 60, 1, 0 },
	{ "HWU060", 1, 61, 1, 0 },
	{ "HWU061", 1, 62, 1, 0 },
	{ "HWU062", 1, 63, 1, 0 },
	{ "NSCFG1", 2, 0, 1, 0 },
	{ "HAD1", 2, 1, 1, 0 },
	{ "E0PD1", 2, 2, 1, 0 },
	{ "TTB1", 2, 4, 48, 1 },
	{ "HWU159", 2, 60, 1, 0 },
	{ "HWU160", 2, 61, 1, 0 },
	{ "HWU161", 2, 62, 1, 0 },
	{ "HWU162", 2, 63, 1, 0 },
	{ "MAIR0", 3, 0, 32, 0 },
	{ "MAIR1", 3, 32, 32, 0 },
	{ "AMAIR0", 4, 0, 32, 0 },
	{ "AMAIR1", 4, 32, 32, 0 },
	{ "PARTID", 5, 32, 16, 0 },
	{ "PMG", 5, 48, 8, 0 },
};
static const struct smmu_field_name smmu_fields_struct_pri[] = {
	{ "StreamID", 0, 0, 32, 0 },
	{ "SubstreamID", 0, 32, 20, 0 },
	{ "Priv", 0, 58, 1, 0 },
	{ "X", 0, 59, 1, 0 },
	{ "R", 0, 60, 1, 0 },
	{ "W", 0, 61, 1, 0 },
	{ "Last", 0, 62, 1, 0 },
	{ "SSV", 0, 63, 1, 0 },
	{ "PRGIndex", 1, 0, 9, 0 },
	{ "PageAddr", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_struct_s1leaf[] = {
	{ "Type", 0, 0, 2, 0 },
	{ "AttrIndx", 0, 2, 3, 0 },
	{ "NS", 0, 5, 1, 0 },
	{ "AP1", 0, 6, 1, 0 },
	{ "AP2", 0, 7, 1, 0 },
	{ "SH", 0, 8, 2, 0 },
	{ "AF", 0, 10, 1, 0 },
	{ "nG", 0, 11, 1, 0 },
	{ "OA", 0, 12, 36, 1 },
	{ "OA_51_48", 0, 12, 4, 0 },
	{ "nT", 0, 16, 1, 0 },
	{ "GP", 0, 50, 1, 0 },
	{ "DBM", 0, 51, 1, 0 },
	{ "Contiguous", 0, 52, 1, 0 },
	{ "PXN", 0, 53, 1, 0 },
	{ "UXN", 0, 54, 1, 0 },
	{ "SW", 0, 55, 4, 0 },
	{ "PBHA", 0, 59, 4, 0 },
};
static const struct smmu_field_name smmu_fields_struct_s1table[] = {
	{ "Type", 0, 0, 2, 0 },
	{ "NextTable", 0, 12, 36, 1 },
	{ "NextTable_51_48", 0, 12, 4, 0 },
	{ "PXNTable", 0, 59, 1, 0 },
	{ "UXNTable", 0, 60, 1, 0 },
	{ "APTable", 0, 61, 2, 0 },
	{ "NSTable", 0, 63, 1, 0 },
};
static const struct smmu_field_name smmu_fields_struct_s2leaf[] = {
	{ "Type", 0, 0, 2, 0 },
	{ "MemAttr", 0, 2, 4, 0 },
	{ "S2AP", 0, 6, 2, 0 },
	{ "SH", 0, 8, 2, 0 },
	{ "AF", 0, 10, 1, 0 },
	{ "OA", 0, 12, 36, 1 },
	{ "OA_51_48", 0, 12, 4, 0 },
	{ "nT", 0, 16, 1, 0 },
	{ "DBM", 0, 51, 1, 0 },
	{ "Contiguous", 0, 52, 1, 0 },
	{ "XN", 0, 53, 2, 0 },
};
static const struct smmu_entry_name smmu_structure_names[] = {
	{ "L1STD", 0x8u, 64u, "", 1u, 0u, smmu_fields_struct_l1std, 2u },
	{ "STE", 0x40u, 512u, "", 1u, 0u, smmu_fields_struct_ste, 60u },
	{ "L1CD", 0x8u, 64u, "", 1u, 0u, smmu_fields_struct_l1cd, 2u },
	{ "CD", 0x40u, 512u, "", 1u, 0u, smmu_fields_struct_cd, 51u },
	{ "PRI", 0x10u, 128u, "", 1u, 0u, smmu_fields_struct_pri, 10u },
	{ "S1LEAF", 0x8u, 64u, "", 1u, 0u, smmu_fields_struct_s1leaf, 18u },
	{ "S1TABLE", 0x8u, 64u, "", 1u, 0u, smmu_fields_struct_s1table, 7u },
	{ "S2LEAF", 0x8u, 64u, "", 1u, 0u, smmu_fields_struct_s2leaf, 11u },
};
static const uint32_t smmu_structure_names_count = sizeof smmu_structure_names / sizeof smmu_structure_names[0];

static const struct smmu_field_name smmu_fields_cmd_common[] = {
	{ "opcode", 0, 0, 8, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_prefetch_config[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "StreamID", 0, 32, 32, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_prefetch_addr[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "Size", 1, 0, 5, 0 },
	{ "Address", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_cfgi_ste[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "Leaf", 1, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_cfgi_ste_range[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "Range", 1, 0, 5, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_cfgi_cd[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "Leaf", 1, 0, 1, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_cfgi_cd_all[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "StreamID", 0, 32, 32, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_cfgi_vms_pidm[] = {
	{ "SSec", 0, 10, 1, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_nh_all[] = {
	{ "VMID", 0, 32, 16, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_nh_asid[] = {
	{ "VMID", 0, 32, 16, 0 },
	{ "ASID", 0, 48, 16, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_nh_va[] = {
	{ "NUM", 0, 12, 5, 0 },
	{ "SCALE", 0, 20, 5, 0 },
	{ "VMID", 0, 32, 16, 0 },
	{ "ASID", 0, 48, 16, 0 },
	{ "Leaf", 1, 0, 1, 0 },
	{ "TTL", 1, 8, 2, 0 },
	{ "TG", 1, 10, 2, 0 },
	{ "Address", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_nh_vaa[] = {
	{ "NUM", 0, 12, 5, 0 },
	{ "SCALE", 0, 20, 5, 0 },
	{ "VMID", 0, 32, 16, 0 },
	{ "Leaf", 1, 0, 1, 0 },
	{ "TTL", 1, 8, 2, 0 },
	{ "TG", 1, 10, 2, 0 },
	{ "Address", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_el2_asid[] = {
	{ "ASID", 0, 48, 16, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_el2_va[] = {
	{ "NUM", 0, 12, 5, 0 },
	{ "SCALE", 0, 20, 5, 0 },
	{ "ASID", 0, 48, 16, 0 },
	{ "Leaf", 1, 0, 1, 0 },
	{ "TTL", 1, 8, 2, 0 },
	{ "TG", 1, 10, 2, 0 },
	{ "Address", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_el2_vaa[] = {
	{ "NUM", 0, 12, 5, 0 },
	{ "SCALE", 0, 20, 5, 0 },
	{ "Leaf", 1, 0, 1, 0 },
	{ "TTL", 1, 8, 2, 0 },
	{ "TG", 1, 10, 2, 0 },
	{ "Address", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_s12_vmall[] = {
	{ "VMID", 0, 32, 16, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_tlbi_s2_ipa[] = {
	{ "NUM", 0, 12, 5, 0 },
	{ "SCALE", 0, 20, 5, 0 },
	{ "VMID", 0, 32, 16, 0 },
	{ "Leaf", 1, 0, 1, 0 },
	{ "TTL", 1, 8, 2, 0 },
	{ "TG", 1, 10, 2, 0 },
	{ "Address", 1, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_atc_inv[] = {
	{ "Global", 0, 9, 1, 0 },
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "Size", 1, 0, 6, 0 },
	{ "Address", 1, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_cmd_pri_resp[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "PRGIndex", 1, 0, 9, 0 },
	{ "Resp", 1, 12, 2, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_resume[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "Ac", 0, 12, 1, 0 },
	{ "Ab", 0, 13, 1, 0 },
	{ "StreamID", 0, 32, 32, 0 },
	{ "STAG", 1, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_stall_term[] = {
	{ "SSec", 0, 10, 1, 0 },
	{ "StreamID", 0, 32, 32, 0 },
};
static const struct smmu_field_name smmu_fields_cmd_sync[] = {
	{ "CS", 0, 12, 2, 0 },
	{ "MSH", 0, 22, 2, 0 },
	{ "MSIAttr", 0, 24, 4, 0 },
	{ "MSIData", 0, 32, 32, 0 },
	{ "MSIAddress", 1, 2, 50, 1 },
};
static const struct smmu_entry_name smmu_command_names[] = {
	{ "*", 0x0u, 128u, "", 1u, 0u, smmu_fields_cmd_common, 1u },
	{ "PREFETCH_CONFIG", 0x1u, 128u, "", 1u, 0u, smmu_fields_cmd_prefetch_config, 4u },
	{ "PREFETCH_ADDR", 0x2u, 128u, "", 1u, 0u, smmu_fields_cmd_prefetch_addr, 6u },
	{ "CFGI_STE", 0x3u, 128u, "", 1u, 0u, smmu_fields_cmd_cfgi_ste, 3u },
	{ "CFGI_STE_RANGE", 0x4u, 128u, "", 1u, 0u, smmu_fields_cmd_cfgi_ste_range, 3u },
	{ "CFGI_CD", 0x5u, 128u, "", 1u, 0u, smmu_fields_cmd_cfgi_cd, 4u },
	{ "CFGI_CD_ALL", 0x6u, 128u, "", 1u, 0u, smmu_fields_cmd_cfgi_cd_all, 2u },
	{ "CFGI_VMS_PIDM", 0x7u, 128u, "", 1u, 0u, smmu_fields_cmd_cfgi_vms_pidm, 1u },
	{ "TLBI_NH_ALL", 0x10u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_nh_all, 1u },
	{ "TLBI_NH_ASID", 0x11u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_nh_asid, 2u },
	{ "TLBI_NH_VA", 0x12u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_nh_va, 8u },
	{ "TLBI_NH_VAA", 0x13u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_nh_vaa, 7u },
	{ "TLBI_EL3_ALL", 0x18u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_EL3_VA", 0x1au, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_EL2_ALL", 0x20u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_EL2_ASID", 0x21u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_el2_asid, 1u },
	{ "TLBI_EL2_VA", 0x22u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_el2_va, 7u },
	{ "TLBI_EL2_VAA", 0x23u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_el2_vaa, 6u },
	{ "TLBI_S12_VMALL", 0x28u, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_s12_vmall, 1u },
	{ "TLBI_S2_IPA", 0x2au, 128u, "", 1u, 0u, smmu_fields_cmd_tlbi_s2_ipa, 7u },
	{ "TLBI_NSNH_ALL", 0x30u, 128u, "", 1u, 0u, 0, 0u },
	{ "ATC_INV", 0x40u, 128u, "", 1u, 0u, smmu_fields_cmd_atc_inv, 6u },
	{ "PRI_RESP", 0x41u, 128u, "", 1u, 0u, smmu_fields_cmd_pri_resp, 5u },
	{ "RESUME", 0x44u, 128u, "", 1u, 0u, smmu_fields_cmd_resume, 5u },
	{ "STALL_TERM", 0x45u, 128u, "", 1u, 0u, smmu_fields_cmd_stall_term, 2u },
	{ "SYNC", 0x46u, 128u, "", 1u, 0u, smmu_fields_cmd_sync, 5u },
	{ "TLBI_S_EL2_ALL", 0x50u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_S_EL2_ASID", 0x51u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_S_EL2_VA", 0x52u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_S_EL2_VAA", 0x53u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_S_S12_VMALL", 0x58u, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_S_S2_IPA", 0x5au, 128u, "", 1u, 0u, 0, 0u },
	{ "TLBI_SNH_ALL", 0x60u, 128u, "", 1u, 0u, 0, 0u },
	{ "DPTI_ALL", 0x70u, 128u, "", 1u, 0u, 0, 0u },
	{ "DPTI_PA", 0x73u, 128u, "", 1u, 0u, 0, 0u },
};
static const uint32_t smmu_command_names_count = sizeof smmu_command_names / sizeof smmu_command_names[0];

static const struct smmu_field_name smmu_fields_event_common[] = {
	{ "number", 0, 0, 8, 0 },
	{ "StreamID", 0, 32, 32, 0 },
};
static const struct smmu_field_name smmu_fields_event_f_uut[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "Reason", 1, 0, 16, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
};
static const struct smmu_field_name smmu_fields_event_c_bad_streamid[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
};
static const struct smmu_field_name smmu_fields_event_f_ste_fetch[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "Reason", 1, 0, 16, 0 },
	{ "GPCF", 1, 16, 1, 0 },
	{ "FetchAddr", 3, 3, 49, 1 },
};
static const struct smmu_field_name smmu_fields_event_c_bad_ste[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
};
static const struct smmu_field_name smmu_fields_event_f_bad_ats_treq[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "InputAddr", 2, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_transl_forbidden[] = {
	{ "RnW", 1, 35, 1, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
};
static const struct smmu_field_name smmu_fields_event_c_bad_substreamid[] = {
	{ "SubstreamID", 0, 12, 20, 0 },
};
static const struct smmu_field_name smmu_fields_event_f_cd_fetch[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "Reason", 1, 0, 16, 0 },
	{ "GPCF", 1, 16, 1, 0 },
	{ "FetchAddr", 3, 3, 49, 1 },
};
static const struct smmu_field_name smmu_fields_event_c_bad_cd[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
};
static const struct smmu_field_name smmu_fields_event_f_walk_eabt[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "Reason", 1, 0, 16, 0 },
	{ "GPCF", 1, 16, 1, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "S2", 1, 39, 1, 0 },
	{ "CLASS", 1, 40, 2, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
	{ "FetchAddr", 3, 3, 49, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_translation[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "STAG", 1, 0, 16, 0 },
	{ "Stall", 1, 31, 1, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "NSIPA", 1, 38, 1, 0 },
	{ "S2", 1, 39, 1, 0 },
	{ "CLASS", 1, 40, 2, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
	{ "IPA", 3, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_addr_size[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "STAG", 1, 0, 16, 0 },
	{ "Stall", 1, 31, 1, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "NSIPA", 1, 38, 1, 0 },
	{ "S2", 1, 39, 1, 0 },
	{ "CLASS", 1, 40, 2, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
	{ "IPA", 3, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_access[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "STAG", 1, 0, 16, 0 },
	{ "Stall", 1, 31, 1, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "NSIPA", 1, 38, 1, 0 },
	{ "S2", 1, 39, 1, 0 },
	{ "CLASS", 1, 40, 2, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
	{ "IPA", 3, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_permission[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "STAG", 1, 0, 16, 0 },
	{ "Stall", 1, 31, 1, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "NSIPA", 1, 38, 1, 0 },
	{ "S2", 1, 39, 1, 0 },
	{ "CLASS", 1, 40, 2, 0 },
	{ "TTRnW", 1, 44, 1, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
	{ "IPA", 3, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_tlb_conflict[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "PnU", 1, 33, 1, 0 },
	{ "InD", 1, 34, 1, 0 },
	{ "RnW", 1, 35, 1, 0 },
	{ "S2", 1, 39, 1, 0 },
	{ "InputAddr", 2, 0, 64, 1 },
	{ "IPA", 3, 12, 40, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_cfg_conflict[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "Reason", 1, 0, 16, 0 },
};
static const struct smmu_field_name smmu_fields_event_e_page_request[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "uX", 1, 33, 1, 0 },
	{ "uW", 1, 34, 1, 0 },
	{ "uR", 1, 35, 1, 0 },
	{ "pX", 1, 37, 1, 0 },
	{ "pW", 1, 38, 1, 0 },
	{ "pR", 1, 39, 1, 0 },
	{ "Span", 1, 44, 8, 0 },
	{ "InputAddr", 2, 12, 52, 1 },
};
static const struct smmu_field_name smmu_fields_event_f_vms_fetch[] = {
	{ "SSV", 0, 11, 1, 0 },
	{ "SubstreamID", 0, 12, 20, 0 },
	{ "Reason", 1, 0, 16, 0 },
	{ "GPCF", 1, 16, 1, 0 },
	{ "FetchAddr", 3, 3, 49, 1 },
};
static const struct smmu_entry_name smmu_event_names[] = {
	{ "*", 0x0u, 256u, "", 1u, 0u, smmu_fields_event_common, 2u },
	{ "F_UUT", 0x1u, 256u, "", 1u, 0u, smmu_fields_event_f_uut, 7u },
	{ "C_BAD_STREAMID", 0x2u, 256u, "", 1u, 0u, smmu_fields_event_c_bad_streamid, 2u },
	{ "F_STE_FETCH", 0x3u, 256u, "", 1u, 0u, smmu_fields_event_f_ste_fetch, 5u },
	{ "C_BAD_STE", 0x4u, 256u, "", 1u, 0u, smmu_fields_event_c_bad_ste, 2u },
	{ "F_BAD_ATS_TREQ", 0x5u, 256u, "", 1u, 0u, smmu_fields_event_f_bad_ats_treq, 3u },
	{ "F_STREAM_DISABLED", 0x6u, 256u, "", 1u, 0u, 0, 0u },
	{ "F_TRANSL_FORBIDDEN", 0x7u, 256u, "", 1u, 0u, smmu_fields_event_f_transl_forbidden, 2u },
	{ "C_BAD_SUBSTREAMID", 0x8u, 256u, "", 1u, 0u, smmu_fields_event_c_bad_substreamid, 1u },
	{ "F_CD_FETCH", 0x9u, 256u, "", 1u, 0u, smmu_fields_event_f_cd_fetch, 5u },
	{ "C_BAD_CD", 0xau, 256u, "", 1u, 0u, smmu_fields_event_c_bad_cd, 2u },
	{ "F_WALK_EABT", 0xbu, 256u, "", 1u, 0u, smmu_fields_event_f_walk_eabt, 11u },
	{ "F_TRANSLATION", 0x10u, 256u, "", 1u, 0u, smmu_fields_event_f_translation, 12u },
	{ "F_ADDR_SIZE", 0x11u, 256u, "", 1u, 0u, smmu_fields_event_f_addr_size, 12u },
	{ "F_ACCESS", 0x12u, 256u, "", 1u, 0u, smmu_fields_event_f_access, 12u },
	{ "F_PERMISSION", 0x13u, 256u, "", 1u, 0u, smmu_fields_event_f_permission, 13u },
	{ "F_TLB_CONFLICT", 0x20u, 256u, "", 1u, 0u, smmu_fields_event_f_tlb_conflict, 8u },
	{ "F_CFG_CONFLICT", 0x21u, 256u, "", 1u, 0u, smmu_fields_event_f_cfg_conflict, 3u },
	{ "E_PAGE_REQUEST", 0x24u, 256u, "", 1u, 0u, smmu_fields_event_e_page_request, 10u },
	{ "F_VMS_FETCH", 0x25u, 256u, "", 1u, 0u, smmu_fields_event_f_vms_fetch, 5u },
};
static const uint32_t smmu_event_names_count = sizeof smmu_event_names / sizeof smmu_event_names[0];

#endif
