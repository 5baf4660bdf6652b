/* SPDX-License-Identifier: Apache-2.0
 * One SMMU instance from the inside: register access, queues, stream table, ASIDs.
 * Not here: what the other files implement on it. Proof: see the file of each function. */
#ifndef SMMU_DEV_INTERNAL_H
#define SMMU_DEV_INTERNAL_H

#include "ids.h"
#include "smmuv3/dev.h"
#include "smmuv3_arch.h"
#include "sys_internal.h"

struct smmu_master;

/* Commands someone waits for, in one or more lists. Lives on the submitter's stack between push and wait. All zero: new. */
struct smmu_batch {
	uint64_t end;             /* position after its CMD_SYNC; UINT64_MAX before that was queued */
	bool open;                /* keeps the queue from closing; smmu_cmdq_wait() ends that */
	_Atomic bool has_atc;     /* a CMD_ATC_INV is among them */
	_Atomic bool atc_silent;  /* its CMD_SYNC failed with CERROR_ATC_INV_SYNC: an endpoint of this batch did not answer */
	_Atomic smmu_status status; /* CMDQ: one of its commands was refused */
};

/* Producers take no lock; see cmdq.c for how they share it. Positions count entries and never wrap. */
struct smmu_cmdq {
	struct smmu_dma memory;
	uint8_t log2;
	enum smmu_sync_signal signal;    /* how a CMD_SYNC tells that it is complete */
	struct smmu_dma msi;             /* one word: msi_base + the position after the last complete CMD_SYNC */
	_Atomic bool enabled;
	_Atomic uint32_t users;          /* open batches and pushes under way */
	_Atomic uint64_t prod;           /* positions given out << 1 | someone gathers */
	_Atomic uint64_t cons;           /* slots before it are free; may lag behind the register */
	_Atomic uint64_t shown;          /* slots before it hold commands the SMMU may have seen */
	_Atomic uint64_t handed;         /* where the next gatherer's run starts */
	_Atomic uint32_t tickets, serving; /* the line in front of a full queue */
	_Atomic(struct smmu_batch *) *owner; /* per slot: who is told when its command is refused; null: nobody */
	_Atomic uint64_t *valid;         /* per slot one bit that flips each time the slot has been filled */
	_Atomic bool recovering;         /* someone may be looking at owner[] */
	uint32_t msi_base;               /* positions given out before the queue was opened last: an MSI from then is in nobody's way */
	struct smmu_lock lock;           /* recovery, GERRORN; the event consumer's seat; the book of stalls */
	uint64_t retry_position;         /* last CERROR_ABT; lock */
	uint32_t retry_count;            /* lock */
	_Atomic uint32_t gerrorn;        /* what GERRORN holds; written under the lock */
	_Atomic uint64_t commands, syncs, errors, polls;
};

struct smmu_eventq {
	struct smmu_dma memory;
	uint8_t log2;
	bool busy;                /* a consumer is inside */
	uint64_t cons;
	uint32_t overflow;        /* OVACKFLG as written, in bit 31 */
	uint64_t handled, overflows, suppressed;
	uint64_t window_start_us; /* rate limit: given since then */
	uint32_t window_given;
};

/* Accesses waiting for a RESUME. Queue lock. */
struct smmu_stall {
	uint32_t sid, ssid;       /* ssid 0: without SubstreamID */
	uint16_t stag;
};

struct smmu_stalls {
	struct smmu_stall *entry; /* null without stall model */
	uint32_t count, capacity;
	uint64_t repeated, lost;
};

/* A page request group; ssid 0 without ssid_valid. */
struct smmu_page_group {
	uint32_t sid, ssid;
	uint16_t index;           /* PRGIndex */
	bool ssid_valid;
	bool complete;            /* its last request was read */
};

struct smmu_priq {
	struct smmu_dma memory;   /* virt null without PRI */
	uint8_t log2;
	bool busy;                /* a consumer is inside */
	uint64_t cons;
	uint32_t overflow;        /* OVACKFLG as written, in bit 31 */
	struct smmu_page_group *group;
	uint32_t group_count, group_capacity;
	uint64_t handled, overflows, responses;
};

