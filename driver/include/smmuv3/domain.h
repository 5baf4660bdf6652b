/* SPDX-License-Identifier: Apache-2.0
 * A domain: one address space. It owns translation tables and the invalidation array (who may cache them); it owns no
 * tag and no CD: a tag belongs to the pair (domain, SMMU), a CD table to a master.
 * Not here: attaching (master.h). Proof: driver/test/test_pgtable.c, test_domain.c, test_inv.c. */
#ifndef SMMUV3_DOMAIN_H
#define SMMUV3_DOMAIN_H

#include "dev.h"

#ifdef __cplusplus
extern "C" {
#endif

enum smmu_domain_type {
	SMMU_DOMAIN_BLOCKED = 0,  /* every access aborts; no tables */
	SMMU_DOMAIN_IDENTITY = 1, /* IOVA is PA; no tables */
	SMMU_DOMAIN_S1 = 2,       /* stage-1 tables owned by the domain */
	SMMU_DOMAIN_S2 = 3,       /* stage-2 tables owned by the domain; a device sends intermediate physical addresses */
	SMMU_DOMAIN_NESTED = 4,   /* stage 1 of a guest under a stage-2 domain; RID only */
	SMMU_DOMAIN_SVA = 5,      /* a CPU's tables: sva.h */
};

/* What to do when a tag must exist on SMMUs of different tag width. */
enum smmu_tag_policy {
	SMMU_TAG_LOCAL = 0,       /* every SMMU has its own tag for the domain */
	SMMU_TAG_REJECT = 1,      /* one tag for all, refuse an SMMU it does not fit */
	SMMU_TAG_REALLOCATE = 2,  /* one tag for all, move the live domain to another one when needed */
};

struct smmu_domain_config {
	enum smmu_domain_type type;
	enum smmu_tag_policy tag_policy;
	uint8_t granule_log2;     /* 12, 14 or 16; 0: 12 */
	uint8_t ias_bits;         /* input size, 25..48 (TTB0 half only); 0: 48, for S2 the smallest IAS of the SMMUs probed so far */
	uint8_t oas_bits;         /* output size, 32..48; 0: smallest OAS of the SMMUs probed so far, at most 48 */
	bool noncoherent_walk;    /* clean every table store; needed before such a domain may join a non-coherent SMMU */
	bool dirty_tracking;      /* SMMUs note which pages devices write to: smmu_domain_read_dirty(). Needs HTTU 2 of every SMMU */
	bool exclusive;           /* no two of map, unmap, look-up and dirty calls of this domain overlap: cheaper than without */
	bool free_empty_tables;   /* a table goes with its last mapping; else when an unmap covers its whole span. The unmap that
				   * empties a table invalidates all of the table's span */
	bool contiguous_hint;     /* set the Contiguous bit where 16 (4 KiB), 32 or 128 entries allow; unmapping part of such a
				   * group costs what splitting a block costs */
	uint32_t flush_threshold_pages; /* unmap of at least that many granules without range commands flushes by tag; 0: 512 */
	struct smmu_domain *parent;     /* NESTED: the stage-2 domain; not destroyed before this one. Its sizes count, not those above */
	/* NESTED: words 0 and 1 of the guest's STE. V = 0 or Config abort: accesses abort, and nothing else matters; Config bypass:
	 * stage 2 only, without ATS; Config S1: the guest's CD table translates under parent. Only V, Config, S1Fmt, S1ContextPtr (an
	 * IPA), S1CDMax, S1DSS, S1CIR, S1COR, S1CSH, S1STALLD and EATS (off, full) may be set. A guest that changes its STE gets a
	 * new domain, attached with SMMU_ATTACH_REPLACE: without a gap where one 64-bit word differs. */
	uint64_t guest_ste[2];
	uint64_t mm_cookie;             /* SVA: identifies the CPU address space */
	uint8_t asid_bits;              /* SVA: width of the CPU's ASIDs */
};

/* Create. S1 and S2 allocate their root table. Errors: INVALID (null; parent without NESTED, NESTED without a parent of type
 * S2 and of this context; a guest STE with more than a guest may say), RANGE (granule, ias, oas), NO_MEMORY, UNSUPPORTED
 * (dirty tracking with non-coherent tables or the contiguous hint; SVA domains come from smmu_sva_bind()). Touches no hardware. */
smmu_status smmu_domain_create(struct smmu_sys *sys, const struct smmu_domain_config *config, struct smmu_domain **out);

/* Free tables and the object. BUSY while attached anywhere, or while nested domains are under it. Sends no command:
 * detaching already flushed. An SVA domain goes with its last smmu_sva_unbind(); this is for one whose last attachment went
 * another way (detach, replace), and frees its PASID too. */
smmu_status smmu_domain_destroy(struct smmu_domain *domain);

enum smmu_domain_type smmu_domain_type_of(const struct smmu_domain *domain);

/* Map [iova, iova + size_bytes) to pa. Uses the largest blocks that alignment allows. All or nothing: on any error the
 * tables hold what they held before. Errors: INVALID (prot, type without tables), ALIGN (iova, pa, size; size 0), RANGE
 * (beyond ias or oas), OVERFLOW, EXISTS (any page of the range is mapped), NO_MEMORY. No command is sent (a descriptor
 * that faults is never cached); never blocks, takes no domain lock: calls for disjoint ranges may overlap on any number of
 * threads. In overlapping use it may want up to one spare page per level and table the range touches (NO_MEMORY). */
smmu_status smmu_domain_map(struct smmu_domain *domain, smmu_iova iova, smmu_pa pa, uint64_t size_bytes, uint32_t prot);

/* Unmap whatever is mapped in [iova, iova + size_bytes), splitting blocks that stick out, then invalidate on every SMMU
 * of the domain and wait. When it returns SMMU_OK no device can reach the old pages. unmapped (may be null) gets the
 * bytes that were mapped; holes are skipped; nothing mapped is SMMU_OK with 0 and no command. One TLBI sequence and one
 * SYNC per SMMU, all SYNCs enqueued before the first wait. Errors: INVALID, ALIGN, RANGE, OVERFLOW, NO_MEMORY (a split
 * needs a table; nothing changed); TIMEOUT, CMDQ: the pages are unmapped but an SMMU did not confirm; freed tables are
 * then kept until smmu_domain_flush() succeeds or the domain is destroyed; ENDPOINT: every SMMU confirmed, a device did not
 * answer the ATC_INV that follows (one more SYNC per SMMU and 16 devices) and is in quarantine, so it cannot reach the pages
 * either. Takes the domain lock only to split a block and to free tables; calls for disjoint ranges may overlap, also when
 * they are parts of one block. */
smmu_status smmu_domain_unmap(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes, uint64_t *unmapped);

/* Deferred form: collect what has to be invalidated, pay for it once. A gather belongs to one domain until synced. */
struct smmu_gather {
	uint64_t start, end;      /* [start, end) to invalidate; empty when start >= end */
	uint32_t leaf_levels;     /* bit L set: a leaf of level L was removed */
	bool tables;              /* table descriptors were removed: not a leaf-only invalidation */
	uint64_t garbage;         /* number under which removed tables wait for the invalidation; 0 = none */
};
#define SMMU_GATHER_INIT { UINT64_MAX, 0, 0, false, 0 }

/* As smmu_domain_unmap() without the invalidation: devices may still reach the old pages until smmu_domain_sync(). */
smmu_status smmu_domain_unmap_gather(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes,
				     struct smmu_gather *gather, uint64_t *unmapped);
/* Invalidate what was gathered, wait, free removed tables, reset the gather. Errors: INVALID, TIMEOUT, CMDQ, ENDPOINT. */
smmu_status smmu_domain_sync(struct smmu_domain *domain, struct smmu_gather *gather);

/* Drop every cached translation of the domain (NESTED: of its parent, all guests included) on every SMMU it is on and in
 * every ATC. 1 SYNC per SMMU, and 1 per 16 devices with ATS. Errors: INVALID, TIMEOUT, CMDQ, ENDPOINT. */
smmu_status smmu_domain_flush(struct smmu_domain *domain);

/* Which pages have been written to, as far as devices behind SMMUs did it, since they were mapped or read last. Bit n of bitmap
 * (bit n % 64 of word n / 64) is for granule n from iova; the whole words that hold the range are written. A block is one unit: all
 * its granules are written to when one is. Unless SMMU_DIRTY_KEEP, what lies wholly in the range starts clean again, with one
 * TLBI sequence and SYNC per SMMU if anything was written to; a block that sticks out of the range stays marked. A write that
 * is under way meanwhile is in this answer or in the next one. Unmapping loses the marks: read before. A split passes them on.
 * Errors: INVALID (null, flags, a domain without dirty_tracking), ALIGN, RANGE, OVERFLOW; TIMEOUT, CMDQ: the answer is right, but
 * an SMMU may write on without marking until smmu_domain_flush() succeeds. */
#define SMMU_DIRTY_KEEP 0x1u
smmu_status smmu_domain_read_dirty(struct smmu_domain *domain, smmu_iova iova, uint64_t size_bytes, uint32_t flags,
				   uint64_t *bitmap);

/* What a device access to iova would reach. NOT_FOUND when unmapped, also for the moment in which a split makes a block
 * invalid; IDENTITY answers iova; BLOCKED and NESTED (the guest's tables are its own) NOT_FOUND. Takes no lock. */
smmu_status smmu_domain_iova_to_phys(const struct smmu_domain *domain, smmu_iova iova, smmu_pa *pa);

/* Why a domain cannot live on an SMMU. One pure function decides; the first rule that fails is named. */
enum smmu_incompat {
	SMMU_COMPATIBLE = 0,
	SMMU_INCOMPAT_STAGE,      /* the stage is not implemented */
	SMMU_INCOMPAT_FORMAT,     /* no AArch64 tables, or wrong endianness */
	SMMU_INCOMPAT_GRANULE,
	SMMU_INCOMPAT_IAS,
	SMMU_INCOMPAT_OAS,
	SMMU_INCOMPAT_COHERENCY,  /* coherent tables, non-coherent SMMU; the other way round is fine */
	SMMU_INCOMPAT_DIRTY,      /* dirty tracking needs HTTU 2 */
	SMMU_INCOMPAT_FWB,
	SMMU_INCOMPAT_ASID,       /* SVA: ASIDs narrower than the CPU's */
	SMMU_INCOMPAT_NESTING,    /* an erratum forbids both stages on one stream */
	SMMU_INCOMPAT_GUEST,      /* NESTED: more SSIDs, two levels, a table beyond IAS or S1STALLD where the SMMU has no such thing */
};
/* SMMU_OK or INCOMPATIBLE with *reason set; INVALID on null. Pure. reason may be null. */
smmu_status smmu_domain_check(const struct smmu_domain *domain, const struct smmu_dev *dev, enum smmu_incompat *reason);
const char *smmu_incompat_text(enum smmu_incompat reason);

/* ---- observation: what the driver believes, for checkers ---- */
enum smmu_inv_type {
	SMMU_INV_TLBI_ASID = 0,
	SMMU_INV_TLBI_VMID = 1,
	SMMU_INV_TLBI_NESTED = 2, /* S2 domain: what guests combined with its VMIDs there, which its own TLBIs by address need not reach */
	SMMU_INV_ATC = 3,
	SMMU_INV_ATC_ALL = 4,     /* S2 domain: a nested device, whose ATC knows nothing of intermediate addresses */
};
struct smmu_inv_entry_info {
	struct smmu_dev *dev;
	enum smmu_inv_type type;
	uint32_t id;              /* ASID, VMID or StreamID; TLBI_NESTED: 0 */
	uint32_t ssid;            /* ATC entries; 0: SSV = 0, which covers every SubstreamID */
	uint32_t users;           /* attachments that need this entry */
};
/* Entry index of the invalidation array, in order; NOT_FOUND past the end. */
smmu_status smmu_domain_inv_entry(struct smmu_domain *domain, size_t index, struct smmu_inv_entry_info *out);
/* The domain's tag on dev (NESTED: its parent's); NOT_FOUND when it is not attached there. */
smmu_status smmu_domain_tag(struct smmu_domain *domain, const struct smmu_dev *dev, uint32_t *tag);

struct smmu_domain_stats {
	smmu_pa root;             /* TTB0; 0 without tables */
	uint32_t table_pages;     /* table pages in use, root included */
	uint32_t attachments;     /* RID and PASID attachments */
};
smmu_status smmu_domain_stats(const struct smmu_domain *domain, struct smmu_domain_stats *out);

#ifdef __cplusplus
}
#endif

#endif
