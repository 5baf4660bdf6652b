/* SPDX-License-Identifier: Apache-2.0
 * A careless caller above hostile devices, both led by bytes (see hostile.h). Not here: the devices (hostile_device.c). */
#include "hostile.h"

#include <stdlib.h>
#include <string.h>

#include "hostile_device.h"
#include "smmuv3_arch.h"

#define DEVS 2u
#define DOMAINS 6u
#define MASTERS HOSTILE_MASTERS
#define SPACES 3u             /* CPU address spaces */
#define SSIDS 64u             /* all that are ever used: the caller's are below 16, global ones are given out from below */
#define BITMAP_WORDS 16u      /* of the largest range a call gets, in pages */
#define MEMORY_BYTES (512u << 10)

struct hostile {
	struct hostile_bytes bytes;
	struct smmu_sys *sys;
	struct hostile_device device[DEVS];
	struct smmu_dev *dev[DEVS];
	struct smmu_domain *domain[DOMAINS];
	struct smmu_master *master[MASTERS];
	struct smmu_domain *space[SPACES];
	bool exited[SPACES];
	struct smmu_pmcg *pmcg;
	struct smmu_gather gather;
	struct smmu_domain *gather_of;
};

/* Once per call and initialiser: bytes must not mean something else where arguments are evaluated in another order. */
static uint64_t take(struct hostile *h, unsigned count)
{
	return hostile_take(&h->bytes, count);
}

static void must(bool ok)
{
	hostile_must(ok);
}

/* ---- what every call keeps ---- */

/* A call made by a callback does not give the call around it more register accesses. */
static bool note_inner(struct hostile *h, smmu_status status)
{
	struct hostile_counts *const counts = h->bytes.counts;
	must(h->bytes.locks == 0);
	must(status <= SMMU_OK && status >= SMMU_E_ENDPOINT);
	counts->calls++;
	if (status == SMMU_OK)
		counts->ok++;
	else if (status > SMMU_E_TIMEOUT)
		counts->refused++;
	else
		counts->failed++;
	return status == SMMU_OK;
}

static bool note(struct hostile *h, smmu_status status)
{
	h->bytes.accesses = 0;
	return note_inner(h, status);
}

/* ---- making things ---- */

static void probe(struct hostile *h, unsigned i)
{
	static const uint8_t split[] = { 0, 6, 8, 10 };
	const uint32_t bits = (uint32_t)take(h, 4);
	struct smmu_port port;
	const struct smmu_dev_config config = {
		.cmdq_log2 = (uint8_t)(1 + (bits & 3)), .eventq_log2 = (uint8_t)(1 + (bits >> 2 & 3)), .priq_log2 = (uint8_t)(1 + (bits >> 4 & 3)),
		.sid_bits = bits >> 6 & 1 ? 0 : 10, .split_log2 = split[bits >> 7 & 3],
		.stream_table = (enum smmu_stream_table_format)(bits >> 9 & 1), .el2_world = bits >> 10 & 1, .broadcast_tlb = bits >> 11 & 1,
		.treat_as_noncoherent = bits >> 12 & 1, .irq = { .enable = bits >> 13 & 1, .priq_on_last = bits >> 14 & 1 },
		.event_rate = bits >> 15 & 2, .sync_signal = (enum smmu_sync_signal)(bits >> 17 & 3),
		.page_groups = (uint16_t)(1 + (bits >> 19 & 7)), .ignore_bad_sid = bits >> 22 & 1, .bypass_on_disable = bits >> 23 & 1,
	};
	if (h->dev[i])
		return;
	hostile_set_ids(&h->device[i]);
	hostile_port(&h->device[i], bits >> 24, &port);
	if (!note(h, smmu_dev_probe(h->sys, &port, &config, &h->dev[i])))
		must(h->dev[i] == NULL);
}

