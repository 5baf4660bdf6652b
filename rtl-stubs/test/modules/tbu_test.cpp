// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_tbu, its read and its write half: bursts of every kind and of few AXI IDs, a translation unit that answers
// in any order (addresses, aborts, zeros, stalls), software that resumes, terminates and flushes, memory that answers in any order
// with errors, and every channel as slow as it likes. The reference follows each burst: what memory sees of it, its data, its
// answer, and the order of its ID.
// Leaves out: what the answers should be (the translation unit's rows).
#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <vector>

#include "Vsmmuv3_tbu.h"
#include "channel.h"

using namespace bench;

namespace {
Module<Vsmmuv3_tbu> dut;
constexpr unsigned kDepth = 8, kIds = 4, kBytes = 8;
enum Half { kRead, kWrite };
enum Result : unsigned { kOk, kAbort, kRazWi, kWait };
// kNew: not yet asked or reported; kAgain: to be asked once more
enum class State { kNew, kAsked, kTranslated, kTerminated, kStalled, kHeld, kAgain };

struct Burst {
  Half half;
  unsigned id, len, size, type, cache, prot;
  Word address, sid;
  bool ssv;
  Word ssid;
  // progress
  State state = State::kNew;
  int tag = -1;
  unsigned epoch_low = 0, epoch_high = 0;   // of a micro-TLB hit
  Word pa = 0;
  bool priv = false, instr = false, raz = false;
  bool issued = false, told = false, done = false, before_snapshot = false, seen_hold = false;
  unsigned translated_at = 0;               // number of snapshots before its translation
  unsigned recalled_for = 0;
  unsigned client_beats = 0, memory_beats = 0;   // W: taken from the client, by memory; R: given by memory, to the client
  std::vector<Word> data, strobes, codes;   // W: of the client; R: of memory
  unsigned write_code = 0;
  bool responded = false;                   // memory gave its write response
};
std::list<Burst> bursts[2];                 // in the order of the addresses
unsigned epoch, snapshots, drained;   // and how many snapshots CMD_SYNC has seen the end of
Word secret;

Word hash(Word a) {
  a = (a ^ secret) * 0xff51afd7ed558ccdu;
  a ^= a >> 33;
  a *= 0xc4ceb9fe1a85ec53u;
  return a ^ a >> 29;
}
// What the translation unit says in an epoch: a function of what a micro-TLB may look at.
struct Place { Word pa; bool priv, instr; };
Place place_of(const Burst& b, unsigned at_epoch) {
  Word h = hash(b.address >> 12);
  h = hash(h ^ b.sid);
  h = hash(h ^ (b.ssv ? b.ssid | Word{1} << 20 : 0));
  h = hash(h ^ (b.prot & (b.half == kRead ? 5u : 1u)) ^ Word{at_epoch} << 8 ^ (b.half == kRead ? 0x100000000 : 0));
  return {(h & mask(40)) << 12 | (b.address & 0xfff), bool(h >> 50 & 1), b.half == kRead && (h >> 51 & 1)};
}
Burst* by_tag(Half half, unsigned tag) {
  for (Burst& b : bursts[half]) if (!(b.told && b.done) && b.tag == int(tag)) return &b;
  return nullptr;
}

// ---- the client ----
struct Beat { Word data; unsigned strobes; bool last; };
Source<Burst> aw, ar;
Source<Beat> w;
Word pages[3];
struct Owner { Word sid; bool ssv; Word ssid; unsigned prot; };
Owner owners[3];   // alike but for one thing

Burst random_burst(Half half) {
  Burst b{};
  b.half = half;
  b.id = rnd.below(kIds) * 0x31;
  b.size = rnd.chance(60) ? 3 : rnd.below(4);
  b.type = rnd.chance(60) ? 1 : rnd.below(3);   // FIXED, INCR, WRAP
  Word offset = rnd.bits(12);
  if (b.type == 2) {
    b.len = (2u << rnd.below(4)) - 1;
    offset &= ~mask(b.size);
  } else if (b.type == 0) {
    b.len = rnd.below(16);
  } else {
    const unsigned room = unsigned((0x1000 - (offset & ~mask(b.size))) >> b.size);   // beats up to the end of 4 KiB
    b.len = rnd.below(std::min(room, rnd.chance(85) ? 8u : 256u));
  }
  b.cache = rnd.below(16);
  b.address = rnd.of(pages) | offset;
  const Owner& owner = rnd.of(owners);
  b.prot = owner.prot | (rnd.chance(50) ? 2 : 0);
  b.sid = owner.sid;
  b.ssv = owner.ssv;
  b.ssid = owner.ssid;
  if (half == kWrite) {
    for (unsigned i = 0; i <= b.len; i++) {
      b.data.push_back(rnd.word());
      b.strobes.push_back(rnd.bits(8));
    }
  }
  return b;
}

// ---- the translation unit and memory ----
struct Answer { Half half; unsigned tag; bool old; };
std::vector<Answer> asked;
constexpr unsigned kCredits = 2;           // as verilated
struct Message { unsigned tag; bool report; };
std::deque<Message> sent[2];               // not taken yet
Pace takes, answers, decides, room, ar_ready, aw_ready, w_ready, r_valid, b_valid, r_ready, b_ready;
std::vector<Burst*> mem_reads, mem_writes;   // in the order of the addresses at memory
std::vector<Beat> early;                     // W beats that came before their address
struct Tally { unsigned reads, writes, beats, hits, asks, aborts, zeros, stalls, held, flushed, retried, recalled, mixed, syncs, updates, passed; } tally;

void check_request(Half half) {
  const bool retry = dut->req_retry_o[half], report = dut->req_report_o[half], recalled = dut->req_recalled_o[half];
  Burst* b = nullptr;
  if (recalled) {
    b = by_tag(half, dut->req_tag_o[half]);
    CHECK("a translation is given up for CMD_SYNC or an Update, before memory saw it",
          b && b->state == State::kTranslated && !b->issued && !report && !retry && (b->before_snapshot || b->seen_hold));
    CHECK("a CMD_SYNC asks for that once", b->seen_hold || b->recalled_for != snapshots);
    b->seen_hold = false;
    b->recalled_for = snapshots;
    b->pa = 0;
    tally.recalled++;
  } else if (retry) {
    b = by_tag(half, dut->req_tag_o[half]);
    CHECK("what asks again was resumed, or had to wait for room", b && b->state == State::kAgain && !report);
    tally.retried++;
  } else {
    for (Burst& o : bursts[half]) {
      if (o.tag >= 0) continue;
      b = &o;
      break;
    }
    CHECK("requests come in the order of the addresses", b);
    for (Burst& o : bursts[half]) CHECK("a tag names one burst", &o == b || o.tag != int(dut->req_tag_o[half]) || (o.told && o.done));
    b->tag = int(dut->req_tag_o[half]);
    b->told = true;
  }
  CHECK_EQUAL("address of the request", b->address, dut->req_addr_o[half]);
  CHECK_EQUAL("StreamID", b->sid, dut->req_sid_o[half]);
  CHECK_EQUAL("SSV", b->ssv, dut->req_ssidv_o[half]);
  if (b->ssv) CHECK_EQUAL("SubstreamID", b->ssid, dut->req_ssid_o[half]);
  CHECK_EQUAL("privilege", b->prot & 1, dut->req_priv_o[half]);
  CHECK_EQUAL("instruction", half == kRead && (b->prot >> 2 & 1), dut->req_instr_o[half]);
  if (report) {
    bool current = false;
    for (unsigned e = b->epoch_low; e <= b->epoch_high; e++) current = current || place_of(*b, e).pa == dut->req_pa_o[half];
    CHECK("a hit has an address that was right when it came", current);
    if (!b->issued && !b->done) b->state = State::kTranslated;
    tally.hits++;
  } else {
    b->state = State::kAsked;
    tally.asks++;
  }
  sent[half].push_back({dut->req_tag_o[half], report});
}
// The burst that memory is shown: the oldest of its ID that is not there yet and not ended.
Burst* shown(Half half, unsigned id) {
  for (Burst& b : bursts[half]) {
    if (b.id != id || b.done || b.issued) continue;
    if (b.state == State::kTerminated) {
      CHECK("a read does not pass an older one of its ID that is answered here", half == kWrite);
      continue;
    }
    return &b;
  }
  return nullptr;
}
void check_address(Half half, Burst* b, Word pa, unsigned len, unsigned size, unsigned type, unsigned cache, unsigned prot) {
  CHECK("memory sees bursts of the client", b);
  if (b->state == State::kNew) {   // a hit may be there before its report
    bool hit = false;
    for (unsigned e = b->epoch_low; e <= b->epoch_high && !hit; e++) {
      const Place p = place_of(*b, e);
      if (p.pa != pa) continue;
      hit = true;
      b->pa = p.pa;
      b->priv = p.priv;
      b->instr = p.instr;
    }
    CHECK("what was not translated does not go to memory, nor before an older one of its ID", hit);
  } else if (b->state == State::kTranslated && b->pa == 0) {   // reported
    for (unsigned e = b->epoch_low; e <= b->epoch_high; e++) {
      const Place p = place_of(*b, e);
      if (p.pa == pa) b->pa = p.pa, b->priv = p.priv, b->instr = p.instr;
    }
  } else {
    CHECK("what is not translated does not go to memory, nor before an older one of its ID", b->state == State::kTranslated);
  }
  CHECK_EQUAL("physical address", b->pa, pa);
  CHECK_EQUAL("beats", b->len, len);
  CHECK_EQUAL("size", b->size, size);
  CHECK_EQUAL("kind of burst", b->type, type);
  CHECK_EQUAL("AxCACHE", b->cache, cache);
  CHECK_EQUAL("AxPROT with the overrides", unsigned(b->priv) | (b->prot & 2) | (half == kRead && b->instr ? 4u : 0u), prot);
  CHECK("after CMD_SYNC nothing uses what was translated before its snapshot", b->translated_at >= drained);
  b->issued = true;
  for (Burst& o : bursts[half]) {
    if (&o == b) break;
    tally.passed += !o.issued && !o.done;
  }
}

void taken(Burst& b) {   // by the block: its micro-TLB may know it
  b.epoch_low = b.epoch_high = epoch;
  b.translated_at = snapshots;
}

void run(unsigned cycles, bool stalls, bool interleaved) {
  for (Half h : {kRead, kWrite}) bursts[h].clear();
  asked.clear();
  for (auto& s : sent) s.clear();
  mem_reads.clear();
  mem_writes.clear();
  early.clear();
  aw.reset();
  ar.reset();
  w.reset();
  for (Pace* p : {&takes, &answers, &decides, &room, &ar_ready, &aw_ready, &w_ready, &r_valid, &b_valid, &r_ready, &b_ready}) p->reset();
  epoch = snapshots = drained = 0;
  secret = rnd.word();
  for (Word& p : pages) p = rnd.word() & ~mask(12);
  pages[1] = pages[0] ^ Word{1} << (12 + rnd.below(52));
  owners[0] = {rnd.bits(32), rnd.chance(50), rnd.bits(20), rnd.chance(50) ? 1u : 0u};
  for (unsigned i = 1; i < 3; i++) {
    owners[i] = owners[0];
    switch (rnd.below(5)) {
      case 0: owners[i].sid ^= Word{1} << rnd.below(32); break;
      case 1: owners[i].ssv = !owners[i].ssv; break;
      case 2: owners[i].ssid ^= Word{1} << rnd.below(20); break;
      case 3: owners[i].prot ^= 1; break;
      default: owners[i].prot ^= 4; break;
    }
  }
  dut->s_awvalid_i = dut->s_wvalid_i = dut->s_arvalid_i = dut->s_bready_i = dut->s_rready_i = 0;
  dut->m_awready_i = dut->m_wready_i = dut->m_arready_i = dut->m_bvalid_i = dut->m_rvalid_i = 0;
  for (Half h : {kRead, kWrite}) dut->answer_i[h] = dut->resume_i[h] = 0;
  dut->answer_result_i = dut->answer_stalled_i = dut->answer_keep_i = 0;
  dut->hold_i = dut->utlb_clear_i = dut->stall_room_i = dut->stall_flush_i = dut->snapshot_i = 0;
  dut->credit_i[0] = dut->credit_i[1] = 0;
  dut.reset();

  Pace starts[2];
  unsigned flush_left = 0, hold_left = 0, quiet = 0, waiting_for = 0;
  unsigned credits[2] = {kCredits, kCredits};
  bool back[2] = {};
  bool silent = false;   // software answers no stall until CMD_SYNC or the Update is over
  bool r_offer = false, b_offer = false, synced = false;
  Burst *r_burst = nullptr, *b_burst = nullptr;
  int last_read_id = -1, client_id = -1;   // of a burst that is half over
  for (unsigned n = 0;; n++) {
    const bool ending = n >= cycles;   // no new bursts, nobody is slow any more
    if (ending && bursts[0].empty() && bursts[1].empty() && aw.empty() && ar.empty()) break;
    if (ending) CHECK("everything ends", ++quiet < 20000);
    // ---- client ----
    if (!ending && ar.size() < 2 && starts[kRead].now()) ar.push(random_burst(kRead));
    if (!ending && aw.size() < 2 && starts[kWrite].now()) {
      const Burst b = random_burst(kWrite);
      aw.push(b);
      for (unsigned i = 0; i <= b.len; i++) w.push({b.data[i], unsigned(b.strobes[i]), i == b.len});
    }
    dut->s_arvalid_i = ar.valid();
    if (dut->s_arvalid_i) {
      const Burst& b = ar.item();
      dut->s_arid_i = static_cast<unsigned char>(b.id);
      dut->s_araddr_i = b.address;
      dut->s_arlen_i = static_cast<unsigned char>(b.len);
      dut->s_arsize_i = static_cast<unsigned char>(b.size);
      dut->s_arburst_i = static_cast<unsigned char>(b.type);
      dut->s_arcache_i = static_cast<unsigned char>(b.cache);
      dut->s_arprot_i = static_cast<unsigned char>(b.prot);
      dut->s_armmusid_i = unsigned(b.sid);
      dut->s_armmussidv_i = b.ssv;
      dut->s_armmussid_i = unsigned(b.ssid);
    }
    dut->s_awvalid_i = aw.valid();
    if (dut->s_awvalid_i) {
      const Burst& b = aw.item();
      dut->s_awid_i = static_cast<unsigned char>(b.id);
      dut->s_awaddr_i = b.address;
      dut->s_awlen_i = static_cast<unsigned char>(b.len);
      dut->s_awsize_i = static_cast<unsigned char>(b.size);
      dut->s_awburst_i = static_cast<unsigned char>(b.type);
      dut->s_awcache_i = static_cast<unsigned char>(b.cache);
      dut->s_awprot_i = static_cast<unsigned char>(b.prot);
      dut->s_awmmusid_i = unsigned(b.sid);
      dut->s_awmmussidv_i = b.ssv;
      dut->s_awmmussid_i = unsigned(b.ssid);
    }
    dut->s_wvalid_i = w.valid();
    if (dut->s_wvalid_i) {
      dut->s_wdata_i = w.item().data;
      dut->s_wstrb_i = static_cast<unsigned char>(w.item().strobes);
      dut->s_wlast_i = w.item().last;
    }
    dut->s_rready_i = ending || r_ready.now();
    dut->s_bready_i = ending || b_ready.now();
    // ---- memory ----
    dut->m_arready_i = ending || ar_ready.now();
    dut->m_awready_i = ending || aw_ready.now();
    dut->m_wready_i = ending || w_ready.now();
    if (!r_offer && !mem_reads.empty() && (ending || r_valid.now())) {
      if (interleaved || last_read_id < 0) {
        r_burst = mem_reads[rnd.below(unsigned(mem_reads.size()))];
        for (Burst* o : mem_reads) if (o->id == r_burst->id) { r_burst = o; break; }   // the oldest of that ID
      }
      r_offer = true;
      dut->m_rid_i = static_cast<unsigned char>(r_burst->id);
      r_burst->data.push_back(rnd.word());
      r_burst->codes.push_back(rnd.chance(5) ? 2 + rnd.below(2) : 0);
      dut->m_rdata_i = r_burst->data.back();
      dut->m_rresp_i = static_cast<unsigned char>(r_burst->codes.back());
      dut->m_rlast_i = r_burst->memory_beats == r_burst->len;
      tally.mixed += last_read_id >= 0 && last_read_id != int(r_burst->id);
    }
    dut->m_rvalid_i = r_offer;
    if (!b_offer && (ending || b_valid.now())) {
      std::vector<Burst*> ready;
      for (Burst* b : mem_writes) {
        bool first = true;
        for (Burst* o : mem_writes) {
          if (o == b) break;
          if (o->id == b->id) first = false;
        }
        if (first && b->memory_beats == b->len + 1) ready.push_back(b);
      }
      if (!ready.empty()) {
        b_burst = ready[rnd.below(unsigned(ready.size()))];
        b_offer = true;
        b_burst->write_code = rnd.chance(10) ? 2 + rnd.below(2) : 0;
        dut->m_bid_i = static_cast<unsigned char>(b_burst->id);
        dut->m_bresp_i = static_cast<unsigned char>(b_burst->write_code);
      }
    }
    dut->m_bvalid_i = b_offer;
    // ---- translation unit and software ----
    const bool clear = !ending && rnd.below(300) == 0;
    if (clear) {   // what answers carry that are on their way is old
      epoch++;
      for (Answer& a : asked) a.old = true;
    }
    const bool still = asked.empty() && !dut->translated_o;   // Updates end then
    if (!hold_left && !ending && rnd.below(150) == 0) {
      hold_left = 3;
      flush_left = stalls && rnd.chance(50);
      if (rnd.chance(50)) silent = true;
      tally.updates++;
    } else if (hold_left) {
      hold_left = still ? hold_left - 1 : 3;
    }
    const bool hold = hold_left != 0, flush = hold && flush_left;
    if (!hold && !dut->older_o) silent = false, waiting_for = 0;
    if (silent) CHECK("neither CMD_SYNC nor an Update waits for software's answer to a stall", ++waiting_for < 20000);
    dut->hold_i = hold;
    if (hold) for (Half h : {kRead, kWrite}) for (Burst& b : bursts[h]) b.seen_hold = true;
    dut->utlb_clear_i = clear || hold;
    dut->stall_flush_i = flush;
    dut->stall_room_i = !silent && (ending || room.now());
    const bool snapshot = !dut->older_o && !hold && rnd.below(100) == 0;
    if (snapshot && rnd.chance(50)) silent = true;
    dut->snapshot_i = snapshot;
    for (Half h : {kRead, kWrite}) dut->answer_i[h] = dut->resume_i[h] = 0;
    dut->answer_result_i = static_cast<unsigned char>(rnd.below(4));   // means nothing without an answer
    for (Half h : {kRead, kWrite}) dut->credit_i[h] = back[h], credits[h] += back[h], back[h] = false;   // of what was taken in the cycle before
    Burst *answered = nullptr, *resumed = nullptr;
    if (!asked.empty() && (ending || answers.now())) {
      const unsigned which = rnd.below(unsigned(asked.size()));
      const Answer a = asked[which];
      asked.erase(asked.begin() + which);
      answered = by_tag(a.half, a.tag);
      const unsigned p = rnd.below(100);
      const unsigned result = p < 65 ? kOk : p < 72 ? kAbort : p < 80 || !stalls || ending ? kRazWi : kWait;
      const unsigned at = a.old ? (epoch - rnd.below(2)) : epoch;
      const Place place = place_of(*answered, at);
      dut->answer_i[a.half] = 1;
      dut->answer_tag_i = static_cast<unsigned char>(a.tag);
      dut->answer_result_i = static_cast<unsigned char>(result);
      dut->answer_stalled_i = rnd.chance(50);
      dut->answer_pa_i = place.pa;
      dut->answer_priv_i = place.priv;
      dut->answer_instr_i = place.instr;
      dut->answer_keep_i = !a.old && !hold && rnd.chance(80);
      dut->answer_translated_i = rnd.chance(50);
    }
    if (!flush && !silent && (ending || (decides.now() && rnd.chance(10)))) {
      std::vector<Burst*> waiting;
      for (Half h : {kRead, kWrite}) for (Burst& b : bursts[h]) if (b.state == State::kStalled) waiting.push_back(&b);
      if (!waiting.empty()) {
        resumed = waiting[rnd.below(unsigned(waiting.size()))];
        dut->resume_i[resumed->half] = 1;
        dut->resume_tag_i = static_cast<unsigned char>(resumed->tag);
        dut->resume_retry_i = rnd.chance(60);
        dut->resume_result_i = static_cast<unsigned char>(rnd.chance(50) ? kAbort : kRazWi);
      }
    }
    dut.settle();
    for (Half h : {kRead, kWrite}) {
      if (!dut->req_sent_o[h]) continue;
      CHECK("a message goes with a credit", credits[h]-- > 0);
      check_request(h);
    }

    // ---- memory's side ----
    const bool m_ar = dut->m_arvalid_o && dut->m_arready_i, m_aw = dut->m_awvalid_o && dut->m_awready_i;
    if (m_ar) {
      Burst* b = shown(kRead, dut->m_arid_o);
      check_address(kRead, b, dut->m_araddr_o, dut->m_arlen_o, dut->m_arsize_o, dut->m_arburst_o, dut->m_arcache_o, dut->m_arprot_o);
      mem_reads.push_back(b);
    }
    if (m_aw) {
      Burst* b = shown(kWrite, dut->m_awid_o);
      check_address(kWrite, b, dut->m_awaddr_o, dut->m_awlen_o, dut->m_awsize_o, dut->m_awburst_o, dut->m_awcache_o, dut->m_awprot_o);
      mem_writes.push_back(b);
    }
    if (dut->m_wvalid_o && dut->m_wready_i) early.push_back({dut->m_wdata_o, dut->m_wstrb_o, bool(dut->m_wlast_o)});
    while (!early.empty()) {   // data belong to the addresses in their order
      Burst* b = nullptr;
      for (Burst* o : mem_writes) if (o->memory_beats <= o->len) { b = o; break; }
      if (!b) break;
      const Beat beat = early.front();
      early.erase(early.begin());
      CHECK_EQUAL("data of the burst, beat by beat", b->data[b->memory_beats], beat.data);
      CHECK_EQUAL("its strobes", b->strobes[b->memory_beats], beat.strobes);
      CHECK_EQUAL("its last beat", b->memory_beats == b->len, beat.last);
      b->memory_beats++;
      CHECK("memory gets what the client gave", b->memory_beats <= b->client_beats);
      tally.beats++;
    }
    // ---- the client's side ----
    if (dut->s_rvalid_o) {
      Burst* b = nullptr;
      for (Burst& o : bursts[kRead]) if (o.id == dut->s_rid_o && !o.done) { b = &o; break; }
      CHECK("an answer to the oldest read of its ID", b && (b->issued || b->state == State::kTerminated));
      if (b->issued) {
        CHECK("data that memory gave", b->client_beats < b->memory_beats);
        CHECK_EQUAL("RDATA", b->data[b->client_beats], dut->s_rdata_o);
        CHECK_EQUAL("RRESP of memory", b->codes[b->client_beats], dut->s_rresp_o);
        CHECK_EQUAL("RUSER", 0, dut->s_ruser_o);
      } else {
        if (b->raz) CHECK_EQUAL("zeros", 0, dut->s_rdata_o);
        CHECK_EQUAL("SLVERR of an abort, OKAY of zeros", b->raz ? 0 : 2, dut->s_rresp_o);
        CHECK_EQUAL("RUSER says that it was ended here", b->raz ? 2 : 1, dut->s_ruser_o);
      }
      CHECK_EQUAL("RLAST with the beat that ARLEN says", b->client_beats == b->len, dut->s_rlast_o);
      if (!interleaved) CHECK("bursts that memory does not mix are not mixed", client_id < 0 || client_id == dut->s_rid_o);
      if (dut->s_rready_i) {
        client_id = dut->s_rlast_o ? -1 : dut->s_rid_o;
        b->client_beats++;
        tally.beats++;
        if (b->client_beats == b->len + 1) b->done = true, tally.reads++;
      }
    }
    if (dut->s_bvalid_o) {
      Burst* b = nullptr;
      for (Burst& o : bursts[kWrite]) if (o.id == dut->s_bid_o && !o.done) { b = &o; break; }
      CHECK("a response to the oldest write of its ID", b && (b->responded || b->state == State::kTerminated));
      CHECK("no response before the last beat", b->client_beats == b->len + 1);
      const bool ended = b->state == State::kTerminated;
      CHECK_EQUAL("BRESP", ended ? (b->raz ? 0 : 2) : b->write_code, dut->s_bresp_o);
      CHECK_EQUAL("BUSER", ended ? (b->raz ? 2 : 1) : 0, dut->s_buser_o);
      if (dut->s_bready_i) b->done = true, tally.writes++;
    }
    // ---- CMD_SYNC and Updates ----
    bool must_wait = false, in_data = false;
    for (Half h : {kRead, kWrite}) {
      for (Burst& b : bursts[h]) {
        if (b.done || b.responded) continue;   // a write is over when memory says so
        must_wait = must_wait || (b.before_snapshot && b.issued && b.translated_at < snapshots);
        in_data = in_data || b.issued;
      }
    }
    if (must_wait) CHECK("CMD_SYNC waits for bursts that memory saw before", dut->older_o);
    if (in_data) CHECK("translated bursts hold an Update", dut->translated_o);
    if (synced && !dut->older_o) synced = false, drained = snapshots, tally.syncs++;
    if (dut->m_bvalid_i) CHECK("memory's response is taken", dut->m_bready_o);
    const bool s_ar = dut->s_arvalid_i && dut->s_arready_o, s_aw = dut->s_awvalid_i && dut->s_awready_o, s_w = dut->s_wvalid_i && dut->s_wready_o;
    const bool m_r = r_offer && dut->m_rready_o;
    dut.edge();

    // ---- the clock ----
    if (snapshot) {
      snapshots++;
      synced = true;
      for (Half h : {kRead, kWrite}) for (Burst& b : bursts[h]) b.before_snapshot = !b.done;
    }
    if (m_r) {
      last_read_id = dut->m_rlast_i ? -1 : int(r_burst->id);
      if (++r_burst->memory_beats == r_burst->len + 1) mem_reads.erase(std::find(mem_reads.begin(), mem_reads.end(), r_burst));
      r_offer = false;
    }
    if (b_offer) {
      b_burst->responded = true;
      mem_writes.erase(std::find(mem_writes.begin(), mem_writes.end(), b_burst));
      b_offer = false;
    }
    for (unsigned first = rnd.below(2), i = 0; i < 2; i++) {   // the unit takes one message per cycle, of a half at random
      const Half h = (first + i) % 2 ? kWrite : kRead;
      if (sent[h].empty() || (hold && !sent[h].front().report) || !(ending || takes.now())) continue;
      if (!sent[h].front().report) asked.push_back({h, sent[h].front().tag, false});
      sent[h].pop_front();
      back[h] = true;
      break;
    }
    for (Half h : {kRead, kWrite}) {
      for (Burst& b : bursts[h]) {
        if (flush && (b.state == State::kStalled || b.state == State::kHeld)) {
          b.state = State::kTerminated;
          b.raz = false;
          tally.flushed++;
        } else if (b.state == State::kHeld && dut->stall_room_i) {
          b.state = State::kAgain;
        }
        if (b.state == State::kNew) b.epoch_high = epoch;
      }
    }
    if (resumed) {
      resumed->state = dut->resume_retry_i ? State::kAgain : State::kTerminated;
      resumed->raz = dut->resume_result_i == kRazWi;
    }
    if (answered) {
      switch (dut->answer_result_i) {
        case kOk:
          answered->state = State::kTranslated;
          answered->pa = dut->answer_pa_i;
          answered->priv = dut->answer_priv_i;
          answered->instr = dut->answer_instr_i;
          answered->translated_at = snapshots;
          break;
        case kWait:
          answered->state = dut->answer_stalled_i ? State::kStalled : State::kHeld;
          (dut->answer_stalled_i ? tally.stalls : tally.held)++;
          break;
        default:
          answered->state = State::kTerminated;
          answered->raz = dut->answer_result_i == kRazWi;
          (answered->raz ? tally.zeros : tally.aborts)++;
          break;
      }
    }
    if (s_ar) bursts[kRead].push_back(ar.taken()), taken(bursts[kRead].back());
    if (s_aw) bursts[kWrite].push_back(aw.taken()), taken(bursts[kWrite].back());
    if (s_w) {
      w.taken();
      Burst* b = nullptr;
      for (Burst& o : bursts[kWrite]) if (o.client_beats <= o.len) { b = &o; break; }
      CHECK("data is taken after its address", b && !(s_aw && b == &bursts[kWrite].back()));
      b->client_beats++;
    }
    for (Half h : {kRead, kWrite}) bursts[h].remove_if([](const Burst& b) { return b.done && b.told; });
  }
  dut.settle();
  CHECK("idle at the end", !dut->rd_busy_o && !dut->wr_busy_o && !dut->translated_o);
}

void test_bursts_reach_memory_and_their_client_as_the_rules_say(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 30; seed++) {
    dut.make(seed);
    run(4000, seed % 3 != 0, seed % 2 != 0);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(2000, tally.reads);
  TEST_ASSERT_GREATER_THAN(2000, tally.writes);
  TEST_ASSERT_GREATER_THAN(20000, tally.beats);
  TEST_ASSERT_GREATER_THAN(200, tally.hits);
  TEST_ASSERT_GREATER_THAN(200, tally.aborts);
  TEST_ASSERT_GREATER_THAN(200, tally.zeros);
  TEST_ASSERT_GREATER_THAN(50, tally.stalls);
  TEST_ASSERT_GREATER_THAN(50, tally.held);
  TEST_ASSERT_GREATER_THAN(50, tally.flushed);
  TEST_ASSERT_GREATER_THAN(50, tally.retried);
  TEST_ASSERT_GREATER_THAN(50, tally.recalled);
  TEST_ASSERT_GREATER_THAN(200, tally.mixed);
  TEST_ASSERT_GREATER_THAN(50, tally.syncs);
  TEST_ASSERT_GREATER_THAN(50, tally.updates);
  TEST_ASSERT_GREATER_THAN(100, tally.passed);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_bursts_reach_memory_and_their_client_as_the_rules_say);
  return UNITY_END();
}
