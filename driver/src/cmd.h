/* SPDX-License-Identifier: Apache-2.0
 * One function per command the core issues; every bit not set by the arguments is zero.
 * Not here: when to issue them. Proof: driver/test/test_cmd.c, bytes worked out by hand. */
#ifndef SMMU_CMD_H
#define SMMU_CMD_H

#include <stdbool.h>

#include "smmuv3_arch.h"

static inline struct smmu_cmd smmu_cmd_cfgi_ste(uint32_t sid, bool leaf)
{
	struct smmu_cmd cmd = { { SMMU_CMD_CFGI_STE, 0 } };
	smmu_cmd_cfgi_ste_set_StreamID(&cmd, sid);
	smmu_cmd_cfgi_ste_set_Leaf(&cmd, leaf);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_cfgi_all(void)
{
	struct smmu_cmd cmd = { { SMMU_CMD_CFGI_STE_RANGE, 0 } };
	smmu_cmd_cfgi_ste_range_set_Range(&cmd, 31);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_cfgi_cd(uint32_t sid, uint32_t ssid, bool leaf)
{
	struct smmu_cmd cmd = { { SMMU_CMD_CFGI_CD, 0 } };
	smmu_cmd_cfgi_cd_set_StreamID(&cmd, sid);
	smmu_cmd_cfgi_cd_set_SubstreamID(&cmd, ssid);
	smmu_cmd_cfgi_cd_set_Leaf(&cmd, leaf);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_cfgi_cd_all(uint32_t sid)
{
	struct smmu_cmd cmd = { { SMMU_CMD_CFGI_CD_ALL, 0 } };
	smmu_cmd_cfgi_cd_all_set_StreamID(&cmd, sid);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_tlbi_nh_all(uint32_t vmid)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_NH_ALL, 0 } };
	smmu_cmd_tlbi_nh_all_set_VMID(&cmd, vmid);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_tlbi_nh_asid(uint32_t vmid, uint32_t asid)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_NH_ASID, 0 } };
	smmu_cmd_tlbi_nh_asid_set_VMID(&cmd, vmid);
	smmu_cmd_tlbi_nh_asid_set_ASID(&cmd, asid);
	return cmd;
}

/* tg, ttl, scale, num stay 0 on an SMMU without range invalidation. */
static inline struct smmu_cmd smmu_cmd_tlbi_nh_va(uint32_t vmid, uint32_t asid, uint64_t address, bool leaf, unsigned tg,
						  unsigned ttl, unsigned scale, unsigned num)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_NH_VA, 0 } };
	smmu_cmd_tlbi_nh_va_set_VMID(&cmd, vmid);
	smmu_cmd_tlbi_nh_va_set_ASID(&cmd, asid);
	smmu_cmd_tlbi_nh_va_set_Leaf(&cmd, leaf);
	smmu_cmd_tlbi_nh_va_set_Address(&cmd, address);
	smmu_cmd_tlbi_nh_va_set_TG(&cmd, tg);
	smmu_cmd_tlbi_nh_va_set_TTL(&cmd, ttl);
	smmu_cmd_tlbi_nh_va_set_SCALE(&cmd, scale);
	smmu_cmd_tlbi_nh_va_set_NUM(&cmd, num);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_tlbi_el2_asid(uint32_t asid)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_EL2_ASID, 0 } };
	smmu_cmd_tlbi_el2_asid_set_ASID(&cmd, asid);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_tlbi_el2_va(uint32_t asid, uint64_t address, bool leaf, unsigned tg, unsigned ttl,
						   unsigned scale, unsigned num)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_EL2_VA, 0 } };
	smmu_cmd_tlbi_el2_va_set_ASID(&cmd, asid);
	smmu_cmd_tlbi_el2_va_set_Leaf(&cmd, leaf);
	smmu_cmd_tlbi_el2_va_set_Address(&cmd, address);
	smmu_cmd_tlbi_el2_va_set_TG(&cmd, tg);
	smmu_cmd_tlbi_el2_va_set_TTL(&cmd, ttl);
	smmu_cmd_tlbi_el2_va_set_SCALE(&cmd, scale);
	smmu_cmd_tlbi_el2_va_set_NUM(&cmd, num);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_tlbi_s12_vmall(uint32_t vmid)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_S12_VMALL, 0 } };
	smmu_cmd_tlbi_s12_vmall_set_VMID(&cmd, vmid);
	return cmd;
}

/* address: an intermediate physical address. */
static inline struct smmu_cmd smmu_cmd_tlbi_s2_ipa(uint32_t vmid, uint64_t address, bool leaf, unsigned tg, unsigned ttl,
						   unsigned scale, unsigned num)
{
	struct smmu_cmd cmd = { { SMMU_CMD_TLBI_S2_IPA, 0 } };
	smmu_cmd_tlbi_s2_ipa_set_VMID(&cmd, vmid);
	smmu_cmd_tlbi_s2_ipa_set_Leaf(&cmd, leaf);
	smmu_cmd_tlbi_s2_ipa_set_Address(&cmd, address);
	smmu_cmd_tlbi_s2_ipa_set_TG(&cmd, tg);
	smmu_cmd_tlbi_s2_ipa_set_TTL(&cmd, ttl);
	smmu_cmd_tlbi_s2_ipa_set_SCALE(&cmd, scale);
	smmu_cmd_tlbi_s2_ipa_set_NUM(&cmd, num);
	return cmd;
}

