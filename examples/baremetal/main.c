/* SPDX-License-Identifier: Apache-2.0
 * The example: brings the SMMU up, gives two DMA devices the same IOVA in two address spaces, lets them copy through it, takes
 * rights and pages away and shows the event records that the refused accesses leave. Every claim is checked; the last line is
 * the verdict, and QEMU ends with its exit status: 0 all held, 1 one did not, 2 the machine is not as expected, 3 an exception.
 * Not here: how to reach the machine (machine.c) and the devices (edu.c). Proof: ctest example.baremetal.* */
#include "edu.h"
#include "machine.h"
#include "smmuv3_arch.h"

#define PAGE 4096u
#define IOVA UINT64_C(0x00400000)               /* edu drives 28 bits; RAM begins at 0x40000000 and is out of its own reach */
#define IOVA_READ_ONLY UINT64_C(0x00600000)
#define COPIED 64u                              /* bytes of one DMA */
#define HALF (PAGE / 2)

static _Alignas(PAGE) unsigned char dma_arena[2u << 20];        /* what the SMMU reads and writes */
static _Alignas(64) unsigned char host_arena[512u << 10];       /* what only the driver reads and writes */
static _Alignas(PAGE) unsigned char page[2][PAGE];              /* what the two devices are given */

struct example {
	struct smmu_sys *sys;
	struct smmu_dev *dev;
	struct edu edu[2];
	struct smmu_master *master[2];
	struct smmu_domain *domain[2];
	unsigned checks, failures;
};

/* ---- words ---- */

static void check(struct example *x, bool holds, const char *claim)
{
	x->checks++;
	x->failures += !holds;
	say("%s %s\n", holds ? "  ok  " : "  FAIL", claim);
}

/* For calls without which nothing else makes sense. */
static void must(smmu_status status, const char *what)
{
	if (status == SMMU_OK)
		return;
	say("FAIL: %s: %s: %s\n", what, smmu_status_name(status), smmu_status_text(status));
	machine_exit(EXIT_CHECK_FAILED);
}

_Noreturn static void unfit(const char *why)
{
	say("FAIL: this machine cannot run the example: %s\n", why);
	machine_exit(EXIT_SETUP);
}

/* ---- events ---- */

struct expected_events {
	uint8_t id;
	uint32_t sid;
	uint64_t first, last;   /* input addresses */
	unsigned count, foreign;
};

static void show(const struct smmu_event_info *e)
{
	static const char *const classes[4] = { "CD", "TT", "IN", "?" };
	say("  event %s: StreamID %x, %s of InputAddr %x, class %s, stage %u\n", smmu_event_name(e->id), (uint64_t)e->sid,
	    e->read ? "read" : "write", e->input_addr, classes[e->fault_class & 3], e->stage2 ? 2u : 1u);
	say("        record %x %x %x %x\n", e->raw[0], e->raw[1], e->raw[2], e->raw[3]);
}

/* An SMMU may record a refused burst in several pieces: all have to name the same culprit, the first one is shown. */
static void note_event(void *arg, struct smmu_dev *dev, const struct smmu_event_info *event)
{
	struct expected_events *const want = arg;
	(void)dev;
	const bool mine = event->id == want->id && event->sid == want->sid && !event->read && !event->stage2 &&
			  event->input_addr >= want->first && event->input_addr <= want->last;
	if (!mine || want->count == 0)
		show(event);
	want->count++;
	want->foreign += !mine;
}

static struct expected_events take_events(struct example *x, uint8_t id, uint32_t sid, uint64_t iova)
{
	struct expected_events events = { .id = id, .sid = sid, .first = iova, .last = iova + COPIED - 1 };
	struct smmu_event_batch batch;
	do
		must(smmu_dev_handle_events(x->dev, 0, note_event, &events, &batch), "smmu_dev_handle_events");
	while (batch.more);
	if (events.count > 1)
		say("        %u records in all\n", events.count);
	events.foreign += batch.overflowed;
	return events;
}

static void expect_silence(struct example *x, const char *claim)
{
	check(x, take_events(x, 0, 0, 0).count == 0, claim);
}

static void expect_event(struct example *x, uint8_t id, uint32_t sid, uint64_t iova, const char *claim)
{
	const struct expected_events events = take_events(x, id, sid, iova);
	check(x, events.count > 0 && events.foreign == 0, claim);
}

/* ---- DMA ---- */

