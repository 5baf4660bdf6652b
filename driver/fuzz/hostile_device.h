/* SPDX-License-Identifier: Apache-2.0
 * The host and the devices of the hostile run: what hostile.c, the careless caller, needs of hostile_device.c.
 * Not here: the calls. */
#ifndef SMMU_DRIVER_HOSTILE_DEVICE_H
#define SMMU_DRIVER_HOSTILE_DEVICE_H

#include "hostile.h"
#include "smmuv3/smmuv3.h"

#define HOSTILE_RAM_BYTES (1u << 20)
#define HOSTILE_RAM_PA UINT64_C(0x80000000)
#define HOSTILE_PAGES 4u              /* register pages at 0, 0x10000, 0x20000, 0x30000, 4 KiB of each */
#define HOSTILE_PMCG_PAGE 0x20000u
#define HOSTILE_POLL_ROUNDS 24u
#define HOSTILE_SID 0x20u             /* of the first master; the others follow */
#define HOSTILE_MASTERS 4u

/* Where the bytes come from, and what is watched. */
struct hostile_bytes {
	const uint8_t *at;
	size_t left;
	bool honest;                  /* devices behave from now on */
	struct hostile_counts *counts;
	unsigned accesses;            /* of registers, by the present call */
	unsigned locks;
	uint64_t clock_us;
	void *ram;
};

struct hostile_device {
	struct hostile_bytes *bytes;
	uint32_t reg[HOSTILE_PAGES << 10];
	uint8_t silent;               /* bit n: the endpoint of StreamID HOSTILE_SID + n answers no ATC_INV */
	bool storm;                   /* both report queues are full whenever the driver looks */
	bool overflowing;             /* OVFLG of an empty PRI queue toggles whenever the driver looks */
	bool stuck;                   /* consumes no command */
	bool bad_msi;                 /* MSIs of CMD_SYNCs carry something else */
	uint8_t fail_in, fail_code;   /* that many commands from now one fails with this CERROR; 0: none */
	uint8_t fail_again;           /* and so often again when it is fetched once more */
	bool atc_pending;
};

/* abort() unless. */
void hostile_must(bool ok);
/* The next bytes as a number, low byte first; 0 when there are none left. */
uint64_t hostile_take(struct hostile_bytes *bytes, unsigned count);
/* The hooks that bits ask for: cache maintenance and friends, trace, locks. */
void hostile_host(struct hostile_bytes *bytes, unsigned bits, struct smmu_host *host);
void hostile_port(struct hostile_device *device, unsigned bits, struct smmu_port *port);
/* ID registers: a complete SMMU, or what the bytes make of it. */
void hostile_set_ids(struct hostile_device *device);
/* An event record, or a page request, arrives. */
void hostile_report(struct hostile_device *device, bool event);
/* Switches of misbehaviour. */
void hostile_mood(struct hostile_device *device);
/* A device nobody has to fear any more: what it shows follows from what the driver wrote. */
void hostile_behave(struct hostile_device *device);

#endif
