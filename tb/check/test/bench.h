/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the oracles share: a memory, one or two SMMUs as records show them, and the commands and stores of a careful
 * driver, all written out by hand from the layouts of the architecture. Not here: a driver, an SMMU.
 *
 * Memory: stream table of SMMU n at STREAMS(n), 16 linear STEs, all "abort" at first (V=1, Config=0); one CD per table at CDS(n).
 * Tables for 39-bit addresses with 4 KiB pages, so level 1 to 3: ROOT(n), its level 2 at +0x1000, its level 3 at +0x2000, whose
 * entries 1..8 map IOVA 0x1000..0x8000 to 0x90001000 and so on. */
#ifndef TANDEM_CHECK_BENCH_H
#define TANDEM_CHECK_BENCH_H

#include <string.h>

#include "check/check.h"
#include "smmuv3/trace.h"
#include "smmuv3_arch.h"
#include "unity.h"

#define RAM_BASE UINT64_C(0x80000000)
#define STREAMS(n) (RAM_BASE + UINT64_C(0x400) * (n))
#define CDS(n) (RAM_BASE + 0x2000 + UINT64_C(0x1000) * (n))
#define ROOT(n) (RAM_BASE + 0x20000 + UINT64_C(0x4000) * (n))
#define LEAF(n, page) (ROOT(n) + 0x2000 + UINT64_C(8) * (page))
#define PAGE_AT(pa) ((pa) | UINT64_C(0xc03))    /* nG, AF, page */

#define STE_ABORT UINT64_C(0x1)
#define STE_BYPASS UINT64_C(0x9)
#define STE_S1(cds) (UINT64_C(0xb) | (cds))
#define STE_S2 UINT64_C(0xd)
#define STE_EATS UINT64_C(0x10000000)           /* word 1, bits 29:28 = 1 */
/* T0SZ 25, EPD1, V, IPS 48 bits, AA64, R, A, ASET, ASID */
#define CD_S1(asid) (UINT64_C(0x0000e20540000019) | UINT64_C(0x80000000) | (uint64_t)(asid) << 48)
#define CD_EPD0 UINT64_C(0x4000)

static uint64_t memory[0x80000 / 8];
static struct check *check;
static uint64_t records;

static uint64_t *word_at(uint64_t pa) { return &memory[(pa - RAM_BASE) / 8]; }

static uint64_t bench_read(void *ctx, uint64_t pa)
{
	(void)ctx;
	return pa >= RAM_BASE && pa - RAM_BASE < sizeof memory ? *word_at(pa) : 0;
}

/* ---- records; each returns its number ---- */

static uint64_t emit(struct smmu_trace_record record)
{
	record.time_ps = 1000 * ++records;
	check_record(check, &record);
	return records;
}

static inline uint64_t store(uint64_t pa, uint64_t value)
{
	const uint64_t at = emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TABLE_STORE, .source = 0xffff, .size = 8, .addr = pa,
		.data = { *word_at(pa), value } });
	*word_at(pa) = value;
	return at;
}

static inline uint64_t command(uint16_t smmu, uint64_t word0, uint64_t word1)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_COMMAND, .source = smmu, .data = { word0, word1 } });
}

static inline uint64_t sync_on(uint16_t smmu) { return command(smmu, 0x46, 0); }
static inline uint64_t sync(void) { return sync_on(0); }
static inline uint64_t cfgi_ste(uint64_t sid) { return command(0, 0x03 | sid << 32, 1); }
static inline uint64_t cfgi_cd(uint64_t sid, uint64_t ssid) { return command(0, 0x05 | ssid << 12 | sid << 32, 1); }
static inline uint64_t tlbi_asid(uint64_t asid) { return command(0, 0x11 | asid << 48, 0); }
static inline uint64_t tlbi_va(uint64_t asid, uint64_t iova) { return command(0, 0x12 | asid << 48, iova | 1); }
static inline uint64_t atc_inv(uint64_t sid, uint64_t iova, uint64_t size_log2) { return command(0, 0x40 | sid << 32, iova | size_log2); }

static inline uint64_t enter(uint16_t call)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_DRIVER_CALL, .source = 0xffff, .detail = call, .flags = SMMU_TRACE_FLAG_ENTRY });
}

static inline uint64_t leave(uint16_t call, int64_t status)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_DRIVER_CALL, .source = 0xffff, .detail = call, .data = { (uint64_t)status } });
}

static inline uint64_t reg_write(uint16_t smmu, uint64_t offset, uint64_t value, uint8_t size)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_WRITE, .source = smmu, .addr = offset, .size = size, .data = { value } });
}

static inline uint64_t reg_read(uint16_t smmu, uint64_t offset, uint64_t value)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_MMIO_READ, .source = smmu, .addr = offset, .size = 4, .data = { value } });
}

/* As a driver does it: written, and shown as acknowledged. */
static inline void set_cr0(uint16_t smmu, uint32_t value)
{
	reg_write(smmu, SMMU_CR0, value, 4);
	reg_read(smmu, SMMU_CR0ACK, value);
}

