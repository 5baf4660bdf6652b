/* SPDX-License-Identifier: Apache-2.0
 * Begins and ends rows, decides from the identification registers which rows apply, counts, and prints failures.
 * A row of the KNOWN table must fail; one that passes is a failure of the table. */
#include "conformance.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"



enum pass pass;
bool repeat_accesses;

/* hangs: the row is not started, because the call would never return. */
static const struct { const char *backend, *id, *reason; bool hangs; } known[] = {
	/* The reason is a rule of tb/backend/qemu/known_defects.lua, where each is explained. */
	{ "qemu", "T-GBP-06", "gbpa.missing", false },
	{ "qemu", "T-GBP-07", "gbpa.missing", false },
	{ "qemu", "D-REG-GBPA", "gbpa.missing", false },
	{ "qemu", "D-PROBE-LIVE", "gbpa.missing", false },
	{ "qemu", "T-STR-03", "cr2.recinvsid", false },
	{ "qemu", "T-STR-06", "base.alignment", false },
	{ "qemu", "T-STR-22", "base.alignment", false },
	{ "qemu", "D-CMDQ-BASE", "base.alignment", false },
	{ "qemu", "T-STR-13", "strtab.span", false },
	{ "qemu", "T-STR-16", "strtab.span", false },
	{ "qemu", "T-STR-16a", "strtab.span", false },
	{ "qemu", "T-STR-21", "strtab.reserved-split", false },
	{ "qemu", "T-STE-35", "ste.s1cdmax", false },
	{ "qemu", "T-STE-05", "input.above-48-bits", false },
	{ "qemu", "T-VA-01", "input.above-48-bits", false },
	{ "qemu", "T-VA-03", "input.above-48-bits", false },
	{ "qemu", "T-VA-04", "input.above-48-bits", false },
	{ "qemu", "T-VA-05", "input.above-48-bits", false },
	{ "qemu", "T-VA-06", "input.above-48-bits", false },
	{ "qemu", "T-VA-11", "input.above-48-bits", false },
	{ "qemu", "T-VA-12", "input.above-48-bits", false },
	{ "qemu", "T-VA-13", "input.above-48-bits", false },
	{ "qemu", "T-VA-14", "input.above-48-bits", false },
	{ "qemu", "T-CD-02", "event.fetch-address", false },
	{ "qemu", "T-WLK-04", "walk.block-at-level-0", false },
	{ "qemu", "T-WLK-13", "walk.output-size", false },
	{ "qemu", "T-WLK-14", "walk.output-size", false },
	{ "qemu", "T-WLK-15", "walk.output-size", false },
	{ "qemu", "T-PRM-03", "permission.unprivileged", false },
	{ "qemu", "T-PRM-23", "permission.unprivileged", false },
	{ "qemu", "T-PRM-38", "access-flag.ignored", false },
	{ "qemu", "T-TLB-19", "access-flag.ignored", false },
	{ "qemu", "T-TRM-04", "access-flag.ignored", false },
	{ "qemu", "T-TLB-13a", "tlbi.global-entries", false },
	{ "qemu", "T-EVQ-02", "eventq.overflow", false },
	{ "qemu", "T-EVQ-05", "eventq.overflow", false },
	{ "qemu", "T-STL-27", "command.illegal", false },
	{ "qemu", "T-CMD-07", "command.illegal", false },
	{ "qemu", "T-CMD-07a", "command.illegal", false },
	{ "qemu", "T-CMD-12", "command.illegal", false },
	{ "qemu", "T-CMD-15", "command.illegal", false },
	{ "qemu", "T-CMD-17", "command.illegal", false },
	{ "qemu", "T-CMD-18", "command.illegal", false },
	{ "qemu", "D-REG-STRTAB", "register.reserved-bits", false },
	{ "qemu", "D-REG-CMDQ", "register.reserved-bits", false },
	{ "qemu", "D-REG-EVENTQ", "register.reserved-bits", false },
	{ "qemu", "D-REG-32", "register.reserved-bits", false },
	{ "qemu", "D-REG-CR0ACK", "register.reserved-bits", false },
	{ "qemu", "D-REG-IRQCTRL", "register.reserved-bits", false },
	{ "qemu", "D-GUARD-LIVE", "register.guards", false },
	{ "qemu", "D-GUARD-FIELDS", "register.guards", false },
};

