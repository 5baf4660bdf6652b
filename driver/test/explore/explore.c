/* SPDX-License-Identifier: Apache-2.0
 * Scheduler, store buffers and depth-first search (see explore.h). An execution is a list of choices; the next one repeats the
 * list up to its last choice that has an alternative left, takes that, and goes on by default. */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* Before the shadow of <stdatomic.h> could replace them; the numbers are the compiler's. */
enum { RELAXED = __ATOMIC_RELAXED, RELEASE = __ATOMIC_RELEASE, ACQ_REL = __ATOMIC_ACQ_REL, SEQ_CST = __ATOMIC_SEQ_CST };

#define NODES_MAX 65536u
#define STACK_BYTES (128u << 10)
#define HELD_MAX 16u
#define LATE_MAX 32u
#define TRAIL 48u
#define NOT_WAITING UINT64_MAX

struct node {
	uint8_t choice, options;
};

struct held {                     /* a store in its thread's buffer */
	volatile void *at;
	size_t size;
	uint64_t value;
	unsigned epoch;
};

struct thread {
	ucontext_t context;
	void *stack;
	bool done;
	bool interrupted;         /* at a point, and has not gone on since */
	uint64_t looked;          /* writes when it went on after its last wait: what it waits for was looked at since then */
	uint64_t seen;            /* while it waits: the same */
	struct held held[HELD_MAX];
	unsigned held_count, epoch;
};

struct late {                     /* a store SMMUs do not see yet */
	const volatile void *at;
	uint64_t old;
	unsigned writers;         /* bit n: thread n stored there, now or since; what any of them publishes is newer */
};

struct place {
	const char *what;
	int line;
	unsigned thread;
};

unsigned explore_mutant;

static struct {
	const struct explore_plan *plan;
	struct explore_result *result;
	ucontext_t main;
	struct thread thread[EXPLORE_THREADS];
	unsigned current, used;
	bool running;
	struct node node[NODES_MAX];
	unsigned depth, length;
	uint64_t steps, writes;
	struct late late[LATE_MAX];
	unsigned late_count;
	struct place trail[TRAIL];
	uint64_t trail_count;
} s;

/* ---- words ---- */

static uint64_t read_word(const volatile void *at, size_t size)
{
	uint64_t value = 0;
	memcpy(&value, (const void *)at, size);
	return value;
}

static void tell(const volatile void *at)
{
	if (s.running && s.plan->on_access)
		s.plan->on_access(at);
}

static void write_word_of(unsigned thread, volatile void *at, size_t size, uint64_t value)
{
	tell(at);
	for (unsigned i = 0; s.running && i < s.late_count; i++)
		if (s.late[i].at == at)
			s.late[i].writers |= 1u << thread;
	memcpy((void *)at, &value, size);
	s.writes++;
}

static void write_word(volatile void *at, size_t size, uint64_t value)
{
	write_word_of(s.current, at, size, value);
}

static bool in_dma(const volatile void *at)
{
	const uintptr_t a = (uintptr_t)at, base = (uintptr_t)s.plan->dma;
	return a >= base && a - base < s.plan->dma_bytes;
}

/* ---- failure ---- */

static void leave_execution(void)
{
	s.running = false;
	setcontext(&s.main);
	abort();
}

void explore_fail(const char *what)
{
	struct explore_result *const r = s.result;
	if (!s.running) {
		fprintf(stderr, "explorer: %s before the first execution\n", what);
		abort();
	}
	size_t n = (size_t)snprintf(r->message, sizeof r->message, "%s\n", what);
	for (uint64_t i = s.trail_count > TRAIL ? s.trail_count - TRAIL : 0; i < s.trail_count && n < sizeof r->message - 1; i++) {
		const struct place *const p = &s.trail[i % TRAIL];
		n += (size_t)snprintf(r->message + n, sizeof r->message - n, "  %s: %s:%d\n", s.plan->thread[p->thread].name, p->what, p->line);
	}
	for (unsigned t = 0; t < s.plan->thread_count && n < sizeof r->message - 1; t++)
		n += (size_t)snprintf(r->message + n, sizeof r->message - n, "  %s%s%s\n", s.plan->thread[t].name,
				      t == s.current ? " is here" : "", s.thread[t].done ? " has ended" : "");
	r->failed = true;
	leave_execution();
}

/* ---- choices ---- */

/* 0 is the default; anything else costs. */
static unsigned choose(unsigned options)
{
	if (options < 2 || s.used >= s.plan->bound)
		return 0;
	if (s.depth == s.length) {
		if (s.length == NODES_MAX)
			explore_fail("explorer: too many choices in one execution");
		s.node[s.length++] = (struct node){ 0, (uint8_t)options };
	}
	const struct node *const node = &s.node[s.depth++];
	if (node->options != options)
		explore_fail("explorer: an execution cannot be repeated");
	s.used += node->choice != 0;
	return node->choice;
}

