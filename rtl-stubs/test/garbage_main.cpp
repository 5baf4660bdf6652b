// SPDX-License-Identifier: Apache-2.0
// Garbage against the block: random bytes in stream tables, CDs, translation tables and the command queue, random
// register writes in any order, random bus errors, random client bursts, all from a seed. Whatever happens: every
// register access and every client burst is answered, every Update is acknowledged, every command is consumed or
// refused, no assertion fires (NothingHangs_A among them), and after a clean set-up without a reset the block translates.
// Usage: garbage [--seed N] [--seeds COUNT] [--steps COUNT]. Not here: what the right answer to garbage is.
// Proof: it is the proof; ../README.md names the mutants it kills.
#include <cstdio>
#include <cstdlib>

#include "vectors.h"
#include "worlds.h"

using namespace rig;

namespace {

// What happened over all seeds; a run in which one of them is missing has not tested much.
struct Tally {
  std::uint64_t answered, aborted, raz_wi, translated, hits, records, lost, commands, refused, updates, repeated;
} tally;

constexpr unsigned kPorts = 2 * kTbus;
constexpr Word kStreamTable = 0x80000000, kContexts = 0x80100000, kTables = 0x82000000, kCommands = 0x87000000;

class Garbage {
 public:
  explicit Garbage(std::uint32_t seed) : seed_(seed * 0x9e3779b97f4a7c15ull) {}
  void run(unsigned steps);

 private:
  std::uint32_t next() {
    seed_ = seed_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::uint32_t>(seed_ >> 40);
  }
  Word wide() { return Word{next()} << 40 ^ Word{next()} << 20 ^ next(); }
  bool one_in(unsigned n) { return next() % n == 0; }
  // A value with the shapes that matter: few bits, a small number, anything.
  Word value() {
    switch (next() % 4) {
      case 0: return 0;
      case 1: return Word{1} << (next() % 64);
      case 2: return next() % 64;
      default: return wide();
    }
  }
  Word pointer() { return (one_in(6) ? wide() & ((Word{1} << 52) - 1) : kTables + 0x1000 * (next() % 8)) & ~Word{0xfff}; }

  void straps();
  void start_client();
  void damage_memory();
  void send_command();
  void write_register();
  void acknowledge_errors();
  void repair();
  void collect();
  [[noreturn]] void fail(const char* what);
  void wait_for_clients();
  void wait_for_commands();
  void check_recovery();

