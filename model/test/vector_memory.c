/* SPDX-License-Identifier: Apache-2.0
 * The memory behind the conformance vectors. Not here: the scripts (vector_script.c). Proof: model.vectors. */
#include <string.h>

#include "vector_script.h"

static size_t find(const struct vector_memory *m, uint64_t address)
{
	const uint64_t tag = (address & ~UINT64_C(7)) + 1;
	size_t i = (size_t)((address >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 51);

	while (m->address[i] != 0 && m->address[i] != tag)
		i = (i + 1) % VECTOR_MEMORY_WORDS;
	return i;
}

uint64_t vector_memory_read(const struct vector_memory *m, uint64_t address)
{
	const size_t i = find(m, address);

	return m->address[i] == 0 ? 0 : m->value[i];
}

void vector_memory_write(struct vector_memory *m, uint64_t address, uint64_t value)
{
	const size_t i = find(m, address);

	m->address[i] = (address & ~UINT64_C(7)) + 1;
	m->value[i] = value;
}

bool vector_memory_aborts(const struct vector_memory *m, uint64_t address, unsigned size)
{
	for (unsigned i = 0; i < m->abort_count; i++)
		if (m->aborts[i] - address < size)
			return true;
	return false;
}

static void write_bytes(struct vector_memory *m, const struct smmu_io *io)
{
	if (io->size == 4) {
		const unsigned shift = io->addr & 4 ? 32 : 0;
		const uint64_t old = vector_memory_read(m, io->addr) & ~(UINT64_C(0xffffffff) << shift);

		vector_memory_write(m, io->addr, old | (io->data[0] & 0xffffffff) << shift);
		return;
	}
	for (unsigned i = 0; i < io->size / 8u; i++)
		vector_memory_write(m, io->addr + 8 * i, io->data[i]);
}

bool vector_memory_perform(struct vector_memory *m, const struct smmu_io *io, uint64_t *answer)
{
	if (io->io_class == SMMU_IO_CLASS_S1_TABLE || io->io_class == SMMU_IO_CLASS_S2_TABLE)
		m->table_accesses++;
	if (vector_memory_aborts(m, io->addr, io->size))
		return false;
	switch (io->kind) {
	case SMMU_IO_READ:
		for (unsigned i = 0; i < (io->size + 7u) / 8u; i++)
			answer[i] = vector_memory_read(m, io->addr + 8 * i);
		break;
	case SMMU_IO_WRITE:
		write_bytes(m, io);
		break;
	default:
		answer[0] = vector_memory_read(m, io->addr);
		if (answer[0] == io->data[1])
			vector_memory_write(m, io->addr, io->data[0]);
		break;
	}
	return true;
}
