/* SPDX-License-Identifier: Apache-2.0
 * An SMMU that does not snoop: it has a memory of its own here, which gets a cache line when the host's clean() is called for it
 * and gives one when discard() is. What the SMMU finds after each call is what the driver stored, and what it reports is what
 * the driver reads. The hooks work on whole lines of 64 bytes: a discard beside a store that was not cleaned loses it. */
#include <stdlib.h>
#include <string.h>

#include "rig.h"
#include "sys_internal.h"
#include "unity.h"

#define P UINT64_C(4096)
#define M2 (UINT64_C(1) << 21)
#define RW (SMMU_PROT_READ | SMMU_PROT_WRITE)
#define LINE UINT64_C(64)
#define SID 0x20u
#define ADDRESS UINT64_C(0x0000fffffffff000)

static struct rig rig;
static char *memory;          /* as the SMMU sees it */
static unsigned published, consumed;

static void each_line(const void *virt, size_t size, void *to, const void *from)
{
	const uint64_t at = (uint64_t)((const char *)virt - (const char *)rig.ram);
	TEST_ASSERT_TRUE(size > 0 && at < RIG_RAM_BYTES && size <= RIG_RAM_BYTES - at);
	const uint64_t first = at & ~(LINE - 1), end = (at + size + LINE - 1) & ~(LINE - 1);
	memcpy((char *)to + first, (const char *)from + first, (size_t)(end - first));
}

static void clean(void *ctx, const void *virt, size_t size)
{
	(void)ctx;
	each_line(virt, size, memory, rig.ram);
}

static void discard(void *ctx, const void *virt, size_t size)
{
	(void)ctx;
	each_line(virt, size, rig.ram, memory);
}

static void publish(void *ctx)
{
	(void)ctx;
	published++;
}

static void consume(void *ctx)
{
	(void)ctx;
	consumed++;
}

static void start(const struct smmu_dev_config *config)
{
	rig.smmu[0]->idr0 |= 1u << 10 | 1u << 16 | 1u << 19;    /* ATS, PRI, CD2L */
	rig_start(&rig, 0, config);
}

void setUp(void)
{
	rig_open(&rig, 1);
	memory = malloc(RIG_RAM_BYTES);
	TEST_ASSERT_NOT_NULL(memory);
	memset(memory, 0x3c, RIG_RAM_BYTES);
	rig.smmu[0]->ram = memory;
	rig.sys->host.clean = clean;
	rig.sys->host.discard = discard;
	rig.sys->host.publish = publish;
	rig.sys->host.consume = consume;
	published = consumed = 0;
}

void tearDown(void)
{
	free(memory);
	rig_close(&rig);
}

static const uint64_t *seen(uint64_t pa)
{
	TEST_ASSERT_TRUE(pa >= RIG_RAM_PA && pa - RIG_RAM_PA < RIG_RAM_BYTES);
	return (const uint64_t *)(const void *)(memory + (pa - RIG_RAM_PA));
}

/* Two-level stream table with SPLIT 8: STRTAB_BASE 0x80. */
static const uint64_t *ste(uint32_t sid)
{
	const uint64_t base = (fake_reg(rig.smmu[0], 0x80) | (uint64_t)fake_reg(rig.smmu[0], 0x84) << 32) & 0x000fffffffffffc0;
	return seen(seen(base)[sid >> 8] & 0x000fffffffffffc0) + 8 * (sid & 255);
}

static struct smmu_domain *domain_of(enum smmu_domain_type type, uint8_t ias_bits)
{
	const struct smmu_domain_config config = { .type = type, .noncoherent_walk = true, .ias_bits = ias_bits, .free_empty_tables = true };
	struct smmu_domain *domain;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_create(rig.sys, &config, &domain));
	return domain;
}

static uint64_t root_of(struct smmu_domain *domain)
{
	struct smmu_domain_stats stats;
	smmu_domain_stats(domain, &stats);
	return stats.root.v;
}

/* A descriptor without the bits an SMMU ignores: the counts of a table descriptor (7:2, 58:51), everything without bit 0. */
static uint64_t what(uint64_t descriptor, unsigned level)
{
	if (!(descriptor & 1))
		return 0;
	return level < 3 && (descriptor & 3) == 3 ? descriptor & (ADDRESS | 3) : descriptor;
}

/* The SMMU finds in a table, and in all below it, what the driver stored. */
static void expect_same(uint64_t table, unsigned level)
{
	for (unsigned i = 0; i < 512; i++) {
		const uint64_t stored = rig_words(&rig, table)[i], found = seen(table)[i];
		const bool leads_on = level < 3 && (stored & 3) == 3;
		TEST_ASSERT_EQUAL_HEX64(what(stored, level), what(found, level));
		if (leads_on)
			expect_same(stored & ADDRESS, level + 1);
	}
}

static void map(struct smmu_domain *domain, uint64_t iova, uint64_t size)
{
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_map(domain, (smmu_iova){ iova }, (smmu_pa){ iova }, size, RW));
}