  std::uint64_t seed_;
  Rig rig_;
  Txn now_[kPorts];
  bool busy_[kPorts] = {};
};

void Garbage::fail(const char* what) {
  std::fprintf(stderr, "FAIL: %s (seed %u, cycle %llu)\n", what, g_seed, static_cast<unsigned long long>(rig_.cycles));
  std::exit(1);
}

void Garbage::straps() {
  rig_.idr1 = (rig_.idr1 & ~(31u << 21 | 31u << 16 | 31u << 6 | 63u)) | 6u << 21 | (next() % 7) << 16 | (one_in(4) ? next() % 21 : 10) << 6 | (7 + next() % 26);
  if (one_in(2)) rig_.idr1 &= ~(1u << 26);
  if (one_in(4)) rig_.idr0 &= ~(1u << 12);
  if (one_in(4)) rig_.idr0 &= ~(1u << 19);
  if (one_in(4)) rig_.idr0 |= 1u << 26;  // TERM_MODEL
  if (one_in(4)) rig_.idr0 ^= (2 + next() % 2) << 6;  // HTTU
  rig_.idr3 = 1u << 2 | (next() % 2) << 9 | (next() % 2) << 10 | (next() % 3) << 11 | (next() % 2) << 13;
  rig_.idr5 = (one_in(4) ? 1 + next() % 7 : 7) << 4 | (one_in(3) ? next() % 6 : 5);
}

void Garbage::start_client() {
  const unsigned port = next() % kPorts;
  if (busy_[port]) return;
  Txn t;
  t.tbu = port / 2;
  t.write = port & 1;
  t.sid = one_in(16) ? next() << 8 ^ next() : one_in(6) ? next() % 16 : one_in(3) ? 6 : 1;
  t.ssv = t.sid == 6 ? !one_in(4) : one_in(6);
  t.ssid = one_in(8) ? next() & 0xfffff : next() % 5;
  t.privileged = one_in(2);
  t.instruction = one_in(4);
  switch (next() % 8) {
    case 0: t.addr = wide(); break;
    case 1: t.addr = wide() >> (next() % 52); break;
    case 2: t.addr = 0x8100000000 + (Word{next() % 16} << 21) + (next() & 0xffff); break;
    default: t.addr = 0x8100600000 + (Word{next() % 40} << 12) + (next() & 0xfff);
  }
  t.size = next() % 5;
  t.burst = next() % 3;
  const unsigned bytes = 1u << t.size;
  if (t.burst == 1) {  // INCR stays inside 4 KiB
    const unsigned room = (4096 - (static_cast<unsigned>(t.addr) & 0xfff & ~(bytes - 1))) / bytes;
    t.len = next() % (room < 256 ? room : 256);
  } else if (t.burst == 2) {  // WRAP: 2, 4, 8 or 16 beats, aligned
    t.len = (2u << (next() % 4)) - 1;
    t.addr &= ~Word{bytes - 1};
  } else {
    t.len = next() % 16;
  }
  now_[port] = t;
  busy_[port] = true;
  rig_.submit(t);
}

void Garbage::damage_memory() {
  const unsigned word = next() % 8;
  Word at = 0;
  switch (next() % 6) {
    case 0: at = kStreamTable + 64 * (next() % 16) + 8 * word; break;
    case 1: at = kContexts + (one_in(2) ? 0x4000 : 0) + 64 * (next() % 4) + 8 * word; break;
    case 2: {  // an STE that may be valid
      const Word ste = kStreamTable + 64 * (next() % 16);
      rig_.write(ste, 1 | (next() % 8) << 1 | (one_in(3) ? Word{next() % 12} << 59 : 0) | (one_in(3) ? Word{next() % 4} << 4 : 0)
                          | (kContexts + (one_in(2) ? 0x4000 : 0)));
      rig_.write(ste + 8, value() & 0x000f0000000000ffull & (one_in(4) ? ~Word{0} : ~(Word{1} << 27)));
      if (one_in(2)) rig_.put(ste, 128 + 56, 128 + 55, next() % 4);  // S2HA, S2HD
      return;
    }
    case 3: {  // a CD that may be valid
      const Word cd = kContexts + (one_in(2) ? 0x4000 + 64 * (next() % 4) : 0);
      Word w = rig_.read(cd);
      w = (w & ~Word{0x3f}) | (one_in(2) ? 16 : one_in(3) ? next() % 64 : 16 + next() % 33);
      if (one_in(2)) w ^= Word{1} << (one_in(2) ? 45 + next() % 2 : next() % 48);  // R, A or any
      if (one_in(2)) w ^= Word{next() % 4} << 42;    // HA, HD
      rig_.write(cd, w);
      rig_.write(cd + 8, one_in(2) ? kTables : pointer());
      return;
    }
    default:
      at = kTables + 8 * (next() % 2048);
      if (one_in(3)) {  // a leaf that wants an update, where the baseline has one
        at = kTables + 0x3000 + 8 * (next() % 40);
        rig_.write(at, (rig_.read(at) | Word{1} << 51 | 0x40) ^ (next() % 2 << 10) ^ (next() % 2 << 7));
        return;
      }
  }
  switch (next() % 4) {
    case 0: rig_.write(at, wide()); break;
    case 1: rig_.write(at, pointer() | 3 | (wide() & 0xfff0000000000f00ull)); break;
    case 2: rig_.write(at, pointer() | 1 | (wide() & 0xfff0000000000f00ull)); break;
    default: rig_.write(at, rig_.read(at) ^ Word{1} << (next() % 64));
  }
}

void Garbage::send_command() {
  static const unsigned opcodes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x30, 0x46, 0x46, 0x46};
  Word d0 = wide(), d1 = wide();
  if (!one_in(12)) {
    d0 = opcodes[next() % (sizeof opcodes / sizeof *opcodes)] | Word{next() % 32} << 32 | Word{next() % 32} << 12;
    d1 = one_in(2) ? value() : 0x8100600000 + (Word{next() % 40} << 12) + next() % 4096;
    if ((d0 & 0xff) == 0x46) d0 |= (next() % 3) << 12;
  }
  rig_.command(d0, d1);
}

