/* SPDX-License-Identifier: Apache-2.0
 * Holds the naive translator to hand-derived results before anybody trusts it as an oracle: one baseline memory image,
 * vectors_rows.h with a change, an access and the expected result each. Only what a row names is compared.
 * Not here: vectors that need a queue, a cache or a retry. Proof: it prints and counts every row that differs. */
#include "naive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
	const char *name, *setup, *access, *expected;
} rows[] = {
#include "vectors_rows.h"
};

/* ---- memory: words not listed read as zero ----------------------------------------------------------------------- */

#define MAX_WORDS 512
struct image {
	unsigned words;
	struct { uint64_t pa, value; bool abort; } word[MAX_WORDS];
};

static unsigned slot(struct image *m, uint64_t pa)
{
	for (unsigned i = 0; i < m->words; i++)
		if (m->word[i].pa == pa)
			return i;
	if (m->words == MAX_WORDS)
		abort();
	m->word[m->words].pa = pa;
	m->word[m->words].value = 0;
	m->word[m->words].abort = false;
	return m->words++;
}
static uint64_t get(struct image *m, uint64_t pa) { return m->word[slot(m, pa)].value; }
static void put(struct image *m, uint64_t pa, uint64_t value) { m->word[slot(m, pa)].value = value; }

static bool image_read(void *ctx, uint64_t pa, uint64_t *value)
{
	const struct image *m = ctx;
	*value = 0;
	for (unsigned i = 0; i < m->words; i++)
		if (m->word[i].pa == pa) {
			*value = m->word[i].value;
			return !m->word[i].abort;
		}
	return true;
}
static bool image_writable(void *ctx, uint64_t pa)
{
	uint64_t value;
	return image_read(ctx, pa, &value);
}

/* ---- fields: word, high bit, low bit ----------------------------------------------------------------------------- */

struct field { const char *name; unsigned word, hi, lo; };
static const struct field ste_fields[] = {
	{"V", 0, 0, 0}, {"Config", 0, 3, 1}, {"S1Fmt", 0, 5, 4}, {"S1ContextPtr", 0, 51, 0}, {"S1CDMax", 0, 63, 59},
	{"S1DSS", 1, 1, 0}, {"S1STALLD", 1, 27, 27}, {"EATS", 1, 29, 28}, {"STRW", 1, 31, 30}, {"PRIVCFG", 1, 49, 48},
	{"S2FWB", 1, 25, 25}, {"MemAttr", 1, 35, 32}, {"MTCFG", 1, 36, 36}, {"SHCFG", 1, 45, 44},
	{"INSTCFG", 1, 51, 50}, {"S2VMID", 2, 15, 0}, {"S2T0SZ", 2, 37, 32}, {"S2SL0", 2, 39, 38}, {"S2TG", 2, 47, 46},
	{"S2PS", 2, 50, 48}, {"S2AA64", 2, 51, 51}, {"S2PTW", 2, 54, 54}, {"S2HD", 2, 55, 55}, {"S2HA", 2, 56, 56},
	{"S2S", 2, 57, 57}, {"S2R", 2, 58, 58}, {"S2TTB", 3, 51, 0}, {0}};
static const struct field cd_fields[] = {
	{"T0SZ", 0, 5, 0}, {"TG0", 0, 7, 6}, {"EPD0", 0, 14, 14}, {"T1SZ", 0, 21, 16}, {"TG1", 0, 23, 22}, {"EPD1", 0, 30, 30},
	{"V", 0, 31, 31}, {"IPS", 0, 34, 32}, {"AFFD", 0, 35, 35}, {"WXN", 0, 36, 36}, {"TBI", 0, 39, 38}, {"PAN", 0, 40, 40},
	{"AA64", 0, 41, 41}, {"HD", 0, 42, 42}, {"HA", 0, 43, 43}, {"S", 0, 44, 44}, {"R", 0, 45, 45}, {"A", 0, 46, 46},
	{"ASID", 0, 63, 48}, {"HAD0", 1, 1, 1}, {"E0PD0", 1, 2, 2}, {"TTB0", 1, 51, 4}, {"TTB1", 2, 51, 4}, {"MAIR", 3, 63, 0}, {0}};

static void set_field(struct image *m, const struct field *fields, uint64_t at, const char *name, uint64_t value)
{
	for (const struct field *f = fields; f->name; f++) {
		if (strcmp(f->name, name))
			continue;
		const unsigned width = f->hi - f->lo + 1;
		const uint64_t mask = (width == 64 ? ~UINT64_C(0) : (UINT64_C(1) << width) - 1) << f->lo;
		const uint64_t placed = strncmp(name, "TTB", 3) ? value << f->lo : value; /* TTBx: in place */
		/* an address field keeps its neighbours below its alignment */
		const uint64_t clear = !strcmp(name, "S1ContextPtr") ? mask & ~UINT64_C(0x3f) : !strcmp(name, "S2TTB") ? mask & ~UINT64_C(0xf) : mask;
		put(m, at + 8 * f->word, (get(m, at + 8 * f->word) & ~clear) | (placed & clear));
		return;
	}
	fprintf(stderr, "no field %s\n", name);
	exit(2);
}

