/* SPDX-License-Identifier: Apache-2.0
 * One SMMU instance: what its ID registers say, reset and enable, event and error handling, raw commands, counters.
 * Not here: who translates what (domain.h, master.h), performance counters (pmcg.h).
 * Proof: driver/test/test_idprobe.c, test_dev.c, test_cmdq.c, test_event.c. */
#ifndef SMMUV3_DEV_H
#define SMMUV3_DEV_H

#include "errata.h"
#include "sys.h"

struct smmu_cmd; /* 16 bytes, arch/gen/smmuv3_arch.h */

#ifdef __cplusplus
extern "C" {
#endif

/* What SMMU_IDR0/1/3/5, IIDR and AIDR say. Reserved encodings are clipped to the nearest lower capability, sizes to the
 * architecture's maxima, features whose prerequisite is missing are false. */
struct smmu_features {
	bool stage1, stage2, aarch64, aarch32_lpae;  /* S1P, S2P, TTF */
	bool st_2level, cd_2level;                   /* ST_LEVEL, CD2L */
	bool coherent;                               /* COHACC */
	bool btm, hyp, ats, pri, msi, sev, atos;
	bool ns1ats_absent;                          /* NS1ATS = 1: split-stage ATS is NOT there */
	bool stall, stall_forced;                    /* STALL_MODEL 0 or 2; 2 */
	bool term_abort_only;                        /* TERM_MODEL: CD.A must be 1 */
	bool little_endian, big_endian;              /* TTENDIAN */
	bool vmid_wildcard, dormant_hint;
	bool attr_types_override, attr_perms_override;
	bool range_invalidation, stt, fwb, xnx, had, e0pd; /* IDR3 */
	bool ecmdq, tables_preset, queues_preset;
	bool gran4k, gran16k, gran64k, va52;
	bool pri_pasid_always;                       /* PPS: responses the SMMU makes up always carry the PASID */
	uint8_t httu;                                /* 0 none, 1 access flag, 2 access flag and dirty */
	uint8_t bbml;                                /* 0..2 */
	uint8_t asid_bits, vmid_bits;                /* 8 or 16 */
	uint8_t sid_bits, ssid_bits;                 /* 0..32, 0..20 */
	uint8_t cmdq_log2_max, eventq_log2_max, priq_log2_max; /* 0..19 */
	uint8_t oas_bits, ias_bits;                  /* 32..52 */
	uint16_t stall_max;                          /* outstanding stalls; 0 without stall */
	uint8_t arch_major, arch_minor;              /* AIDR */
	uint16_t implementer, product;               /* IIDR */
	uint8_t variant, revision;
	uint32_t errata;                             /* SMMU_ERRATUM_*; what they forbid is already off above */
};

enum smmu_stream_table_format {
	SMMU_STREAM_TABLE_AUTO = 0, /* two-level if the SMMU has it and sid_bits exceeds split_log2 */
	SMMU_STREAM_TABLE_LINEAR = 1,
	SMMU_STREAM_TABLE_2LEVEL = 2,
};

/* Interrupts. The wired pulses need nothing; an MSI is sent when address is not 0. The write is Device-nGnRE. */
struct smmu_msi {
	uint64_t address; /* PA, 4-byte aligned, below the output size of the SMMU; 0 = wired only */
	uint32_t data;
};

struct smmu_irq_config {
	bool enable; /* IRQ_CTRL: EVENTQ, GERROR and (with a PRI queue) PRIQ; false = the host polls */
	struct smmu_msi eventq, gerror, priq; /* an address needs IDR0.MSI */
	bool priq_on_last; /* PRIQ_IRQ_CFG2.LO: interrupt for complete groups only, not for the first request */
};

/* How a CMD_SYNC tells that it is complete. The calls behave the same with all three. */
enum smmu_sync_signal {
	SMMU_SYNC_POLL = 0, /* the core reads CMDQ_CONS */
	SMMU_SYNC_MSI = 1,  /* the SMMU writes a word in memory; for coherent SMMUs with IDR0.MSI, else POLL */
	SMMU_SYNC_SEV = 2,  /* the SMMU wakes waiting CPUs (smmu_host.wait_event); with IDR0.SEV, else POLL */
};

struct smmu_dev_config {
	uint8_t cmdq_log2, eventq_log2, priq_log2; /* log2 entries; 0: 8, 7, 7. At least 1, capped by IDR1 */
	enum smmu_stream_table_format stream_table;
	uint8_t sid_bits;             /* StreamIDs covered; 0: IDR1.SIDSIZE. Larger values are capped by it */
	uint8_t split_log2;           /* STEs per level-2 table: 6, 8 or 10; 0: 8 */
	bool ignore_bad_sid;          /* true: CR2.RECINVSID = 0, accesses of unknown StreamIDs abort without a record */
	bool treat_as_noncoherent;    /* the system wires the SMMU non-coherently whatever IDR0.COHACC says */
	bool bypass_on_disable;       /* GBPA.ABORT = 0 after smmu_dev_disable(); default is abort */
	struct smmu_irq_config irq;
	bool el2_world;               /* with IDR0.HYP: CR2.E2H = 1, stage-1 streams and their TLBIs use the EL2-E2H world */
	uint32_t event_rate;          /* records per second given to the event function, stalls not counted; the rest is only
				       * counted (events_suppressed). 0: no limit */
	bool broadcast_tlb;           /* with IDR0.BTM: CR2.PTM = 0, SVA contexts share the CPU's ASIDs and take part in its TLBIs */
	uint16_t page_groups;         /* groups of page requests that can be open at a time; 0: 64, at most 4096 */
	const struct smmu_erratum *errata; /* host's additions to the built-in table; looked at by probe only */
	size_t errata_count;
	enum smmu_sync_signal sync_signal;
};

/* What the configuration became. */
struct smmu_dev_layout {
	uint8_t cmdq_log2, eventq_log2, priq_log2, sid_bits, split_log2;
	bool st_2level, coherent, enabled;
	smmu_pa strtab, cmdq, eventq, priq;
	enum smmu_sync_signal sync_signal; /* the one in use */
};

/* Read the ID registers and prepare queues and the stream table in memory; writes no register. port and config are
 * copied, config may be null (all defaults). Errors: INVALID, UNSUPPORTED (no translation stage, no AArch64 tables, not
 * SMMUv3, big endian only, TABLES_PRESET or QUEUES_PRESET, 2-level asked but absent, an MSI address without IDR0.MSI), RANGE
 * (split_log2, MSI address, page_groups), NO_MEMORY, HARDWARE (ID registers read all ones). On failure nothing stays
 * allocated. 6 register reads, no waiting. */
smmu_status smmu_dev_probe(struct smmu_sys *sys, const struct smmu_port *port, const struct smmu_dev_config *config,
			   struct smmu_dev **out);

/* Reset and enable, in the order: GBPA.ABORT (only if found enabled), CR0 = 0, CR1, CR2, stream table, CMDQ, CFGI_ALL +
 * TLBI of every world + SYNC, EVENTQ, PRIQ, ATSCHK, interrupts, SMMUEN; each CR0 and IRQ_CTRL step waits for its ACK.
 * Then the ATS of devices whose STE has EATS goes on. Errors: STATE (already enabled), TIMEOUT, CMDQ, HARDWARE: CR0 was written 0
 * again, translation stays off, unless it was the ATS of a device that failed. If that 0 is not acknowledged either, everything that
 * must be invalidated on this SMMU fails with TIMEOUT, and smmu_dev_remove() keeps its memory, until an enable or a remove succeeds.
 * ENDPOINT: the SMMU translates, a device did not answer and is in quarantine. Blocks: up to 9 register waits and 1 SYNC, 1 more per
 * device with ATS. Streams without an attachment abort (STE.Config = abort, no event). */
smmu_status smmu_dev_enable(struct smmu_dev *dev);

/* Stop translation: ATS of all devices off and open page requests of theirs answered, then GBPA policy, SMMUEN off, interrupts off,
 * queues off. Masters stay attached and translate again after enable. Errors: STATE (not enabled), TIMEOUT: the SMMU counts as
 * enabled and the call may be repeated; when it was SMMUEN that did not go off, the command queue stays open, so that invalidations
 * reach whatever it still translates, else the remaining steps were tried. Blocks: 4 register waits. */
smmu_status smmu_dev_disable(struct smmu_dev *dev);

/* Put the SMMU to sleep: as smmu_dev_disable(). Its registers may then lose their contents. Masters stay attached and memory
 * keeps being maintained (attach, map, unmap work and send nothing). Errors as smmu_dev_disable(). */
smmu_status smmu_dev_suspend(struct smmu_dev *dev);
/* Wake it: program everything anew, drop every cache, switch ATS on again where it was. Errors as smmu_dev_enable(), STATE
 * when it does not sleep; on failure it stays asleep and may be woken again. */
smmu_status smmu_dev_restore(struct smmu_dev *dev);

/* Disable if needed and free everything. BUSY while a master of this SMMU exists. When it returns SMMU_OK, no further
 * register access of this SMMU happens, whatever other threads unmap. TIMEOUT: hardware did not stop, dev is kept. */
smmu_status smmu_dev_remove(struct smmu_dev *dev);

/* Constant after probe. Null only for a null dev. */
const struct smmu_features *smmu_dev_features(const struct smmu_dev *dev);
smmu_status smmu_dev_layout(const struct smmu_dev *dev, struct smmu_dev_layout *out);

/* A stream without attachment normally aborts. Let it bypass instead (memory a boot loader keeps using); may be called
 * before smmu_dev_enable(), so that it bypasses from the first cycle. Errors: RANGE (sid), BUSY (owned by a master),
 * NO_MEMORY (level-2 table). Up to 3 SYNCs when enabled, else none. */
enum smmu_stream_default { SMMU_STREAM_ABORT = 0, SMMU_STREAM_BYPASS = 1 };
smmu_status smmu_dev_set_stream_default(struct smmu_dev *dev, uint32_t sid, enum smmu_stream_default policy);

/* ---- events ---- */

/* One event record, decoded. Fields a record type does not carry are zero. id: SMMU_EVENT_* of smmuv3_arch.h. */
struct smmu_event_info {
	uint8_t id;
	bool known;              /* false: an id this core does not know; only id, raw are meaningful */
	uint32_t sid;
	bool ssid_valid;
	uint32_t ssid;
	bool stall;
	uint16_t stag;           /* if stall */
	uint16_t reason;         /* IMPLEMENTATION DEFINED */
	bool read, instruction, privileged; /* RnW, InD, PnU of the access */
	bool stage2;             /* S2 */
	uint8_t fault_class;     /* CLASS: 0 CD, 1 TT, 2 IN */
	bool table_read;         /* TTRnW */
	uint64_t input_addr;     /* InputAddr */
	smmu_ipa ipa;            /* if stage2 */
	smmu_pa fetch_addr;      /* fetch and walk aborts */
	uint64_t raw[4];
};

struct smmu_event_batch {
	uint32_t handled;        /* records taken out of the queue */
	bool overflowed;         /* records were lost since the last call; acknowledged */
	bool more;               /* budget ended before the queue was empty: call again */
};

/* Spelling of the architecture ("F_TRANSLATION"); "unknown" for anything else. Never null. */
const char *smmu_event_name(uint8_t id);

/* Decode one 32-byte record. Pure. */
void smmu_event_decode(const uint64_t record[4], struct smmu_event_info *out);

/* Give queued records to fn, oldest first, until PROD stops moving or budget records were given (0: queue size). Frees
 * the slots, acknowledges an overflow itself, writes CONS once per queue length at most. fn may be null (discard) and
 * runs without a lock held; it may call the driver but not this function. One consumer thread at a time per SMMU (BUSY
 * otherwise). Errors: INVALID, STATE, BUSY, HARDWARE (PROD further ahead than the queue is long: re-synchronised). */
typedef void (*smmu_event_fn)(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event);
smmu_status smmu_dev_handle_events(struct smmu_dev *dev, uint32_t budget, smmu_event_fn fn, void *arg,
				   struct smmu_event_batch *out);

/* The bare RESUME, whatever the book of stalls says; smmu_dev_respond() is the one that counts. Blocks for 1 SYNC.
 * UNSUPPORTED without stall model. */
enum smmu_resume { SMMU_RESUME_TERMINATE = 0, SMMU_RESUME_RETRY = 1, SMMU_RESUME_ABORT = 2 };
smmu_status smmu_dev_resume(struct smmu_dev *dev, uint32_t sid, uint16_t stag, enum smmu_resume action);

/* The page response: answer the stalled access of this record. NOT_FOUND when it was answered before, or terminated because
 * its domain was detached: every stall gets exactly one RESUME. May be called later than the handler, from any thread; only
 * sid, stag and stall of the record matter. Blocks for 1 SYNC. INVALID, UNSUPPORTED, STATE, TIMEOUT, CMDQ. */
smmu_status smmu_dev_respond(struct smmu_dev *dev, const struct smmu_event_info *event, enum smmu_resume action);

/* ---- global errors ---- */
struct smmu_gerror_report {
	uint32_t active;         /* bits of SMMU_GERROR that were active and are acknowledged now */
	uint8_t cmdq_error;      /* CMDQ_CONS.ERR if CMDQ_ERR was active */
};

/* Read GERROR against GERRORN, recover the command queue, acknowledge. SFM_ERR gives HARDWARE. Does not wait. */
smmu_status smmu_dev_handle_gerror(struct smmu_dev *dev, struct smmu_gerror_report *out);

/* ---- commands ---- */
/* Append count commands as one contiguous run (split if longer than the queue) and, with sync, wait for a CMD_SYNC that
 * covers them. For scenarios and bring-up: the core issues what its own state needs by itself. count may be 0.
 * Errors: INVALID, STATE, TIMEOUT, CMDQ. */
smmu_status smmu_dev_submit(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, bool sync);

struct smmu_dev_stats {
	uint64_t commands;       /* appended, CMD_SYNC included */
	uint64_t syncs;
	uint64_t command_errors; /* CMDQ_ERR recovered */
	uint64_t events;         /* records handled */
	uint64_t event_overflows;
	uint64_t polls;          /* rounds of all waiting loops */
	uint32_t asids_used, vmids_used;
	uint32_t stalls;         /* records with Stall that were read and not answered yet */
	uint64_t events_suppressed; /* read but not given to the function, see event_rate */
	uint64_t page_requests;  /* records of the PRI queue handled */
	uint64_t page_request_overflows;
	uint32_t page_groups;    /* groups read and not answered yet, complete or not */
	uint64_t page_responses; /* CMD_PRI_RESP sent */
	uint64_t quarantines;    /* devices that did not answer an ATC_INV */
};
smmu_status smmu_dev_stats(const struct smmu_dev *dev, struct smmu_dev_stats *out);

#ifdef __cplusplus
}
#endif

#endif