static void create_domain(struct hostile *h, struct smmu_domain **domain)
{
	static const uint8_t granule[] = { 0, 12, 14, 16, 13 };
	const uint32_t bits = (uint32_t)take(h, 2);
	const uint8_t guest = (uint8_t)take(h, 1), sizes = (uint8_t)take(h, 1);
	const bool nested = guest % 3 == 0;
	const uint64_t low = nested ? take(h, 2) : 0, high = nested ? take(h, 1) : 0;
	const uint8_t ias = sizes & 64 ? (uint8_t)(take(h, 1) & 63) : 0, oas = sizes & 128 ? (uint8_t)(take(h, 1) & 63) : 0;
	const struct smmu_domain_config config = {
		.type = nested ? SMMU_DOMAIN_NESTED : (enum smmu_domain_type)(bits & 3),
		.parent = nested ? h->domain[guest % DOMAINS] : NULL,
		.guest_ste = { 1 | (uint64_t)(bits & 7) << 1 | (low & 0xff) << 4 | low >> 8 << 59, high | (uint64_t)(bits & 3) << 27 },
		.tag_policy = (enum smmu_tag_policy)(bits >> 2 & 3),
		.granule_log2 = granule[sizes % 5], .ias_bits = ias, .oas_bits = oas,
		.noncoherent_walk = bits >> 4 & 1, .dirty_tracking = bits >> 5 & 1, .exclusive = bits >> 6 & 1, .free_empty_tables = bits >> 7 & 1,
		.contiguous_hint = bits >> 8 & 1, .flush_threshold_pages = bits >> 9 & 7,
	};
	if (!*domain && !note(h, smmu_domain_create(h->sys, &config, domain)))
		must(*domain == NULL);
}

/* The device behind a master may refuse. */
static smmu_status endpoint_answer(struct hostile *h)
{
	return take(h, 1) < 230 ? SMMU_OK : SMMU_E_TIMEOUT;
}

static smmu_status enable_sized(void *ctx, uint8_t log2)
{
	must(log2 != 0);
	return endpoint_answer(ctx);
}

static smmu_status enable_plain(void *ctx)
{
	return endpoint_answer(ctx);
}

static void disable(void *ctx)
{
	(void)ctx;
}

static void create_master(struct hostile *h, unsigned index)
{
	const uint32_t bits = (uint32_t)take(h, 3);
	const struct smmu_endpoint endpoint = {
		.ctx = h, .enable_pasid = enable_sized, .disable_pasid = disable, .enable_ats = enable_sized, .disable_ats = disable,
		.enable_pri = enable_plain, .disable_pri = disable, .response_needs_pasid = bits >> 12 & 1,
	};
	const uint32_t second = bits & 8 ? HOSTILE_SID + index : bits & 16 ? (uint32_t)take(h, 4) : 0x120 + index;
	const uint32_t sids[2] = { HOSTILE_SID + index, second };
	const struct smmu_master_config config = {
		.dev = h->dev[bits & 1], .sids = sids, .sid_count = 1u + (bits >> 1 & 1), .ssid_bits = bits >> 8 & 15, .can_stall = bits >> 2 & 1,
		.ats = bits >> 5 & 1, .pri = bits >> 6 & 1, .endpoint = bits >> 7 & 1 ? &endpoint : NULL,
		.cd_table = (enum smmu_cd_table_format)(bits >> 13 & 3), .max_pasids = bits >> 15 & 1 ? bits >> 16 & 31 : 0,
	};
	if (!h->master[index] && !note(h, smmu_master_create(h->sys, &config, &h->master[index])))
		must(h->master[index] == NULL);
}

/* ---- using them ---- */

static void observe(struct hostile *h, struct smmu_domain *domain)
{
	struct smmu_inv_entry_info entry;
	struct smmu_domain_stats stats;
	enum smmu_incompat reason = SMMU_COMPATIBLE;
	uint32_t tag;
	for (size_t i = 0; note(h, smmu_domain_inv_entry(domain, i, &entry)); i++)
		must(entry.users != 0);
	note(h, smmu_domain_stats(domain, &stats));
	note(h, smmu_domain_check(domain, h->dev[0], &reason));
	note(h, smmu_domain_tag(domain, h->dev[0], &tag));
}

static void table_call(struct hostile *h, struct smmu_domain *domain, unsigned what)
{
	static const uint8_t unit[] = { 12, 16, 21, 25 };
	const unsigned shift = unit[take(h, 1) & 3];
	const smmu_iova iova = { take(h, 2) << shift };
	const uint64_t size = (take(h, 2) & 0x3ff) << shift;
	uint64_t unmapped, how, bitmap[BITMAP_WORDS + 1];
	smmu_pa pa;
	switch (what & 15) {
	case 4:
	case 5:
		if (h->gather_of && h->gather_of != domain)
			break;
		h->gather_of = domain;
		note(h, smmu_domain_unmap_gather(domain, iova, size, &h->gather, &unmapped));
		break;
	case 6:
	case 7: note(h, smmu_domain_iova_to_phys(domain, iova, &pa)); break;
	case 8: note(h, smmu_domain_unmap(domain, (smmu_iova){ 0 }, UINT64_C(1) << (20 + (take(h, 1) & 31)), &unmapped)); break;
	case 9: note(h, smmu_domain_flush(domain)); break;
	case 10: observe(h, domain); break;
	case 11:
	case 12:
		if (size >> 12 <= BITMAP_WORDS * 64)
			note(h, smmu_domain_read_dirty(domain, iova, size, (uint32_t)take(h, 1) & 1, bitmap));
		break;
	case 13:
	case 14:
	case 15: note(h, smmu_domain_unmap(domain, iova, size, &unmapped)); break;
	default:
		how = take(h, 2);
		pa.v = iova.v ^ how >> 8 << shift;
		note(h, smmu_domain_map(domain, iova, pa, size, (uint32_t)how & 0x3f));
		break;
	}
}

