/* SPDX-License-Identifier: Apache-2.0
 * Command queue producer: appends lists of commands without a lock and waits for CMD_SYNC. Any size from two entries works.
 *
 * A thread takes consecutive positions with one compare-exchange on q->prod, so its list is contiguous; fills the slots; and
 * flips their valid bits. The compare-exchange also sets the gathering flag. Whoever found it clear is the gatherer: it waits
 * until the gatherer before it is done, clears the flag (what was taken up to there is its run), waits until all slots of the
 * run are valid and writes PROD once for everybody. Nobody waits for a thread that has not taken a position yet.
 * Who finds the queue full draws a ticket, and later comers line up behind it however little they need: nobody starves.
 *
 * cons is advanced by whoever reads CMDQ_CONS, or the word a CMD_SYNC's MSI writes. Positions have 64 bits, so "consumed" is a
 * plain comparison however long a waiter slept. The word lies beside the queue and not in the slot of its CMD_SYNC, because
 * CONS passes the CMD_SYNC before its MSI lands: the slot could hold the next command by then.
 *
 * Not here: errors (cmdq_error.c), endpoints that do not answer (cmdq_atc.c), what to invalidate (inv.c).
 * Proof: driver/test/test_cmdq.c, test_threads.c, test_explore.c. */
#include "cmdq.h"

#include "cmd.h"
#include "smmuv3/errata.h"

#define LOOK_EVERY 16u        /* rounds between looks at registers while waiting for an MSI */
#define QUEUE_IS_OFF SMMU_E_STATE
#define PART_MAX 16u          /* commands after which SMMU_ERRATUM_SYNC_BATCH wants a CMD_SYNC */

/* ---- life ---- */

static size_t owner_bytes(const struct smmu_cmdq *q)
{
	return smmu_queue_size(q->log2) * sizeof *q->owner;
}

static size_t valid_words(const struct smmu_cmdq *q)
{
	return (smmu_queue_size(q->log2) + 63u) / 64u;
}

bool smmu_cmdq_init(struct smmu_dev *dev)
{
	struct smmu_sys *const sys = dev->sys;
	struct smmu_cmdq *const q = &dev->cmdq;
	q->owner = smmu_mem_alloc(sys, owner_bytes(q));
	q->valid = smmu_mem_alloc(sys, valid_words(q) * sizeof *q->valid);
	return q->owner && q->valid && (q->signal != SMMU_SYNC_MSI || smmu_dma_alloc(sys, sizeof(uint64_t), &q->msi));
}

void smmu_cmdq_free(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	smmu_mem_free(dev->sys, (void *)q->owner, owner_bytes(q));
	smmu_mem_free(dev->sys, (void *)q->valid, valid_words(q) * sizeof *q->valid);
	smmu_dma_free(dev->sys, &q->msi);
}

void smmu_cmdq_open(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	for (size_t i = 0; i < smmu_queue_size(q->log2); i++)
		atomic_store_explicit(&q->owner[i], NULL, memory_order_relaxed);
	for (size_t i = 0; i < valid_words(q); i++)
		atomic_store_explicit(&q->valid[i], 0, memory_order_relaxed);
	/* Closing the queue does not stop MSIs on their way: what they write must not look like a position of this time. */
	q->msi_base += (uint32_t)smmu_cmdq_reserved(q);
	if (q->msi.virt)
		atomic_store((_Atomic uint32_t *)q->msi.virt, q->msi_base);
	atomic_store(&q->prod, 0);
	atomic_store(&q->cons, 0);
	atomic_store(&q->shown, 0);
	atomic_store(&q->handed, 0);
	q->retry_count = 0;
	atomic_store(&q->enabled, true);
}

void smmu_cmdq_close(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	atomic_store(&q->enabled, false);
	while (atomic_load(&q->users) != 0)
		smmu_relax(dev->sys);
}

/* False: the queue is off. */
static bool enter(struct smmu_cmdq *q)
{
	atomic_fetch_add(&q->users, 1);
	if (atomic_load(&q->enabled))
		return true;
	atomic_fetch_sub(&q->users, 1);
	return false;
}

