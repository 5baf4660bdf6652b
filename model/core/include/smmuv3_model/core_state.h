/* SPDX-License-Identifier: Apache-2.0
 * The memory of one SMMU, so that a caller can place it anywhere and copy it. Fields belong to model/core/src; callers
 * use the functions of core.h. Not here: behaviour. Proof: model/test. */
#ifndef SMMUV3_MODEL_CORE_STATE_H
#define SMMUV3_MODEL_CORE_STATE_H

#include "smmuv3_arch.h"
#include "smmuv3_trace.h"

#include "smmuv3_model/core.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU_CORE_MAX_TLB 8192
#define SMMU_CORE_MAX_WALK 8192
#define SMMU_CORE_MAX_CONFIG 1024
#define SMMU_CORE_MAX_RAW 1024
#define SMMU_CORE_MAX_DEFERRED 256
#define SMMU_CORE_MAX_STE 512
#define SMMU_CORE_MAX_CONTEXTS 512
#define SMMU_CORE_TRACE_RING 512

/* Identification registers, unpacked once. */
struct smmu_features {
	uint8_t s1p, s2p, hyp, httu, stall_model, term_model, ttendian, ats, ns1ats, atsrecerr, pri, sev, msi, btm, cd2l, atos, vatos;
	uint8_t asid16, vmid16, vmw, st_level, attr_types_ovr, attr_perms_ovr;
	uint8_t cmdqs, eventqs, priqs, ssidsize, sidsize;
	uint8_t xnx, had, ril, stt, fwb, e0pd, pps, vax, gran4k, gran16k, gran64k;
	uint8_t oas_bits, ias_bits;
	uint16_t stall_max;
};

struct smmu_irq_cfg {
	uint64_t cfg0;
	uint32_t cfg1, cfg2;
};

struct smmu_queue_regs {
	uint64_t base;
	uint32_t prod, cons;
};

struct smmu_atos_regs {
	uint64_t sid, addr, par;
	uint32_t ctrl;
};

struct smmu_regs {
	uint32_t cr0, cr0ack, cr1, cr2, gbpa, irq_ctrl, irq_ctrlack, gerror, gerrorn, strtab_base_cfg;
	uint64_t strtab_base;
	struct smmu_queue_regs cmdq, eventq, priq;
	struct smmu_irq_cfg gerror_irq, eventq_irq, priq_irq;
	struct smmu_atos_regs atos[2]; /* GATOS, VATOS */
	uint32_t vatos_sel;
};

struct smmu_pmcg {
	uint64_t counter[64], shadow[64];
	uint32_t evtyper[64], smr[64];
	uint64_t cnten, inten, ovs;
	uint64_t listeners[8]; /* counters enabled for event n; all zero while CR.E = 0 */
	uint64_t implemented;  /* one bit per counter */
	uint64_t cycles;       /* event 0 is counted up to here */
	struct smmu_irq_cfg irq;
	uint32_t cr, irq_ctrl, irq_ctrlack, irq_status;
};

/* Stage 1 of a configuration: one half of the address space. */
struct smmu_half {
	uint64_t ttb;
	uint8_t input_bits, page_shift, start_level, enabled, tbi, had, e0pd, walk_attr, walk_sh;
};

struct smmu_stage1 {
	struct smmu_half half[2];
	uint64_t mair;
	uint16_t asid;
	uint8_t output_bits, big_endian, affd, ha, hd, wxn, pan, fault_abort, fault_record, fault_stall;
};

struct smmu_stage2 {
	uint64_t ttb;
	uint8_t input_bits, page_shift, start_level, output_bits, big_endian, affd, ha, hd, ptw, fwb, fault_record, fault_stall;
	uint8_t walk_attr, walk_sh;
};

enum smmu_world { SMMU_WORLD_NS_EL1 = 0, SMMU_WORLD_EL2 = 1, SMMU_WORLD_EL2_E2H = 2 };
enum smmu_config_kind { SMMU_KIND_BYPASS = 0, SMMU_KIND_S1 = 1, SMMU_KIND_S2 = 2, SMMU_KIND_NESTED = 3 };

