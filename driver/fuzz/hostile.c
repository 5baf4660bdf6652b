/* SPDX-License-Identifier: Apache-2.0
 * A hostile device and a careless caller, both led by bytes (see hostile.h). */
#include "hostile.h"

#include <stdlib.h>
#include <string.h>

#include "smmuv3/smmuv3.h"
#include "smmuv3_arch.h"

#define DEVS 2u
#define DOMAINS 6u
#define MASTERS 4u
#define RAM_BYTES (1u << 20)
#define RAM_PA UINT64_C(0x80000000)
#define MEMORY_BYTES (512u << 10)
#define PAGES 4u              /* register pages at 0, 0x10000, 0x20000, 0x30000, 4 KiB of each */
#define PMCG_PAGE 0x20000u
#define POLL_ROUNDS 24u
#define ACCESS_BOUND 200000u  /* of one call: 64 waits of POLL_ROUNDS rounds, and a full list of commands, many times over */

struct device {
	uint32_t reg[PAGES << 10];
	struct smmu_dev *dev;
	struct hostile *all;
};

struct hostile {
	const uint8_t *at;
	size_t left;
	bool honest;
	struct hostile_counts *counts;
	unsigned accesses;
	unsigned locks;
	uint64_t clock_us;
	struct smmu_sys *sys;
	struct device device[DEVS];
	struct smmu_domain *domain[DOMAINS];
	struct smmu_master *master[MASTERS];
	struct smmu_pmcg *pmcg;
	struct smmu_gather gather;
	struct smmu_domain *gather_of;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static uint64_t take(struct hostile *h, unsigned bytes)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < bytes && h->left != 0; i++, h->at++, h->left--)
		value |= (uint64_t)*h->at << 8 * i;
	return value;
}

/* ---- the host ---- */

static uint64_t now_us(void *ctx)
{
	return ((struct hostile *)ctx)->clock_us++;
}

static void lock(void *ctx, struct smmu_lock *l)
{
	must(l->word[0] == 0);
	l->word[0] = 1;
	((struct hostile *)ctx)->locks++;
}

static void unlock(void *ctx, struct smmu_lock *l)
{
	must(l->word[0] == 1);
	l->word[0] = 0;
	((struct hostile *)ctx)->locks--;
}

/* ---- the device ---- */

static uint32_t *reg(struct device *d, uint32_t offset)
{
	must(offset % 4 == 0 && offset >> 16 < PAGES && (offset & 0xffff) < 0x1000);
	return &d->reg[offset >> 16 << 10 | (offset & 0xfff) >> 2];
}

static uint32_t *access(struct device *d, uint32_t offset)
{
	must(++d->all->accesses < ACCESS_BOUND);
	return reg(d, offset);
}

/* Garbage where the device may write: a record of the event or of the page request queue. */
static void scribble(struct device *d)
{
	struct hostile *const h = d->all;
	struct smmu_dev_layout layout;
	if (!d->dev || smmu_dev_layout(d->dev, &layout) != SMMU_OK)
		return;
	const bool events = take(h, 1) & 3;
	const smmu_pa base = events || !layout.priq.v ? layout.eventq : layout.priq;
	const unsigned words = base.v == layout.eventq.v ? 4 : 2, log2 = words == 4 ? layout.eventq_log2 : layout.priq_log2;
	uint64_t *const record = (uint64_t *)smmu_sys_virt(h->sys, base) + words * (take(h, 1) & ((1u << log2) - 1));
	for (unsigned i = 0; i < words; i++)
		record[i] = take(h, 8);
	if (take(h, 1) & 1)     /* a number the driver knows, a StreamID of a master, a stall */
		record[0] = (record[0] & ~UINT64_C(0xffffffff000000ff)) | 0x10 | (UINT64_C(0x20) + (record[1] & 3)) << 32;
	++*reg(d, words == 4 ? SMMU_EVENTQ_PROD : SMMU_PRIQ_PROD);
}

