// SPDX-License-Identifier: Apache-2.0
// Stalled bursts against a small park: random reads and writes of every length on pages that come and go, from a seed. Software
// answers stalls late and in any order, and changes tables with an invalidation and CMD_SYNC, updates GBPA and switches SMMUEN
// while bursts wait, without answering anybody meanwhile, and half of the times without reading a record: none of these may wait for a stalled
// burst, for what is behind it, or for room in the event queue. A CMD_SYNC waits for the MSI of the one before it.
// A write must put its own data where the page is, after CMD_SYNC at its new place; a burst ends early only where software said
// so; bursts of one ID end in their order; everything ends once software has answered.
// Usage: test.rtl.parking [--seed N] [--seeds COUNT] [--steps COUNT]. Not here: what the records say (rtl.vectors).
// Proof: it is the proof; mutants/rtl.lua has what it kills.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "vectors.h"
#include "worlds.h"

using namespace rig;

namespace {
constexpr unsigned kPlaces = 80, kFirstPage = 64, kParkBeats = 32;
constexpr Word kPages = 0x8100600000 + (Word{kFirstPage} << 12), kDescriptors = 0x82003000 + 8 * kFirstPage, kFrames = 0xa00000000, kMessage = 0x9000000000, kEventMessage = 0x9000000008;

struct Tally {
  std::uint64_t bursts, stalls, ended, crowded, recalled, syncs, broadcasts, updates, closed, muted, messages, counted;
} tally;

class Parking {
 public:
  explicit Parking(std::uint32_t seed) : seed_(seed * 0x9e3779b97f4a7c15ull + 1) {}
  void run(unsigned steps);

 private:
  struct Place {                 // it has a page of its own, so that its data is nobody else's
    bool busy = false, stalled = false, told_to_end = false, closed = false;
    Txn txn;
    unsigned number = 0, order = 0;
    unsigned frame = 0;          // 0: not mapped
  };
  struct Frame {                 // where a page was once: never another's, and never again
    unsigned place;
    std::uint64_t gone;          // the cycle in which the CMD_SYNC was consumed after which nobody may see it
  };
  static Word base(unsigned frame) { return kFrames + (Word{frame} << 12); }
  void map(unsigned n, bool there);
  struct Answer {
    unsigned place, stag;
  };
  std::uint32_t next() {
    seed_ = seed_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::uint32_t>(seed_ >> 40);
  }
  bool one_in(unsigned n) { return next() % n == 0; }
  [[noreturn]] void fail(const char* what, const Place* p = nullptr);
  void submit(unsigned n);
  void collect();
  void check(Place& p);
  void take_records();
  void answer(unsigned which);
  // Careless software sees more stalls than there can be at a time, and its command queue has no room for all answers.
  bool can_answer() { return !answers_.empty() && (!careless_ || rig_.commands_done()); }
  void change();
  void broadcast();
  void update_gbpa();
  void close();
  void mute();
  Word counter(unsigned group, bool start);