static void leave(struct smmu_cmdq *q)
{
	atomic_fetch_sub(&q->users, 1);
}

/* ---- how far the SMMU is ---- */

static void advance(struct smmu_cmdq *q, uint64_t from, uint64_t to)
{
	if (to != from)
		atomic_compare_exchange_strong(&q->cons, &from, to);
}

/* False: CMDQ_CONS is somewhere it cannot be. */
static bool follow_register(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint64_t cons = atomic_load(&q->cons);
	const uint32_t shown = smmu_read32(dev, SMMU_CMDQ_CONS) & smmu_queue_mask(q->log2);
	uint64_t now = cons;
	/* While cons stands still at most one queue length can be ahead of it, so the register is unambiguous. */
	if (atomic_load(&q->cons) != cons)
		return true;
	if (!smmu_queue_follow(q->log2, &now, shown, smmu_min64(smmu_cmdq_reserved(q) - cons, smmu_queue_size(q->log2))))
		return false;
	advance(q, cons, now);
	return true;
}

/* MSIs arrive in the order of their CMD_SYNCs, so the word only grows. */
static void follow_msi(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint64_t cons = atomic_load(&q->cons);
	const uint32_t word = atomic_load_explicit((const _Atomic uint32_t *)q->msi.virt, memory_order_acquire);
	const uint32_t step = word - q->msi_base - (uint32_t)cons;
	smmu_consume(dev->sys);
	if (step <= smmu_queue_size(q->log2) && step <= smmu_cmdq_reserved(q) - cons)
		advance(q, cons, cons + step);
}

/* One look: the position first, the error register only when it stands still. */
static smmu_status look(struct smmu_dev *dev)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const uint64_t before = atomic_load(&q->cons);
	atomic_fetch_add_explicit(&q->polls, 1, memory_order_relaxed);
	if (!follow_register(dev))
		return SMMU_E_HARDWARE;
	if (atomic_load(&q->cons) == before)
		smmu_cmdq_service_gerror(dev, SMMU_GERROR_CMDQ_ERR_MASK, NULL);
	return SMMU_OK;
}

/* ---- taking positions ---- */

/* *first, and whether the caller gathers. False: no room. */
static bool take(struct smmu_cmdq *q, size_t count, uint64_t *first, bool *gather)
{
	const uint64_t cons = atomic_load_explicit(&q->cons, memory_order_acquire);
	uint64_t prod = atomic_load_explicit(&q->prod, memory_order_relaxed), next;
	do {
		if ((prod >> 1) + count - cons > smmu_queue_size(q->log2))
			return false;
		next = ((prod >> 1) + count) << 1 | SMMU_PROD_GATHERING;
	} while (!atomic_compare_exchange_weak_explicit(&q->prod, &prod, next, memory_order_acq_rel, memory_order_relaxed));
	*first = prod >> 1;
	*gather = !(prod & SMMU_PROD_GATHERING);
	return true;
}

/* At the head of the line. OK, TIMEOUT, HARDWARE, QUEUE_IS_OFF. */
static smmu_status take_when_free(struct smmu_dev *dev, size_t count, uint64_t *first, bool *gather, struct smmu_wait *wait)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	while (!take(q, count, first, gather)) {
		if (!atomic_load(&q->enabled))
			return QUEUE_IS_OFF;
		const uint64_t before = atomic_load(&q->cons);
		const smmu_status status = look(dev);
		if (status != SMMU_OK)
			return status;
		if (atomic_load(&q->cons) == before && !smmu_wait_more(dev->sys, wait, q->signal == SMMU_SYNC_SEV))
			return SMMU_E_TIMEOUT;
	}
	return SMMU_OK;
}

