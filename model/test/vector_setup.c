/* SPDX-License-Identifier: Apache-2.0
 * Conformance scripts, first half: names, the hardware and memory of baseline B0, registers, setup statements.
 * Not here: transactions, commands and expectations (vector_script.c). Proof: model.vectors. */
#include "vector_script_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(struct run *r, const char *format, ...)
{
	va_list args;

	if (r->failed)
		return;
	r->failed = true;
	va_start(args, format);
	vsnprintf(r->why, r->why_size, format, args);
	va_end(args);
}

/* ---- names ---- */

const struct smmu_field_name *find_field(const struct smmu_entry_name *entry, const char *name)
{
	for (uint32_t i = 0; i < entry->field_count; i++)
		if (strcmp(entry->fields[i].name, name) == 0)
			return &entry->fields[i];
	return NULL;
}

const struct smmu_entry_name *find_entry(const struct smmu_entry_name *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

uint64_t field_mask(const struct smmu_field_name *f)
{
	return (f->width == 64 ? ~UINT64_C(0) : (UINT64_C(1) << f->width) - 1) << f->shift;
}

void put_field(uint64_t *qword, const struct smmu_field_name *f, uint64_t value)
{
	const uint64_t placed = f->is_addr ? value : value << f->shift;

	qword[f->word] = (qword[f->word] & ~field_mask(f)) | (placed & field_mask(f));
}

bool split_assignment(char *word, char **value)
{
	*value = strchr(word, '=');
	if (*value == NULL)
		return false;
	*(*value)++ = '\0';
	return true;
}

uint64_t number(struct run *r, const char *text)
{
	char *end;
	uint64_t value;

	if (strcmp(text, "$stag") == 0)
		return r->stag;
	value = strtoull(text, &end, 0);
	if (*end != '\0' || end == text)
		fail(r, "'%s' is not a number", text);
	return value;
}

/* ---- hardware ---- */

static bool set_id_field(struct smmu_core_ids *ids, const char *name, uint32_t value)
{
	static const char *const registers[] = { "IDR0", "IDR1", "IDR2", "IDR3", "IDR5" };
	static const unsigned index[] = { 0, 1, 2, 3, 5 };

	for (size_t i = 0; i < COUNT(registers); i++) {
		const struct smmu_entry_name *reg = find_entry(smmu_register_names, COUNT(smmu_register_names), registers[i]);
		const struct smmu_field_name *f = find_field(reg, name);
		uint64_t word = ids->idr[index[i]];

		if (f == NULL)
			continue;
		put_field(&word, f, value);
		ids->idr[index[i]] = (uint32_t)word;
		return true;
	}
	return false;
}

/* Baseline B0. */
void baseline_hardware(struct vector_hardware *h)
{
	static const struct { const char *name; uint32_t value; } fields[] = {
		{ "TTENDIAN", 2 }, { "SIDSIZE", 16 }, { "SSIDSIZE", 8 }, { "ATS", 1 }, { "PRI", 1 }, { "ATSRECERR", 0 }, { "BTM", 0 }, { "STT", 0 },
		{ "BBML", 1 },
		{ "STALL_MAX", 16 },
	};
	struct smmu_core_config config;

	smmu_core_config_default(&config);
	*h = (struct vector_hardware){ .ids = config.ids };
	for (size_t i = 0; i < COUNT(fields); i++)
		set_id_field(&h->ids, fields[i].name, fields[i].value);
}

void set_hardware(struct run *r, char *word)
{
	char *value;

	if (!split_assignment(word, &value))
		fail(r, "hw wants NAME=VALUE, not '%s'", word);
	else if (strcmp(word, "pmcg_global_filter") == 0)
		r->hardware.pmcg_global_filter = number(r, value) != 0;
	else if (strcmp(word, "prefetch") == 0)
		r->hardware.prefetch = number(r, value) != 0;
	else if (strcmp(word, "merge_events") == 0)
		r->hardware.merge_events = number(r, value) != 0;
	else if (strcmp(word, "walk_cache") == 0)
		r->hardware.no_walk_cache = number(r, value) == 0;
	else if (!set_id_field(&r->hardware.ids, word, (uint32_t)number(r, value)))
		fail(r, "no identification field '%s'", word);
}

/* ---- baseline memory ---- */

static uint64_t ste_address(unsigned n) { return UINT64_C(0x80000000) + 64 * n; }

static void store(struct run *r, uint64_t address, const uint64_t *qword)
{
	for (unsigned i = 0; i < 8; i++)
		vector_memory_write(r->device->memory, address + 8 * i, qword[i]);
}

static void default_ste(struct smmu_ste *ste)
{
	*ste = (struct smmu_ste){ { 0 } };
	smmu_ste_set_V(ste, 1);
	smmu_ste_set_S2R(ste, 1);
	smmu_ste_set_S2AA64(ste, 1);
	smmu_ste_set_S2PS(ste, 5);
}

static void default_cd(struct smmu_cd *cd)
{
	*cd = (struct smmu_cd){ { 0 } };
	smmu_cd_set_V(cd, 1);
	smmu_cd_set_AA64(cd, 1);
	smmu_cd_set_T0SZ(cd, 16);
	smmu_cd_set_EPD1(cd, 1);
	smmu_cd_set_TG1(cd, 2);
	smmu_cd_set_T1SZ(cd, 16);
	smmu_cd_set_IPS(cd, 5);
	smmu_cd_set_A(cd, 1);
	smmu_cd_set_R(cd, 1);
	smmu_cd_set_TTB0(cd, 0x82000000);
}

static void set_stage2(struct smmu_ste *ste)
{
	smmu_ste_set_S2T0SZ(ste, 24);
	smmu_ste_set_S2SL0(ste, 1);
	smmu_ste_set_S2TTB(ste, 0x84000000);
}

static void baseline_stream(struct run *r, unsigned n, unsigned config, uint64_t context, unsigned vmid)
{
	struct smmu_ste ste;

	default_ste(&ste);
	smmu_ste_set_Config(&ste, config);
	smmu_ste_set_S1ContextPtr(&ste, context);
	smmu_ste_set_S2VMID(&ste, vmid);
	if ((config & 6u) == 6u)
		set_stage2(&ste);
	if (n == 6)
		smmu_ste_set_S1CDMax(&ste, 2);
	store(r, ste_address(n), ste.qword);
}

static void baseline_cd(struct run *r, uint64_t address, unsigned asid)
{
	struct smmu_cd cd;

	default_cd(&cd);
	smmu_cd_set_ASID(&cd, asid);
	store(r, address, cd.qword);
}

static void baseline_tables(struct run *r)
{
	const uint64_t p = 0x912345000, contiguous = UINT64_C(1) << 52;
	const struct { uint64_t address, value; } words[] = {
		{ 0x82000008, 0x82001003 }, { 0x82000010, 0x90000f41 }, { 0x82001020, 0x82002003 }, { 0x82001028, 0xa40000f41 },
		{ 0x82002018, 0x82003003 }, { 0x82002020, 0x980000f41 }, { 0x82002028, 0x4000000082003003 },
		{ 0x82002030, 0x2000000082003003 }, { 0x82002038, 0x1000000082003003 }, { 0x82002040, 0 },
		{ 0x82002048, 0x10000000003 },
		{ 0x82003018, p | 0xf43 }, { 0x82003020, (p + 0x1000) | 0xfc3 }, { 0x82003028, (p + 0x2000) | 0xf03 },
		{ 0x82003030, (p + 0x3000) | 0xf83 }, { 0x82003038, (p + 0x4000) | 0xb43 }, { 0x82003040, 0 },
		{ 0x82003048, (p + 0x6000) | 0xf43 | UINT64_C(3) << 53 }, { 0x82003050, (p + 0x7000) | 0xfc3 | UINT64_C(1) << 51 },
		{ 0x82003058, (p + 0x8000) | 0xf41 }, { 0x82003060, (p + 0x9000) | 0xbc3 },
		{ 0x82003068, (p + 0xa000) | 0xfc3 | UINT64_C(1) << 54 }, { 0x82003070, (p + 0xb000) | 0xfc3 | UINT64_C(1) << 53 },
		{ 0x82003100, UINT64_C(0x10000000000) | 0xf43 }, { 0x82003108, UINT64_C(0x10000000000) | 0xb43 },
		{ 0x84000010, 0x800007fd }, { 0x84000120, 0x84010003 }, { 0x84010488, 0x84011003 }, { 0x84001020, 0x84020003 },
		{ 0x84020018, 0x84021003 }, { 0x84021018, 0xc000037ff },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		vector_memory_write(r->device->memory, words[i].address, words[i].value);
	for (unsigned i = 16; i < 32; i++)
		vector_memory_write(r->device->memory, 0x82003000 + 8 * i, (0x950000000 + (i - 16) * UINT64_C(0x1000)) | 0xf43 | contiguous);
	for (unsigned j = 0; j < 16; j++)
		vector_memory_write(r->device->memory, 0x84011a28 + 8 * j, 0xb000057ff + j * UINT64_C(0x1000));
}

void baseline(struct run *r)
{
	memset(r->device->memory, 0, sizeof *r->device->memory);
	baseline_stream(r, 1, 5, 0x80100000, 1);
	baseline_stream(r, 2, 6, 0, 2);
	baseline_stream(r, 3, 7, 0x80101000, 3);
	baseline_stream(r, 4, 4, 0, 0);
	baseline_stream(r, 5, 0, 0, 0);
	baseline_stream(r, 6, 5, 0x80104000, 1);
	baseline_cd(r, 0x80100000, 0x11);
	baseline_cd(r, 0x80101000, 0x13);
	for (unsigned n = 0; n < 4; n++)
		baseline_cd(r, 0x80104000 + 64 * n, 0x20 + n);
	baseline_tables(r);
	r->strtab_base = 0x80000000;
	r->strtab_cfg = 6;
	r->cr0 = 0x1f; /* SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK */
	r->cr2 = 6;    /* RECINVSID, PTM */
	r->gbpa = 0x1000;
	r->eventq_log2 = 5;
}

/* ---- registers ---- */

uint32_t read32(struct run *r, uint32_t offset) { return r->device->read32(r->device->ctx, offset); }

void write32(struct run *r, uint32_t offset, uint32_t value) { r->device->write32(r->device->ctx, offset, value); }

static void write64(struct run *r, uint32_t offset, uint64_t value)
{
	write32(r, offset, (uint32_t)value);
	write32(r, offset + 4, (uint32_t)(value >> 32));
}

void settle(struct run *r) { r->device->settle(r->device->ctx); }

void start(struct run *r)
{
	if (r->started)
		return;
	r->started = true;
	if ((r->hardware.ids.idr[0] & SMMU_IDR0_PRI_MASK) == 0)
		r->cr0 &= ~SMMU_CR0_PRIQEN_MASK;
	if ((r->hardware.ids.idr[0] & SMMU_IDR0_ATS_MASK) == 0)
		r->cr0 &= ~SMMU_CR0_ATSCHK_MASK;
	r->device->power_on(r->device->ctx, &r->hardware);
	write32(r, SMMU_CR0, 0);
	settle(r);
	write32(r, SMMU_CR1, 0xd75);
	write32(r, SMMU_CR2, r->cr2);
	write64(r, SMMU_STRTAB_BASE, r->strtab_base);
	write32(r, SMMU_STRTAB_BASE_CFG, r->strtab_cfg);
	write64(r, SMMU_CMDQ_BASE, CMDQ_ADDRESS | CMDQ_LOG2);
	write32(r, SMMU_CMDQ_PROD, 0);
	write32(r, SMMU_CMDQ_CONS, 0);
	write64(r, SMMU_EVENTQ_BASE, EVENTQ_ADDRESS | r->eventq_log2);
	write32(r, SMMU_EVENTQ_PROD, 0);
	write32(r, SMMU_EVENTQ_CONS, 0);
	write64(r, SMMU_PRIQ_BASE, PRIQ_ADDRESS | PRIQ_LOG2);
	write32(r, SMMU_PRIQ_PROD, 0);
	write32(r, SMMU_PRIQ_CONS, 0);
	write64(r, SMMU_PRIQ_IRQ_CFG0, 0);
	write32(r, SMMU_PRIQ_IRQ_CFG2, 0);
	write64(r, SMMU_GERROR_IRQ_CFG0, 0);
	write64(r, SMMU_EVENTQ_IRQ_CFG0, 0);
	write32(r, SMMU_GBPA, r->gbpa | SMMU_GBPA_Update_MASK);
	settle(r);
	write32(r, SMMU_IRQ_CTRL, r->irq_ctrl);
	settle(r);
	write32(r, SMMU_CR0, r->cr0 & ~1u);
	settle(r);
	write32(r, SMMU_CR0, r->cr0);
	settle(r);
	if (read32(r, SMMU_CR0ACK) != r->cr0)
		fail(r, "CR0ACK is 0x%x, not 0x%x", read32(r, SMMU_CR0ACK), r->cr0);
	r->device->take_irqs(r->device->ctx);
}

uint32_t register_offset(const struct smmu_entry_name *reg)
{
	return reg->number + (strncmp(reg->page, "pmcg0", 5) == 0 ? 0x20000u : strcmp(reg->page, "vatos") == 0 ? 0x40000u : 0);
}

/* Before the start a register goes into the programming sequence; after it, straight to the device. */
static uint32_t *planned(struct run *r, const char *name)
{
	if (strcmp(name, "CR0") == 0)
		return &r->cr0;
	if (strcmp(name, "CR2") == 0)
		return &r->cr2;
	if (strcmp(name, "GBPA") == 0)
		return &r->gbpa;
	if (strcmp(name, "IRQ_CTRL") == 0)
		return &r->irq_ctrl;
	return strcmp(name, "STRTAB_BASE_CFG") == 0 ? &r->strtab_cfg : NULL;
}

static void write_register(struct run *r, char *name, const char *field, uint64_t value)
{
	const struct smmu_entry_name *reg = find_entry(smmu_register_names, COUNT(smmu_register_names), name);
	const struct smmu_field_name *f = reg != NULL && field != NULL ? find_field(reg, field) : NULL;
	uint64_t word = value;

	if (reg == NULL || (field != NULL && f == NULL)) {
		fail(r, "no register field %s.%s", name, field != NULL ? field : "");
		return;
	}
	if (!r->started && strcmp(name, "STRTAB_BASE") == 0) {
		r->strtab_base = value;
		return;
	}
	if (!r->started && planned(r, name) == NULL)
		start(r);
	if (f != NULL) {
		word = r->started ? read32(r, register_offset(reg)) : *planned(r, name);
		put_field(&word, f, value);
	}
	if (!r->started)
		*planned(r, name) = (uint32_t)word;
	else
		write32(r, register_offset(reg), (uint32_t)word);
}

/* ---- statements: setup ---- */

void do_reg(struct run *r)
{
	for (unsigned i = 1; i < r->word_count; i++) {
		char *value, *field;

		if (!split_assignment(r->words[i], &value)) {
			fail(r, "reg wants NAME[.FIELD]=VALUE");
			return;
		}
		field = strchr(r->words[i], '.');
		if (field != NULL)
			*field++ = '\0';
		write_register(r, r->words[i], field, number(r, value));
	}
	if (r->started)
		settle(r);
}

void do_structure(struct run *r, const char *type)
{
	const struct smmu_entry_name *layout = find_entry(smmu_structure_names, COUNT(smmu_structure_names), type);
	const bool by_address = r->words[1][0] == '@';
	const uint64_t address = by_address ? number(r, r->words[1] + 1) : ste_address((unsigned)number(r, r->words[1]));
	uint64_t qword[8];
	bool known = false;

	for (unsigned i = 0; i < 8; i++) {
		qword[i] = vector_memory_read(r->device->memory, address + 8 * i);
		known |= qword[i] != 0;
	}
	if (!known && type[0] == 'S') {
		struct smmu_ste ste;

		default_ste(&ste);
		memcpy(qword, ste.qword, sizeof qword);
	} else if (!known) {
		struct smmu_cd cd;

		default_cd(&cd);
		memcpy(qword, cd.qword, sizeof qword);
	}
	for (unsigned i = 2; i < r->word_count; i++) {
		char *value;
		const struct smmu_field_name *f;

		if (!split_assignment(r->words[i], &value) || (f = find_field(layout, r->words[i])) == NULL) {
			fail(r, "%s has no field '%s'", type, r->words[i]);
			return;
		}
		put_field(qword, f, number(r, value));
	}
	store(r, address, qword);
}

void do_mem(struct run *r)
{
	for (unsigned i = 1; i < r->word_count; i++) {
		char *value;

		if (!split_assignment(r->words[i], &value))
			fail(r, "mem wants ADDRESS=VALUE");
		else
			vector_memory_write(r->device->memory, number(r, r->words[i]), number(r, value));
	}
}

void do_busabort(struct run *r)
{
	struct vector_memory *m = r->device->memory;

	m->abort_count = 0;
	for (unsigned i = 1; i < r->word_count; i++)
		m->aborts[m->abort_count++] = number(r, r->words[i]);
}
