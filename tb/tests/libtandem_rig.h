/* SPDX-License-Identifier: Apache-2.0
 * What the parts of test_libtandem_more share: the platform of two_smmus.lua, both SMMUs brought up by hand. Offsets, bits and
 * records are written out from the architecture, so that the generated header is not its own proof. */
#ifndef TANDEM_TESTS_LIBTANDEM_RIG_H
#define TANDEM_TESTS_LIBTANDEM_RIG_H

#include <stdlib.h>
#include <string.h>

#include "tandem/tandem.h"
#include "unity.h"

enum {
	IDR0 = 0x0, IDR1 = 0x4, CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, GBPA = 0x44, GERROR = 0x60, STRTAB_BASE = 0x80,
	STRTAB_BASE_CFG = 0x88, CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0, EVENTQ_IRQ_CFG0 = 0xb0,
	IRQ_CTRL = 0x50, IRQ_CTRLACK = 0x54, EVENTQ_PROD = 0x100a8, EVENTQ_CONS = 0x100ac,
};
enum { SMMUEN = 1, EVENTQEN = 4, CMDQEN = 8, ATSCHK = 16 };
enum { IDR0_BTM = 1 << 5, IDR0_ATS = 1 << 10, IDR0_MSI = 1 << 13, IDR0_PRI = 1 << 16, IDR0_S2P = 1 };
enum { LEFT, RIGHT };

/* Offsets in RAM; each SMMU has its own MiB. */
#define OF(smmu) (0x100000u * (uint32_t)((smmu) + 1))
#define TABLE 0x10000u
#define CMDQ 0x20000u
#define EVENTQ 0x30000u
#define S2_TABLE 0x40000u
#define DATA 0x400000u

extern const char *platform, *backend;
extern tandem *t;
extern uint8_t *ram;
extern uint64_t base;
extern struct queue_indices { uint32_t cmdq_prod, eventq_cons; } at[2];

void store64(uint64_t offset, uint64_t value);
uint64_t load64(uint64_t offset);
void wait32(int smmu, uint32_t offset, uint32_t mask, uint32_t want);
void push(int smmu, uint64_t word0, uint64_t word1);
void sync(int smmu);
void write_cr0(int smmu, uint32_t value);
void set_bypass(int smmu, uint32_t sid);
void bring_up(int smmu);
void set_stage2(int smmu, uint32_t sid, uint32_t vmid);
tandem_txn_status dma(int master, uint32_t sid, uint64_t iova, void *data, uint32_t bytes, bool write);
void expect_event(int smmu, uint8_t number, uint32_t sid);
bool smmu_has(int smmu, uint32_t idr0_bit);

void run_endpoint_tests(void); /* libtandem_endpoints.c */
void run_engine_tests(void);   /* libtandem_engines.c */

#endif
