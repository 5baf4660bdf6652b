/* SPDX-License-Identifier: Apache-2.0
 * What the tests of ATS share: two SMMUs with ATS and page requests, three domains, and a fake device that notes when its hooks are
 * called and what the STE said then. Not here: setUp() of a test, expectations. */
#ifndef ATS_RIG_H
#define ATS_RIG_H

#include <string.h>

#include "rig.h"
#include "unity.h"

#define P UINT64_C(4096)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define SYNC 0x46u
#define ATC_INV 0x40u
#define EVERYTHING 52u

static struct rig rig;
static struct smmu_domain *s1, *s1b, *identity;

/* ---- the device ---- */

struct device {
	unsigned smmu;
	uint32_t sid;
	char calls[64];           /* P p A a R r: PASID, ATS, PRI on and off, in order */
	unsigned eats[64];        /* STE.EATS at each call */
	uint64_t time[64];
	uint8_t ssid_bits, stu_log2;
	smmu_status pasid_answer, ats_answer, pri_answer;
	struct smmu_endpoint endpoint;
};

static inline unsigned eats_of(unsigned smmu, uint32_t sid) { return rig_ste(&rig, smmu, sid)[1] >> 28 & 3; }

static inline void note(struct device *device, char call)
{
	const size_t n = strlen(device->calls);
	device->eats[n] = rig_ste(&rig, device->smmu, device->sid) ? eats_of(device->smmu, device->sid) : 0;
	device->time[n] = ++rig.clock;
	device->calls[n] = call;
}

static inline smmu_status pasid_on(void *ctx, uint8_t ssid_bits)
{
	struct device *const device = ctx;
	note(device, 'P');
	device->ssid_bits = ssid_bits;
	return device->pasid_answer;
}

static inline smmu_status ats_on(void *ctx, uint8_t stu_log2)
{
	struct device *const device = ctx;
	note(device, 'A');
	device->stu_log2 = stu_log2;
	return device->ats_answer;
}

static inline smmu_status pri_on(void *ctx)
{
	note(ctx, 'R');
	return ((struct device *)ctx)->pri_answer;
}

static inline void pasid_off(void *ctx) { note(ctx, 'p'); }
static inline void ats_off(void *ctx) { note(ctx, 'a'); }
static inline void pri_off(void *ctx) { note(ctx, 'r'); }

static inline struct device device_at(unsigned smmu, uint32_t sid)
{
	return (struct device){ .smmu = smmu, .sid = sid,
				.endpoint = { NULL, pasid_on, pasid_off, ats_on, ats_off, pri_on, pri_off, false } };
}

/* ---- the rig ---- */

static inline void ats_open(void)
{
	rig_open(&rig, 2);
	for (unsigned i = 0; i < 2; i++) {
		rig.smmu[i]->idr0 |= 1u << 10 | 1u << 16;       /* ATS, PRI */
		rig_start(&rig, i, NULL);
	}
	s1 = rig_domain(&rig, SMMU_DOMAIN_S1);
	s1b = rig_domain(&rig, SMMU_DOMAIN_S1);
	identity = rig_domain(&rig, SMMU_DOMAIN_IDENTITY);
}

static inline struct smmu_master *master_of(struct device *device, uint8_t ssid_bits, bool pri)
{
	struct smmu_master *master;
	device->endpoint.ctx = device;
	const struct smmu_master_config config = { .dev = rig.dev[device->smmu], .sids = &device->sid, .sid_count = 1,
						   .ssid_bits = ssid_bits, .ats = true, .pri = pri, .endpoint = &device->endpoint };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

/* A device without hooks. */
static inline struct smmu_master *plain(unsigned smmu, uint32_t sid, uint8_t ssid_bits)
{
	struct smmu_master *master;
	const struct smmu_master_config config = { .dev = rig.dev[smmu], .sids = &sid, .sid_count = 1, .ssid_bits = ssid_bits, .ats = true };
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &config, &master));
	return master;
}

static inline void attach(struct smmu_master *master, struct smmu_domain *domain)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, SMMU_ATTACH_REPLACE));
}

static inline void attach_pasid(struct smmu_master *master, struct smmu_domain *domain, uint32_t ssid)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, domain, ssid, SMMU_ATTACH_REPLACE));
}

static inline void clear(void)
{
	for (unsigned i = 0; i < 2; i++)
		if (rig.smmu[i])
			fake_clear(rig.smmu[i]);
}

static inline void map(struct smmu_domain *domain, uint64_t iova, uint64_t pages)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ iova }, pages * P, RW));
}

static inline smmu_status unmap(struct smmu_domain *domain, uint64_t iova, uint64_t pages)
{
	return smmu_domain_unmap(domain, (smmu_iova){ iova }, pages * P, NULL);
}

static inline unsigned opcode(unsigned smmu, size_t n)
{
	TEST_ASSERT_LESS_THAN(rig.smmu[smmu]->command_count, n);
	return (unsigned)(rig.smmu[smmu]->command[n].word[0] & 0xff);
}

static inline void expect_opcodes(unsigned smmu, size_t from, const char *expected)
{
	/* one letter each: T TLBI, C CFGI, I ATC_INV, S SYNC */
	char seen[64] = "";
	for (size_t n = from; n < rig.smmu[smmu]->command_count && n - from < 63; n++) {
		const unsigned op = opcode(smmu, n);
		seen[n - from] = op == SYNC ? 'S' : op == ATC_INV ? 'I' : op < 0x10 ? 'C' : 'T';
	}
	TEST_ASSERT_EQUAL_STRING(expected, seen);
}

/* Words of an ATC_INV, from the layout of the command. */
static inline void expect_atc(unsigned smmu, size_t n, uint32_t sid, uint32_t ssid, uint64_t address, unsigned size)
{
	const uint64_t *const word = rig.smmu[smmu]->command[n].word;
	TEST_ASSERT_EQUAL_HEX64(ATC_INV | (ssid ? 1u << 11 : 0) | ssid << 12 | (uint64_t)sid << 32, word[0]);
	TEST_ASSERT_EQUAL_HEX64(address | size, word[1]);
}

static inline size_t asked(unsigned smmu, uint32_t sid)
{
	size_t count = 0;
	for (size_t n = 0; n < rig.smmu[smmu]->command_count; n++)
		count += opcode(smmu, n) == ATC_INV && rig.smmu[smmu]->command[n].word[0] >> 32 == sid;
	return count;
}

static inline struct smmu_master_info info_of(struct smmu_master *master)
{
	struct smmu_master_info info;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_info(master, &info));
	return info;
}

static inline uint64_t quarantines(unsigned smmu)
{
	struct smmu_dev_stats stats;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_stats(rig.dev[smmu], &stats));
	return stats.quarantines;
}

#endif