void Garbage::write_register() {
  static const unsigned offsets[] = {0x20, 0x24, 0x28, 0x2c, 0x40, 0x44, 0x50, 0x54, 0x60, 0x64, 0x80, 0x84, 0x88, 0x8c,
                                     0x90, 0x94, 0x98, 0x9c, 0xa0, 0xa4, 0xb0, 0xc0, 0xc8, 0xcc, 0x100a8, 0x100ac, 0x100c8};
  unsigned offset = offsets[next() % (sizeof offsets / sizeof *offsets)];
  if (one_in(6)) offset = (0x20000 | (next() & 0x1ffff)) & ~3u;
  if (one_in(10)) offset = next() & 0x3fffc;
  Word v = value();
  if (offset == 0x20) v = one_in(3) ? v : 0xd;
  if (offset == 0x44 && one_in(2)) v |= Word{1} << 31;
  if (offset == 0x44 && !one_in(4)) v &= ~(Word{1} << 20);
  if (offset == 0x80) v = one_in(3) ? v : kStreamTable;
  if (offset == 0x88) v = one_in(2) ? v : (next() % 3) << 16 | (6 + next() % 5) << 6 | next() % 24;
  if (offset == 0x90) v = one_in(3) ? v : kCommands | (next() % 8);
  if (one_in(3)) rig_.mmio_write64(offset & ~7u, v);
  else rig_.mmio_write(offset, static_cast<std::uint32_t>(v));
  rig_.mmio_read(one_in(2) ? offset : next() & 0x3fffc);
}

void Garbage::acknowledge_errors() {
  const std::uint32_t gerror = rig_.mmio_read(0x60);
  tally.refused += (gerror ^ rig_.mmio_read(0x64)) & 1;
  rig_.mmio_write(0x64, gerror);
}

// Without this, everything would soon be broken beyond the first check. Caches keep what they have.
void Garbage::repair() {
  const std::uint32_t idr0 = rig_.idr0, idr1 = rig_.idr1, idr3 = rig_.idr3, idr5 = rig_.idr5;
  if (!one_in(3)) rig_.baseline();
  rig_.idr0 = idr0, rig_.idr1 = idr1, rig_.idr3 = idr3, rig_.idr5 = idr5;
  rig_.error_percent = 0;
  rig_.has_monitor = !one_in(6);
  rig_.lose_updates = one_in(3) ? next() % 70 : 0;
  if (one_in(2)) rig_.put(kContexts, 46, 46, 0);  // CD.A: faults as RAZ/WI
  if (one_in(2)) rig_.put(kContexts, 43, 42, (rig_.idr0 >> 6 & 3) == 2 ? 3 : 0);
  if (one_in(2)) {
    rig_.update(0x20, 0x24, 0);
    acknowledge_errors();
    rig_.program(true);
    rig_.update(0x20, 0x24, 0xd);
  }
}

void Garbage::collect() {
  for (unsigned port = 0; port < kPorts; port++) {
    if (!busy_[port] || !rig_.outcome(now_[port]).done) continue;
    const Outcome& o = rig_.outcome(now_[port]);
    if (o.response != 0 && o.response != 2) fail("a burst ended with a wrong AXI response, ID or beat count");
    if (!now_[port].write && o.beats != now_[port].len + 1) fail("a read burst ended with a wrong number of beats");
    if (o.user == 1 && o.reached_memory) fail("an aborted burst reached memory");
    busy_[port] = false;
    tally.answered++;
    tally.aborted += o.user == 1;
    tally.raz_wi += o.user == 2;
    tally.translated += o.reached_memory && o.pa != now_[port].addr;
  }
}

void Garbage::wait_for_clients() {
  for (unsigned i = 0; i < 40000; i++) {
    collect();
    bool waiting = false;
    for (bool b : busy_) waiting = waiting || b;
    if (!waiting) return;
    rig_.tick();
  }
  fail("a client burst was not answered within 40000 cycles");
}

// Consumed, refused, or pointers that make no sense (more entries than the queue has).
void Garbage::wait_for_commands() {
  const unsigned log2 = static_cast<unsigned>(rig_.mmio_read(0x90) & 31);
  const unsigned mask = (2u << (log2 > 6 ? 6 : log2)) - 1;
  for (unsigned i = 0; i < 4000; i++) {
    if ((rig_.mmio_read(0x20) & rig_.mmio_read(0x24) & 8) == 0) return;
    const unsigned used = (rig_.mmio_read(0x98) - rig_.mmio_read(0x9c)) & mask;
    if (used == 0 || used > (mask + 1) / 2) return;
    if ((rig_.mmio_read(0x60) ^ rig_.mmio_read(0x64)) & 1) return;
    rig_.tick(16);
  }
  fail("a command was neither consumed nor refused");
}

