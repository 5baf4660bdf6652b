/* SPDX-License-Identifier: Apache-2.0
 * Oracles over the trace: is every change of a table announced as the architecture asks, is every table sound at every moment, does
 * no data phase use a translation that was revoked, do counters tell the truth, does everything end, do bytes arrive. They know records and memory, of the driver the numbers of its calls and what it answers about counters, of an SMMU nothing.
 * Not here: who feeds them, comparing two backends. Portable C11; one thread at a time per object; no call blocks.
 * Proof: tb/check/test. */
#ifndef TANDEM_CHECK_H
#define TANDEM_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "smmuv3_trace.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CHECK_TEXT_BYTES 320u
#define CHECK_SMMUS 32u

enum check_oracle {
	CHECK_COMMANDS = 0,     /* required, redundant and mis-ordered commands */
	CHECK_TABLES = 1,       /* torn, illegal, unreachable, use after free, tag not unique, break before make */
	CHECK_STALE = 2,        /* data phases with a revoked translation */
	CHECK_COUNTS = 3,       /* counters of a PMCG, and what the driver answers for them, against what happened */
	CHECK_LIFE = 4,         /* transactions, commands, interrupts and driver calls that never end */
	CHECK_DATA = 5,         /* bytes a DMA access moved against memory; needs check_dma_begin() and check_dma_end() */
	CHECK_ORACLES = 6
};

struct check_config {
	void *ctx;
	/* The 64-bit word at a physical address, a multiple of 8; 0 where there is no memory. A record of kind TABLE_STORE may come
	 * before or after the store itself. Required. */
	uint64_t (*read64)(void *ctx, uint64_t pa);
	bool off[CHECK_ORACLES];
	bool irq_only_when_filled[CHECK_SMMUS]; /* that SMMU promises no event queue interrupts but for a record into an empty queue; more are legal */
};

struct check_finding {
	uint64_t record;        /* the record that proves it, counted from 1 in the order of check_record() calls */
	uint64_t time_ps;
	uint16_t source;        /* SMMU concerned; 0xffff when none */
	bool lasting;           /* stays even if the driver call it happened in reports a failure */
	const char *rule;       /* "command.missing": the names are listed in the README; null: nothing found */
	char text[CHECK_TEXT_BYTES];    /* one sentence: what, where, why */
};

struct check;

struct check *check_new(const struct check_config *config);     /* null: out of memory */
void check_free(struct check *check);                           /* null is fine */
/* Records in the order in which things happened. */
void check_record(struct check *check, const struct smmu_trace_record *record);

/* One DMA access as its master saw it. */
struct check_dma {
	uint64_t iova;
	const uint8_t *data;    /* what was written, or what came back */
	uint32_t bytes, sid, ssid;
	uint16_t smmu;
	bool ssv, write, ok;    /* ok: no part of it was refused */
};
/* Every access begins and ends once, records of the SMMU for it come in between. Its bytes must be in memory when it ends. */
void check_dma_begin(struct check *check);
void check_dma_end(struct check *check, const struct check_dma *dma);

/* A call about a counter that the driver did not refuse. */
enum check_counter_call { CHECK_COUNTER_GIVEN, CHECK_COUNTER_STARTED, CHECK_COUNTER_STOPPED, CHECK_COUNTER_READ, CHECK_COUNTER_FREED };
struct check_counter {
	enum check_counter_call call;
	uint16_t smmu;          /* below 32 */
	uint8_t group;          /* 0: that of the SMMU, 1 + t: that of TBU t, t below 4 */
	uint8_t number;         /* below 64 */
	uint8_t span_log2;      /* GIVEN: 2^span_log2 StreamIDs around sid, below 32 */
	bool every;             /* GIVEN: no filter was asked for */
	uint32_t event, sid;    /* GIVEN */
	uint64_t answer;        /* READ; more than one for a call that answers for many */
};
/* Every call of the driver about counters of an SMMU begins and ends; what it did is told before it ends. */
void check_counter_begin(struct check *check, unsigned smmu);
void check_counter_done(struct check *check, const struct check_counter *done);
void check_counter_end(struct check *check, unsigned smmu);

/* The run is over and had time to finish: what was put off must have been done. */
void check_end(struct check *check);
/* The first finding of an oracle; rule is null as long as there is none. Valid until check_free(). */
const struct check_finding *check_first(const struct check *check, enum check_oracle oracle);
/* False once memory ran out: from then on nothing is judged. */
bool check_is_judging(const struct check *check);
/* "commands", "tables", "stale", "counts", "life", "data". */
const char *check_name(enum check_oracle oracle);

#ifdef __cplusplus
}
#endif

#endif