/* What the hit path reads of one (StreamID, SubstreamID): one cache line. */
struct smmu_config_hot {
	uint64_t key;           /* 0: empty */
	uint64_t check_mask[2]; /* these address bits must equal the sign of the half */
	uint16_t context;       /* slot in contexts[] */
	uint8_t kind;           /* enum smmu_config_kind */
	uint8_t two_halves;     /* 1: VA[55] selects a half */
	uint8_t last_size;      /* size code that hit last ... */
	uint8_t last_shift;     /* ... and its log2 of bytes */
	uint8_t attr, sh;       /* of a bypass */
	uint8_t need[16];       /* TLB right wanted, by the low four SMMU_TXN flags, STE overrides applied */
} __attribute__((aligned(64)));

/* The rest, for walks and faults. */
struct smmu_config_cold {
	struct smmu_stage1 s1;
	struct smmu_stage2 s2;
	uint64_t s1_context_ptr;
	uint16_t vmid;
	uint16_t s2_context; /* slot in contexts[] of the stage 2 alone */
	uint8_t world, config, s1_fmt, s1_cd_max, s1_dss, s1_stalld, eats;
	uint8_t privcfg, instcfg, mtcfg, memattr, shcfg, aset, input_limit_bits, cd_attr, cd_sh, mev;
};

struct smmu_config_entry {
	struct smmu_config_hot hot;
	struct smmu_config_cold cold;
};

struct smmu_ste_entry {
	struct smmu_ste ste;
	uint32_t sid;
	uint32_t valid;
};

/* Cache mode "adversary": a configuration structure as it was read. */
struct smmu_raw_entry {
	uint64_t qword[8];
	uint32_t sid, ssid;  /* L1STD: StreamID without its low span_log2 bits; L1CD: SubstreamID likewise */
	uint8_t io_class;    /* enum smmu_io_class; 0: empty */
	uint8_t span_log2;
};

/* One TLB tag space: {StreamWorld, VMID, ASID, ASET, stages}. Dropping all of it is one new generation number. */
struct smmu_context {
	uint64_t tag;        /* 0: free */
	uint64_t key;        /* what its TLB keys start from: valid bit, generation, slot */
	uint32_t spread;     /* of key, so that equal pages of many contexts fall into many sets */
	uint32_t entries;    /* live TLB entries */
	uint8_t generation;
	uint8_t sizes;       /* bit n: entries of size code n may exist */
	uint8_t has_global;  /* some entry has nG = 0 */
	uint8_t walks;       /* bit n: walk cache entries of code n may exist */
	uint8_t split_log2;  /* largest stage-1 leaf with entries smaller than itself, as stage 2 has smaller ones; 0: none */
};

struct smmu_tlb_set {
	uint64_t key[4];  /* 0: empty */
	uint64_t data[4];
};

enum smmu_job_kind { SMMU_JOB_FREE = 0, SMMU_JOB_TRANSLATE, SMMU_JOB_CMDQ, SMMU_JOB_MSI, SMMU_JOB_PRI, SMMU_JOB_ATOS, SMMU_JOB_SECURE, SMMU_JOB_PREFETCH };
#define SMMU_CORE_ENGINES 7 /* jobs beside those of clients: command queue, MSI writer, page requests, GATOS, VATOS, secure command queue,
			     * prefetch */

/* A stage-2 translation in progress inside a job. */
struct smmu_s2_walk {
	uint64_t ipa, table, desc, desc_pa, pa;
	uint8_t level, fault_class, is_write, return_phase, size_log2, attr, sh, rights_now, rights_after;
};

/* A stage-1 translation in progress inside a job. */
struct smmu_s1_walk {
	uint64_t table, desc, desc_new, desc_ipa, desc_pa, oa;
	uint8_t level, half, limits, size_log2, attr, sh, rights_now, rights_after, global, walk_attr, walk_sh;
};

struct smmu_job {
	struct smmu_io io;
	uint64_t answer[8];        /* what a read returned */
	struct smmu_txn txn;
	struct smmu_xlate result;
	uint8_t kind, phase, answer_ok, parity, in_flight;
	uint8_t need;              /* TLB right this access wants */
	uint8_t privileged, instruction; /* after STE overrides */
	uint8_t stalling, record_written, config_missed, retrying, accounted;
	uint8_t prg_code, prg_with_ssv; /* of an automatic answer to a page request */
	uint8_t atos_unit, atos_type, atos_no_update; /* of an address translation operation; type 0 for everything else */
	uint8_t prefetch_config_only;
	uint8_t from_raw, reading_again; /* cache mode "adversary": where the words of a structure come from */
	uint32_t cas_retries;
	uint16_t stag;
	uint64_t atos_par;
	uint64_t sequence, config_epoch, tlb_epoch;
	struct smmu_s1_walk s1;
	struct smmu_s2_walk s2;
	struct smmu_config_entry config;
	struct smmu_ste ste;
	struct smmu_event event;
};