/* Somebody may have attached a domain at this number without drawing it. */
static void give_pasid(struct hostile *h, uint32_t pasid)
{
	const smmu_status status = smmu_pasid_free(h->sys, pasid);
	note(h, status);
	must(status == SMMU_OK || status == SMMU_E_BUSY);
}

static void attach_call(struct hostile *h, struct smmu_master *master, unsigned what)
{
	const uint8_t bits = (uint8_t)take(h, 1);
	const unsigned which = (bits & 15) % (DOMAINS + SPACES);
	struct smmu_domain *const domain = which < DOMAINS ? h->domain[which] : h->space[which - DOMAINS];
	const uint32_t ssid = bits >> 4, flags = (uint32_t)take(h, 1) & 3;
	uint32_t pasid;
	switch (what & 7) {
	case 0:
	case 1: note(h, smmu_master_attach(master, domain, flags)); break;
	case 2: note(h, smmu_master_detach(master)); break;
	case 3:
	case 4: note(h, smmu_master_attach_pasid(master, domain, ssid, flags)); break;
	case 5: note(h, bits & 1 ? smmu_master_unquarantine(master) : smmu_master_detach_pasid(master, ssid)); break;
	case 6:
		note(h, flags & 2 ? smmu_group_detach(h->master, MASTERS, ssid & 3)
				  : smmu_group_attach(h->master, 1 + (bits & 3), domain, ssid & 3, flags));
		break;
	default:
		if (note(h, smmu_pasid_alloc(master, &pasid)))
			give_pasid(h, pasid);
		break;
	}
}

static void unbind(struct hostile *h, struct smmu_master *master, unsigned k)
{
	struct smmu_domain_stats before = { .attachments = 0 };
	smmu_domain_stats(h->space[k], &before);
	const smmu_status status = smmu_sva_unbind(master, h->space[k]);
	note(h, status);
	if (status == SMMU_E_INVALID || status == SMMU_E_NOT_FOUND || before.attachments > 1)
		return;
	h->space[k] = NULL;
	h->exited[k] = false;
}

static void bind(struct hostile *h, struct smmu_master *master, unsigned k)
{
	const uint8_t bits = (uint8_t)take(h, 1), asid = (uint8_t)take(h, 1);
	const struct smmu_mm mm = {
		.cookie = k + 1, .ttb = { HOSTILE_RAM_PA + (take(h, 1) << 12) }, .asid = asid, .asid_bits = bits & 1 ? 8 : 0,
		.oas_bits = bits & 2 ? 48 : 40, .granule_log2 = bits & 4 ? 16 : 0, .ias_bits = (uint8_t)(bits & 8 ? bits >> 2 : 0),
	};
	struct smmu_domain *domain;
	uint32_t pasid = 0;
	if (h->exited[k])
		return;         /* its domain is still there, a new one would be another */
	if (note(h, smmu_sva_bind(master, &mm, &domain, &pasid)))
		must(domain && pasid != 0 && pasid < SSIDS);
	must(!domain || !h->space[k] || domain == h->space[k]);
	if (domain)
		h->space[k] = domain;
}

/* It is gone, confirmed or not. */
static void leave_space(struct hostile *h, unsigned k)
{
	const smmu_status status = smmu_sva_mm_exit(h->space[k]);
	note(h, status);
	h->exited[k] = h->exited[k] || (status != SMMU_E_INVALID && status != SMMU_E_STATE);
}

static void space_call(struct hostile *h, unsigned what)
{
	const unsigned k = (what >> 3) % SPACES;
	struct smmu_master *const master = h->master[take(h, 1) % MASTERS];
	uint64_t range;
	switch (what & 7) {
	case 3: unbind(h, master, k); break;
	case 4:
		range = take(h, 4);
		note(h, smmu_sva_invalidate(h->space[k], (smmu_iova){ (range & 0xffff) << 12 }, range >> 16 << 12, what >> 7));
		break;
	case 5: leave_space(h, k); break;
	case 6: observe(h, h->space[k]); break;
	case 7:
		if (note(h, smmu_domain_destroy(h->space[k]))) {
			h->space[k] = NULL;
			h->exited[k] = false;
		}
		break;
	default: bind(h, master, k); break;
	}
}

