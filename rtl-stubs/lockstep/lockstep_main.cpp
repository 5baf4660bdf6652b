// SPDX-License-Identifier: Apache-2.0
// The block against the model: random stream tables, CDs, tables of both stages, substreams, many accesses on every port at once, memory that
// answers late, out of order or with an error, and changes of one word followed by an invalidation and CMD_SYNC while traffic goes on.
// A transaction must end as the model says for the memory before or after a change; once CMD_SYNC is consumed, after. Every
// record must be the model's, and there must be no other. Hardware updates: what the model would change is changed when the
// transaction ends, and nothing is ever changed that no transaction may change.
//    test.rtl.lockstep [--seed N] [--seeds COUNT] [--steps COUNT]      steps: transactions per seed
// What software must keep apart stays apart: every stream has its VMID, every CD its ASID, pages are not global, streams of EL2 share
// one CD; where descriptors become dirty, everybody who uses tables of that stage lets them, and no word that is updated
// serves two kinds of structures. Else the architecture allows answers that no model of one translation can foretell.
// Exit 0: no divergence and nothing that never happened; 1: a divergence, with seed, transaction and both opinions; 2: usage.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "../test/vectors.h"
#include "../test/worlds.h"
#include "oracle.h"

using namespace lockstep;
using rig::Rig;

namespace {
constexpr Word kStreams = 0x80000000, kContexts = 0x80400000, kTables = 0x82000000, kStage2 = 0x84000000, kMany = 32, low_48 = 0xffffffffffff, kMessage = 0x89000000;
constexpr std::uint32_t kAsid16 = 1u << 12;

struct Tally {
  std::uint64_t ok, aborted, raz, raced, hits, syncs, updates, lost, checked, between, events[32];
} tally;

class World {
 public:
  explicit World(std::uint32_t seed) : seed_(seed * 747796405u + 2891336453u) {}
  void run(unsigned steps);

 private:
  std::uint32_t next() {
    seed_ = seed_ * 1664525u + 1013904223u;
    std::uint32_t x = seed_ ^ (seed_ >> 15);
    x *= 2246822519u;
    return x ^ (x >> 13);
  }
  unsigned below(unsigned n) { return next() % n; }
  bool one_in(unsigned n) { return below(n) == 0; }
  bool odd(unsigned n) { return one_in(tame_ ? 10 * n : n); }   // something that mostly ends in a fault
  static Word hash(Word x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
  }
  Word fresh(Word addr) const;
  Word descriptor(Word addr, Word h, bool stage2) const;
  Word context_word(Word addr, Word h) const;
  Word update_bits(Word h) const;
  void make_ste(unsigned sid);
  void straps();
  void submit(unsigned place);
  void collect();
  void change();
  bool change_word(Word at, Word value);
  void change_before_update(Word at);
  void settle(bool final);
  [[noreturn]] void diverged(const Txn& t, const std::string& actual, const std::vector<Verdict>& wanted);

  struct Pending {
    Txn txn;
    std::vector<Verdict> allowed;
    unsigned number = 0;
    bool busy = false, changed = false;   // changed: a word that it may have read, by software
  };
  struct Ended {
    Txn txn;
    std::vector<Verdict> fitting;   // allowed verdicts that fit what the client saw
  };
  std::uint32_t seed_;
  Rig rig_;
  std::unique_ptr<Oracle> oracle_;
  Word salt_ = 0, error_salt_ = 0;
  unsigned error_one_in_ = 0, update_error_one_in_ = 0;
  bool tame_ = false;                                           // half of the worlds: structures are mostly right, so that most translates
  bool dirty1_ = false, dirty2_ = false;   // every CD, every STE lets hardware make pages dirty; else none does
  std::unordered_map<Word, unsigned> uses_;    // classes that have read a word
  std::unordered_map<Word, Word> updated_;     // bits that some transaction may change
  std::unordered_map<Word, std::vector<Word>> judged_;   // words in which one may; updates of others may have come before
  Pending pending_[24];            // six on each port
  std::vector<Ended> ended_;
  // a change on its way: the word as it was, until CMD_SYNC is consumed
  bool changing_ = false, alone_ = false;
  Word changed_ = 0, before_ = 0;
  std::uint64_t syncs_wanted_ = 0;
  bool untold_ = false;            // it came between two reads of the block; the invalidation is still to be sent
  unsigned sequence_ = 0;

