/* SPDX-License-Identifier: Apache-2.0
 * A scripted SMMU for driver tests: a register file with the handshakes, a command consumer that records what it consumed,
 * an event queue writer, one PMCG. It shares no code with the driver; it translates nothing.
 * Not here: caches, walks (the model's business). Proof: the tests that fail when it misbehaves, see test_cmdq.c. */
#ifndef FAKE_SMMU_H
#define FAKE_SMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smmuv3/port.h"

#define FAKE_ACCESS_MAX 4096
#define FAKE_COMMAND_MAX 16384

struct fake_access {
	bool write;
	uint32_t offset;
	uint64_t value;
};

struct fake_command {
	uint64_t word[2];
	uint64_t time;            /* of the whole test: orders commands of several SMMUs */
};

struct fake_smmu {
	/* -- set by the test before probe -- */
	uint32_t idr0, idr1, idr3, idr5, iidr, aidr;
	void *ram;
	uint64_t ram_pa;
	size_t ram_bytes;
	uint64_t *clock;          /* shared by all fakes of a test; also the "time" of accesses */
	/* -- misbehaviour -- */
	uint32_t never_ack_offset;  /* this ACK (or GBPA) register stands still; 0: none */
	bool stop_consuming;
	uint64_t consume_limit;     /* commands still to consume before stopping; 0: no limit */
	uint64_t error_in;          /* the so-manieth command from now raises error_code; 0: none */
	uint64_t ack_limit;         /* writes of CR0, IRQ_CTRL and GBPA still to acknowledge before stop_acknowledging; 0: no limit */
	bool stop_acknowledging;
	uint8_t bad_opcode;         /* raise an error at this opcode, once per error_repeat */
	uint8_t error_code;         /* CERROR code raised for bad_opcode */
	uint32_t error_repeat;
	bool cons_beyond_prod;      /* CMDQ_CONS reads one past PROD */
	uint64_t silent_sids;       /* bit n: the endpoint of StreamID n never answers an ATC_INV */
	bool lose_msi;              /* MSIs of CMD_SYNCs never arrive */
	/* -- called after each consumed command: sample structures here -- */
	void (*on_command)(void *arg, struct fake_smmu *smmu, const uint64_t word[2]);
	/* -- called once whenever the driver looks at CMDQ_CONS or CR0ACK, before the answer -- */
	void (*on_poll)(void *arg, struct fake_smmu *smmu);
	void *arg;
	/* -- state -- */
	uint64_t reg[0x40000 / 4]; /* one slot per 32-bit word */
	struct fake_access access[FAKE_ACCESS_MAX];
	size_t access_count;
	struct fake_command command[FAKE_COMMAND_MAX];
	size_t command_count;
	uint64_t prod_time;       /* when CMDQ_PROD was written last */
	bool atc_pending;         /* a silent endpoint was asked since the last CMD_SYNC */
	size_t atc_errors, msi_count, event_count; /* CERROR_ATC_INV_SYNCs raised; MSIs and events of CMD_SYNCs */
	bool lazy;                /* consume only on polls, one command each */
	uint32_t auto_success, auto_failure; /* answers to page requests the driver never saw */
};

void fake_port(struct fake_smmu *smmu, struct smmu_port *port);
/* IDs of a complete little SMMU: both stages, 2-level streams, 16-bit tags, SIDSIZE 16, SSIDSIZE 10, queues 2^8, OAS 44,
 * range invalidation, stall model "both". */
void fake_default_ids(struct fake_smmu *smmu);
uint32_t fake_reg(const struct fake_smmu *smmu, uint32_t offset);
void fake_set_reg(struct fake_smmu *smmu, uint32_t offset, uint32_t value);
/* Append a record; a full queue toggles OVFLG instead. */
void fake_event(struct fake_smmu *smmu, const uint64_t record[4]);
/* A page request arrives, as the architecture says: refused while the queue is off, dropped while it is full or an overflow is
 * not acknowledged, else appended. Answers the fake gives itself are counted. */
void fake_page_request(struct fake_smmu *smmu, const uint64_t record[2]);
/* Forget what was recorded. */
void fake_clear(struct fake_smmu *smmu);
/* Commands recorded with this opcode. */
size_t fake_count(const struct fake_smmu *smmu, uint8_t opcode);

#endif