static void on_event(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	struct hostile *const h = arg;
	if (event->stall && (event->stag & 1))
		note_inner(h, smmu_dev_respond(dev, event, (enum smmu_resume)(event->stag % 3)));
}

static void on_page_request(void *arg, struct smmu_dev *dev, const struct smmu_page_request *request)
{
	struct hostile *const h = arg;
	if (request->group & 1)
		note_inner(h, smmu_dev_page_respond(dev, request, (enum smmu_page_response)(request->group % 3)));
}

static bool find_stream(void *ctx, uint32_t guest_sid, uint32_t *sid)
{
	(void)ctx;
	*sid = guest_sid + HOSTILE_SID;
	return guest_sid < MASTERS;
}

static void submit(struct hostile *h, struct smmu_dev *dev)
{
	static const uint8_t opcode[] = { 0x01, 0x02, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x30, 0x40, 0x40, 0x46, 0x44, 0x41, 0x03, 0xff };
	const struct smmu_guest_streams streams = { .find = find_stream };
	const uint8_t shape = (uint8_t)take(h, 1);
	struct smmu_cmd list[20];
	const unsigned count = shape % 21;
	for (unsigned i = 0; i < count; i++) {
		const uint64_t what = take(h, 3);
		list[i] = (struct smmu_cmd){ { opcode[what & 15] | (what >> 4 & 3) << 32 | (what >> 8 & 0xff) << 9, what >> 16 << 5 } };
		list[i].qword[0] += shape & 64 ? 0 : (uint64_t)HOSTILE_SID << 32;
	}
	if (shape & 128)
		note(h, smmu_guest_invalidate(h->domain[take(h, 1) % DOMAINS], dev, shape & 64 ? &streams : NULL, list, count, NULL));
	else
		note(h, smmu_dev_submit(dev, list, count, shape & 32));
}

static void answer(struct hostile *h, struct smmu_dev *dev, unsigned what)
{
	const uint8_t near = (uint8_t)take(h, 1);
	const struct smmu_page_request request = { .sid = HOSTILE_SID + (near & 3), .ssid = near >> 2 & 15, .ssid_valid = near >> 2 & 15,
						   .group = near >> 6 };
	if (what & 16)
		note(h, smmu_dev_page_respond(dev, &request, (enum smmu_page_response)(what >> 5 & 3)));
	else
		note(h, smmu_dev_resume(dev, HOSTILE_SID + (near & 3), near >> 2, (enum smmu_resume)(what >> 5 & 3)));
}

static void dev_call(struct hostile *h, unsigned i, unsigned what)
{
	struct smmu_dev *const dev = h->dev[i];
	struct smmu_event_batch events;
	struct smmu_page_request_batch requests;
	struct smmu_gerror_report report;
	struct smmu_dev_stats stats;
	switch (what & 15) {
	case 0:
	case 1: note(h, smmu_dev_enable(dev)); break;
	case 2: note(h, smmu_dev_disable(dev)); break;
	case 3:
	case 4: note(h, smmu_dev_handle_events(dev, (uint32_t)take(h, 1), on_event, h, &events)); break;
	case 5: note(h, smmu_dev_handle_gerror(dev, &report)); break;
	case 6:
	case 7: submit(h, dev); break;
	case 8: note(h, smmu_dev_suspend(dev)); break;
	case 9:
	case 10: note(h, smmu_dev_restore(dev)); break;
	case 11:
		if (note(h, smmu_dev_remove(dev)))
			h->dev[i] = NULL;
		break;
	case 12:
		note(h, smmu_dev_handle_page_requests(dev, (uint32_t)take(h, 1), what & 16 ? on_page_request : NULL, h, &requests));
		break;
	case 13: answer(h, dev, what); break;
	case 14: note(h, smmu_dev_stats(dev, &stats)); break;
	default: note(h, smmu_dev_set_stream_default(dev, (uint32_t)take(h, 2), (enum smmu_stream_default)(what >> 4 & 1))); break;
	}
}