static inline struct smmu_cmd smmu_cmd_tlbi_el2_all(void)
{
	return (struct smmu_cmd){ { SMMU_CMD_TLBI_EL2_ALL, 0 } };
}

static inline struct smmu_cmd smmu_cmd_tlbi_nsnh_all(void)
{
	return (struct smmu_cmd){ { SMMU_CMD_TLBI_NSNH_ALL, 0 } };
}

/* retry: translate again; abort matters only without retry (0 = RAZ/WI). */
static inline struct smmu_cmd smmu_cmd_resume(uint32_t sid, uint16_t stag, bool retry, bool abort_access)
{
	struct smmu_cmd cmd = { { SMMU_CMD_RESUME, 0 } };
	smmu_cmd_resume_set_StreamID(&cmd, sid);
	smmu_cmd_resume_set_STAG(&cmd, stag);
	smmu_cmd_resume_set_Ac(&cmd, retry);
	smmu_cmd_resume_set_Ab(&cmd, abort_access);
	return cmd;
}

/* After the STE aborts: whatever of this stream still waits for a RESUME is terminated. */
static inline struct smmu_cmd smmu_cmd_stall_term(uint32_t sid)
{
	struct smmu_cmd cmd = { { SMMU_CMD_STALL_TERM, 0 } };
	smmu_cmd_stall_term_set_StreamID(&cmd, sid);
	return cmd;
}

/* Size of an invalidation of every address. */
#define SMMU_ATC_SIZE_ALL 52u

/* 4096 << size_log2 bytes at address. ssid 0: SSV = 0, whatever the PASID of the entries. Global stays 0: no answer of an SMMU
 * makes an entry global. */
static inline struct smmu_cmd smmu_cmd_atc_inv(uint32_t sid, uint32_t ssid, uint64_t address, unsigned size_log2)
{
	struct smmu_cmd cmd = { { SMMU_CMD_ATC_INV, 0 } };
	smmu_cmd_atc_inv_set_SSV(&cmd, ssid != 0);
	smmu_cmd_atc_inv_set_SubstreamID(&cmd, ssid);
	smmu_cmd_atc_inv_set_StreamID(&cmd, sid);
	smmu_cmd_atc_inv_set_Size(&cmd, size_log2);
	smmu_cmd_atc_inv_set_Address(&cmd, address);
	return cmd;
}

/* resp: enum smmu_page_response. */
static inline struct smmu_cmd smmu_cmd_pri_resp(uint32_t sid, bool ssid_valid, uint32_t ssid, uint16_t group, unsigned resp)
{
	struct smmu_cmd cmd = { { SMMU_CMD_PRI_RESP, 0 } };
	smmu_cmd_pri_resp_set_SSV(&cmd, ssid_valid);
	smmu_cmd_pri_resp_set_SubstreamID(&cmd, ssid_valid ? ssid : 0);
	smmu_cmd_pri_resp_set_StreamID(&cmd, sid);
	smmu_cmd_pri_resp_set_PRGIndex(&cmd, group);
	smmu_cmd_pri_resp_set_Resp(&cmd, resp);
	return cmd;
}

/* Completion is seen by CONS passing the command. */
static inline struct smmu_cmd smmu_cmd_sync(void)
{
	return (struct smmu_cmd){ { SMMU_CMD_SYNC, 0 } };
}

/* Completion writes data to Normal write-back memory, inner shareable, at address. */
static inline struct smmu_cmd smmu_cmd_sync_msi(uint64_t address, uint32_t data)
{
	struct smmu_cmd cmd = smmu_cmd_sync();
	smmu_cmd_sync_set_CS(&cmd, SMMU_CMD_SYNC_CS_IRQ);
	smmu_cmd_sync_set_MSH(&cmd, SMMU_CMD_SYNC_MSH_ISH);
	smmu_cmd_sync_set_MSIAttr(&cmd, SMMU_MEMATTR_NORMAL_WB);
	smmu_cmd_sync_set_MSIData(&cmd, data);
	smmu_cmd_sync_set_MSIAddress(&cmd, address);
	return cmd;
}

/* Completion sends an event to waiting CPUs. */
static inline struct smmu_cmd smmu_cmd_sync_sev(void)
{
	struct smmu_cmd cmd = smmu_cmd_sync();
	smmu_cmd_sync_set_CS(&cmd, SMMU_CMD_SYNC_CS_SEV);
	return cmd;
}

#endif