static void fill(unsigned char *at, unsigned seed)
{
	for (unsigned i = 0; i < COPIED; i++)
		at[i] = (unsigned char)(seed + 7 * i);
}

static bool holds(const unsigned char *at, unsigned seed)
{
	for (unsigned i = 0; i < COPIED; i++)
		if (at[i] != (unsigned char)(seed + 7 * i))
			return false;
	return true;
}

static void device_writes(struct example *x, unsigned i, uint64_t iova)
{
	if (!edu_write_memory(&x->edu[i], iova, COPIED))
		unfit("an edu device did not finish its DMA");
}

static void device_reads(struct example *x, unsigned i, uint64_t iova)
{
	if (!edu_read_memory(&x->edu[i], iova, COPIED))
		unfit("an edu device did not finish its DMA");
}

/* ---- the steps ---- */

static void bring_up(struct example *x)
{
	struct smmu_sys_config config = {
		.dma = { dma_arena, (uintptr_t)dma_arena, sizeof dma_arena },   /* the identity map makes this a PA */
		.memory = { host_arena, sizeof host_arena },
		.poll_timeout_us = 60000000,    /* the emulator may share its processor with much else */
	};
	struct smmu_port port;
	struct smmu_dev_layout layout;
	machine_host(&config.host);
	machine_smmu_port(&port);
	must(smmu_sys_init(&config, &x->sys), "smmu_sys_init");
	must(smmu_dev_probe(x->sys, &port, NULL, &x->dev), "smmu_dev_probe");
	const struct smmu_features *const f = smmu_dev_features(x->dev);
	say("SMMU at %x: SMMUv3.%u, stage 1 %s, stage 2 %s, %u-bit ASIDs, %u-bit StreamIDs, %u-bit SubstreamIDs, %u-bit output\n",
	    MACHINE_SMMU, (unsigned)f->arch_minor, f->stage1 ? "yes" : "no", f->stage2 ? "yes" : "no", (unsigned)f->asid_bits,
	    (unsigned)f->sid_bits, (unsigned)f->ssid_bits, (unsigned)f->oas_bits);
	if (!f->stage1 || !f->gran4k || f->sid_bits < 8)
		unfit("its SMMU has no stage 1 with 4 KiB pages, or fewer than 8 StreamID bits");
	if (!f->coherent)
		unfit("its SMMU does not snoop, and the port of this example does not clean caches");
	must(smmu_dev_enable(x->dev), "smmu_dev_enable");
	must(smmu_dev_layout(x->dev, &layout), "smmu_dev_layout");
	say("  enabled: stream table at %x (%s), command queue at %x, event queue at %x\n", layout.strtab.v,
	    layout.st_2level ? "two levels" : "linear", layout.cmdq.v, layout.eventq.v);
}

static void find_devices(struct example *x)
{
	say("PCI devices\n");
	if (edu_find(x->edu, 2) < 2)
		unfit("it needs two edu devices on bus 0: -device edu,addr=1 -device edu,addr=2");
	for (unsigned i = 0; i < 2; i++) {
		const struct smmu_master_config config = { .dev = x->dev, .sids = &x->edu[i].sid, .sid_count = 1 };
		must(smmu_master_create(x->sys, &config, &x->master[i]), "smmu_master_create");
	}
}

static void nobody_attached(struct example *x)
{
	say("A device that nobody attached\n");
	device_writes(x, 0, IOVA);
	expect_silence(x, "its DMA aborts without a record");
}

static void map_and_copy(struct example *x)
{
	static const unsigned seed[2] = { 0x11, 0xc3 };
	say("Two devices, one IOVA, two address spaces\n");
	for (unsigned i = 0; i < 2; i++) {
		const struct smmu_domain_config config = { .type = SMMU_DOMAIN_S1 };
		must(smmu_domain_create(x->sys, &config, &x->domain[i]), "smmu_domain_create");
		must(smmu_master_attach(x->master[i], x->domain[i], 0), "smmu_master_attach");
		must(smmu_domain_map(x->domain[i], (smmu_iova){ IOVA }, (smmu_pa){ (uintptr_t)page[i] }, PAGE,
				     SMMU_PROT_READ | SMMU_PROT_WRITE | SMMU_PROT_CACHED | SMMU_PROT_NOEXEC), "smmu_domain_map");
		fill(page[i], seed[i]);
		say("  StreamID %x: IOVA %x is PA %x\n", (uint64_t)x->edu[i].sid, IOVA, (uint64_t)(uintptr_t)page[i]);
	}
	barrier();
	for (unsigned i = 0; i < 2; i++) {
		device_reads(x, i, IOVA);
		device_writes(x, i, IOVA + HALF);
	}
	check(x, holds(page[0] + HALF, seed[0]), "the first device copied the bytes of its page");
	check(x, holds(page[1] + HALF, seed[1]), "the second device copied the bytes of its own");
	check(x, holds(page[0], seed[0]) && holds(page[1], seed[1]), "what they read is unchanged");
	expect_silence(x, "no event was recorded");
}