#define AS_NAME(name) #name,
static const char *const feature_names[FEATURE_COUNT] = { FEATURES(AS_NAME) };
static uint64_t have;
static uint32_t id_registers[6];

static struct { unsigned passed, failed, known, skipped; } count;
static struct { char id[24]; bool open, failed, skipped; char why[400]; uint32_t gerror; } current;
static const char *backend_name, *filter;
static uint64_t not_run_for; /* features that rows asked for and did not get */
static bool verbose;

uint32_t idr(unsigned n) { return id_registers[n]; }

static void set_feature(unsigned index, bool present)
{
	if (present)
		have |= UINT64_C(1) << index;
}

#define FEATURE(name, condition) set_feature(name##_INDEX, condition)
static void features_of_idr0(uint32_t idr0)
{
	uint32_t httu = idr0 >> 6 & 3, stall = idr0 >> 24 & 3;

	FEATURE(S2P, (idr0 & 1) != 0);
	FEATURE(NO_S2P, (idr0 & 1) == 0);
	FEATURE(S1P, (idr0 & 2) != 0);
	FEATURE(NO_S1P, (idr0 & 2) == 0);
	FEATURE(HTTU_NONE, httu == 0);
	FEATURE(HTTU_AF_ONLY, httu == 1);
	FEATURE(HTTU_FULL, httu >= 2);
	FEATURE(HYP, (idr0 >> 9 & 1) != 0);
	FEATURE(HAS_ATS, (idr0 >> 10 & 1) != 0);
	FEATURE(NS1ATS, (idr0 >> 10 & 1) != 0 && (idr0 >> 11 & 1) != 0);
	FEATURE(SPLIT_ATS, (idr0 >> 10 & 1) != 0 && (idr0 >> 11 & 1) == 0);
	FEATURE(HAS_MSI, (idr0 >> 13 & 1) != 0);
	FEATURE(VMW, (idr0 >> 17 & 1) != 0);
	FEATURE(CD2L, (idr0 >> 19 & 1) != 0);
	FEATURE(NO_CD2L, (idr0 >> 19 & 1) == 0);
	FEATURE(STALLS, stall == 0);
	FEATURE(STALLABLE, stall == 0 || stall == 2);
	FEATURE(STALL_NEVER, stall == 1);
	FEATURE(STALL_ALWAYS, stall == 2);
	FEATURE(NOT_STALL_ALWAYS, stall != 2);
	FEATURE(TERM_ABORT_ONLY, (idr0 >> 26 & 1) != 0);
	FEATURE(TERM_BOTH, (idr0 >> 26 & 1) == 0);
	FEATURE(TWO_LEVEL, (idr0 >> 27 & 3) == 1);
}

void probe_features(void)
{
	have = 0;
	for (unsigned n = 0; n < 6; n++)
		id_registers[n] = rd32(4 * n);
	features_of_idr0(idr(0));
	uint32_t sid_bits = idr(1) & 0x3f, ssid_bits = idr(1) >> 6 & 0x1f;
	FEATURE(SIDSIZE_IS_6, sid_bits == 6);
	FEATURE(SIDSIZE_OVER_9, sid_bits > 9);
	FEATURE(SSIDSIZE_2, ssid_bits >= 2);
	FEATURE(SSIDSIZE_8, ssid_bits >= 8);
	FEATURE(NO_SUBSTREAMS, ssid_bits == 0);
	FEATURE(ATTR_PERMS, (idr(1) >> 26 & 1) != 0);
	FEATURE(HAD_FIELD, (idr(3) >> 2 & 1) != 0);
	FEATURE(XNX, (idr(3) >> 4 & 1) != 0);
	FEATURE(NO_XNX, (idr(3) >> 4 & 1) == 0);
	FEATURE(NO_STT, (idr(3) >> 9 & 1) == 0);
	FEATURE(RIL, (idr(3) >> 10 & 1) != 0);
	FEATURE(E0PD_FIELD, (idr(3) >> 13 & 1) != 0);
	FEATURE(GRAN16K, (idr(5) >> 5 & 1) != 0);
	FEATURE(NO_16K, (idr(5) >> 5 & 1) == 0);
	FEATURE(GRAN64K, (idr(5) >> 6 & 1) != 0);
	uint32_t cfgr = rd32(0x20e00);
	FEATURE(PMCG_LOCAL, (cfgr & 0x3f) >= 3 && (cfgr >> 23 & 1) == 0); /* four counters, a filter each */
	FEATURE(PMCG_GLOBAL, (cfgr & 0x3f) >= 1 && (cfgr >> 23 & 1) != 0);
}