struct smmu_strtab {
	struct smmu_dma memory;   /* linear: STEs; two-level: L1STDs */
	uint32_t l1_count;
	uint8_t sid_bits, split;  /* split: meaningful when two_level */
	bool two_level;
};

struct smmu_dev {
	struct smmu_sys *sys;
	struct smmu_dev *next;
	uint32_t index;           /* order of probing: the sort key of invalidation arrays */
	struct smmu_port port;
	struct smmu_dev_config config;
	struct smmu_features features;
	bool coherent;
	bool enabled;
	_Atomic bool unstopped;   /* an enable failed half-way and CR0 = 0 was not confirmed: it may still read queues and tables */
	bool asleep;              /* smmu_dev_suspend() */
	uint32_t cr0;
	struct smmu_cmdq cmdq;
	struct smmu_eventq eventq;
	struct smmu_stalls stalls;
	struct smmu_priq priq;
	struct smmu_lock report_lock; /* PRI queue and its book */
	struct smmu_strtab strtab;
	struct smmu_ids asids, vmids; /* vmids: empty without stage 2 */
	bool el2;                 /* stage-1 streams live in the EL2-E2H world */
	bool btm;                 /* listens to the CPUs' broadcast TLB maintenance */
	struct smmu_master *masters;
	_Atomic uint64_t quarantines; /* devices that did not answer an ATC_INV */
};

/* ---- regs.c: register access with trace ---- */
uint32_t smmu_read32(struct smmu_dev *dev, uint32_t offset);
void smmu_write32(struct smmu_dev *dev, uint32_t offset, uint32_t value);
void smmu_write64(struct smmu_dev *dev, uint32_t offset, uint64_t value);
/* Wait until (register & mask) == want. TIMEOUT. */
smmu_status smmu_wait32(struct smmu_dev *dev, uint32_t offset, uint32_t mask, uint32_t want);
/* Same accesses for a port that is not an SMMU's (PMCG). */
uint32_t smmu_port_read32(const struct smmu_port *port, uint32_t offset);
void smmu_port_write32(const struct smmu_port *port, uint32_t offset, uint32_t value);
uint64_t smmu_port_read64(const struct smmu_port *port, uint32_t offset);
void smmu_port_write64(const struct smmu_port *port, uint32_t offset, uint64_t value);
smmu_status smmu_port_wait32(struct smmu_sys *sys, const struct smmu_port *port, uint32_t offset, uint32_t mask, uint32_t want,
			     uint64_t *rounds);

/* ---- idprobe.c ---- */
struct smmu_id_words {
	uint32_t idr0, idr1, idr3, idr5, iidr, aidr;
};
/* Pure: words to features, clipped. */
void smmu_features_from_ids(const struct smmu_id_words *ids, struct smmu_features *out);
/* Pure: note the defects of the product and take away what they forbid. */
void smmu_features_apply_errata(struct smmu_features *features, const struct smmu_erratum *extra, size_t extra_count);
/* Pure: can this core drive it at all? OK, UNSUPPORTED or HARDWARE. */
smmu_status smmu_features_check(const struct smmu_id_words *ids, const struct smmu_features *features);

/* ---- cmdq.c ---- */
/* Memory beside the queue itself; log2 is set. False: NO_MEMORY. Free also takes a half-made one. */
bool smmu_cmdq_init(struct smmu_dev *dev);
void smmu_cmdq_free(struct smmu_dev *dev);
/* Empty and accepting. The SMMU's queue is on, PROD and CONS are 0. */
void smmu_cmdq_open(struct smmu_dev *dev);
/* Accept nothing more and wait for the threads inside; afterwards none of them accesses a register. */
void smmu_cmdq_close(struct smmu_dev *dev);

/* Append cmds; with close also a CMD_SYNC. Contiguous if all of it fits the queue, else cut into lists that do. A batch
 * (null: nobody waits) collects one or more pushes, the last of them with close; then it must be given to
 * smmu_cmdq_wait(). It is told about refused commands of its own and no others. A push that fails has ended the batch. A
 * queue that is off swallows everything: enable drops all caches anyway. TIMEOUT at once when it is off but the SMMU did not
 * confirm that it has stopped. OK, TIMEOUT, HARDWARE. */