static void new_ste(struct image *m, uint64_t at)
{
	put(m, at, 1);
	put(m, at + 16, UINT64_C(5) << 48 | UINT64_C(1) << 51 | UINT64_C(1) << 58); /* S2PS, S2AA64, S2R */
}

/* V, AA64, A, R, IPS=5, EPD1, TG1=2, T1SZ=16, T0SZ=16; TTB0. */
static void new_cd(struct image *m, uint64_t at, uint64_t asid)
{
	put(m, at, UINT64_C(1) << 31 | UINT64_C(1) << 41 | UINT64_C(1) << 46 | UINT64_C(1) << 45 | UINT64_C(5) << 32 | 1u << 30 |
			   2u << 22 | 16u << 16 | 16 | asid << 48);
	put(m, at + 8, 0x82000000);
}

/* ---- the baseline ------------------------------------------------------------------------------------------------ */

static void baseline_tables(struct image *m)
{
	static const struct { uint64_t pa, value; } table[] = {
		{0x82000008, 0x82001003}, {0x82000010, 0x90000F41}, {0x82001020, 0x82002003}, {0x82001028, 0xA40000F41},
		{0x82002018, 0x82003003}, {0x82002020, 0x980000F41}, {0x82002028, 0x4000000082003003},
		{0x82002030, 0x2000000082003003}, {0x82002038, 0x1000000082003003}, {0x82002048, 0x10000000003},
		{0x84000010, 0x800007FD}, {0x84000120, 0x84010003}, {0x84010488, 0x84011003}, {0x84001020, 0x84020003},
		{0x84020018, 0x84021003}, {0x84021018, 0xC000037FF}};
	static const struct { unsigned i; uint64_t value; } page[] = {
		{3, 0xF43}, {4, 0x1FC3}, {5, 0x2F03}, {6, 0x3F83}, {7, 0x4B43}, {9, 0x6F43 | UINT64_C(3) << 53},
		{10, 0x7FC3 | UINT64_C(1) << 51}, {11, 0x8F41}, {12, 0x9BC3}, {13, 0xAFC3 | UINT64_C(1) << 54},
		{14, 0xBFC3 | UINT64_C(1) << 53}};
	for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
		put(m, table[i].pa, table[i].value);
	for (unsigned i = 0; i < sizeof page / sizeof *page; i++)
		put(m, 0x82003000 + 8 * page[i].i, UINT64_C(0x912345000) + page[i].value);
	for (unsigned i = 16; i < 32; i++)
		put(m, 0x82003000 + 8 * i, (UINT64_C(0x950000000) + (i - 16) * 0x1000) | 0xF43 | UINT64_C(1) << 52);
	put(m, 0x82003000 + 8 * 32, UINT64_C(0x10000000F43));
	put(m, 0x82003000 + 8 * 33, UINT64_C(0x10000000B43));
	for (unsigned j = 0; j < 16; j++)
		put(m, 0x84011A28 + 8 * j, UINT64_C(0xB000057FF) + j * 0x1000);
}