  std::uint64_t seed_;
  Rig rig_;
  Place places_[kPlaces];
  std::vector<Answer> answers_;
  std::vector<Frame> frames_{{kPlaces, 0}};
  std::uint32_t told_ = 0;       // data of the last MSI
  Word started_[kTbus] = {};
  unsigned order_ = 0, stall_max_ = 0;
  bool careless_ = false;        // software answers stalls that it was not told of: what then ends is its own fault
  bool crowd_ = false;           // more writes at one port than it has places for
};

void Parking::fail(const char* what, const Place* p) {
  std::fprintf(stderr, "FAIL: %s (seed %u, cycle %llu)", what, g_seed, static_cast<unsigned long long>(rig_.cycles));
  if (p)
    std::fprintf(stderr, ": %s of port %u, ID %u, %u beats at %s, PA %s in cycle %llu, page at %s", p->txn.write ? "write" : "read", p->txn.tbu, p->txn.id,
                 p->txn.len + 1, hex(p->txn.addr).c_str(), hex(rig_.result(p->number).pa).c_str(),
                 static_cast<unsigned long long>(rig_.result(p->number).memory_cycle), hex(base(p->frame)).c_str());
  std::fprintf(stderr, "\n");
  for (const Place& q : places_)   // what was going on
    if (q.busy)
      std::fprintf(stderr, "  %u: %s of port %u, ID %u, %u beats at %s%s%s%s\n", q.order, q.txn.write ? "write" : "read", q.txn.tbu, q.txn.id,
                   q.txn.len + 1, hex(q.txn.addr).c_str(), q.stalled ? ", stalled" : "",
                   rig_.result(q.number).address_cycle ? "" : ", not taken",
                   rig_.result(q.number).done ? ", done" : rig_.result(q.number).reached_memory ? ", at memory" : "");
  std::exit(1);
}

void Parking::submit(unsigned n) {
  Place& p = places_[n];
  Txn t;
  t.sid = 1;
  t.write = !one_in(crowd_ ? 16 : 4);
  t.tbu = !crowd_ && one_in(4);
  t.id = next() % 6;
  t.size = 4;
  const unsigned at = kPlaces * (next() % 3) + n;   // nobody else's, so that the bench knows whose address memory sees
  t.addr = kPages + (Word{n} << 12) + 16 * at;
  const unsigned room = 256 - at, beats = 1 + next() % (one_in(3) ? 4 : one_in(12) ? 64 : 16);
  t.len = std::min(beats, room) - 1;
  p.txn = t;
  p.busy = true;
  p.stalled = p.told_to_end = p.closed = false;
  p.order = ++order_;
  p.number = rig_.start(t);
  started_[t.tbu]++;
  unsigned waiting = 0;
  for (auto& other : places_)
    if (other.busy && other.stalled && other.txn.write && other.txn.tbu == t.tbu) waiting += other.txn.len + 1;
  tally.crowded += waiting > kParkBeats;
}

void Parking::check(Place& p) {
  const Outcome o = rig_.result(p.number);
  const Txn& t = p.txn;
  tally.bursts++;
  for (auto& other : places_)
    if (other.busy && &other != &p && other.order < p.order && other.txn.id == t.id && other.txn.tbu == t.tbu &&
        other.txn.write == t.write && !rig_.result(other.number).done)
      fail("a burst has passed an older one of its ID", &p);
  if (p.closed) return;           // SMMUEN changed under it
  if (o.user) {
    if ((!p.told_to_end && !careless_) || o.reached_memory) fail("a burst was ended that nobody ended", &p);
    tally.ended++;
    return;
  }
  if (o.response || !o.reached_memory) fail("a burst was answered that has not been to memory", &p);
  const Word frame = o.pa & ~Word{0xfff}, offset = t.addr & 0xfff, which = (frame - kFrames) >> 12;
  if (which >= frames_.size() || &places_[frames_[which].place] != &p || o.memory_cycle > frames_[which].gone)
    fail("a burst went to a wrong page", &p);
  for (unsigned i = 0; t.write && i < 2 * (t.len + 1); i++) {
    const Word at = offset + 8 * i, want = 0x1111111111111111ull * ((at >> 3 & 15) + 1);
    if (rig_.read(frame + at) != want) fail("data was lost", &p);
    rig_.write(frame + at, 0);
  }
}

void Parking::collect() {
  for (Place& p : places_) {
    if (!p.busy || !rig_.result(p.number).done) continue;
    check(p);
    p.busy = false;
  }
  bool none = true;
  for (Place& p : places_) none = none && !p.busy;
  if (none) rig_.forget();
}

void Parking::take_records() {
  for (auto& r : rig_.events()) {
    const Word page = (r[2] - kPages) >> 12;
    if ((r[0] & 0xff) != kTranslation || !(r[1] >> 31 & 1) || page >= kPlaces) fail("a record that no burst should have left");
    Place& p = places_[page];
    if (!p.busy && !careless_) fail("a record of a burst that is over");
    p.stalled = true;
    if (!careless_ && std::count_if(places_, places_ + kPlaces, [](const Place& q) { return q.busy && q.stalled; }) > static_cast<int>(stall_max_))
      fail("more bursts stall than STALL_MAX says");
    answers_.push_back({static_cast<unsigned>(page), static_cast<unsigned>(r[1] & 0xffff)});
    tally.stalls++;
  }
}

void Parking::answer(unsigned which) {
  const Answer a = answers_[which];
  answers_.erase(answers_.begin() + which);
  Place& p = places_[a.place];
  const bool retry = !one_in(3), abort = one_in(2);
  if (retry && !p.frame && !one_in(3)) {   // what was not there may come without an invalidation
    map(a.place, true);
  }
  p.stalled = false;
  p.told_to_end = p.told_to_end || !retry;
  rig_.command(0x44 | Word{1} << 32 | Word{retry} << 12 | Word{abort} << 13, a.stag);
}

void Parking::map(unsigned n, bool there) {
  places_[n].frame = there ? static_cast<unsigned>(frames_.size()) : 0;
  if (there) frames_.push_back({n, ~std::uint64_t{0}});
  rig_.write(kDescriptors + 8 * n, there ? base(places_[n].frame) | 0xf43 : 0);
}

// Some pages move or go, then an invalidation and CMD_SYNC, which must not wait for any answer of software.
void Parking::change() {
  std::vector<unsigned> left;
  for (unsigned n = 0; n < kPlaces; n++) {
    if (!one_in(4)) continue;
    left.push_back(places_[n].frame);
    map(n, one_in(2));
  }
  if (one_in(3)) {
    broadcast();
  } else {
    rig_.command(0x30, 0);
    std::uint64_t wanted = rig_.syncs + 1;
    const bool reads = one_in(2), tells = one_in(3);
    if (tells) {                         // one that tells of its end by an MSI, which the next one waits for
      rig_.command(0x46 | 1 << 12 | (Word{++told_} << 32), kMessage);
      wanted++;
    }
    rig_.command(0x46, 0);
    for (unsigned i = 0; rig_.syncs != wanted; i++) {
      if (i == 6000) fail("a CMD_SYNC waits for an answer");
      rig_.tick();
      collect();
      if (reads && i % 64 == 63) take_records();
    }
    if (tells && (rig_.read(kMessage) & 0xffffffff) != told_) fail("a CMD_SYNC was consumed before the MSI of the one in front of it was visible");
    tally.syncs++;
  }
  for (const unsigned frame : left) frames_[frame].gone = rig_.cycles;
}

// The same by a PE: the message for all entries, and its Sync.
void Parking::broadcast() {
  const bool reads = one_in(2);
  for (const unsigned kind : {6u, 15u}) {
    for (unsigned i = 0; !rig_.dvm(kind, 0, 0, 0); i++) {
      if (i == 16) fail("a broadcast waits for an answer");
      collect();
      if (reads) take_records();
    }
  }
  collect();
  tally.broadcasts++;
}

void Parking::update_gbpa() {
  const bool reads = one_in(2);
  rig_.mmio_write(0x44, 1u << 31 | 1u << 12);
  for (unsigned i = 0; rig_.mmio_read(0x44) >> 31; i++) {
    if (i == 1000) fail("an Update of GBPA waits for an answer");
    collect();
    if (reads && i % 16 == 15) take_records();
  }
  tally.updates++;
}

void Parking::close() {
  for (Place& p : places_) p.closed = p.busy;
  const bool reads = one_in(2);
  rig_.mmio_write(0x20, 0xc);
  for (unsigned i = 0; rig_.mmio_read(0x24) != 0xc; i++) {
    if (i == 1000) fail("an Update of SMMUEN waits for an answer");
    if (reads && i % 16 == 15) rig_.events();
    collect();
  }
  const std::uint64_t read = rig_.walks + rig_.config_accesses;
  for (unsigned i = 0; i < 200; i++) {
    rig_.tick();
    collect();
    if (rig_.walks + rig_.config_accesses != read) fail("a table was read while SMMUEN was 0");
  }
  rig_.events();                     // of bursts that are over
  answers_.clear();
  rig_.update(0x20, 0x24, 0xd);
  for (unsigned i = 0; i < 6000; i++) {
    bool busy = false;
    for (Place& p : places_) busy = busy || (p.busy && p.closed);
    if (!busy) break;
    if (i == 5999) fail("SMMUEN = 0 has not ended what was stalled");
    rig_.tick();
    collect();
    for (auto& r : rig_.events())   // of one that was taken up after it was opened again
      answers_.push_back({static_cast<unsigned>((r[2] - kPages) >> 12), static_cast<unsigned>(r[1] & 0xffff)});
    while (can_answer()) answer(0);
  }
  tally.closed++;
}

// Event 1 of the block's counters, or of a TBU's (1 and 2): each burst once, whatever becomes of it.
Word Parking::counter(unsigned group, bool start) {
  const std::uint32_t page0 = group ? 0x40000 + 0x20000 * group : 0x20000, page1 = page0 + 0x10000;
  if (start) {
    rig_.mmio_write(page0 + 0x400, 1 | 1u << 29);   // EVTYPER0, SMR0: every stream
    rig_.mmio_write(page0 + 0xa00, 0xffffffff);
    rig_.mmio_write64(page1, 0);
    rig_.mmio_write64(page0 + 0xc00, 1);
    rig_.mmio_write(page0 + 0xe04, 1);
  }
  return rig_.mmio_read64(page1);
}

// The interrupt of the event queue is switched off: once IRQ_CTRLACK says so, no MSI of it is still to come.
void Parking::mute() {
  rig_.update(0x50, 0x54, 0);
  rig_.write(kEventMessage, 0);
  for (unsigned i = 0; i < 80; i++) {
    rig_.tick();
    collect();
    if (rig_.read(kEventMessage)) fail("an MSI came after its interrupt was shown as off");
  }
  rig_.update(0x50, 0x54, 4);
  tally.muted++;
}

void Parking::run(unsigned steps) {
  rig_.baseline();
  rig_.idr0 &= ~(3u << 24);          // STALL_MODEL 0
  rig_.idr0 |= 1u << 13;             // MSI
  stall_max_ = one_in(3) ? 4 : 16;
  rig_.idr5 |= stall_max_ << 16;
  rig_.put(0x80100000, 44, 44, 1);   // CD.S
  rig_.max_latency = one_in(3) ? 0 : 1 + next() % 20;
  rig_.eventq_log2 = one_in(3) ? 2 : 5;
  rig_.start();
  rig_.update(0x50, 0x54, 0);
  rig_.mmio_write64(0xb0, kEventMessage);   // EVENTQ_IRQ_CFG0, 1
  rig_.mmio_write(0xb8, 1);
  rig_.update(0x50, 0x54, 4);               // IRQ_CTRL.EVENTQ_IRQEN
  std::uint64_t written = 0;
  const bool counted = one_in(2);           // what begins while SMMUEN is 0 may count or not
  for (unsigned group = 0; counted && group <= kTbus; group++) counter(group, true);
  const unsigned keen = 2 + next() % 12, slow = 4 + next() % 60;
  crowd_ = one_in(4);
  careless_ = one_in(8);
  const unsigned many = crowd_ ? kPlaces : 28;
  for (unsigned i = 0; i < steps; i++) {
    for (unsigned n = 0; n < many; n++)
      if (!places_[n].busy && one_in(keen)) submit(n);
    rig_.tick(1 + next() % 12);
    collect();
    if (rig_.written_events != written && one_in(12)) mute();
    written = rig_.written_events;
    if (rig_.read(kEventMessage)) {
      rig_.write(kEventMessage, 0);
      tally.messages++;
    }
    if (one_in(6)) take_records();
    while (can_answer() && one_in(slow)) answer(next() % static_cast<unsigned>(answers_.size()));
    if (answers_.size() > 12 && one_in(8)) answer(next() % static_cast<unsigned>(answers_.size()));
    if (careless_ && rig_.commands_done()) rig_.command(0x44 | Word{1} << 32 | Word{one_in(2)} << 12 | Word{1} << 13, next() % 20);
    if (one_in(60)) change();
    if (one_in(200)) update_gbpa();
    if (!counted && one_in(1000)) close();
  }
  for (unsigned i = 0;; i++) {
    bool busy = false;
    for (Place& p : places_) busy = busy || p.busy;
    if (!busy) break;
    if (i == 4000) fail("bursts do not end although software has answered all");
    take_records();
    while (can_answer()) answer(0);
    rig_.tick(20);
    collect();
  }
  for (unsigned group = 0; counted && group <= kTbus; group++) {
    const Word want = group ? started_[group - 1] : started_[0] + started_[1];
    if (counter(group, false) != want) fail(group ? "a counter of a TBU has not counted its bursts" : "a counter has not counted each burst once");
    tally.counted += want;
  }
  tally.recalled += rig_.recalled;
}

unsigned long long n(std::uint64_t v) { return v; }
}  // namespace

int main(int argc, char** argv) {
  const auto [first, seeds, steps] = run_worlds<Parking>(argc, argv, 12, 2000);
  std::printf("%u seeds of %u steps from seed %u: %llu bursts, %llu stalls, %llu ended by software, %llu came while the park could not hold "
              "what was stalled, %llu translated anew; %llu CMD_SYNCs, %llu broadcasts, %llu Updates of GBPA, %llu of SMMUEN, %llu of the interrupt, %llu MSIs of it\n",
              seeds, steps, first, n(tally.bursts), n(tally.stalls), n(tally.ended), n(tally.crowded), n(tally.recalled), n(tally.syncs),
              n(tally.broadcasts), n(tally.updates), n(tally.closed), n(tally.muted), n(tally.messages));
  const bool much = tally.bursts && tally.stalls && tally.ended && tally.crowded && tally.recalled && tally.syncs && tally.broadcasts && tally.updates && tally.closed && tally.muted && tally.messages && tally.counted;
  if (!much) std::fprintf(stderr, "FAIL: one of these never happened\n");
  return much ? 0 : 1;
}
