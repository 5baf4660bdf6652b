/* SPDX-License-Identifier: Apache-2.0
 * A deliberately naive SMMUv3 translator: one function, no caches, no time, no queues. It follows the order of the
 * architecture's transaction flow literally and shares no line, no table and no header with the model, so that the two
 * can be compared (diff_fuzz.c). Bit positions are literals in naive.c.
 * Not here: ATS and PRI, VMSAv8-32, MPAM, the event queue itself. Proof: vectors_check.c. */
#ifndef NAIVE_H
#define NAIVE_H

#include <stdbool.h>
#include <stdint.h>

struct naive_hw {
	unsigned s1p, s2p, ttf, oas_bits, httu, stall_model, term_model, ttendian, sidsize, ssidsize;
	unsigned cd2l, st_level, hyp, asid16, vmid16, ats, ns1ats, xnx, had, stt, vax, fwb, e0pd;
	unsigned gran4k, gran16k, gran64k, attr_perms_ovr, attr_types_ovr;
};

/* IDR0..IDR5 to the fields above. */
void naive_hw_from_ids(struct naive_hw *hw, const uint32_t idr[6]);

struct naive_regs {
	bool smmuen, gbpa_abort, recinvsid, e2h, atschk;
	uint64_t strtab_base;
	uint32_t strtab_base_cfg, cr1, gbpa, vatos_sel;
};

/* Little-endian 64-bit words of physical memory. */
struct naive_memory {
	bool (*read)(void *ctx, uint64_t pa, uint64_t *value); /* false: external abort */
	bool (*writable)(void *ctx, uint64_t pa);              /* false: a hardware update there aborts */
	void *ctx;
};

/* Where the architecture leaves the order open: each bit picks the second of two legal behaviours. */
#define NAIVE_CHOICE_S1_AF_LATE 0x01u    /* the AF write of stage 1 after stage 2 of the final IPA, not before */
#define NAIVE_CHOICE_S1_DIRTY_LATE 0x02u /* the same for AP[2] */
#define NAIVE_CHOICE_S2_AF_FIRST 0x04u   /* the AF write of stage 2 before its permission check, not after */
#define NAIVE_CHOICE_CD_POINTER 0x08u    /* nested CD pointer above IAS: stage-2 fault of the fetch, not an illegal structure */
#define NAIVE_CHOICE_STE_POINTER 0x10u   /* stream table address above OAS: F_STE_FETCH, not truncation */
#define NAIVE_CHOICE_S2_MEMATTR 0x20u    /* a reserved stage-2 MemAttr is Device, not Normal */
#define NAIVE_CHOICE_ASK_QUIET 0x40u     /* an operation that could set AF: granted all the same, and nothing is written */
#define NAIVE_CHOICE_COUNT 7

/* What GATOS_ADDR.TYPE asks for; 0 there is reserved, and here it is an ordinary transaction. */
enum naive_ask { NAIVE_NO_ASK, NAIVE_ASK_STAGE1, NAIVE_ASK_STAGE2, NAIVE_ASK_BOTH, NAIVE_ASK_RESERVED };

struct naive_txn {
	uint64_t addr;
	uint32_t sid, ssid;
	bool ssv, write, privileged, instruction, no_stall;
	enum naive_ask ask; /* an address translation operation: the event is its FAULTCODE, and nothing is recorded */
	bool no_update;     /* GATOS_ADDR.HTTUI */
	bool vatos;         /* asked by a virtual machine, through VATOS: of stage 1 of its own streams only */
};

/* Memory type, a MAIR byte without allocation hints (naive_attr.c), and shareability: 0 none, 2 outer, 3 inner, 1 as it came in.
 * Open: the architecture leaves it to the implementation, or does not say. */
struct naive_memtype { uint8_t type, sh; bool type_open, sh_open; };
uint8_t naive_type_of_mair(unsigned mair);

enum naive_reader { NAIVE_STREAM_TABLE, NAIVE_CONTEXT, NAIVE_STAGE1, NAIVE_STAGE2 };
struct naive_read { uint64_t pa; enum naive_reader reader; struct naive_memtype memory; };
#define NAIVE_MAX_READS 128

enum naive_outcome { NAIVE_OK, NAIVE_ABORT, NAIVE_RAZ_WI, NAIVE_STALL };

/* One descriptor a hardware update changes. Optional: the architecture allows it and does not ask for it. */
struct naive_update {
	uint64_t pa, old_word, new_word;
	bool optional;
	uint8_t phase; /* naive.c: when it happened */
};
#define NAIVE_MAX_UPDATES 32

struct naive_result {
	enum naive_outcome outcome;
	uint64_t pa;
	uint8_t event;      /* number of the event, 0: none; also when it is not recorded */
	bool recorded, merge_any; /* merge_any: STE.MEV lets the record merge with one like it */
	uint64_t record[4]; /* STAG is zero */
	struct naive_memtype memory; /* where the outcome is OK */
	unsigned updates, reads;
	unsigned descriptor_reads, config_reads;
	unsigned leaf_log2;    /* size of the smallest leaf used; 64: none */
	bool contiguous;       /* some leaf carried the Contiguous hint */
	unsigned stages;       /* 1: stage 1 was on, 2: stage 2, 3: both */
	unsigned choices_used; /* NAIVE_CHOICE_* this transaction asked for */
	uint8_t fault_reason;  /* of an operation: GATOS_PAR.REASON, and FADDR */
	uint64_t fault_addr;
	bool asked;            /* it was an operation */
	bool code_open;        /* any fault code will do */
	bool reason_open;      /* the two, and with TYPE 1 which of the two codes for a failed fetch, are not told */
	bool unsupported;      /* left the subset this translator knows: compare nothing */
	struct naive_update update[NAIVE_MAX_UPDATES];
	struct naive_read read[NAIVE_MAX_READS]; /* the SMMU's own, with the attributes they are made with */
};

void naive_translate(const struct naive_hw *hw, const struct naive_regs *regs, const struct naive_memory *memory,
		     const struct naive_txn *txn, unsigned choices, struct naive_result *result);

#endif