// No reset: registers and memory are put right, everything cached is invalidated, and the baseline stream translates.
void Garbage::check_recovery() {
  rig_.error_percent = 0;
  rig_.background = nullptr;
  rig_.abort_reads.clear();
  rig_.abort_writes.clear();
  rig_.update(0x20, 0x24, 0);
  for (unsigned i = 0; rig_.mmio_read(0x44) >> 31; i++)
    if (i == 1000) fail("GBPA.Update stays set");
  acknowledge_errors();
  const std::uint32_t idr0 = rig_.idr0, idr1 = rig_.idr1, idr3 = rig_.idr3, idr5 = rig_.idr5;
  rig_.baseline();
  rig_.idr0 = idr0, rig_.idr1 = idr1, rig_.idr3 = idr3, rig_.idr5 = idr5;
  rig_.program(false);
  rig_.command(0x04, 31);
  rig_.command(0x30, 0);
  rig_.sync();
  rig_.update(0x20, 0x24, 0xd);
  rig_.events();
  const Txn t = rd(4, 0x5008);  // bypass stream: works for every strap
  const std::string why = check(rig_, t, pa(0x5008));
  if (!why.empty()) fail(("after recovery: " + why).c_str());
  if ((idr5 & 0x17) == 0x15) {   // 4 KiB granule, 48 bits: the stage-1 stream of the baseline
    const std::string s1 = check(rig_, rd(1, 0x8100603010), pa(0x912345010));
    if (!s1.empty()) fail(("after recovery: " + s1).c_str());
  }
}

void Garbage::run(unsigned steps) {
  rig_.baseline();
  straps();
  rig_.max_latency = 1 + next() % 12;
  rig_.cmdq_log2 = 3 + next() % 3;
  rig_.eventq_log2 = next() % 4;
  rig_.start(!one_in(4), !one_in(4));
  const std::uint32_t salt = next();
  rig_.background = [salt](Word addr) {  // noise, half of it zero; not between the words of the baseline
    if (addr >> 28 == 8) return Word{0};
    Word x = (addr + salt) * 0x9e3779b97f4a7c15ull;
    x ^= x >> 29;
    return x & 1 ? Word{0} : x * Word{0xbf58476d1ce4e5b9};
  };
  for (unsigned i = 0; i < steps; i++) {
    if (one_in(25)) repair();
    switch (next() % 16) {
      case 0: case 1: case 2: case 3: case 4: start_client(); break;
      case 5: case 6: case 7: start_client(); break;
      case 8: if (one_in(2)) damage_memory(); break;
      case 9: case 10: send_command(); break;
      case 11: if (one_in(4)) write_register(); break;
      case 12:
        rig_.error_percent = one_in(4) ? next() % 30 : 0;
        break;
      case 13: acknowledge_errors(); break;
      case 14: rig_.update(0x20, 0x24, one_in(4) ? next() & 0xd : 0xd); break;
      default: rig_.tick(next() % 200);
    }
    rig_.tick(next() % 20);
    collect();
    if (one_in(20)) wait_for_clients();
    if (one_in(4)) rig_.mmio_write(0x100ac, one_in(8) ? next() : rig_.mmio_read(0x100a8));
    if (one_in(16)) {  // two Updates at once
      rig_.mmio_write(0x20, next() & 0xd);
      rig_.mmio_write(0x44, 1u << 31 | (next() & 0x3f1f));
    }
    if (one_in(40)) wait_for_commands();
  }
  wait_for_clients();
  wait_for_commands();
  tally.hits += rig_.tlb_hits;
  tally.lost += rig_.lost_events;
  tally.commands += rig_.consumed;
  tally.records += rig_.written_events;
  tally.updates += rig_.updates;
  tally.repeated += rig_.lost_updates;
  check_recovery();
}

unsigned long long n(std::uint64_t count) { return count; }

}  // namespace

int main(int argc, char** argv) {
  const auto [first, seeds, steps] = run_worlds<Garbage>(argc, argv, 40, 400);
  std::printf("%u seeds of %u steps from seed %u, nothing hung: bursts answered %llu, aborted %llu, RAZ/WI %llu, translated %llu; "
              "TLB hits %llu; records written %llu, lost %llu; commands consumed %llu, refused %llu; "
              "descriptors updated %llu, writes of them lost %llu\n",
              seeds, steps, first, n(tally.answered), n(tally.aborted), n(tally.raz_wi), n(tally.translated), n(tally.hits),
              n(tally.records), n(tally.lost), n(tally.commands), n(tally.refused), n(tally.updates), n(tally.repeated));
  const bool much = tally.aborted && tally.raz_wi && tally.translated && tally.hits && tally.records && tally.lost && tally.commands && tally.refused
                    && tally.updates && tally.repeated;
  if (!much) std::fprintf(stderr, "FAIL: one of these never happened\n");
  return much ? 0 : 1;
}