  Word now(Word addr) const { return rig_.read(addr); }
  Word then(Word addr) const { return (addr & ~Word{7}) == changed_ ? before_ : rig_.read(addr); }
  bool aborts(Word addr) const {
    return error_one_in_ && addr >= kStreams && addr < 0x86000000 && hash(addr ^ error_salt_) % error_one_in_ == 0;
  }
  // False where the answer may mix memory before and after the change: tables that lead back to themselves.
  bool allow(Pending& p) {
    unsigned reads = 0;
    bool apart = true;
    auto ask = [&](bool old) {
      unsigned count = 0;
      std::vector<std::array<Word, 2>> seen;
      Verdict v = oracle_->ask(p.txn, {[&](Word a, unsigned access_class) {
        count += changing_ && a == changed_;
        seen.push_back({a, access_class});
        return old ? then(a) : now(a);
      }, [&](Word a) { return aborts(a); }, [&](Word a) { return !rig_.has_monitor || aborts_update(a); }});
      reads = std::max(reads, count);
      for (auto& [at, access_class] : seen) apart = apart && keep_apart(at, static_cast<unsigned>(access_class));
      for (auto& u : v.updates) {
        apart = apart && (uses_[u.addr] & (uses_[u.addr] - 1)) == 0;
        updated_[u.addr] |= u.before ^ u.after;
        auto& judged = judged_[u.addr];
        if (std::find(judged.begin(), judged.end(), u.before) == judged.end()) judged.push_back(u.before);
      }
      if (std::find(p.allowed.begin(), p.allowed.end(), v) == p.allowed.end()) p.allowed.push_back(v);
    };
    ask(false);
    if (changing_) ask(true);
    return reads < 2 && apart;
  }
  // One kind of structure for each word that is updated.
  bool keep_apart(Word at, unsigned access_class) {
    unsigned& uses = uses_[at];
    uses |= 1u << access_class;
    return updated_.count(at) == 0 || (uses & (uses - 1)) == 0;
  }
  bool aborts_update(Word addr) const { return update_error_one_in_ && hash(addr ^ ~error_salt_) % update_error_one_in_ == 0; }
  // The block has changed a descriptor: one that some transaction may change, and others may see it.
  void block_updates(Word addr, Word before, Word after) {
    tally.updates++;
    const auto known = updated_.find(addr);
    bool may = known != updated_.end() && ((before ^ after) & ~known->second) == 0, permits = false;
    for (const Word word : judged_[addr]) permits = permits || ((word ^ before) & ~known->second) == 0;
    if (!may || !permits) {
      std::printf("FAIL seed %u, transaction %u: the block changes the descriptor at %s from %s to %s, the model never would\n", rig::g_seed,
                  sequence_, rig::hex(addr).c_str(), rig::hex(before).c_str(), rig::hex(after).c_str());
      std::exit(1);
    }
    for (auto& p : pending_)
      if (p.busy) allow(p);
  }
};

// Memory that nobody wrote: plausible structures everywhere, from the address and a salt.
Word World::fresh(Word addr) const {
  const Word h = hash(addr ^ salt_);
  if (addr >= kTables && addr < kTables + 0x1000000) return descriptor(addr, h, false);
  if (addr >= kStage2 && addr < kStage2 + 0x1000000) return descriptor(addr, h, true);
  if (addr >= kContexts && addr < kContexts + 0x200000) return context_word(addr, h);
  return 0;
}

Word World::descriptor(Word addr, Word h, bool stage2) const {
  const Word region = stage2 ? kStage2 : kTables;
  const bool plain = tame_ && (h >> 60) % 4;
  Word attributes = (h >> 8 & 0xfff) << 52 | (h >> 20 & 0xff) << 4;         // DBM, XN, tables' limits; AP, SH
  if (h % 4 || plain) attributes &= 0x000ffffffffff0ff;                               // mostly nothing above, readable and writable
  if (h % 4 || plain) attributes |= 0x40;
  if (stage2 && ((h >> 44) % 4 || plain)) attributes |= 0xc0;
  attributes |= (h >> 28) % ((rig_.idr0 >> 6 & 3) != 0 ? 3 : 16) ? 0x400 : 0; // AF
  if (stage2 ? dirty2_ : dirty1_) {                                          // often clean
    attributes |= (h >> 41) % 4 ? Word{1} << 51 : 0;                         // DBM
    if ((h >> 37) % 2) attributes = stage2 ? attributes & ~Word{0x80} : attributes | 0x80;
  }
  attributes |= 0x800;                                                       // nG
  if (stage2) attributes = (attributes & ~Word{0x3c}) | ((h >> 50) % 8 ? 0x3c : (h >> 53 & 15) << 2);
  if (stage2 ? (h >> 46) % 2 : (h >> 46) % 8) attributes &= ~(Word{0x1f} << 59);
  if (stage2 && (addr >> 3 & 0x1ff) == 2 && h % 8) return 0x80000000 | ((h >> 24) % 8 ? 0xffd : 0xf7d); // where tables and CDs are: as they are, some read-only
  switch ((h >> 56) % 32 + (plain ? 2 : 0)) {
    case 0: return 0;
    case 1: return h | 0x800;
    case 2: case 3: case 4: case 5:                                          // block or nothing; somewhere, sometimes out of reach
      return ((h >> 3) % 32 ? (h & 0x3ffffff) << 14 : (h & 0x3fffff) << 26) | attributes | 1;
    default:                                                                // table or page
      return (region + ((h >> 16) % 256 << 16)) | (h % 64 ? 0 : Word{1} << 44) | attributes | 3;
  }
}

// {HA, HD} where nothing becomes dirty: HD alone is off. Without HTTU mostly 0, else everything would be illegal.
Word World::update_bits(Word h) const {
  const unsigned httu = rig_.idr0 >> 6 & 3;
  if (httu == 2) return h % 3;
  return httu == 1 ? (h % 12 == 0 ? 1 : h % 2 << 1) : h % 24 == 0 ? 2 : 0;
}

Word World::context_word(Word addr, Word h) const {
  const Word half = hash(h);
  switch (addr >> 3 & 7) {
    case 0: {
      static const unsigned sizes[8] = {16, 16, 25, 24, 34, 20, 28, 39};
      Word w = Word{1} << 31 | Word{1} << 41 | Word{5} << 32 | Word{1} << 45 | Word{1} << 46;       // V, AA64, IPS, R, A
      w |= sizes[h % 8] | Word{sizes[h >> 3 & 7]} << 16;
      w |= (h >> 6) % 3 ? 0 : (h >> 8) % (tame_ ? 3 : 4) << 6;                                      // TG0
      w |= Word{(h >> 10) % 8 ? 2u : static_cast<unsigned>(h >> 12 & 3) | tame_} << 22;             // TG1
      w |= (h >> 14) % 8 ? Word{1} << 30 : 0;                                                      // EPD1
      w |= (h >> 16) % 16 ? 0 : Word{1} << 14;                                                     // EPD0
      w |= (half & 15) == 0 ? Word{1} << 35 : 0;                                                   // AFFD
      w |= dirty1_ ? Word{3} << 42 : update_bits(half >> 52) << 42;                                 // HA, HD
      w |= (half >> 4 & 7) == 0 ? Word{1} << 36 : 0;                                               // WXN
      w |= (half >> 7 & 7) < 2 ? (half >> 10 & 3) << 38 : 0;                                       // TBI
      w |= (half >> 12 & 7) == 0 ? Word{1} << 40 : 0;                                              // PAN
      w ^= (half >> 15 & 7) == 0 ? Word{1} << 46 : 0;
      w ^= (half >> 18 & 7) == 0 ? Word{1} << 45 : 0;
      w ^= (half >> 21 & (tame_ ? 255 : 31)) == 0 ? Word{1} << (half >> 26 & 63) % 42 : 0;
      if ((half >> 40 & 15) == 0) w = (w & ~(Word{7} << 32)) | (half >> 44 & 7) << 32;              // IPS
      // An ASID of its own. Where ASIDs have 8 bits VMIDs keep streams apart, and an upper bit makes the CD illegal.
      if (rig_.idr0 & kAsid16) return w | (addr >> 6 & 0xffff) << 48;
      return w | (addr >> 6 & 0x3ff) << 48 | ((half >> 48 & 15) == 0 ? Word{1} << (58 + (half >> 52) % 6) : 0);
    }
    case 1: case 2:
      return (kTables + ((h >> 16) % 256 << 16)) | (h % 8 ? 0 : h >> 8 & 6);                        // HAD, E0PD
    default: return h;
  }
}

void World::make_ste(unsigned sid) {
  const Word at = kStreams + 64 * sid;
  auto field = [&](unsigned msb, unsigned lsb, Word value) { rig_.put(at, msb, lsb, value); };
  for (unsigned i = 0; i < 8; i++) rig_.write(at + 8 * i, one_in(8) ? hash(next()) : 0);
  const Word update = dirty2_ ? 3 : update_bits(next());                    // S2HA, S2HD
  field(128 + 56, 128 + 55, update);
  if (odd(40)) return;                                                      // nonsense
  const bool s2p = rig_.idr0 & 1;
  const unsigned config = odd(16) ? below(8) : one_in(12) ? 4 : !s2p || one_in(3) ? 5 : one_in(3) ? 6 : 7;
  rig_.write(at, 0);
  rig_.write(at + 8, one_in(3) ? hash(next()) & 0x000f000000000003 : 0);     // PRIVCFG, INSTCFG, S1DSS
  if (tame_ && !one_in(4)) field(64 + 1, 64, 2);
  field(64 + 31, 64 + 30, one_in(6) ? 2 : odd(40) ? 1 : 0);              // STRW
  rig_.write(at + 16, 0);
  field(0, 0, !odd(32));
  field(3, 1, config);
  // every stream has tables of its own, so that nothing is shared by TLB tags but global entries
  const bool el2 = config == 5 && (rig_.read(at + 8) >> 31 & 1);
  const unsigned max = el2 || one_in(2) ? 0 : 1 + below(8), format = tame_ ? below(3) : below(4);
  field(63, 59, max);
  field(5, 4, format);
  if (max && (format == 1 || format == 2)) {                                // level-1 descriptors behind the contexts
    const Word list = kContexts + 0x300000 + 0x1000 * sid;
    field(51, 6, list >> 6);
    for (unsigned i = 0; i < 9; i++)
      rig_.write(list + 8 * i, odd(8) ? 0 : (kContexts + 0x10000 * (sid % 16) + (format == 1 ? 0x1000 * i : 0)) | 1);
  } else {
    field(51, 6, (kContexts + (el2 ? 0 : 0x10000 * (sid % 16) + (max ? 0 : 0x40 * below(16)))) >> 6);
  }
  field(64 + 27, 64 + 27, odd(40));
  field(128 + 15, 128, sid + 1);
  field(128 + 51, 128 + 51, !odd(40));
  field(128 + 50, 128 + 48, odd(6) ? below(8) : 5);
  field(128 + 58, 128 + 58, !one_in(4));
  field(128 + 54, 128 + 54, one_in(4));                                     // S2PTW
  field(128 + 53, 128 + 53, one_in(8));                                     // S2AFFD
  field(128 + 56, 128 + 55, update);
  static const unsigned geometry[8][3] = {{24, 1, 0}, {24, 1, 0}, {24, 1, 0}, {25, 1, 0}, {21, 1, 0}, {16, 2, 0}, {24, 1, 2}, {24, 1, 1}};
  const unsigned* g = geometry[config == 7 && !odd(6) ? below(5) : below(8)];
  static const unsigned edges[6][3] = {{20, 1, 0}, {21, 1, 0}, {29, 0, 0}, {30, 0, 0}, {24, 1, 2}, {23, 1, 2}};   // 16 start tables, or 32
  if (odd(12)) g = edges[below(6)];
  field(128 + 37, 128 + 32, odd(16) ? below(64) : g[0]);
  field(128 + 39, 128 + 38, odd(24) ? below(4) : g[1]);
  field(128 + 47, 128 + 46, odd(24) ? below(4) : g[2]);
  field(192 + 51, 192 + 4, (kStage2 + 0x10000 * sid) >> 4);
}

void World::straps() {
  rig_.baseline();
  rig_.memory.clear();
  tame_ = one_in(2);
  if (one_in(4)) rig_.idr0 &= ~(1u << 17 | 1u << 9 | 1u);                    // S2P, and VMW and HYP with it
  if (one_in(4)) rig_.idr0 &= ~(1u << 9);                                    // HYP
  if ((rig_.idr0 & 1) && one_in(5)) rig_.idr0 &= ~kAsid16;
  if (one_in(6)) rig_.idr0 |= 1u << 26;                                      // TERM_MODEL
  rig_.idr0 |= 1u << 13;                                                     // MSI
  if (one_in(8)) rig_.idr0 &= ~(1u << 19);                                   // CD2L
  if (one_in(3)) rig_.idr0 ^= (2 + below(2)) << 6;                           // HTTU
  dirty1_ = (rig_.idr0 >> 6 & 3) == 2 && one_in(2);
  dirty2_ = (rig_.idr0 >> 6 & 3) == 2 && one_in(2);
  if (one_in(3)) rig_.idr3 |= 1u << 9;                                       // STT
  if (one_in(4)) rig_.idr3 &= ~(1u << 4);                                    // XNX
  if (one_in(4)) rig_.idr3 &= ~(1u << 2);                                    // HAD
  if (one_in(4)) rig_.idr3 &= ~(1u << 13);                                   // E0PD
  if (one_in(6)) rig_.idr5 = (rig_.idr5 & ~7u) | (2 + below(4));             // OAS
  if (one_in(6)) rig_.idr5 &= ~(0x20u << below(2));                          // no 16K, or no 64K
  if (one_in(3) && (rig_.idr0 & 1u << 9)) rig_.cr2 |= 1;                     // E2H
  if (one_in(4)) rig_.cr2 &= ~2u;                                            // RECINVSID
  rig_.strtab = kStreams;
  rig_.strtab_cfg = 5;
  rig_.max_latency = one_in(3) ? 0 : below(40);
  rig_.eventq_log2 = 10;
  rig_.keep_client_writes = false;
  salt_ = hash(next());
  error_salt_ = hash(next());
  error_one_in_ = one_in(3) ? 24 + below(200) : 0;
  update_error_one_in_ = one_in(3) ? 8 + below(24) : 0;
  rig_.has_monitor = !one_in(10);                                            // else no descriptor can be updated
  rig_.abort_updates = [this](Word addr) { return aborts_update(addr); };
  rig_.before_exclusive_read = [this](Word addr) { change_before_update(addr); };
  rig_.on_update = [this](Word addr, Word before, Word after) { block_updates(addr, before, after); };
  rig_.background = [this](Word addr) { return fresh(addr); };
  rig_.aborts = [this](Word addr) { return aborts(addr); };
  for (unsigned sid = 0; sid < kMany; sid++) make_ste(sid);
}

void World::submit(unsigned place) {
  Pending& p = pending_[place];
  Txn t;
  t.tbu = place / 2 % 2;
  t.write = place % 2;
  t.id = below(3);
  t.sid = odd(60) ? below(64) : one_in(3) ? below(kMany) : 4 * below(4) + salt_ % 4;   // some streams often
  const unsigned max = static_cast<unsigned>(now(kStreams + 64 * (t.sid % kMany)) >> 59);
  const bool stage1 = now(kStreams + 64 * (t.sid % kMany)) >> 1 & 1;
  t.ssv = max && (stage1 || !tame_) ? !one_in(4) : odd(24);
  t.ssid = t.ssv ? (odd(24) ? below(1u << 20) : max ? below(1u << (max < 3 ? max : 3)) : 0) : 0;
  if (tame_ && max && t.ssv) t.ssid |= !one_in(8);                           // 0 beside S1DSS = 2 is refused
  t.instruction = one_in(4);
  t.privileged = one_in(2);
  // few values per level, so that caches are hit and tables are shared
  Word a = Word{below(2)} << 21 | Word{below(3)} << 12;
  if (odd(3)) a |= Word{below(2)} << 39 | Word{below(3)} << 30 | Word{below(4)} << 25;
  if (odd(6)) a = 0x80000000 | (a & 0x3fffffff);
  if (odd(12)) a |= 0xffff800000000000 >> (one_in(2) ? 0 : below(16));
  if (odd(24)) a ^= Word{1} << below(64);
  t.addr = (a & ~Word{0xfff}) | (sequence_++ & 0xfff);
  p = Pending{};
  p.txn = t;
  p.changed = changing_;
  if (!allow(p)) return;
  if (one_in(50)) rig_.lose_updates = below(4);
  p.busy = true;
  p.number = rig_.start(t);
}

std::string say(const Verdict& v) {
  std::string s = v.end == Verdict::kOk ? "PA " + rig::hex(v.pa) : v.end == Verdict::kAbort ? "abort" : "RAZ/WI";
  return s + (v.recorded ? ", record " + rig::describe(v.record) : ", no record");
}

void World::diverged(const Txn& t, const std::string& actual, const std::vector<Verdict>& wanted) {
  std::printf("FAIL seed %u, transaction %u: %s of stream %u%s at %s%s%s\n  the block: %s\n", rig::g_seed, sequence_,
              t.write ? "write" : "read", t.sid, t.ssv ? (" substream " + std::to_string(t.ssid)).c_str() : "",
              rig::hex(t.addr).c_str(), t.privileged ? " privileged" : "", t.instruction ? " instruction" : "", actual.c_str());
  for (auto& v : wanted) std::printf("  the model: %s\n", say(v).c_str());
  std::exit(1);
}

void World::collect() {
  for (Pending& p : pending_) {
    if (!p.busy || !rig_.result(p.number).done) continue;
    p.busy = false;
    const rig::Outcome o = rig_.result(p.number);
    Ended e{p.txn, {}};
    for (auto& v : p.allowed) {
      const bool fits = v.end == Verdict::kOk ? o.response != 99 && o.user == 0 && o.reached_memory && o.pa == v.pa
                        : v.end == Verdict::kAbort ? o.response == 2 && o.user == 1 && !o.reached_memory
                                                   : o.response == 0 && o.user == 2 && !o.reached_memory;
      if (fits) e.fitting.push_back(v);
    }
    if (e.fitting.empty())
      diverged(p.txn, "response " + std::to_string(o.response) + " user " + std::to_string(o.user)
               + (o.reached_memory ? " at PA " + rig::hex(o.pa) : ""), p.allowed);
    const Verdict::End end = e.fitting.front().end;
    tally.ok += end == Verdict::kOk;
    tally.aborted += end == Verdict::kAbort;
    tally.raz += end == Verdict::kRazWi;
    tally.raced += p.allowed.size() > 1;
    if (p.allowed.size() == 1 && !p.changed) {
      for (auto& u : p.allowed[0].updates) {
        tally.checked++;
        if (((now(u.addr) ^ u.after) & (u.before ^ u.after)) != 0)
          diverged(p.txn, "has left the descriptor at " + rig::hex(u.addr) + " as " + rig::hex(now(u.addr)) + " and not like " + rig::hex(u.after), p.allowed);
      }
    }
    ended_.push_back(e);
  }
  rig_.forget();
  if (untold_) {
    untold_ = false;
    if (alone_) rig_.command(0x04, 31);
    rig_.command(0x30, 0);
    if (rig_.idr0 & 1u << 9) rig_.command(0x20, 0);
    syncs_wanted_ = rig_.syncs + 1;
    rig_.command(0x46 | Word{one_in(2)} << 12, kMessage);   // half of them tell by an MSI
  }
  if (changing_ && rig_.syncs >= syncs_wanted_) changing_ = false;
}

// Everything ends; the records of the block are those that the ended transactions must have left.
void World::settle(bool final) {
  for (unsigned i = 0;; i++) {
    collect();
    bool busy = changing_;
    for (auto& p : pending_) busy = busy || p.busy;
    if (!busy) break;
    if (i == 100000) diverged(pending_[0].txn, "does not come to an end", {});
    rig_.tick();
  }
  auto records = rig_.events();
  for (auto& r : records) tally.events[r[0] & 31]++;
  // those with one choice first
  std::stable_sort(ended_.begin(), ended_.end(), [](const Ended& a, const Ended& b) { return a.fitting.size() < b.fitting.size(); });
  for (auto& e : ended_) {
    bool settled = false;
    for (auto& v : e.fitting) {
      if (!v.recorded || settled) continue;
      auto found = std::find(records.begin(), records.end(), v.record);
      if (found == records.end()) continue;
      records.erase(found);
      settled = true;
    }
    for (auto& v : e.fitting) settled = settled || !v.recorded;
    if (!settled) {
      std::string others;
      for (auto& r : records)
        if (r[0] >> 32 == e.txn.sid && (!r[2] || r[2] == e.txn.addr)) others += "; not asked for: " + rig::describe(r);
      diverged(e.txn, "left no such record" + others, e.fitting);
    }
  }
  if (!records.empty()) {
    const rig::Record& r = records[0];
    std::printf("FAIL seed %u: a record that no transaction should have left: %s\n", rig::g_seed, rig::describe(r).c_str());
    for (auto& e : ended_)
      if (r[0] >> 32 == e.txn.sid && (!r[2] || r[2] == e.txn.addr)) diverged(e.txn, "left another record", e.fitting);
    std::exit(1);
  }
  ended_.clear();
  if (final) tally.hits += rig_.tlb_hits, tally.syncs += rig_.syncs, tally.lost += rig_.lost_updates;
}

// One word changes while traffic goes on, then what the architecture wants for it, then CMD_SYNC.
void World::change() {
  const unsigned sid = below(kMany);
  Word at, value;
  std::vector<std::array<Word, 2>> commands;
  const Word vmid = (rig_.idr0 & 1) ? Word{sid + 1} << 32 : 0;
  const unsigned kind = one_in(2) ? 2 : below(4);
  if (kind == 0) {                                   // an STE
    at = kStreams + 64 * sid + 8 * below(4);
    if ((at & 0x38) == 0 && (now(at + 8) >> 31 & 1)) return;   // a stream that may be one of EL2 keeps its CD
    if ((at & 0x38) == 8) value = now(at) ^ Word{1} << below(30);
    else if ((at & 0x38) == 16) value = now(at) ^ Word{1} << (one_in(4) ? 57 + below(7) : 16 + below(39));
    else value = one_in(2) ? now(at) ^ Word{1} << below(64) : now(kStreams + 64 * below(kMany) + (at & 0x38));
    commands.push_back(one_in(2) ? std::array<Word, 2>{0x03 | Word{sid} << 32, 1} : std::array<Word, 2>{0x04, 31});
    commands.push_back({one_in(2) || !(rig_.idr0 & 1) ? 0x30 : 0x28 | vmid, 0});
    if (rig_.idr0 & 1u << 9) commands.push_back({0x20, 0});
    alone_ = (at & 0x38) != 8;                       // word 1 is in no TLB entry
  } else if (kind == 1) {                            // a CD
    at = kContexts + 0x10000 * (sid % 16) + 0x40 * below(16) + 8 * below(3);
    value = one_in(2) ? now(at) ^ Word{1} << below((at & 0x38) ? 64 : 42) : fresh(kContexts + (hash(next()) & 0xfffc0) + (at & 0x38));
    if ((at & 0x38) == 0) value = (value & low_48) | (now(at) & ~low_48);   // its ASID stays
    commands.push_back({0x04, 31});
    commands.push_back({0x30, 0});
    if (rig_.idr0 & 1u << 9) commands.push_back({0x20, 0});
    alone_ = true;
    if ((at & 0x38) == 0 && one_in(2)) {
      value = now(at) ^ Word{1} << (45 + below(2));  // R, A
      alone_ = false;
    }
  } else {                                           // a descriptor that somebody has just used, if anybody has
    at = 0;
    for (unsigned tries = 0; tries < 8 && !rig_.walk_reads.empty(); tries++) {
      const Word seen = rig_.walk_reads[rig_.walk_reads.size() - 1 - below(static_cast<unsigned>(std::min<std::size_t>(rig_.walk_reads.size(), 64)))];
      if (kind == 2 ? seen >= kTables && seen < kStage2 : seen >= kStage2) at = seen;
    }
    if (!at) return;
    value = one_in(3) ? 0 : (one_in(2) ? now(at) ^ Word{1} << below(64) : fresh(at ^ (hash(next()) & 0xffff8))) | 0x800;
    commands.push_back({0x30, 0});
    if (rig_.idr0 & 1u << 9) commands.push_back({0x20, 0});
    if (kind == 3) {
      commands.push_back({0x04, 31});                // a CD may have been reached through it
    }
    alone_ = kind == 3;                              // one translation may read it for several addresses
  }
  if (alone_) settle(false);                         // the TLB and the configuration may disagree meanwhile
  if (!change_word(at, value)) return;
  for (auto& c : commands) rig_.command(c[0], c[1]);
  syncs_wanted_ = rig_.syncs + 1;
  rig_.command(0x46 | Word{one_in(2)} << 12, kMessage);   // half of them tell by an MSI
}

// False: what is under way could meet both words, and nobody could say what it must do. Then nothing has changed.
bool World::change_word(Word at, Word value) {
  before_ = now(at);
  changed_ = at;
  rig_.write(at, value);
  changing_ = true;
  bool clear = true;
  for (auto& p : pending_) {
    Pending both = p;
    if (p.busy && !allow(both)) clear = false;
  }
  if (!clear) {
    rig_.write(at, before_);
    changing_ = false;
    return false;
  }
  for (auto& p : pending_) {
    if (!p.busy) continue;
    allow(p);
    p.changed = true;
  }
  return true;
}

// Between the read that a descriptor was judged by and the exclusive one.
void World::change_before_update(Word at) {
  if (changing_ || at < kTables || !one_in(4)) return;
  alone_ = at >= kStage2;            // a CD may have been reached through it
  static const unsigned rights[8] = {6, 6, 7, 10, 51, 53, 54, 54};
  untold_ = change_word(at, (one_in(4) ? 0 : now(at) ^ Word{1} << (one_in(3) ? below(64) : rights[below(8)])) | 0x800);
  syncs_wanted_ = ~std::uint64_t{0};
  tally.between += untold_;
}

void World::run(unsigned steps) {
  straps();
  oracle_.reset(new Oracle(rig_));
  rig_.start();
  const unsigned rare = 8u << below(6);
  for (unsigned done = 0; done < steps;) {
    for (unsigned place = 0; place < 24; place++) {
      if (pending_[place].busy || !one_in(4) || (changing_ && alone_)) continue;
      submit(place);
      done++;
    }
    if (!changing_ && one_in(rare)) change();
    rig_.tick(1 + below(one_in(4) ? 60 : 6));
    collect();
    if (ended_.size() > 400) settle(false);
  }
  settle(true);
  if (!rig_.has_monitor && rig_.lost_updates) {
    std::printf("FAIL seed %u: %u exclusive writes that could not succeed: the reads were answered OKAY\n", rig::g_seed, rig_.lost_updates);
    std::exit(1);
  }
}

unsigned long long n(std::uint64_t v) { return v; }
}  // namespace

int main(int argc, char** argv) {
  const auto [first, seeds, steps] = rig::run_worlds<World>(argc, argv, 12, 600);
  std::printf("%u seeds of %u transactions from seed %u without divergence: %llu translated, %llu aborted, %llu RAZ/WI; %llu raced a change, "
              "%llu TLB hits, %llu CMD_SYNCs; descriptors updated %llu, lost and repeated %llu, looked at %llu, changed in between %llu; records:", seeds, steps, first, n(tally.ok), n(tally.aborted), n(tally.raz), n(tally.raced),
              n(tally.hits), n(tally.syncs), n(tally.updates), n(tally.lost), n(tally.checked), n(tally.between));
  for (unsigned e = 0; e < 32; e++) if (tally.events[e]) std::printf(" 0x%02x %llu", e, n(tally.events[e]));
  std::printf("\n");
  bool much = tally.ok && tally.aborted && tally.raz && tally.raced && tally.hits && tally.syncs && tally.updates && tally.lost && tally.checked && tally.between;
  for (unsigned e : {0x02, 0x04, 0x06, 0x08, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13}) much = much && tally.events[e];
  if (!much) std::printf("FAIL: one of these never happened\n");
  return much ? 0 : 1;
}