static uint32_t read32(void *ctx, uint32_t offset)
{
	struct device *const d = ctx;
	struct hostile *const h = d->all;
	uint32_t *const word = access(d, offset);
	if (h->honest || h->left == 0)
		return *word;
	const uint8_t what = (uint8_t)take(h, 1);
	if (what < 200)
		return *word;
	h->counts->garbage++;
	if (what < 216)
		return *word + 1 + (what & 3);
	if (what < 232)
		return *word ^ UINT32_C(1) << (take(h, 1) & 31);
	if (what < 240)
		scribble(d);
	return what < 240 ? *word : (uint32_t)take(h, 4);
}

static void write32(void *ctx, uint32_t offset, uint32_t value)
{
	struct device *const d = ctx;
	*access(d, offset) = value;
	switch (offset) {
	case SMMU_CR0: *reg(d, SMMU_CR0ACK) = value; break;
	case SMMU_IRQ_CTRL: *reg(d, SMMU_IRQ_CTRLACK) = value; break;
	case SMMU_GBPA: *reg(d, SMMU_GBPA) = value & ~SMMU_GBPA_Update_MASK; break;
	case SMMU_CMDQ_PROD: *reg(d, SMMU_CMDQ_CONS) = value; break;
	case PMCG_PAGE + SMMU_PMCG_IRQ_CTRL: *reg(d, PMCG_PAGE + SMMU_PMCG_IRQ_CTRLACK) = value; break;
	default: break;
	}
}

/* A device nobody has to fear any more: what it shows follows from what the driver wrote. */
static void behave(struct hostile *h)
{
	h->honest = true;
	for (unsigned i = 0; i < DEVS; i++) {
		struct device *const d = &h->device[i];
		*reg(d, SMMU_CR0ACK) = *reg(d, SMMU_CR0);
		*reg(d, SMMU_CMDQ_CONS) = *reg(d, SMMU_CMDQ_PROD);
		*reg(d, SMMU_GERROR) = *reg(d, SMMU_GERRORN);
		*reg(d, SMMU_GBPA) &= ~SMMU_GBPA_Update_MASK;
		*reg(d, SMMU_EVENTQ_PROD) = *reg(d, SMMU_EVENTQ_CONS);
	}
}

/* Both stages, ATS, 16-bit tags, stall, two-level streams, OAS 44, range invalidation; or what the bytes make of it. */
static void set_ids(struct hostile *h, struct device *d)
{
	static const struct { uint32_t offset, value; } id[] = {
		{ SMMU_IDR0, 0x0844363b }, { SMMU_IDR1, 0x0d084290 }, { SMMU_IDR3, 0x1400 }, { SMMU_IDR5, 0x00100074 },
		{ SMMU_IIDR, 0x43b }, { SMMU_AIDR, 2 },
	};
	for (unsigned i = 0; i < sizeof id / sizeof id[0]; i++) {
		const uint8_t what = (uint8_t)take(h, 1);
		*reg(d, id[i].offset) = id[i].value;
		if (what >= 250)
			*reg(d, id[i].offset) = (uint32_t)take(h, 4);
		else if (what >= 160)
			*reg(d, id[i].offset) ^= UINT32_C(1) << (what & 31);
	}
	*reg(d, PMCG_PAGE + SMMU_PMCG_CFGR) = 31u << 8 | 3 | (uint32_t)(take(h, 1) & 1) << 22;
}

/* ---- the caller ---- */

static bool note(struct hostile *h, smmu_status status)
{
	must(h->locks == 0);
	must(status <= SMMU_OK && status >= SMMU_E_ENDPOINT);
	h->accesses = 0;
	h->counts->calls++;
	if (status == SMMU_OK)
		h->counts->ok++;
	else if (status > SMMU_E_TIMEOUT)
		h->counts->refused++;
	else
		h->counts->failed++;
	return status == SMMU_OK;
}