static smmu_status take_in_turn(struct smmu_dev *dev, size_t count, uint64_t *first, bool *gather)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	struct smmu_wait wait;
	/* seq_cst pairs with the fetch_add below: who draws a ticket after this look is the only one that may be overtaken. */
	if (atomic_load(&q->tickets) == atomic_load(&q->serving) && take(q, count, first, gather))
		return SMMU_OK;
	smmu_wait_begin(dev->sys, &wait);
	const uint64_t cons = atomic_load(&q->cons);
	const uint32_t ticket = atomic_fetch_add(&q->tickets, 1);
	while (atomic_load(&q->serving) != ticket)      /* everyone in front has a deadline */
		smmu_relax(dev->sys);
	if (atomic_load(&q->cons) != cons)
		smmu_wait_begin(dev->sys, &wait);
	const smmu_status status = take_when_free(dev, count, first, gather, &wait);
	atomic_store(&q->serving, ticket + 1);
	return status;
}

/* ---- filling slots ---- */

static struct smmu_cmd sync_command(const struct smmu_cmdq *q, uint64_t position)
{
	if (q->signal == SMMU_SYNC_MSI)
		return smmu_cmd_sync_msi(q->msi.pa, q->msi_base + (uint32_t)(position + 1));
	return q->signal == SMMU_SYNC_SEV ? smmu_cmd_sync_sev() : smmu_cmd_sync();
}

static void fill(struct smmu_dev *dev, uint64_t position, const struct smmu_cmd *cmd, struct smmu_batch *batch)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	if (batch && (uint8_t)cmd->qword[0] == SMMU_CMD_ATC_INV)
		atomic_store_explicit(&batch->has_atc, true, memory_order_relaxed);
	atomic_store_explicit(&q->owner[smmu_queue_index(q->log2, position)], batch, memory_order_relaxed);
	smmu_cmdq_write_slot(dev, position, cmd);
}

static void flip_valid(struct smmu_cmdq *q, uint64_t first, uint64_t count)
{
	while (count > 0) {
		const uint32_t index = smmu_queue_index(q->log2, first);
		const uint64_t to_wrap = smmu_min64(count, smmu_queue_size(q->log2) - index);
		const uint64_t n = smmu_min64(to_wrap, 64u - index % 64u);
		const uint64_t mask = (n == 64 ? UINT64_MAX : SMMU_BIT(n) - 1) << index % 64u;
		atomic_fetch_xor_explicit(&q->valid[index / 64u], mask, memory_order_release);
		first += n;
		count -= n;
	}
}

/* In even rounds of the queue a set bit means filled, in odd ones a clear bit. */
static bool is_valid(const struct smmu_cmdq *q, uint64_t position)
{
	const uint32_t index = smmu_queue_index(q->log2, position);
	const uint64_t word = atomic_load_explicit(&q->valid[index / 64u], memory_order_acquire);
	return (word >> index % 64u & 1) != (position >> q->log2 & 1);
}

/* The gatherer's part; its own slots are [first, end). Waits for threads only, never for the SMMU. */
static void gather(struct smmu_dev *dev, uint64_t first, uint64_t end)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	while (atomic_load_explicit(&q->handed, memory_order_acquire) != first)
		smmu_relax(dev->sys);
	const uint64_t last = atomic_fetch_and_explicit(&q->prod, ~SMMU_PROD_GATHERING, memory_order_acq_rel) >> 1;
	for (; end != last; end++)
		while (!is_valid(q, end))
			smmu_relax(dev->sys);
	atomic_store(&q->shown, last);
	smmu_publish(dev->sys);
	smmu_write32(dev, SMMU_CMDQ_PROD, smmu_queue_register(q->log2, last));
	atomic_store_explicit(&q->handed, last, memory_order_release);
}

/* count commands, then with sync a CMD_SYNC, which is batch's; together they fit the queue. */
static smmu_status push_list(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, bool sync, struct smmu_batch *batch)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const size_t total = count + (sync ? 1 : 0);
	uint64_t first;
	bool gathers;
	const smmu_status status = take_in_turn(dev, total, &first, &gathers);
	if (status != SMMU_OK)
		return status;
	for (size_t i = 0; i < count; i++)
		fill(dev, first + i, &cmds[i], batch);
	if (sync) {
		const struct smmu_cmd cmd = sync_command(q, first + count);
		batch->end = first + total;
		fill(dev, first + count, &cmd, batch);
		atomic_fetch_add_explicit(&q->syncs, 1, memory_order_relaxed);
	}
	atomic_fetch_add_explicit(&q->commands, total, memory_order_relaxed);
	if (!gathers)
		smmu_publish_stores(dev->sys);
	flip_valid(q, first, total);
	if (gathers)
		gather(dev, first, first + total);
	return SMMU_OK;
}