smmu_status smmu_cmdq_push(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, struct smmu_batch *batch, bool close);
/* Wait until the CMD_SYNC of the batch was consumed, and end the batch. OK, TIMEOUT, CMDQ, HARDWARE. */
smmu_status smmu_cmdq_wait(struct smmu_dev *dev, struct smmu_batch *batch);
/* push + wait. */
smmu_status smmu_cmdq_run(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count);

/* ---- cmdq_error.c ---- */
/* Look at GERROR, recover from CMDQ_ERR, acknowledge the bits in mask that are active. Takes the queue lock if any is. */
uint32_t smmu_cmdq_service_gerror(struct smmu_dev *dev, uint32_t mask, uint8_t *cmdq_error);
/* No slot names this batch any more. */
void smmu_cmdq_disown(struct smmu_dev *dev, struct smmu_batch *batch);

/* ---- cmdq_atc.c: CMD_ATC_INVs, whose endpoints may not answer ---- */
#define SMMU_ATC_MAX 64u
/* Run 1..SMMU_ATC_MAX CMD_ATC_INVs and wait. Bit i of *silent: the endpoint cmds[i] goes to (its StreamID) did not answer;
 * it was found by sending parts of the list again until the CMD_SYNC of commands for this one endpoint alone had failed.
 * Every other endpoint has answered. The caller must send nothing more to a silent one and clear its STE.EATS. OK: the SMMU did
 * all that; TIMEOUT, CMDQ, HARDWARE: as smmu_cmdq_wait(), and those in *silent were found before. */
smmu_status smmu_cmdq_run_atc(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, uint64_t *silent);
/* The same in two halves, so that the waits of several SMMUs overlap: push cmds with close into a fresh batch, at most
 * smmu_cmdq_atc_capacity() of them at a time (they and their CMD_SYNC must be one list), then give the same cmds here. */
size_t smmu_cmdq_atc_capacity(const struct smmu_dev *dev);
smmu_status smmu_cmdq_wait_atc(struct smmu_dev *dev, struct smmu_batch *batch, const struct smmu_cmd *cmds, size_t count,
			       uint64_t *silent);

/* ---- strtab.c ---- */
smmu_status smmu_strtab_init(struct smmu_dev *dev);
void smmu_strtab_free(struct smmu_dev *dev);
bool smmu_strtab_has(const struct smmu_dev *dev, uint32_t sid);
/* The STE of sid; null while its level-2 table is absent. */
struct smmu_ste *smmu_strtab_ste(struct smmu_dev *dev, uint32_t sid);
/* Two steps, so that a call over many streams can fail before anything is visible. Prepare: allocate and fill the level-2
 * table of sid; out->virt stays null when the STE is there already. False: NO_MEMORY. */
bool smmu_strtab_prepare(struct smmu_dev *dev, uint32_t sid, struct smmu_dma *out);
/* Publish a prepared table and announce it with CFGI_STE Leaf = 0. Takes the table over. OK, TIMEOUT, CMDQ. */
smmu_status smmu_strtab_commit(struct smmu_dev *dev, uint32_t sid, struct smmu_dma *table);
void smmu_strtab_program(struct smmu_dev *dev);  /* STRTAB_BASE, STRTAB_BASE_CFG */

/* ---- entry_write.c: publish an entry in the planner's steps ---- */
/* Writes target over the STE of each sid, one CFGI_STE per sid and one SYNC per step. All steps are stored even if a SYNC
 * fails; the first failure is returned. */
smmu_status smmu_ste_install(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, const struct smmu_ste *target,
			     const _Atomic bool *silent);
/* The same for the CD of ssid, announced for every sid. */
smmu_status smmu_cd_install(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, uint32_t ssid, struct smmu_cd *cd,
			    const struct smmu_cd *target);

/* As smmu_cd_install() without ever making a valid CD invalid: one store brings everything of word 0 and EPD0 = 1, so that
 * accesses meet a translation fault that can be stalled instead of a configuration error; then TTB0; then EPD0 = 0. */
smmu_status smmu_cd_install_lossless(struct smmu_dev *dev, const uint32_t *sids, size_t sid_count, uint32_t ssid,
				     struct smmu_cd *cd, const struct smmu_cd *target);

/* ---- event.c ---- */
void smmu_eventq_reset(struct smmu_dev *dev);

#endif