static void read_only(struct example *x)
{
	say("A write to a page mapped for reading\n");
	must(smmu_domain_map(x->domain[0], (smmu_iova){ IOVA_READ_ONLY }, (smmu_pa){ (uintptr_t)page[1] }, PAGE,
			     SMMU_PROT_READ | SMMU_PROT_CACHED | SMMU_PROT_NOEXEC), "smmu_domain_map");
	device_reads(x, 0, IOVA_READ_ONLY);
	expect_silence(x, "the device may read it");
	fill(page[1] + HALF, 0x55);
	barrier();
	device_writes(x, 0, IOVA_READ_ONLY + HALF);
	check(x, holds(page[1] + HALF, 0x55), "the write did not reach memory");
	expect_event(x, SMMU_EVENT_F_PERMISSION, x->edu[0].sid, IOVA_READ_ONLY + HALF, "it is an F_PERMISSION of this device");
	device_writes(x, 0, IOVA);
	check(x, holds(page[0], 0xc3), "what it read is the other device's page");
}

static void unmap(struct example *x)
{
	uint64_t unmapped = 0;
	say("After unmap\n");
	must(smmu_domain_unmap(x->domain[0], (smmu_iova){ IOVA }, PAGE, &unmapped), "smmu_domain_unmap");
	check(x, unmapped == PAGE, "one page was unmapped");
	fill(page[0], 0x77);
	barrier();
	device_writes(x, 0, IOVA);
	check(x, holds(page[0], 0x77), "the device does not reach the page any more");
	expect_event(x, SMMU_EVENT_F_TRANSLATION, x->edu[0].sid, IOVA, "it is an F_TRANSLATION of this device");
	fill(page[1] + HALF, 0x99);
	barrier();
	device_writes(x, 1, IOVA + HALF);
	check(x, holds(page[1] + HALF, 0xc3), "the other device still reaches its own at the same IOVA");
	expect_silence(x, "and causes no event");
}

static void take_down(struct example *x)
{
	struct smmu_gerror_report errors;
	struct smmu_sys_stats memory;
	say("Down again\n");
	must(smmu_dev_handle_gerror(x->dev, &errors), "smmu_dev_handle_gerror");
	check(x, errors.active == 0, "no global error is active");
	for (unsigned i = 0; i < 2; i++)
		must(smmu_master_detach(x->master[i]), "smmu_master_detach");
	fill(page[1], 0x33);
	barrier();
	device_writes(x, 1, IOVA);
	check(x, holds(page[1], 0x33), "a detached device reaches nothing");
	expect_silence(x, "and aborts without a record");
	for (unsigned i = 0; i < 2; i++) {
		must(smmu_master_destroy(x->master[i]), "smmu_master_destroy");
		must(smmu_domain_destroy(x->domain[i]), "smmu_domain_destroy");
	}
	must(smmu_dev_remove(x->dev), "smmu_dev_remove");
	must(smmu_sys_stats(x->sys, &memory), "smmu_sys_stats");
	check(x, memory.dma_used_bytes == 0, "every byte of DMA memory was given back");
	must(smmu_sys_exit(x->sys), "smmu_sys_exit");
}

int main(void);

int main(void)
{
	struct example x = { 0 };
	say("Tandem's SMMUv3 driver core without an operating system\n");
	bring_up(&x);
	find_devices(&x);
	nobody_attached(&x);
	map_and_copy(&x);
	read_only(&x);
	unmap(&x);
	take_down(&x);
	if (x.failures > 0)
		say("FAIL: %u of %u checks\n", x.failures, x.checks);
	else
		say("PASS: %u checks\n", x.checks);
	return x.failures > 0 ? EXIT_CHECK_FAILED : EXIT_PASS;
}