/* ---- batches ---- */

static bool open_batch(struct smmu_cmdq *q, struct smmu_batch *batch)
{
	if (batch->open)
		return true;
	if (!enter(q))
		return false;
	batch->end = UINT64_MAX;
	batch->open = true;
	return true;
}

static void end_batch(struct smmu_dev *dev, struct smmu_batch *batch)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	/* Recovery looks only at slots the SMMU has not consumed. It raises its flag before it reads cons, we read cons before
	 * the flag: either we see the flag or it sees that our commands are done. */
	if (atomic_load(&q->cons) < batch->end || atomic_load(&q->recovering))
		smmu_cmdq_disown(dev, batch);
	batch->open = false;
	leave(q);
}

smmu_status smmu_cmdq_push(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count, struct smmu_batch *batch, bool close)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	const bool parts = dev->features.errata & SMMU_ERRATUM_SYNC_BATCH;
	const size_t capacity = smmu_queue_size(q->log2), part = parts ? smmu_min64(capacity, PART_MAX) : capacity;
	const struct smmu_cmd between = smmu_cmd_sync();
	smmu_status status = SMMU_OK;
	if (batch ? !open_batch(q, batch) : !enter(q))
		return atomic_load(&dev->unstopped) ? SMMU_E_TIMEOUT : SMMU_OK;
	for (size_t left = count + (close ? 1 : 0); left > 0 && status == SMMU_OK;) {
		const size_t run = left < part ? left : part;
		const bool sync = close && run == left;
		const size_t plain = sync ? run - 1 : run;
		status = push_list(dev, cmds, plain, sync, batch);
		if (plain > 0)
			cmds += plain;
		left -= run;
		if (parts && plain == part && status == SMMU_OK)
			status = push_list(dev, &between, 1, false, batch);
	}
	if (!batch)
		leave(q);
	else if (status != SMMU_OK)
		end_batch(dev, batch);
	return status == QUEUE_IS_OFF ? SMMU_OK : status;
}

smmu_status smmu_cmdq_wait(struct smmu_dev *dev, struct smmu_batch *batch)
{
	struct smmu_cmdq *const q = &dev->cmdq;
	struct smmu_wait wait;
	smmu_status status = SMMU_OK;
	if (!batch->open)
		return SMMU_OK; /* the queue was off */
	smmu_wait_begin(dev->sys, &wait);
	while (atomic_load(&q->cons) < batch->end && atomic_load(&q->enabled)) {
		if (q->signal == SMMU_SYNC_MSI)
			follow_msi(dev);
		if (q->signal != SMMU_SYNC_MSI || wait.rounds % LOOK_EVERY == LOOK_EVERY - 1)
			status = look(dev);
		if (status != SMMU_OK || atomic_load(&q->cons) >= batch->end)
			break;
		if (!smmu_wait_more(dev->sys, &wait, q->signal == SMMU_SYNC_SEV)) {
			status = SMMU_E_TIMEOUT;
			break;
		}
	}
	if (status == SMMU_OK && atomic_load(&q->cons) < batch->end && atomic_load(&dev->unstopped))
		status = SMMU_E_TIMEOUT;        /* the queue was closed, but the SMMU did not confirm that it has stopped */
	end_batch(dev, batch);
	const smmu_status refused = atomic_load(&batch->status);
	return status == SMMU_OK || refused != SMMU_OK ? refused : status;
}

smmu_status smmu_cmdq_run(struct smmu_dev *dev, const struct smmu_cmd *cmds, size_t count)
{
	struct smmu_batch batch = { 0 };
	const smmu_status status = smmu_cmdq_push(dev, cmds, count, &batch, true);
	return status == SMMU_OK ? smmu_cmdq_wait(dev, &batch) : status;
}