/* False: all have been taken. */
static bool next_execution(void)
{
	while (s.length > 0 && s.node[s.length - 1].choice + 1 == s.node[s.length - 1].options)
		s.length--;
	if (s.length == 0)
		return false;
	s.node[s.length - 1].choice++;
	return true;
}

/* ---- threads ---- */

static bool can_go_on(unsigned t)
{
	const struct explore_thread *const spec = &s.plan->thread[t];
	if (s.thread[t].done)
		return false;
	return spec->ready ? spec->ready(spec->arg) : s.thread[t].seen != s.writes;     /* nothing new for it otherwise */
}

static void go_to(unsigned t)
{
	const unsigned from = s.current;
	s.current = t;
	swapcontext(&s.thread[from].context, &s.thread[t].context);
}

/* The others that can go on, the next in the round first; those that were interrupted come last. */
static unsigned others(unsigned *list)
{
	unsigned n = 0;
	for (unsigned interrupted = 0; interrupted < 2; interrupted++) {
		for (unsigned i = 1; i < s.plan->thread_count; i++) {
			const unsigned t = (s.current + i) % s.plan->thread_count;
			if (s.thread[t].interrupted == (interrupted != 0) && can_go_on(t))
				list[n++] = t;
		}
	}
	return n;
}

static void let_go(struct thread *t)
{
	for (unsigned i = 0; i < t->held_count; i++)
		write_word_of((unsigned)(t - s.thread), t->held[i].at, t->held[i].size, t->held[i].value);
	t->held_count = 0;
}

static void show_to_devices(void)
{
	unsigned n = 0;
	for (unsigned i = 0; i < s.late_count; i++)
		if (!(s.late[i].writers >> s.current & 1))
			s.late[n++] = s.late[i];
	s.late_count = n;
}

/* Nobody can go on: time passes, and what was held back arrives. */
static bool let_time_pass(void)
{
	const uint64_t writes = s.writes;
	for (unsigned t = 0; t < s.plan->thread_count; t++)
		let_go(&s.thread[t]);
	return s.writes != writes;
}

static void run_thread(void)
{
	const struct explore_thread *const spec = &s.plan->thread[s.current];
	unsigned list[EXPLORE_THREADS];
	spec->body(spec->arg);
	let_go(&s.thread[s.current]);
	s.thread[s.current].done = true;
	s.writes++;
	bool all = true;
	for (unsigned t = 0; t < s.plan->thread_count; t++)
		all = all && (s.thread[t].done || s.plan->thread[t].ready);
	if (all) {
		s.used = s.plan->bound;         /* one after the other from here on */
		if (s.plan->check)
			s.plan->check();
		leave_execution();
	}
	unsigned n = others(list);
	if (n == 0 && let_time_pass())
		n = others(list);
	if (n == 0)
		explore_fail("everybody waits");
	go_to(list[choose(n)]);
}

void explore_point(const char *what, int line)
{
	unsigned list[EXPLORE_THREADS];
	if (!s.running)
		return;
	s.trail[s.trail_count++ % TRAIL] = (struct place){ what, line, s.current };
	if (++s.steps > s.plan->step_max)
		explore_fail("no end in sight");
	const unsigned choice = s.used < s.plan->bound ? choose(1 + others(list)) : 0;
	if (choice) {
		s.thread[s.current].interrupted = true;
		go_to(list[choice - 1]);
		s.thread[s.current].interrupted = false;
	}
}

void explore_yield(void)
{
	unsigned list[EXPLORE_THREADS];
	if (!s.running)
		return;
	if (++s.steps > s.plan->step_max)
		explore_fail("no end in sight");
	struct thread *const t = &s.thread[s.current];
	t->seen = t->looked;
	unsigned n = others(list);
	if (n == 0 && let_time_pass())
		n = others(list);
	if (n == 0 && t->seen == s.writes)
		explore_fail("everybody waits");
	if (n > 0)
		go_to(list[choose(n)]);
	t->looked = s.writes;
	t->seen = NOT_WAITING;
}

void explore_give_way(void)
{
	unsigned list[EXPLORE_THREADS];
	const unsigned n = s.running ? others(list) : 0;
	if (n > 0)
		go_to(list[choose(n)]);
}

void explore_wrote(void)
{
	s.writes++;
}

void explore_publish(void)
{
	if (s.running)
		show_to_devices();
}

void explore_release(void)
{
	if (s.running)
		let_go(&s.thread[s.current]);
}

uint64_t explore_device_load(const volatile uint64_t *at)
{
	for (unsigned i = 0; s.running && i < s.late_count; i++)
		if (s.late[i].at == at)
			return s.late[i].old;
	return *at;
}

/* ---- atomics ---- */

static bool is_releasing(int order)
{
	return order == RELEASE || order == ACQ_REL || order == SEQ_CST;
}

static bool skipped(const volatile void *at)
{
	return s.plan->skips && s.plan->skips(at);
}