static void pmcg_call(struct hostile *h, unsigned what)
{
	const struct smmu_pmcg_filter filter = { (enum smmu_pmcg_filter_kind)(take(h, 1) & 3), HOSTILE_SID, (uint8_t)(what >> 3) };
	struct smmu_port port;
	uint64_t values[64] = { 0 };
	uint8_t counter = (uint8_t)(what >> 4);
	if (!h->pmcg) {
		hostile_port(&h->device[0], what >> 4, &port);
		note(h, smmu_pmcg_probe(h->sys, &port, HOSTILE_PMCG_PAGE, HOSTILE_PMCG_PAGE + 0x10000, what & 8, &h->pmcg));
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

/* ---- ending them ---- */

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
	switch (kind & 15) {
	case 0: probe(h, what % DEVS); break;
	case 1: create_domain(h, &h->domain[what % DOMAINS]); break;
	case 2: create_master(h, what % MASTERS); break;
	case 3:
	case 4: table_call(h, h->domain[(what >> 4) % DOMAINS], what); break;
	case 5:
	case 6:
	case 7: attach_call(h, h->master[(what >> 3) % MASTERS], what); break;
	case 8:
	case 9: dev_call(h, what >> 7, what); break;
	case 10: pmcg_call(h, what); break;
	case 11: end_call(h, what); break;
	case 12: smmu_sys_fail_allocation(h->sys, what & 7); break;
	case 13: space_call(h, what); break;
	case 14: hostile_mood(&h->device[what % DEVS]); break;
	default: hostile_report(&h->device[what % DEVS], what >> 1 & 1); break;
	}
}

/* With a device that behaves everything goes, and nothing was lost on the way. */
static void take_down(struct hostile *h)
{
	struct smmu_sys_stats stats;
	h->bytes.honest = true;
	for (unsigned i = 0; i < DEVS; i++)
		hostile_behave(&h->device[i]);
	smmu_sys_fail_allocation(h->sys, 0);
	end_call(h, 8);
	for (unsigned i = 0; i < MASTERS; i++) {
		for (uint32_t ssid = 1; ssid < SSIDS && h->master[i]; ssid++)
			smmu_master_detach_pasid(h->master[i], ssid);
		if (h->master[i])
			smmu_master_detach(h->master[i]);
		must(!h->master[i] || note(h, smmu_master_destroy(h->master[i])));
	}
	for (unsigned i = 0; i < SPACES; i++)
		must(!h->space[i] || note(h, smmu_domain_destroy(h->space[i])));
	for (unsigned i = 0; i < DOMAINS; i++) {        /* guests before what they are under */
		if (!h->domain[i] || smmu_domain_type_of(h->domain[i]) != SMMU_DOMAIN_NESTED)
			continue;
		must(note(h, smmu_domain_destroy(h->domain[i])));
		h->domain[i] = NULL;
	}
	for (unsigned i = 0; i < DOMAINS; i++)
		must(!h->domain[i] || note(h, smmu_domain_destroy(h->domain[i])));
	must(!h->pmcg || note(h, smmu_pmcg_remove(h->pmcg)));
	for (unsigned i = 0; i < DEVS; i++)
		must(!h->dev[i] || note(h, smmu_dev_remove(h->dev[i])));
	smmu_sys_stats(h->sys, &stats);
	must(stats.dma_used_bytes == 0);
	must(smmu_sys_exit(h->sys) == SMMU_OK);
}

void hostile_run(const uint8_t *data, size_t size, struct hostile_counts *counts)
{
	static struct hostile state;
	static _Alignas(4096) unsigned char ram[HOSTILE_RAM_BYTES], memory[MEMORY_BYTES];
	struct hostile *const h = &state;
	memset(h, 0, sizeof *h);
	*counts = (struct hostile_counts){ 0 };
	h->bytes = (struct hostile_bytes){ .at = data, .left = size, .counts = counts, .ram = ram };
	h->gather = (struct smmu_gather)SMMU_GATHER_INIT;
	struct smmu_sys_config config = {
		.dma = { ram, HOSTILE_RAM_PA, HOSTILE_RAM_BYTES }, .memory = { memory, MEMORY_BYTES },
		.poll_timeout_us = 1000, .poll_step_max = HOSTILE_POLL_ROUNDS,
	};
	hostile_host(&h->bytes, (unsigned)take(h, 1), &config.host);
	must(smmu_sys_init(&config, &h->sys) == SMMU_OK);
	for (unsigned i = 0; i < DEVS; i++) {
		h->device[i].bytes = &h->bytes;
		probe(h, i);
		dev_call(h, i, 0);
	}
	while (h->bytes.left != 0)
		step(h);
	take_down(h);
}
