/* SPDX-License-Identifier: Apache-2.0
 * Contiguous groups: a hint stands in all members of a complete, aligned group that maps one range evenly, or in none. In between a
 * call may take a group apart, so groups that were touched are judged when no call is under way.
 * Not here: single descriptors (table_oracle.c). Proof: tb/check/test/test_tables.c. */
#include "internal.h"

#define CONTIGUOUS (UINT64_C(1) << 52)
/* What may differ between members: the address, access flag, dirty state, bits of software. */
#define MEMBERS_OWN (CHECK_ADDRESS_MASK | UINT64_C(0x0788000000000480))

static unsigned members_of(const struct region *r)
{
	return r->granule_log2 == 12 ? 16 : r->granule_log2 == 14 && r->level == 3 ? 128 : 32;
}

static bool has_hint(const struct region *r, uint64_t descriptor)
{
	return check_i_is_valid(descriptor) && !check_i_is_table(descriptor, r->level) && (descriptor & CONTIGUOUS);
}

void check_i_group_stored(struct check *c, const struct region *r, uint64_t pa, uint64_t old, uint64_t value)
{
	const uint64_t base = pa & ~(UINT64_C(8) * members_of(r) - 1);
	if (!has_hint(r, old) && !has_hint(r, value))
		return;
	for (size_t i = 0; i < c->group_count; i++)
		if (c->group[i] == base)
			return;
	if (check_i_room(c, (void **)&c->group, &c->group_room, c->group_count, sizeof *c->group))
		c->group[c->group_count++] = base;
}

static bool is_even(const struct check *c, const struct region *r, uint64_t base)
{
	const unsigned members = members_of(r);
	const uint64_t first = check_i_read(c, base), step = UINT64_C(1) << r->shift;
	unsigned hints = 0;
	bool even = ((first & CHECK_ADDRESS_MASK) & (members * step - 1)) == 0;
	for (unsigned i = 0; i < members; i++) {
		const uint64_t descriptor = check_i_read(c, base + UINT64_C(8) * i);
		hints += has_hint(r, descriptor);
		even = even && ((descriptor ^ first) & ~MEMBERS_OWN) == 0 &&
		       (descriptor & CHECK_ADDRESS_MASK) == (first & CHECK_ADDRESS_MASK) + i * step;
	}
	return hints == 0 || (hints == members && even);
}

void check_i_groups_end(struct check *c)
{
	for (size_t i = 0; i < c->group_count; i++) {
		const struct region *const r = check_i_region(c, c->group[i]);
		if (r && r->kind == REGION_PTE && !r->unlinked && !is_even(c, r, c->group[i]))
			check_i_fail(c, CHECK_TABLES, UINT16_MAX, "table.contiguous",
				     "the group of descriptors at 0x%llx has the contiguous hint, but not in all members, or they do not map one aligned range",
				     (unsigned long long)c->group[i]);
	}
	c->group_count = 0;
}