void report_begin(const char *backend, const char *only, bool tell_everything)
{
	backend_name = backend;
	filter = only;
	verbose = tell_everything;
}

static const char *known_reason(const char *id)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i].backend, backend_name) == 0 && strcmp(known[i].id, id) == 0)
			return known[i].reason;
	}
	return NULL;
}

static bool known_to_hang(const char *id)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (known[i].hangs && strcmp(known[i].backend, backend_name) == 0 && strcmp(known[i].id, id) == 0)
			return true;
	}
	return false;
}

void end_row(void)
{
	const char *reason = known_reason(current.id);

	if (!current.open)
		return;
	if (is_started() && !current.skipped) {
		if (!current.failed && !queue_is_empty())
			fail("an event was recorded that the row does not expect: EVENTQ_PROD 0x%x, EVENTQ_CONS 0x%x, event 0x%llx",
			     rd32(EVENTQ_PROD), eventq_cons(),
			     (unsigned long long)peek64(setup.eventq_base + 32 * (eventq_cons() & ((1u << setup.eventq_log2) - 1))));
		uint32_t active = rd32(GERROR) ^ rd32(GERRORN);
		if ((active & ~current.gerror) != 0)
			fail("GERROR 0x%x is active at the end", active);
	}
	current.open = false;
	if (current.skipped) {
		count.skipped++;
	} else if (current.failed && reason != NULL) {
		count.known++;
		printf("KNOWN %s: %s (%s)\n", current.id, reason, current.why);
	} else if (!current.failed && reason != NULL) {
		count.failed++;
		printf("FAIL  %s: listed as known but passes\n", current.id);
	} else if (current.failed) {
		count.failed++;
		printf("FAIL  %s [%s]: %s\n", current.id, pass == PASS_RESET ? "cold" : "warm", current.why);
	} else {
		count.passed++;
		if (verbose)
			printf("ok    %s\n", current.id);
	}
	fflush(stdout);
}

bool row(const char *id, uint64_t needs)
{
	end_row();
	if (filter != NULL && strncmp(id, filter, strlen(filter)) != 0)
		return false;
	if ((needs & NEED(STALL_ALWAYS)) == 0 && (needs & NEED(STALLABLE)) == 0)
		needs |= NEED(NOT_STALL_ALWAYS);
	if ((needs & ~have) != 0) {
		count.skipped++;
		not_run_for |= needs & ~have;
		return false;
	}
	if (known_to_hang(id)) {
		count.known++;
		printf("KNOWN %s: %s (not started)\n", id, known_reason(id));
		return false;
	}
	memset(&current, 0, sizeof current);
	snprintf(current.id, sizeof current.id, "%s", id);
	current.open = true;
	repeat_accesses = pass == PASS_WARM;
	begin_setup();
	baseline();
	return true;
}

void fail(const char *format, ...)
{
	va_list args;

	if (current.failed)
		return;
	current.failed = true;
	va_start(args, format);
	vsnprintf(current.why, sizeof current.why, format, args);
	va_end(args);
}

void note(const char *format, ...)
{
	va_list args;

	if (!verbose)
		return;
	va_start(args, format);
	printf("note  %s: ", current.id);
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

bool expect(bool condition, const char *what)
{
	if (!condition)
		fail("not true: %s", what);
	return condition;
}

bool expect64(uint64_t actual, uint64_t expected, const char *what)
{
	if (actual != expected)
		fail("%s is 0x%llx, expected 0x%llx", what, (unsigned long long)actual, (unsigned long long)expected);
	return actual == expected;
}

void expect_gerror(uint32_t active) { current.gerror = active; }
void once(void) { repeat_accesses = false; }

void skip_row(const char *why)
{
	current.skipped = true;
	note("skipped: %s", why);
}

int report_end(const char *variant)
{
	end_row();
	report_known_class();
	printf("%s %s: %u passed, %u failed, %u known, %u skipped", backend_name, variant, count.passed, count.failed, count.known,
	       count.skipped);
	const char *separator = "; not offered:";
	for (unsigned i = 0; i < FEATURE_COUNT; i++) {
		if ((not_run_for >> i & 1) != 0) {
			printf("%s %s", separator, feature_names[i]);
			separator = "";
		}
	}
	printf("\n");
	return count.failed == 0 && count.passed != 0 ? 0 : 1;
}