static inline uint64_t data_phase(uint32_t sid, uint64_t iova, uint64_t pa)
{
	return emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .sid = sid, .addr = iova, .size = 64, .data = { pa } });
}

static inline uint64_t fetch(uint16_t kind, uint32_t sid, uint64_t pa, uint64_t word)
{
	return emit((struct smmu_trace_record){ .kind = kind, .sid = sid, .addr = pa, .data = { word } });
}

/* ---- a careful driver ---- */

static void tables(unsigned n)
{
	*word_at(ROOT(n)) = (ROOT(n) + 0x1000) | 3;
	*word_at(ROOT(n) + 0x1000) = (ROOT(n) + 0x2000) | 3;
	for (unsigned page = 1; page <= 8; page++)
		*word_at(LEAF(n, page)) = PAGE_AT(UINT64_C(0x90000000) + page * UINT64_C(0x1000));
}

static void enable(uint16_t smmu)
{
	enter(SMMU_CALL_DEV_ENABLE);
	reg_write(smmu, SMMU_STRTAB_BASE, STREAMS(smmu), 8);
	reg_write(smmu, SMMU_STRTAB_BASE_CFG, 4, 4);
	command(smmu, 0x04, 31);
	command(smmu, 0x30, 0);
	sync_on(smmu);
	set_cr0(smmu, SMMU_CR0_SMMUEN_MASK);
	leave(SMMU_CALL_DEV_ENABLE, 0);
}

static void bench_open(void)
{
	memset(memory, 0, sizeof memory);
	records = 0;
	for (unsigned i = 0; i < 32; i++)
		*word_at(STREAMS(0) + 64 * i) = STE_ABORT;
	for (unsigned n = 0; n < 4; n++)
		tables(n);
	check = check_new(&(struct check_config){ .read64 = bench_read });
	TEST_ASSERT_NOT_NULL(check);
	enable(0);
}

static void bench_close(void)
{
	check_free(check);
	check = NULL;
}

static inline uint64_t ste(uint64_t sid, unsigned word) { return STREAMS(0) + 64 * sid + 8 * word; }

/* Stage 1 on a stream that aborts: the CD first, then the STE in one store. */
static inline void attach(uint64_t sid, unsigned cds, unsigned asid, unsigned root)
{
	enter(SMMU_CALL_MASTER_ATTACH);
	store(CDS(cds) + 8, ROOT(root));
	store(CDS(cds), CD_S1(asid));
	store(ste(sid, 0), STE_S1(CDS(cds)));
	cfgi_ste(sid);
	sync();
	leave(SMMU_CALL_MASTER_ATTACH, 0);
}

static inline void detach(uint64_t sid, unsigned cds, unsigned asid)
{
	enter(SMMU_CALL_MASTER_DETACH);
	store(ste(sid, 0), STE_ABORT);
	cfgi_ste(sid);
	sync();
	store(CDS(cds), 0);
	store(CDS(cds) + 8, 0);
	cfgi_cd(sid, 0);
	sync();
	tlbi_asid(asid);
	sync();
	leave(SMMU_CALL_MASTER_DETACH, 0);
}

static inline void announce_ste(uint64_t sid)
{
	cfgi_ste(sid);
	sync();
}

static inline void announce_cd(void)
{
	cfgi_cd(1, 0);
	sync();
}

/* ---- transactions, as the counters see them ---- */

static uint64_t txn_id;

static inline void txn_begins(uint32_t sid)
{
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_BEGIN, .sid = sid, .addr = 0x1000, .size = 64, .data = { 0, 0, 0, ++txn_id } });
}

static inline void txn_ends(uint32_t sid)
{
	emit((struct smmu_trace_record){ .kind = SMMU_TRACE_TXN_END, .sid = sid, .addr = 0x1000, .size = 64,
		.detail = SMMU_TRACE_TXN_ABORTED, .data = { 0, 0, 0, txn_id } });
}

static inline void txn(uint32_t sid)
{
	txn_begins(sid);
	txn_ends(sid);
}

/* ---- verdicts ---- */

static inline void expect_nothing(void)
{
	for (int oracle = 0; oracle < CHECK_ORACLES; oracle++) {
		const struct check_finding *const f = check_first(check, (enum check_oracle)oracle);
		TEST_ASSERT_MESSAGE(!f->rule, f->text);
	}
	TEST_ASSERT_TRUE(check_is_judging(check));
}

/* That oracle found that at that record, and said why with that part of a sentence. */
static inline void expect(enum check_oracle oracle, const char *rule, uint64_t record, const char *part)
{
	const struct check_finding *const f = check_first(check, oracle);
	TEST_ASSERT_NOT_NULL(f->rule);
	TEST_ASSERT_EQUAL_STRING(rule, f->rule);
	TEST_ASSERT_EQUAL_UINT64(record, f->record);
	TEST_ASSERT_MESSAGE(strstr(f->text, part) != NULL, f->text);
}

#endif