static void probe(struct hostile *h, struct device *d)
{
	const struct smmu_port port = { .ctx = d, .read32 = read32, .write32 = write32 };
	const uint8_t bits = (uint8_t)take(h, 1);
	const struct smmu_dev_config config = {
		.cmdq_log2 = (uint8_t)(1 + (bits & 3)), .eventq_log2 = (uint8_t)(1 + (bits >> 2 & 3)), .priq_log2 = 2, .sid_bits = 10,
		.stream_table = (enum smmu_stream_table_format)(bits >> 4 & 1), .el2_world = bits >> 5 & 1, .broadcast_tlb = bits >> 6 & 1,
		.treat_as_noncoherent = bits >> 7, .irq.enable = bits & 1, .event_rate = bits & 2,
	};
	if (d->dev)
		return;
	set_ids(h, d);
	if (!note(h, smmu_dev_probe(h->sys, &port, &config, &d->dev)))
		must(d->dev == NULL);
}

static void create_domain(struct hostile *h, struct smmu_domain **domain)
{
	static const uint8_t granule[] = { 0, 12, 14, 16, 13 };
	const uint8_t bits = (uint8_t)take(h, 1), guest = (uint8_t)take(h, 1);
	const bool nested = guest % 3 == 0;
	const struct smmu_domain_config config = {
		.type = nested ? SMMU_DOMAIN_NESTED : (enum smmu_domain_type)(bits & 3),
		.parent = nested ? h->domain[guest % DOMAINS] : NULL,
		.guest_ste = { 1 | (uint64_t)(bits & 7) << 1 | take(h, 1) << 4 | take(h, 1) << 59, take(h, 1) | (uint64_t)(bits & 3) << 27 },
		.tag_policy = (enum smmu_tag_policy)(bits >> 2 & 3),
		.granule_log2 = granule[take(h, 1) % 5], .ias_bits = (uint8_t)(take(h, 1) & 63), .oas_bits = (uint8_t)(take(h, 1) & 63),
		.noncoherent_walk = bits >> 4 & 1, .flush_threshold_pages = bits >> 5,
	};
	if (!*domain && !note(h, smmu_domain_create(h->sys, &config, domain)))
		must(*domain == NULL);
}

static void create_master(struct hostile *h, unsigned index)
{
	const uint8_t bits = (uint8_t)take(h, 1);
	const uint32_t sids[2] = { 0x20 + index, bits & 8 ? 0x20 + index : 0x120 + index };
	const struct smmu_master_config config = {
		.dev = h->device[bits & 1].dev, .sids = sids, .sid_count = 1u + (bits >> 1 & 1), .ssid_bits = bits >> 4, .can_stall = bits >> 2 & 1,
		.ats = bits >> 3 & 1, .pri = bits >> 4 & 1,
	};
	if (!h->master[index] && !note(h, smmu_master_create(h->sys, &config, &h->master[index])))
		must(h->master[index] == NULL);
}

static void table_call(struct hostile *h, struct smmu_domain *domain, unsigned what)
{
	const smmu_iova iova = { take(h, 3) << 12 };
	const uint64_t size = (take(h, 2) & 0x3ff) << 12;
	uint64_t unmapped;
	smmu_pa pa;
	switch (what & 7) {
	case 0:
	case 1: note(h, smmu_domain_map(domain, iova, (smmu_pa){ iova.v ^ take(h, 1) << 12 }, size, (uint32_t)take(h, 1) & 0x3f)); break;
	case 2:
	case 3: note(h, smmu_domain_unmap(domain, iova, size, &unmapped)); break;
	case 4:
		if (h->gather_of && h->gather_of != domain)
			break;
		h->gather_of = domain;
		note(h, smmu_domain_unmap_gather(domain, iova, size, &h->gather, &unmapped));
		break;
	case 5: note(h, smmu_domain_iova_to_phys(domain, iova, &pa)); break;
	case 6: note(h, smmu_domain_unmap(domain, (smmu_iova){ 0 }, UINT64_C(1) << (20 + (take(h, 1) & 31)), &unmapped)); break;
	default: note(h, smmu_domain_flush(domain)); break;
	}
}

