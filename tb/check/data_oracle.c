/* SPDX-License-Identifier: Apache-2.0
 * Every byte a DMA access moved: a read brought what memory holds at the address the SMMU found, a write left it there. Whether that
 * address was right is the business of the stale-translation checker.
 * Where accesses overlap in time and in memory and one of them writes, either order is right and nothing is judged; a CPU that stores to
 * the bytes of a read under way is not known here. Not here: accesses of which a part was refused. Proof: tb/check/test/test_data.c. */
#include "internal.h"

void check_i_piece(struct check *c, unsigned smmu)
{
	if (c->dma_open == 0 || !check_i_room(c, (void **)&c->piece, &c->piece_room, c->piece_count, sizeof *c->piece))
		return;
	const uint64_t iova = c->now.addr, to_page_end = 4096 - (iova & 4095);
	c->piece[c->piece_count++] = (struct piece){ .iova = iova, .pa = c->now.data[0] ? c->now.data[0] : iova, .sid = c->now.sid,
		.ssid = c->now.ssid, .bytes = (uint32_t)to_page_end, .smmu = (uint16_t)smmu,
		.ssv = (c->now.flags & SMMU_TRACE_FLAG_SSV) != 0, .write = (c->now.flags & SMMU_TRACE_FLAG_WRITE) != 0,
		.raz_wi = c->now.detail == SMMU_TRACE_TXN_RAZ_WI };
}

void check_dma_begin(struct check *c)
{
	if (c->dma_open++ == 0)
		c->piece_count = 0;
}

static bool is_of(const struct piece *p, const struct check_dma *dma)
{
	return p->smmu == dma->smmu && p->sid == dma->sid && p->ssv == dma->ssv && (!p->ssv || p->ssid == dma->ssid) && p->write == dma->write &&
	       p->iova - dma->iova < dma->bytes;
}

/* Somebody else's write to the same bytes, or our write and somebody else's access. */
static bool is_contested(const struct check *c, const struct check_dma *dma, const struct piece *own, uint32_t bytes)
{
	for (size_t i = 0; i < c->piece_count; i++) {
		const struct piece *const p = &c->piece[i];
		if (p == own || is_of(p, dma))
			continue;
		if ((p->write || dma->write) && p->pa < own->pa + bytes && own->pa < p->pa + p->bytes)
			return true;
	}
	return false;
}

static uint8_t byte_at(const struct check *c, uint64_t pa)
{
	return (uint8_t)(check_i_read(c, pa) >> (pa % 8 * 8));
}

/* The first byte of the access that is not what it must be by that piece, or what the piece holds of it. */
static uint32_t first_wrong(const struct check *c, const struct check_dma *dma, const struct piece *own, uint32_t bytes)
{
	const uint8_t *const moved = dma->data + (own->iova - dma->iova);
	uint32_t i = 0;
	while (i < bytes && moved[i] == (own->raz_wi ? 0 : byte_at(c, own->pa + i)))
		i++;
	return i;
}

static void fail(struct check *c, const struct check_dma *dma, const struct piece *own, uint32_t wrong)
{
	const uint64_t at = own->iova - dma->iova + wrong;
	check_i_fail(c, CHECK_DATA, dma->smmu, dma->write ? "data.write" : "data.read",
		     "byte %u of a %s of StreamID 0x%x behind smmu%u at 0x%llx, PA 0x%llx: the master has 0x%02x, %s 0x%02x", (unsigned)at,
		     dma->write ? "write" : "read", dma->sid, dma->smmu, (unsigned long long)dma->iova, (unsigned long long)(own->pa + wrong),
		     dma->data[at], own->raz_wi ? "a terminated read brings" : "memory", own->raz_wi ? 0u : byte_at(c, own->pa + wrong));
}

/* Accesses of one stream to one address at the same time cannot be told apart: what was found for any of them will do. */
static void judge(struct check *c, const struct check_dma *dma, size_t first)
{
	const struct piece *last = NULL;
	uint32_t wrong = 0;
	for (size_t i = first; i < c->piece_count; i++) {
		const struct piece *const own = &c->piece[i];
		if (!is_of(own, dma) || own->iova != c->piece[first].iova)
			continue;
		const uint64_t left = dma->bytes - (own->iova - dma->iova);
		const uint32_t bytes = left < own->bytes ? (uint32_t)left : own->bytes;
		if ((own->raz_wi && dma->write) || (!own->raz_wi && is_contested(c, dma, own, bytes)))
			return;
		wrong = first_wrong(c, dma, own, bytes);
		if (wrong == bytes)
			return;
		last = own;
	}
	fail(c, dma, last, wrong);
}

static bool is_first_at(const struct check *c, const struct check_dma *dma, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (is_of(&c->piece[i], dma) && c->piece[i].iova == c->piece[number].iova)
			return false;
	return true;
}

void check_dma_end(struct check *c, const struct check_dma *dma)
{
	if (c->dma_open == 0 || c->blind)
		return;
	for (size_t i = 0; i < c->piece_count && dma->ok; i++)
		if (is_of(&c->piece[i], dma) && is_first_at(c, dma, i))
			judge(c, dma, i);
	c->dma_open--;
}