struct smmu_core {
	/* the hit path first */
	uint64_t hits;             /* answered by the TLB: part of three statistics */
	uint64_t bypasses;         /* answered by a bypass in the configuration cache */
	uint32_t last_config;
	uint32_t config_mask;      /* sets - 1, two ways each */
	uint32_t tlb_mask;         /* sets - 1 */
	uint8_t open;              /* SMMUEN in force, no service failure: the hit path may answer */
	uint8_t observed;          /* tracing, or a PMCG counter listens to event 1 */
	uint8_t tlb_ways;
	uint8_t trace_on;
	uint8_t oas_bits;          /* as in f */
	struct smmu_config_hot config_hot[SMMU_CORE_MAX_CONFIG] __attribute__((aligned(64)));
	struct smmu_tlb_set tlb[SMMU_CORE_MAX_TLB / 4] __attribute__((aligned(64)));
	struct smmu_context contexts[SMMU_CORE_MAX_CONTEXTS];
	struct smmu_tlb_set walk_cache[SMMU_CORE_MAX_WALK / 4] __attribute__((aligned(64)));
	struct smmu_config_cold config_cold[SMMU_CORE_MAX_CONFIG];

	struct smmu_core_config config;
	struct smmu_features f;
	struct smmu_regs r;
	struct smmu_regs s;        /* of the secure bank, as far as it has them */
	uint32_t s_init;
	struct smmu_pmcg pmcg;
	struct smmu_core_stats stats;
	struct smmu_ste_entry stes[SMMU_CORE_MAX_STE];
	uint32_t walk_mask, walk_victim; /* sets - 1 */
	uint32_t ste_mask, config_victim, tlb_victim, contexts_used, context_victim;
	uint64_t config_epoch, tlb_epoch;

	struct smmu_job jobs[SMMU_CORE_MAX_JOBS + SMMU_CORE_ENGINES];
	uint64_t busy_slots;       /* client jobs, one bit each */
	uint64_t movable;          /* stalled client jobs that next_job() may hand out */
	uint64_t sequence, stalls_freed;
	uint32_t stalled_count;
	uint32_t in_flight[2];     /* unstalled jobs and data phases, by parity */
	uint8_t parity;
	uint8_t sync_parity;
	uint8_t event_writer;      /* 1 + the job that is writing to the event queue */
	uint8_t cmdq_handed_out, msi_handed_out, pri_handed_out, secure_handed_out, prefetch_handed_out, atos_handed_out[2];
	uint8_t service_failure;
	uint32_t prefetch_left;    /* addresses of the hint that is followed */
	struct smmu_event merge_event; /* the record before PROD, as far as others may be merged with it */
	uint32_t merge_prod;       /* PROD behind it */
	uint8_t merge_possible;
	uint16_t stag_counter;
	unsigned msi_pending;      /* SMMU_IRQ_* whose MSI is to be written */
	unsigned msi_current;
	unsigned irqs;
	struct smmu_cmd cmd;       /* the command being executed */

	uint32_t atc_waiting;      /* tags of invalidations that endpoints have not completed */
	uint8_t atc_timed_out;     /* one of them ran out of time since the last CMD_SYNC */
	uint8_t message_head, message_count, request_head, request_count;
	struct smmu_message messages[SMMU_CORE_MAX_MESSAGES];
	struct smmu_page_request requests[SMMU_CORE_MAX_REQUESTS];

	uint32_t deferred_count;   /* cache mode "adversary": invalidations that wait for their CMD_SYNC */
	struct smmu_cmd deferred[SMMU_CORE_MAX_DEFERRED];
	struct smmu_raw_entry raw[SMMU_CORE_MAX_RAW];

	uint64_t trace_lost;
	uint32_t trace_head, trace_count;
	struct smmu_trace_record trace[SMMU_CORE_TRACE_RING];
};

#ifdef __cplusplus
}
#endif

#endif