static void attach_call(struct hostile *h, struct smmu_master *master, unsigned what)
{
	const uint8_t bits = (uint8_t)take(h, 1);
	struct smmu_domain *const domain = h->domain[bits % DOMAINS];
	const uint32_t ssid = bits >> 4, flags = (uint32_t)take(h, 1) & 3;
	uint32_t pasid;
	switch (what & 7) {
	case 0:
	case 1: note(h, smmu_master_attach(master, domain, flags)); break;
	case 2: note(h, smmu_master_detach(master)); break;
	case 3:
	case 4: note(h, smmu_master_attach_pasid(master, domain, ssid, flags)); break;
	case 5: note(h, bits & 1 ? smmu_master_unquarantine(master) : smmu_master_detach_pasid(master, ssid)); break;
	case 6: note(h, smmu_group_attach(h->master, 2, domain, ssid & 1, flags)); break;
	default:
		if (note(h, smmu_pasid_alloc(master, &pasid)))
			must(note(h, smmu_pasid_free(h->sys, pasid)));
		break;
	}
}

static void on_event(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	struct hostile *const h = arg;
	if (event->stall && (event->stag & 1))
		note(h, smmu_dev_respond(dev, event, (enum smmu_resume)(event->stag % 3)));
}

static void submit(struct hostile *h, struct device *d)
{
	struct smmu_cmd list[5];
	const unsigned count = (unsigned)take(h, 1) % 6;
	for (unsigned i = 0; i < count; i++)
		list[i] = (struct smmu_cmd){ { take(h, 2) | (0x20 + take(h, 1) % MASTERS) << 32, take(h, 1) } };
	if (count & 2)
		note(h, smmu_guest_invalidate(h->domain[take(h, 1) % DOMAINS], d->dev, NULL, list, count, NULL));
	else
		note(h, smmu_dev_submit(d->dev, list, count, count & 1));
}

static void dev_call(struct hostile *h, struct device *d, unsigned what)
{
	struct smmu_event_batch batch;
	struct smmu_gerror_report report;
	if (!d->dev)
		return;
	switch (what & 7) {
	case 0:
	case 1: note(h, smmu_dev_enable(d->dev)); break;
	case 2: note(h, smmu_dev_disable(d->dev)); break;
	case 3:
	case 4: note(h, smmu_dev_handle_events(d->dev, (uint32_t)take(h, 1), on_event, h, &batch)); break;
	case 5: note(h, smmu_dev_handle_gerror(d->dev, &report)); break;
	case 6: submit(h, d); break;
	default: note(h, smmu_dev_set_stream_default(d->dev, (uint32_t)take(h, 2), (enum smmu_stream_default)(what >> 3 & 1))); break;
	}
}

static void pmcg_call(struct hostile *h, unsigned what)
{
	const struct smmu_port port = { .ctx = &h->device[0], .read32 = read32, .write32 = write32 };
	const struct smmu_pmcg_filter filter = { (enum smmu_pmcg_filter_kind)(take(h, 1) & 3), 0x20, (uint8_t)(what >> 3) };
	uint64_t values[64] = { 0 };
	uint8_t counter = (uint8_t)(what >> 4);
	if (!h->pmcg) {
		note(h, smmu_pmcg_probe(h->sys, &port, PMCG_PAGE, PMCG_PAGE + 0x10000, what & 8, &h->pmcg));
		return;
	}
	switch (what & 7) {
	case 0: note(h, smmu_pmcg_alloc(h->pmcg, (uint32_t)take(h, 1), &filter, &counter)); break;
	case 1: note(h, smmu_pmcg_start(h->pmcg, counter)); break;
	case 2: note(h, smmu_pmcg_stop(h->pmcg, counter)); break;
	case 3: note(h, smmu_pmcg_read(h->pmcg, counter, &values[0])); break;
	case 4: note(h, smmu_pmcg_capture(h->pmcg, values, take(h, 1) & 63)); break;
	case 5: note(h, smmu_pmcg_handle_irq(h->pmcg)); break;
	case 6: note(h, smmu_pmcg_free(h->pmcg, counter)); break;
	default:
		if (note(h, smmu_pmcg_remove(h->pmcg)))
			h->pmcg = NULL;
		break;
	}
}