static void unmap(struct smmu_domain *domain, uint64_t iova, uint64_t size)
{
	uint64_t bytes = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_domain_unmap(domain, (smmu_iova){ iova }, size, &bytes));
	TEST_ASSERT_EQUAL_UINT64(size, bytes);
}

/* CR1: SH outer (2) at 11:10 and 5:4, all else non-cacheable. The commands of enable arrive as they were meant. */
static void test_commands_reach_it(void)
{
	rig.smmu[0]->idr0 &= ~(1u << 4);        /* COHACC */
	struct smmu_port port;
	fake_port(rig.smmu[0], &port);
	const struct smmu_dev_config config = { .sync_signal = SMMU_SYNC_MSI };
	struct smmu_dev_layout layout;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_probe(rig.sys, &port, &config, &rig.dev[0]));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_enable(rig.dev[0]));
	smmu_dev_layout(rig.dev[0], &layout);
	TEST_ASSERT_FALSE(layout.coherent);
	TEST_ASSERT_EQUAL_INT(SMMU_SYNC_POLL, layout.sync_signal);      /* an MSI would land where no CPU looks */
	TEST_ASSERT_EQUAL_HEX32(0x820, fake_reg(rig.smmu[0], 0x28));
	TEST_ASSERT_EQUAL_UINT64(4, rig.smmu[0]->command_count);
	TEST_ASSERT_EQUAL_HEX64(0x04, rig.smmu[0]->command[0].word[0]);
	TEST_ASSERT_EQUAL_HEX64(0x46, rig.smmu[0]->command[3].word[0]);
	TEST_ASSERT_TRUE(published > 0);
}

/* A domain whose tables are coherent is refused. CD: IR0 9:8, OR0 11:10 non-cacheable, SH0 13:12 outer; S1CIR, S1COR, S1CSH of the
 * STE (bits 67:66, 69:68, 71:70) likewise. COHACC says otherwise here, the host knows better. */
static void test_stage_1(void)
{
	const struct smmu_dev_config config = { .treat_as_noncoherent = true };
	enum smmu_incompat reason;
	start(&config);
	struct smmu_domain *const domain = domain_of(SMMU_DOMAIN_S1, 48), *const coherent = rig_domain(&rig, SMMU_DOMAIN_S1);
	TEST_ASSERT_EQUAL_INT(SMMU_E_INCOMPATIBLE, smmu_domain_check(coherent, rig.dev[0], &reason));
	TEST_ASSERT_EQUAL_INT(SMMU_INCOMPAT_COHERENCY, reason);
	const struct smmu_master_config with_ssids = { .dev = rig.dev[0], .sids = (const uint32_t[]){ SID }, .sid_count = 1, .ssid_bits = 10,
						       .cd_table = SMMU_CD_TABLE_2LEVEL };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &with_ssids, &master));
	TEST_ASSERT_EQUAL_HEX64(1, ste(SID)[0]);        /* aborts */
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach_pasid(master, domain, 5, 0));
	TEST_ASSERT_EQUAL_UINT64(5, ste(SID)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_HEX64(0x80, ste(SID)[1] & 0xfc);
	const uint64_t leaf = seen(ste(SID)[0] & 0x000fffffffffffc0)[0];
	TEST_ASSERT_EQUAL_HEX64(1, leaf & 1);
	for (unsigned ssid = 0; ssid < 6; ssid += 5) {
		const uint64_t *const cd = seen(leaf & ADDRESS) + 8 * ssid;
		TEST_ASSERT_EQUAL_HEX64(root_of(domain), cd[1] & ADDRESS);
		TEST_ASSERT_EQUAL_HEX64(0x2000, cd[0] & 0x3f00);
		TEST_ASSERT_EQUAL_UINT64(1, cd[0] >> 31 & 1);
	}
	TEST_ASSERT_EQUAL_HEX64(0, (seen(leaf & ADDRESS) + 8 * 3)[0]);
	map(domain, 0, 4 * P);
	map(domain, M2, 2 * M2);
	expect_same(root_of(domain), 0);
	unmap(domain, M2 + P, 3 * P);
	expect_same(root_of(domain), 0);
	unmap(domain, 0, 4 * P);
	expect_same(root_of(domain), 0);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach_pasid(master, 5));
	TEST_ASSERT_EQUAL_HEX64(0, (seen(leaf & ADDRESS) + 8 * 5)[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(0, ste(SID)[0] >> 1 & 7);
}

/* S2IR0 137:136, S2OR0 139:138 non-cacheable, S2SH0 141:140 outer: bits 9:8, 11:10, 13:12 of word 2 of the STE. 32 bits start at level 1. */
static void test_stage_2(void)
{
	const struct smmu_dev_config config = { .treat_as_noncoherent = true };
	start(&config);
	struct smmu_domain *const domain = domain_of(SMMU_DOMAIN_S2, 32);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(rig_master(&rig, 0, SID, 0), domain, 0));
	TEST_ASSERT_EQUAL_UINT64(6, ste(SID)[0] >> 1 & 7);
	TEST_ASSERT_EQUAL_HEX64(0x2000, ste(SID)[2] >> 32 & 0x3f00);
	map(domain, 0, 3 * M2);
	unmap(domain, P, M2);
	for (unsigned i = 0; i < 4; i++)        /* 32 bits: four entries at level 1, or sixteen tables of level 2 side by side */
		TEST_ASSERT_EQUAL_HEX64(rig_words(&rig, root_of(domain))[i] & 3, seen(root_of(domain))[i] & 3);
}