static void baseline(struct image *m, struct naive_hw *hw, struct naive_regs *regs)
{
	static const struct { unsigned config; uint64_t pointer, cdmax, vmid; } ste[] = {
		{5, 0x80100000, 0, 1}, {6, 0, 0, 2}, {7, 0x80101000, 0, 3}, {4, 0, 0, 0}, {0, 0, 0, 0}, {5, 0x80104000, 2, 1}};
	m->words = 0;
	for (unsigned i = 0; i < 6; i++) {
		const uint64_t at = 0x80000040 + 64 * i;
		new_ste(m, at);
		put(m, at, 1 | ste[i].config << 1 | ste[i].pointer | ste[i].cdmax << 59);
		set_field(m, ste_fields, at, "S2VMID", ste[i].vmid);
		if (i == 1 || i == 2) {
			set_field(m, ste_fields, at, "S2T0SZ", 24);
			set_field(m, ste_fields, at, "S2SL0", 1);
			set_field(m, ste_fields, at, "S2TTB", 0x84000000);
		}
	}
	new_cd(m, 0x80100000, 0x11);
	new_cd(m, 0x80101000, 0x13);
	for (unsigned i = 0; i < 4; i++)
		new_cd(m, 0x80104000 + 64 * i, 0x20 + i);
	baseline_tables(m);
	*hw = (struct naive_hw){.s1p = 1, .s2p = 1, .ttf = 2, .oas_bits = 48, .httu = 2, .sidsize = 16, .ssidsize = 8, .cd2l = 1,
				.st_level = 1, .hyp = 1, .asid16 = 1, .vmid16 = 1, .ats = 1, .xnx = 1, .had = 1, .ttendian = 2,
				.fwb = 1, .e0pd = 1, .gran4k = 1, .gran16k = 1, .gran64k = 1, .attr_perms_ovr = 1, .attr_types_ovr = 1};
	*regs = (struct naive_regs){.smmuen = true, .recinvsid = true, .atschk = true, .strtab_base = 0x80000000, .strtab_base_cfg = 6};
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static void set_hw(struct naive_hw *hw, const char *name, unsigned v)
{
	const struct { const char *name; unsigned *field; } known[] = {
		{"S1P", &hw->s1p}, {"HTTU", &hw->httu}, {"STALL_MODEL", &hw->stall_model}, {"TERM_MODEL", &hw->term_model},
		{"SIDSIZE", &hw->sidsize}, {"SSIDSIZE", &hw->ssidsize}, {"CD2L", &hw->cd2l}, {"NS1ATS", &hw->ns1ats},
		{"XNX", &hw->xnx}};
	if (!strcmp(name, "GRANS")) {
		hw->gran4k = v & 1, hw->gran16k = v >> 1 & 1, hw->gran64k = v >> 2 & 1;
		return;
	}
	for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i].name, name)) {
			*known[i].field = v;
			return;
		}
	fprintf(stderr, "no parameter %s\n", name);
	exit(2);
}

static void set_reg(struct naive_regs *regs, const char *name, uint64_t v)
{
	uint32_t *cfg = &regs->strtab_base_cfg;
	if (!strcmp(name, "CR0.SMMUEN"))
		regs->smmuen = v;
	else if (!strcmp(name, "CR2.RECINVSID"))
		regs->recinvsid = v;
	else if (!strcmp(name, "CR2.E2H"))
		regs->e2h = v;
	else if (!strcmp(name, "STRTAB_BASE.ADDR"))
		regs->strtab_base = v;
	else if (!strcmp(name, "FMT"))
		*cfg |= (uint32_t)v << 16;
	else if (!strcmp(name, "SPLIT"))
		*cfg |= (uint32_t)v << 6;
	else if (!strcmp(name, "LOG2SIZE"))
		*cfg = (*cfg & ~0x3fu) | (uint32_t)v;
	else
		exit(2);
}

static void apply(const char *setup, struct image *m, struct naive_hw *hw, struct naive_regs *regs)
{
	char copy[1024], *command, *rest = copy, target[32], name[32], value[32];
	snprintf(copy, sizeof copy, "%s", setup);
	for (command = strtok(rest, ";"); command; command = strtok(NULL, ";")) {
		if (sscanf(command, " %31s %31s %31s", target, name, value) != 3)
			exit(2);
		const uint64_t v = strtoull(value, NULL, 0);
		const char *at_sign = strchr(target, '@');
		const uint64_t at = at_sign ? strtoull(at_sign + 1, NULL, 16) : 0;
		if (!strcmp(target, "hw"))
			set_hw(hw, name, (unsigned)v);
		else if (!strcmp(target, "reg"))
			set_reg(regs, name, v);
		else if (!strncmp(target, "word@", 5))
			put(m, at, v);
		else if (!strncmp(target, "abort@", 6))
			m->word[slot(m, at)].abort = true;
		else if (!strcmp(name, "new"))
			*target == 's' ? new_ste(m, at) : new_cd(m, at, 0x30);
		else
			set_field(m, *target == 's' ? ste_fields : cd_fields, at, name, v);
	}
}

static struct naive_txn parse_access(const char *text)
{
	struct naive_txn t = {.write = *text == 'W'};
	const char *at;
	t.sid = (uint32_t)strtoul(strstr(text, "sid=") + 4, NULL, 0);
	t.addr = strtoull(strstr(text, "addr=") + 5, NULL, 0);
	at = strstr(text, "ssid=");
	t.ssv = at;
	t.ssid = at ? (uint32_t)strtoul(at + 5, NULL, 0) : 0;
	t.privileged = strstr(text, "PnU");
	t.instruction = strstr(text, "InD");
	at = strstr(text, "ask="); /* as GATOS_ADDR.TYPE */
	t.ask = at ? (enum naive_ask)strtoul(at + 4, NULL, 0) : NAIVE_NO_ASK;
	t.no_update = strstr(text, "HTTUI");
	return t;
}