static const struct held *find_held(const struct thread *t, const volatile void *at)
{
	for (unsigned i = t->held_count; i-- > 0;)
		if (t->held[i].at == at)
			return &t->held[i];
	return NULL;
}

uint64_t explore_load(const volatile void *at, size_t size, const char *what, int line)
{
	if (!s.running)
		return read_word(at, size);
	if (!skipped(at))
		explore_point(what, line);
	tell(at);
	const struct held *const held = find_held(&s.thread[s.current], at);
	return held ? held->value : read_word(at, size);
}

void explore_store(volatile void *at, size_t size, uint64_t value, int order, const char *what, int line)
{
	struct thread *const t = &s.thread[s.current];
	if (!s.running || skipped(at)) {
		if (s.running && is_releasing(order))
			let_go(t);
		write_word(at, size, value);
		return;
	}
	explore_point(what, line);
	if (order == SEQ_CST || t->held_count == HELD_MAX)
		let_go(t);
	if (order == RELEASE && t->held_count)
		t->epoch++;
	const bool must_queue = t->held_count && (t->held[0].epoch != t->epoch || find_held(t, at));
	const bool late = in_dma(at) && size == sizeof(uint64_t) && s.late_count < LATE_MAX;
	const unsigned choice = must_queue ? 1 : order == SEQ_CST ? 0 : choose(late ? 3 : 2);
	if (choice == 1) {
		t->held[t->held_count++] = (struct held){ at, size, value, t->epoch };
		return;
	}
	if (choice == 2)
		s.late[s.late_count++] = (struct late){ at, read_word(at, size), 0 };
	write_word(at, size, value);
}

static void before_rmw(volatile void *at, int order, bool is_counter, const char *what, int line)
{
	struct thread *const t = &s.thread[s.current];
	if (!s.running)
		return;
	if (!is_counter && !skipped(at))
		explore_point(what, line);
	if (is_releasing(order) || find_held(t, at))
		let_go(t);
}

uint64_t explore_rmw(volatile void *at, size_t size, enum explore_operation operation, uint64_t value, int order, const char *what,
		     int line)
{
	before_rmw(at, order, order == RELAXED && operation == EXPLORE_ADD, what, line);
	const uint64_t old = read_word(at, size), writes = s.writes;
	switch (operation) {
	case EXPLORE_EXCHANGE: write_word(at, size, value); break;
	case EXPLORE_ADD: write_word(at, size, old + value); break;
	case EXPLORE_SUB: write_word(at, size, old - value); break;
	case EXPLORE_AND: write_word(at, size, old & value); break;
	case EXPLORE_OR: write_word(at, size, old | value); break;
	case EXPLORE_XOR: write_word(at, size, old ^ value); break;
	}
	if (order == RELAXED && operation == EXPLORE_ADD)
		s.writes = writes;      /* nobody waits for a counter */
	return old;
}

bool explore_compare_exchange(volatile void *at, size_t size, void *expected, uint64_t value, int order, const char *what, int line)
{
	before_rmw(at, order, false, what, line);
	const uint64_t old = read_word(at, size);
	if (old != read_word(expected, size)) {
		memcpy(expected, &old, size);
		return false;
	}
	write_word(at, size, value);
	return true;
}

void explore_fence(int order, const char *what, int line)
{
	struct thread *const t = &s.thread[s.current];
	if (!s.running)
		return;
	explore_point(what, line);
	if (order == SEQ_CST)
		let_go(t);
	else if (is_releasing(order) && t->held_count)
		t->epoch++;
}

/* ---- the search ---- */

static void begin(void)
{
	s.depth = s.used = s.current = s.late_count = 0;
	s.steps = s.trail_count = 0;
	s.writes = 1;
	s.plan->restore();
	for (unsigned t = 0; t < s.plan->thread_count; t++) {
		struct thread *const thread = &s.thread[t];
		thread->done = thread->interrupted = false;
		thread->looked = 0;
		thread->seen = NOT_WAITING;
		thread->held_count = thread->epoch = 0;
		getcontext(&thread->context);
		thread->context.uc_stack.ss_sp = thread->stack;
		thread->context.uc_stack.ss_size = STACK_BYTES;
		thread->context.uc_link = NULL;
		makecontext(&thread->context, run_thread, 0);
	}
	s.running = true;
}

void explore_run(const struct explore_plan *plan, struct explore_result *result)
{
	memset(result, 0, sizeof *result);
	s.plan = plan;
	s.result = result;
	s.length = 0;
	for (unsigned t = 0; t < plan->thread_count; t++)
		if (!s.thread[t].stack && !(s.thread[t].stack = malloc(STACK_BYTES)))
			abort();
	explore_mutant = plan->mutant;
	do {
		begin();
		swapcontext(&s.main, &s.thread[0].context);
		result->executions++;
		result->points += s.steps;
	} while (!result->failed && next_execution());
	explore_mutant = MUTANT_NONE;
}