static struct smmu_event_info event;
static struct smmu_page_request request;
static unsigned given;

static void on_event(void *arg, struct smmu_dev *dev, const struct smmu_event_info *info)
{
	(void)arg;
	(void)dev;
	event = *info;
	given++;
}

static void on_request(void *arg, struct smmu_dev *dev, const struct smmu_page_request *r)
{
	(void)arg;
	(void)dev;
	request = *r;
	given++;
}

static void post_stall(uint32_t sid, uint16_t stag)
{
	const uint64_t record[4] = { 0x10 | (uint64_t)sid << 32, stag | 1u << 31, 0x1000, 0 };
	fake_event(rig.smmu[0], record);
}

static void post_request(uint32_t sid, uint16_t group)
{
	const uint64_t record[2] = { sid | UINT64_C(5) << 60, 0x7000u | group };
	fake_page_request(rig.smmu[0], record);
}

/* Two records share a cache line. The detach answers the second one in the queue and takes its mark away; the first one, of another
 * device, is still what it was when it is read, and the third is found behind them. */
static void test_events(void)
{
	const struct smmu_dev_config config = { .treat_as_noncoherent = true };
	start(&config);
	struct smmu_domain *const domain = domain_of(SMMU_DOMAIN_S1, 48);
	const uint32_t sid = SID;
	const struct smmu_master_config stalls = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .can_stall = true };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &stalls, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	post_stall(0x40, 6);
	post_stall(SID, 7);
	fake_clear(rig.smmu[0]);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	TEST_ASSERT_EQUAL_UINT64(1, fake_count(rig.smmu[0], 0x44));
	post_stall(0x41, 8);
	given = 0;
	const unsigned before = consumed;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 1, on_event, NULL, NULL));
	TEST_ASSERT_TRUE(event.sid == 0x40 && event.stall && event.stag == 6);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 1, on_event, NULL, NULL));
	TEST_ASSERT_TRUE(event.sid == SID && !event.stall);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, on_event, NULL, NULL));
	TEST_ASSERT_TRUE(event.sid == 0x41 && event.stall && event.stag == 8);
	TEST_ASSERT_EQUAL_UINT32(3, given);
	TEST_ASSERT_TRUE(consumed > before);
}

/* Four records share a line; the detach voids the second one. */
static void test_page_requests(void)
{
	const struct smmu_dev_config config = { .treat_as_noncoherent = true };
	start(&config);
	struct smmu_domain *const domain = domain_of(SMMU_DOMAIN_S1, 48);
	const uint32_t sid = SID;
	const struct smmu_master_config asks = { .dev = rig.dev[0], .sids = &sid, .sid_count = 1, .ats = true, .pri = true };
	struct smmu_master *master;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_create(rig.sys, &asks, &master));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_attach(master, domain, 0));
	post_request(0x40, 1);
	post_request(SID, 2);
	post_request(0x41, 3);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_master_detach(master));
	given = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(rig.dev[0], 1, on_request, NULL, NULL));
	TEST_ASSERT_TRUE(request.sid == 0x40 && request.group == 1);
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(rig.dev[0], 0, on_request, NULL, NULL));
	TEST_ASSERT_TRUE(request.sid == 0x41 && request.group == 3);
	TEST_ASSERT_EQUAL_UINT32(2, given);
}

/* A host without hooks has nothing to do: its memory is the SMMU's, whatever IDR0 says. */
static void test_a_host_without_hooks(void)
{
	const struct smmu_dev_config config = { .treat_as_noncoherent = true };
	rig.smmu[0]->ram = rig.ram;
	rig.sys->host.clean = NULL;
	rig.sys->host.discard = NULL;
	start(&config);
	post_stall(0x40, 6);
	post_request(0x41, 3);
	given = 0;
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_events(rig.dev[0], 0, on_event, NULL, NULL));
	TEST_ASSERT_EQUAL_INT(SMMU_OK, smmu_dev_handle_page_requests(rig.dev[0], 0, on_request, NULL, NULL));
	TEST_ASSERT_EQUAL_UINT32(2, given);
	TEST_ASSERT_TRUE(event.stag == 6 && request.group == 3);
}

int main(int argc, char **argv)
{
	UNITY_BEGIN(argc, argv);
	RUN_TEST(test_commands_reach_it);
	RUN_TEST(test_stage_1);
	RUN_TEST(test_stage_2);
	RUN_TEST(test_events);
	RUN_TEST(test_page_requests);
	RUN_TEST(test_a_host_without_hooks);
	return UNITY_END();
}