static uint64_t value_of(const struct naive_result *r, const char *name)
{
	static const struct field record[] = {
		{"SSV", 0, 11, 11}, {"SSID", 0, 31, 12}, {"Stall", 1, 31, 31}, {"PnU", 1, 33, 33}, {"InD", 1, 34, 34},
		{"RnW", 1, 35, 35}, {"S2", 1, 39, 39}, {"CLASS", 1, 41, 40}, {"TTRnW", 1, 44, 44}, {"InputAddr", 2, 63, 0},
		{"FetchAddr", 3, 63, 0}, {"IPA", 3, 63, 0}, {0}};
	if (!strcmp(name, "PA"))
		return r->outcome == NAIVE_OK && !r->event ? r->pa : ~UINT64_C(0);
	if (!strcmp(name, "EV"))
		return r->recorded ? r->record[0] & 0xff : 0;
	if (!strcmp(name, "code")) /* of GATOS_PAR */
		return r->outcome != NAIVE_OK && !r->recorded ? r->event : 0;
	if (!strcmp(name, "REASON"))
		return r->fault_reason;
	if (!strcmp(name, "FADDR"))
		return r->fault_addr;
	if (!strcmp(name, "type"))
		return r->outcome == NAIVE_OK && !r->memory.type_open ? r->memory.type : ~UINT64_C(0);
	if (!strcmp(name, "sh"))
		return r->outcome == NAIVE_OK && !r->memory.sh_open ? r->memory.sh : ~UINT64_C(0);
	if (!strcmp(name, "reads"))
		return r->descriptor_reads;
	for (const struct field *f = record; f->name; f++)
		if (!strcmp(f->name, name))
			return r->record[f->word] >> f->lo & (f->hi - f->lo == 63 ? ~UINT64_C(0) : (UINT64_C(1) << (f->hi - f->lo + 1)) - 1);
	exit(2);
}

static bool update_matches(const struct naive_result *r, const char *text)
{
	unsigned long long at;
	unsigned n, value;
	if (sscanf(text, "%llx:%u=%u", &at, &n, &value) != 3 || r->updates != 1)
		return false;
	const struct naive_update *u = &r->update[0];
	return u->pa == at && u->optional == r->asked && (u->old_word ^ u->new_word) == UINT64_C(1) << n && (u->new_word >> n & 1) == value;
}

static bool token_holds(const struct naive_result *r, const char *token)
{
	char name[16];
	const char *equal = strchr(token, '=');
	if (!equal)
		return !strcmp(token, "abort")	   ? r->outcome == NAIVE_ABORT
		       : !strcmp(token, "razwi")   ? r->outcome == NAIVE_RAZ_WI
		       : !strcmp(token, "stall")   ? r->outcome == NAIVE_STALL
		       : !strcmp(token, "noevent") ? !r->recorded
						   : r->updates == 0;
	snprintf(name, sizeof name, "%.*s", (int)(equal - token), token);
	return !strcmp(name, "update") ? update_matches(r, equal + 1) : value_of(r, name) == strtoull(equal + 1, NULL, 0);
}

static bool check(const struct row *row)
{
	static struct image m;
	struct naive_hw hw;
	struct naive_regs regs;
	struct naive_result r;
	char copy[512];
	const char *bad = NULL;
	baseline(&m, &hw, &regs);
	apply(row->setup, &m, &hw, &regs);
	const struct naive_memory memory = {image_read, image_writable, &m};
	const struct naive_txn txn = parse_access(row->access);
	naive_translate(&hw, &regs, &memory, &txn, 0, &r);
	snprintf(copy, sizeof copy, "%s", row->expected);
	for (char *token = strtok(copy, " "); token && !bad; token = strtok(NULL, " "))
		if (!token_holds(&r, token))
			bad = token;
	if (!bad)
		return true;
	printf("%s: %s\n  setup: %s\n  access: %s\n  got: outcome %d PA %llx event %02x recorded %d record %016llx %016llx %016llx %016llx reads %u updates %u\n",
	       row->name, bad, row->setup, row->access, (int)r.outcome, (unsigned long long)r.pa, r.event, r.recorded,
	       (unsigned long long)r.record[0], (unsigned long long)r.record[1], (unsigned long long)r.record[2],
	       (unsigned long long)r.record[3], r.descriptor_reads, r.updates);
	return false;
}

int main(void)
{
	unsigned failures = 0;
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		failures += !check(&rows[i]);
	printf("%u of %u vectors hold\n", (unsigned)(sizeof rows / sizeof *rows) - failures, (unsigned)(sizeof rows / sizeof *rows));
	return failures != 0;
}