static void end_call(struct hostile *h, unsigned what)
{
	struct smmu_domain **const domain = &h->domain[what % DOMAINS];
	struct smmu_master **const master = &h->master[what % MASTERS];
	if (h->gather_of && (what & 8 || h->gather_of == *domain)) {
		note(h, smmu_domain_sync(h->gather_of, &h->gather));
		h->gather_of = NULL;
		h->gather = (struct smmu_gather)SMMU_GATHER_INIT;
	}
	if (what & 16 && *domain && note(h, smmu_domain_destroy(*domain)))
		*domain = NULL;
	if (what & 32 && *master && note(h, smmu_master_destroy(*master)))
		*master = NULL;
}

static void step(struct hostile *h)
{
	const unsigned kind = (unsigned)take(h, 1), what = (unsigned)take(h, 1);
	switch (kind % 9) {
	case 0: probe(h, &h->device[what % DEVS]); break;
	case 1: create_domain(h, &h->domain[what % DOMAINS]); break;
	case 2: create_master(h, what % MASTERS); break;
	case 3: table_call(h, h->domain[(what >> 3) % DOMAINS], what); break;
	case 4: attach_call(h, h->master[(what >> 3) % MASTERS], what); break;
	case 5: dev_call(h, &h->device[what >> 7], what); break;
	case 6: pmcg_call(h, what); break;
	case 7: end_call(h, what); break;
	default: smmu_sys_fail_allocation(h->sys, what & 7); break;
	}
}

/* With a device that behaves everything goes, and nothing was lost on the way. */
static void take_down(struct hostile *h)
{
	struct smmu_sys_stats stats;
	behave(h);
	smmu_sys_fail_allocation(h->sys, 0);
	end_call(h, 8);
	for (unsigned i = 0; i < MASTERS; i++) {
		for (uint32_t ssid = 1; ssid < 16 && h->master[i]; ssid++)
			smmu_master_detach_pasid(h->master[i], ssid);
		if (h->master[i])
			smmu_master_detach(h->master[i]);
		must(!h->master[i] || note(h, smmu_master_destroy(h->master[i])));
	}
	for (unsigned i = 0; i < DOMAINS; i++) {        /* guests before what they are under */
		if (smmu_domain_type_of(h->domain[i]) != SMMU_DOMAIN_NESTED)
			continue;
		must(note(h, smmu_domain_destroy(h->domain[i])));
		h->domain[i] = NULL;
	}
	for (unsigned i = 0; i < DOMAINS; i++)
		must(!h->domain[i] || note(h, smmu_domain_destroy(h->domain[i])));
	must(!h->pmcg || note(h, smmu_pmcg_remove(h->pmcg)));
	for (unsigned i = 0; i < DEVS; i++)
		must(!h->device[i].dev || note(h, smmu_dev_remove(h->device[i].dev)));
	smmu_sys_stats(h->sys, &stats);
	must(stats.dma_used_bytes == 0);
	must(smmu_sys_exit(h->sys) == SMMU_OK);
}

void hostile_run(const uint8_t *data, size_t size, struct hostile_counts *counts)
{
	static struct hostile state;
	static _Alignas(4096) unsigned char ram[RAM_BYTES], memory[MEMORY_BYTES];
	struct hostile *const h = &state;
	memset(h, 0, sizeof *h);
	*counts = (struct hostile_counts){ 0 };
	h->at = data;
	h->left = size;
	h->counts = counts;
	h->gather = (struct smmu_gather)SMMU_GATHER_INIT;
	const struct smmu_sys_config config = {
		.host = { .ctx = h, .now_us = now_us, .lock = lock, .unlock = unlock },
		.dma = { ram, RAM_PA, RAM_BYTES }, .memory = { memory, MEMORY_BYTES },
		.poll_timeout_us = 1000, .poll_step_max = POLL_ROUNDS,
	};
	must(smmu_sys_init(&config, &h->sys) == SMMU_OK);
	for (unsigned i = 0; i < DEVS; i++) {
		h->device[i].all = h;
		probe(h, &h->device[i]);
		dev_call(h, &h->device[i], 0);
	}
	while (h->left != 0)
		step(h);
	take_down(h);
}
