// SPDX-License-Identifier: Apache-2.0
// The pin side of the bench: AXI responders, drivers and the clock. The only file that knows Verilator.
// Not here: programming sequences and memory image (baseline.cpp). Proof: rtl.vectors.
#include "rig.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "Vsmmuv3_vectors.h"
#include "verilated.h"
#include "verilated_coverage.h"

namespace rig {

std::uint32_t g_seed = 1;
const unsigned kWalkers = RIG_WALKERS, kOutstanding = RIG_OUTSTANDING;

namespace {
// A data bus of 16 bytes; byte lane n is byte n % 8 of word n / 8.
using Bus = std::array<Word, 2>;
constexpr Word kBusBytes = 16;

// Address of beat n (AXI4 rules) and the lanes it uses.
Word beat_address(Word addr, unsigned size, unsigned len, unsigned burst, unsigned n) {
  const Word bytes = Word{1} << size, total = bytes * (len + 1);
  if (n == 0 || burst == 0) return addr;
  if (burst == 1) return (addr & ~(bytes - 1)) + n * bytes;
  return (addr & ~(total - 1)) | ((addr + n * bytes) & (total - 1));
}
unsigned lane_strobes(Word beat, unsigned size) {
  const unsigned first = beat % kBusBytes, end = static_cast<unsigned>(((beat >> size) + 1) << size) - static_cast<unsigned>(beat) + first;
  return ((1u << end) - 1) & ~((1u << first) - 1);
}
// What a client writes in the 8 bytes at an offset of its burst: any lane mixed up shows.
Word pattern(Word addr) { return 0x1111111111111111ull * ((addr >> 3 & 15) + 1); }

template <class Port> void put_bus(Port& port, const Bus& bus) {
  for (unsigned n = 0; n < 4; n++) port[n] = static_cast<std::uint32_t>(bus[n / 2] >> (32 * (n % 2)));
}
template <class Port> Bus get_bus(const Port& port) {
  return {port[0] | Word{port[1]} << 32, port[2] | Word{port[3]} << 32};
}

struct ReadBurst {
  unsigned id = 0;
  std::deque<Bus> data;
  std::deque<unsigned> resp;
  unsigned delay = 0;
  bool kept = false;
};
struct WriteBurst {
  bool data_done = false, address_done = false, error = false, exclusive = false, exokay = false;
  unsigned id = 0, size = 3, len = 0, burst = 1;
  Word addr = 0;
  std::deque<Bus> data;
  std::deque<unsigned> strobes;
  unsigned delay = 0;
};
// Answers of one AXI ID keep their order, others do not: the first that is due and the oldest of its ID.
template <class Bursts, class Due> int first_due(const Bursts& bursts, Due due) {
  for (unsigned i = 0; i < bursts.size(); i++) {
    bool oldest = due(bursts[i]);
    for (unsigned j = 0; j < i && oldest; j++) oldest = bursts[j].id != bursts[i].id;
    if (oldest) return static_cast<int>(i);
  }
  return -1;
}
}  // namespace

struct Rig::Pins {
  VerilatedContext context;
  std::unique_ptr<Vsmmuv3_vectors> top;
  // walk-and-queue port
  std::deque<ReadBurst> mem_reads;
  bool mem_r_valid = false;
  ReadBurst* mem_r = nullptr;
  WriteBurst mem_w;
  std::map<unsigned, Word> monitors;       // by AXI ID: the word that was read exclusively and not written since
  bool mem_b_valid = false;
  // memory side of the TBUs
  std::deque<ReadBurst> tbu_r[kTbus];
  int tbu_r_at[kTbus] = {-1, -1};          // whose beat is on the bus
  std::deque<WriteBurst> tbu_w[kTbus];     // in the order of their addresses
  std::deque<WriteBurst> tbu_early[kTbus]; // data that came before their address
  int tbu_b_at[kTbus] = {-1, -1};
  // client side, [tbu][write]: bursts to send, in order; all by number
  struct Client {
    Txn txn;
    bool address_sent = false;
    unsigned w_sent = 0;
    Outcome outcome;
  };
  std::unordered_map<unsigned, Client> client;
  std::deque<unsigned> to_send[kTbus][2], to_fill[kTbus], open[kTbus][2];  // addresses, write data, unanswered
  unsigned next_number = 1;
  // The oldest open burst of an ID.
  Client* oldest(unsigned tbu, bool write, unsigned id) {
    for (unsigned n : open[tbu][write]) {
      Client& c = client[n];
      if (c.txn.id == id && c.address_sent) return &c;
    }
    return nullptr;
  }
  // The one whose address is on its way to memory: translation keeps the offset in the page.
  Client* going(unsigned tbu, bool write, unsigned id, Word pa) {
    for (unsigned n : open[tbu][write]) {
      Client& c = client[n];
      if (c.txn.id == id && c.address_sent && !c.outcome.reached_memory && ((c.txn.addr ^ pa) & 0xfff) == 0) return &c;
    }
    return nullptr;
  }
  // programming port
  bool aw = false, w = false, ar = false, b = false, r = false;
  Word rdata = 0;
};

Rig::Rig() : pins_(new Pins) {
  seed_ = g_seed * 2654435761u + 1;
  pins_->context.randReset(2);
  pins_->context.randSeed(static_cast<int>(g_seed));
  pins_->top.reset(new Vsmmuv3_vectors(&pins_->context));
}
Rig::~Rig() {
  pins_->top->final();
  smmu_rtl::coverage_ends(pins_->context);
}

std::uint32_t Rig::random() {
  seed_ ^= seed_ << 13;
  seed_ ^= seed_ >> 17;
  seed_ ^= seed_ << 5;
  return seed_;
}

Word Rig::read(Word addr) const {
  auto it = memory.find(addr >> 3);
  if (it != memory.end()) return it->second;
  return background ? background(addr & ~Word{7}) : 0;
}

void Rig::write(Word addr, Word value) {
  memory[addr >> 3] = value;
  auto& monitors = pins_->monitors;
  for (auto it = monitors.begin(); it != monitors.end();) it = it->second == addr >> 3 ? monitors.erase(it) : std::next(it);
}

bool Rig::held() const {
  for (auto& burst : pins_->mem_reads)
    if (burst.kept) return true;
  return false;
}

bool Rig::idle() const { return pins_->top->obs_idle_o; }

unsigned Rig::start(const Txn& txn) {
  auto& p = *pins_;
  const unsigned number = p.next_number++;
  p.client[number].txn = txn;
  p.to_send[txn.tbu][txn.write].push_back(number);
  p.open[txn.tbu][txn.write].push_back(number);
  if (txn.write) p.to_fill[txn.tbu].push_back(number);
  return number;
}
const Outcome& Rig::result(unsigned number) const {
  static const Outcome none;
  auto it = pins_->client.find(number);
  return it == pins_->client.end() ? none : it->second.outcome;
}
void Rig::forget() {
  for (auto it = pins_->client.begin(); it != pins_->client.end();) it = it->second.outcome.done ? pins_->client.erase(it) : std::next(it);
}

static void give_up(const char* what) {
  std::fprintf(stderr, "bench: %s never answered (seed %u)\n", what, g_seed);
  std::exit(1);
}
static void worst(unsigned& into, unsigned response) {
  if (response > into) into = response;
}

void Rig::tick(unsigned count) {
  auto& p = *pins_;
  auto& t = *p.top;
  auto ready = [this] { return always_ready || (random() & 1); };
  auto latency = [this] { return always_ready ? max_latency : random() % (max_latency + 1); };
  auto finish = [this, &p](unsigned tbu, bool write, Pins::Client& c) {
    c.outcome.done = true;
    c.outcome.done_cycle = cycles;
    auto& open = p.open[tbu][write];
    open.erase(std::find_if(open.begin(), open.end(), [&](unsigned n) { return &p.client[n] == &c; }));
  };
  for (unsigned n = 0; n < count; n++) {
    cycles++;
    if (!t.rst_ni) {  // outputs mean nothing yet
      t.clk_i = 0;
      t.eval();
      t.clk_i = 1;
      t.eval();
      continue;
    }
    // ---- drive ----
    t.clk_i = 0;
    t.mem_arready_i = ready();
    if (!p.mem_r) {
      for (auto& burst : p.mem_reads) {
        if (burst.delay) burst.delay--;
        bool keep = burst.kept && hold_read_at != ~Word{0};
        if (!keep && !burst.delay && !p.mem_r) p.mem_r = &burst;
      }
    }
    p.mem_r_valid = p.mem_r != nullptr;
    t.mem_rvalid_i = p.mem_r_valid;
    if (p.mem_r) {
      t.mem_rid_i = static_cast<unsigned char>(p.mem_r->id);
      t.mem_rdata_i = p.mem_r->data.front()[0];
      t.mem_rresp_i = static_cast<unsigned char>(p.mem_r->resp.front());
      t.mem_rlast_i = p.mem_r->data.size() == 1;
    }
    t.mem_awready_i = !p.mem_w.address_done && ready() && !hold_updates;
    t.mem_wready_i = !p.mem_w.data_done && ready();
    if (p.mem_w.address_done && p.mem_w.data_done && p.mem_w.delay) p.mem_w.delay--;
    p.mem_b_valid = p.mem_b_valid || (p.mem_w.address_done && p.mem_w.data_done && !p.mem_w.delay);
    t.mem_bvalid_i = p.mem_b_valid;
    t.mem_bid_i = static_cast<unsigned char>(p.mem_w.id);
    t.mem_bresp_i = p.mem_w.error ? 2 : p.mem_w.exokay ? 1 : 0;
    for (unsigned i = 0; i < kTbus; i++) {
      // memory side
      t.tbu_m_arready_i[i] = p.tbu_r[i].size() < 40 && ready();
      for (auto& burst : p.tbu_r[i]) if (burst.delay) burst.delay--;
      if (p.tbu_r_at[i] < 0) p.tbu_r_at[i] = first_due(p.tbu_r[i], [](const ReadBurst& b) { return !b.delay; });
      t.tbu_m_rvalid_i[i] = p.tbu_r_at[i] >= 0;
      if (p.tbu_r_at[i] >= 0) {
        auto& burst = p.tbu_r[i][static_cast<unsigned>(p.tbu_r_at[i])];
        t.tbu_m_rid_i[i] = static_cast<unsigned char>(burst.id);
        put_bus(t.tbu_m_rdata_i[i], burst.data.front());
        t.tbu_m_rresp_i[i] = static_cast<unsigned char>(burst.resp.front());
        t.tbu_m_rlast_i[i] = burst.data.size() == 1;
      }
      t.tbu_m_awready_i[i] = p.tbu_w[i].size() < 40 && ready();
      t.tbu_m_wready_i[i] = ready();
      for (auto& w : p.tbu_w[i]) if (w.data_done && w.delay) w.delay--;
      if (p.tbu_b_at[i] < 0 && !hold_write_responses)
        p.tbu_b_at[i] = first_due(p.tbu_w[i], [](const WriteBurst& w) { return w.data_done && !w.delay; });
      t.tbu_m_bvalid_i[i] = p.tbu_b_at[i] >= 0;
      if (p.tbu_b_at[i] >= 0) {
        auto& w = p.tbu_w[i][static_cast<unsigned>(p.tbu_b_at[i])];
        t.tbu_m_bid_i[i] = static_cast<unsigned char>(w.id);
        t.tbu_m_bresp_i[i] = w.error ? 2 : 0;
      }
      // client side
      auto& reads = p.to_send[i][0];
      t.tbu_s_arvalid_i[i] = !reads.empty();
      if (!reads.empty()) {
        const Txn& txn = p.client[reads.front()].txn;
        t.tbu_s_araddr_i[i] = txn.addr;
        t.tbu_s_arid_i[i] = static_cast<unsigned char>(txn.id);
        t.tbu_s_arlen_i[i] = static_cast<unsigned char>(txn.len);
        t.tbu_s_arsize_i[i] = static_cast<unsigned char>(txn.size);
        t.tbu_s_arburst_i[i] = static_cast<unsigned char>(txn.burst);
        t.tbu_s_arcache_i[i] = 3;
        t.tbu_s_arprot_i[i] = static_cast<unsigned char>(txn.privileged | 2 | txn.instruction << 2);
        t.tbu_s_armmusid_i[i] = txn.sid;
        t.tbu_s_armmussidv_i[i] = txn.ssv;
        t.tbu_s_armmussid_i[i] = txn.ssid;
      }
      t.tbu_s_rready_i[i] = ready();
      auto& writes = p.to_send[i][1];
      t.tbu_s_awvalid_i[i] = !writes.empty();
      if (!writes.empty()) {
        const Txn& txn = p.client[writes.front()].txn;
        t.tbu_s_awaddr_i[i] = txn.addr;
        t.tbu_s_awid_i[i] = static_cast<unsigned char>(txn.id);
        t.tbu_s_awlen_i[i] = static_cast<unsigned char>(txn.len);
        t.tbu_s_awsize_i[i] = static_cast<unsigned char>(txn.size);
        t.tbu_s_awburst_i[i] = static_cast<unsigned char>(txn.burst);
        t.tbu_s_awcache_i[i] = 3;
        t.tbu_s_awprot_i[i] = static_cast<unsigned char>(txn.privileged | 2 | txn.instruction << 2);
        t.tbu_s_awmmusid_i[i] = txn.sid;
        t.tbu_s_awmmussidv_i[i] = txn.ssv;
        t.tbu_s_awmmussid_i[i] = txn.ssid;
      }
      t.tbu_s_wvalid_i[i] = !p.to_fill[i].empty();
      if (!p.to_fill[i].empty()) {
        const auto& c = p.client[p.to_fill[i].front()];
        const Word w_at = beat_address(c.txn.addr, c.txn.size, c.txn.len, c.txn.burst, c.w_sent);
        put_bus(t.tbu_s_wdata_i[i], {pattern(w_at & ~(kBusBytes - 1)), pattern(w_at | 8)});
        t.tbu_s_wstrb_i[i] = static_cast<unsigned short>(lane_strobes(w_at, c.txn.size));
        t.tbu_s_wlast_i[i] = c.w_sent == c.txn.len;
      }
      t.tbu_s_bready_i[i] = ready();
    }
    t.eval();
    // ---- what happens at this edge ----
    bool mem_ar = t.mem_arvalid_o && t.mem_arready_i, mem_r = p.mem_r_valid && t.mem_rready_o;
    bool mem_aw = t.mem_awvalid_o && t.mem_awready_i, mem_wf = t.mem_wvalid_o && t.mem_wready_i;
    bool mem_b = t.mem_bvalid_i && t.mem_bready_o;
    if (t.obs_walk_access_valid_o) {
      walks++;
      walk_reads.push_back(t.obs_walk_pa_o);
    }
    config_accesses += t.obs_cfg_access_valid_o;
    tlb_hits += t.obs_tlb_hit_valid_o;
    tlb_misses += t.obs_tlb_miss_valid_o;
    config_misses += t.obs_cfg_miss_valid_o;
    recalled += t.obs_txn_recalled_o;
    consumed += t.obs_cmd_valid_o;
    syncs += t.obs_sync_done_o;
    lost_events += t.obs_event_lost_valid_o;
    written_events += t.obs_event_valid_o;
    irq_eventq += t.irq_eventq_o;
    irq_gerror += t.irq_gerror_o;
    irq_sync += t.irq_cmd_sync_o;
    irq_pmcg += t.irq_pmcg_o;
    sev += t.sev_o;
    if (mem_ar) {
      if (t.mem_arlock_o && before_exclusive_read) before_exclusive_read(t.mem_araddr_o);
      ReadBurst burst;
      burst.id = t.mem_arid_o;
      burst.delay = latency();
      for (unsigned i = 0; i <= t.mem_arlen_o; i++) {
        Word addr = t.mem_araddr_o + 8u * i;
        burst.data.push_back({read(addr), 0});
        burst.resp.push_back(abort_reads.count(addr >> 3) || (aborts && aborts(addr)) || (i == 0 && chance()) ? 2 : 0);
        if (addr == hold_read_at) burst.kept = true;
      }
      if (t.mem_arlock_o) {
        const Word addr = t.mem_araddr_o;
        if (t.mem_arlen_o != 0 || t.mem_arsize_o != 3 || addr % 8 != 0 || (t.mem_arcache_o & 0xc)) give_up("an exclusive read of one word");
        if (has_monitor && burst.resp[0] == 0) {
          burst.resp[0] = 1;
          p.monitors[t.mem_arid_o] = addr >> 3;
        }
        if (on_exclusive_read) on_exclusive_read(addr);
      }
      p.mem_reads.push_back(burst);
      p.mem_r = nullptr;  // the deque may have moved its elements; chosen again below
    }
    if (mem_r) {
      // find the burst again: it is the first that is ready with this ID
      for (auto it = p.mem_reads.begin(); it != p.mem_reads.end(); ++it) {
        if (it->id != t.mem_rid_i) continue;
        it->data.pop_front();
        it->resp.pop_front();
        if (it->data.empty()) p.mem_reads.erase(it);
        break;
      }
      p.mem_r = nullptr;
    } else if (mem_ar && p.mem_r_valid) {
      for (auto& burst : p.mem_reads)
        if (burst.id == t.mem_rid_i) p.mem_r = &burst;
    }
    if (mem_aw) {
      p.mem_w.address_done = true;
      p.mem_w.addr = t.mem_awaddr_o;
      p.mem_w.id = t.mem_awid_o;
      p.mem_w.error = abort_writes.count(p.mem_w.addr >> 3) || chance();
      p.mem_w.exclusive = t.mem_awlock_o;
      p.mem_w.delay = latency();
      if (p.mem_w.exclusive && (t.mem_awlen_o != 0 || t.mem_awsize_o != 3 || p.mem_w.addr % 8 != 0 || (t.mem_awcache_o & 0xc)))
        give_up("an exclusive write of one word");
    }
    if (mem_wf) {
      p.mem_w.data.push_back({t.mem_wdata_o, 0});
      p.mem_w.strobes.push_back(t.mem_wstrb_o);
      p.mem_w.data_done = t.mem_wlast_o;
    }
    if (p.mem_w.exclusive && p.mem_w.address_done && p.mem_w.data_done) {  // it takes effect now
      const Word at = p.mem_w.addr, before = read(at);
      const auto monitor = p.monitors.find(p.mem_w.id);
      p.mem_w.exclusive = false;
      p.mem_w.error = p.mem_w.error || (abort_updates && abort_updates(at));
      p.mem_w.exokay = !p.mem_w.error && monitor != p.monitors.end() && monitor->second == at >> 3 && !lose_updates;
      if (!p.mem_w.exokay && lose_updates) lose_updates--;
      updates += p.mem_w.exokay;
      lost_updates += !p.mem_w.exokay && !p.mem_w.error;
      const Word after = p.mem_w.data[0][0];
      p.mem_w.data.clear();
      if (p.mem_w.exokay) {
        write(at, after);
        if (on_update) on_update(at, before, after);
      }
    }
    if (mem_b) {
      if (!t.mem_bresp_i)
        for (unsigned i = 0; i < p.mem_w.data.size(); i++) {
          const Word at = (p.mem_w.addr & ~Word{7}) + 8 * i;
          Word mask = 0;
          for (unsigned n = 0; n < 8; n++) mask |= p.mem_w.strobes[i] >> n & 1 ? Word{0xff} << (8 * n) : 0;
          write(at, (read(at) & ~mask) | (p.mem_w.data[i][0] & mask));
        }
      p.mem_w = WriteBurst{};
      p.mem_b_valid = false;
    }
    for (unsigned i = 0; i < kTbus; i++) {
      // memory side: data and responses taken
      if (t.tbu_m_rvalid_i[i] && t.tbu_m_rready_o[i]) {
        auto& burst = p.tbu_r[i][static_cast<unsigned>(p.tbu_r_at[i])];
        burst.data.pop_front();
        burst.resp.pop_front();
        if (burst.data.empty()) p.tbu_r[i].erase(p.tbu_r[i].begin() + p.tbu_r_at[i]);
        p.tbu_r_at[i] = -1;
      }
      if (t.tbu_m_bvalid_i[i] && t.tbu_m_bready_o[i]) {
        auto& w = p.tbu_w[i][static_cast<unsigned>(p.tbu_b_at[i])];
        for (unsigned b = 0; b < w.data.size() && keep_client_writes; b++) {
          Word low = beat_address(w.addr, w.size, w.len, w.burst, b) & ~(kBusBytes - 1);
          for (unsigned n = 0; n < kBusBytes; n++) {
            if (!(w.strobes[b] >> n & 1)) continue;
            Word mask = Word{0xff} << (8 * (n % 8));
            write(low + n, (read(low + n) & ~mask) | (w.data[b][n / 8] & mask));
          }
        }
        p.tbu_w[i].erase(p.tbu_w[i].begin() + p.tbu_b_at[i]);
        p.tbu_b_at[i] = -1;
      }
      // client side
      const bool s_ar = t.tbu_s_arvalid_i[i] && t.tbu_s_arready_o[i], s_aw = t.tbu_s_awvalid_i[i] && t.tbu_s_awready_o[i];
      if (t.tbu_s_rvalid_o[i] && t.tbu_s_rready_i[i]) {
        auto* c = p.oldest(i, false, t.tbu_s_rid_o[i]);
        if (!c) {
          std::fprintf(stderr, "bench: read data of ID %u that nobody waits for\n", t.tbu_s_rid_o[i]);
          std::exit(1);
        }
        Outcome& o = c->outcome;
        const Word r_at = beat_address(c->txn.addr, c->txn.size, c->txn.len, c->txn.burst, o.beats);
        const Bus bus = get_bus(t.tbu_s_rdata_o[i]);
        o.beats++;
        worst(o.response, t.tbu_s_rresp_o[i]);
        o.user |= t.tbu_s_ruser_o[i];
        o.data.push_back(bus[c->txn.size == 4 ? 0 : r_at >> 3 & 1]);
        if (c->txn.size == 4) o.data.push_back(bus[1]);
        if (t.tbu_s_rlast_o[i]) finish(i, false, *c);
      }
      if (t.tbu_s_bvalid_o[i] && t.tbu_s_bready_i[i]) {
        auto* c = p.oldest(i, true, t.tbu_s_bid_o[i]);
        if (!c) {
          std::fprintf(stderr, "bench: a write response of ID %u that nobody waits for\n", t.tbu_s_bid_o[i]);
          std::exit(1);
        }
        worst(c->outcome.response, t.tbu_s_bresp_o[i]);
        c->outcome.user = t.tbu_s_buser_o[i];
        if (c->w_sent != c->txn.len + 1) worst(c->outcome.response, 99);
        finish(i, true, *c);
      }
      if (s_ar) {
        auto& c = p.client[p.to_send[i][0].front()];
        c.address_sent = true;
        c.outcome.address_cycle = cycles;
        p.to_send[i][0].pop_front();
      }
      if (s_aw) {
        auto& c = p.client[p.to_send[i][1].front()];
        c.address_sent = true;
        c.outcome.address_cycle = cycles;
        p.to_send[i][1].pop_front();
      }
      if (t.tbu_s_wvalid_i[i] && t.tbu_s_wready_o[i]) {
        auto& c = p.client[p.to_fill[i].front()];
        if (++c.w_sent == c.txn.len + 1) p.to_fill[i].pop_front();
      }
      // memory side: addresses and data sent
      if (t.tbu_m_arvalid_o[i]) {
        auto* c = p.going(i, false, t.tbu_m_arid_o[i], t.tbu_m_araddr_o[i]);
        if (c && !c->outcome.memory_cycle) {
          c->outcome.memory_cycle = cycles;
          c->outcome.latency = static_cast<unsigned>(cycles - c->outcome.address_cycle);
        }
        if (c && t.tbu_m_arready_i[i]) {
          c->outcome.reached_memory = true;
          c->outcome.pa = t.tbu_m_araddr_o[i];
          c->outcome.prot = t.tbu_m_arprot_o[i];
        }
      }
      if (t.tbu_m_arvalid_o[i] && t.tbu_m_arready_i[i]) {
        ReadBurst burst;
        burst.id = t.tbu_m_arid_o[i];
        burst.delay = latency();
        for (unsigned b = 0; b <= t.tbu_m_arlen_o[i]; b++) {
          Word addr = beat_address(t.tbu_m_araddr_o[i], t.tbu_m_arsize_o[i], t.tbu_m_arlen_o[i], t.tbu_m_arburst_o[i], b);
          Word low = addr & ~(kBusBytes - 1);
          burst.data.push_back({read(low), read(low + 8)});
          burst.resp.push_back(abort_reads.count(addr >> 3) || (t.tbu_m_arsize_o[i] == 4 && abort_reads.count((low + 8) >> 3)) ? 2 : 0);
        }
        p.tbu_r[i].push_back(burst);
      }
      if (t.tbu_m_awvalid_o[i]) {
        auto* c = p.going(i, true, t.tbu_m_awid_o[i], t.tbu_m_awaddr_o[i]);
        if (c && !c->outcome.memory_cycle) {
          c->outcome.memory_cycle = cycles;
          c->outcome.latency = static_cast<unsigned>(cycles - c->outcome.address_cycle);
        }
        if (c && t.tbu_m_awready_i[i]) {
          c->outcome.reached_memory = true;
          c->outcome.pa = t.tbu_m_awaddr_o[i];
          c->outcome.prot = t.tbu_m_awprot_o[i];
          c->outcome.beats = t.tbu_m_awlen_o[i] + 1u;
        }
      }
      if (t.tbu_m_awvalid_o[i] && t.tbu_m_awready_i[i]) {
        WriteBurst w;
        w.addr = t.tbu_m_awaddr_o[i];
        w.id = t.tbu_m_awid_o[i];
        w.error = abort_writes.count(w.addr >> 3) || chance();
        w.size = t.tbu_m_awsize_o[i];
        w.len = t.tbu_m_awlen_o[i];
        w.burst = t.tbu_m_awburst_o[i];
        w.delay = latency();
        p.tbu_w[i].push_back(w);
      }
      if (t.tbu_m_wvalid_o[i] && t.tbu_m_wready_i[i]) {
        auto& early = p.tbu_early[i];
        if (early.empty() || early.back().data_done) early.emplace_back();
        early.back().data.push_back(get_bus(t.tbu_m_wdata_o[i]));
        early.back().strobes.push_back(t.tbu_m_wstrb_o[i]);
        early.back().data_done = t.tbu_m_wlast_o[i];
      }
      for (auto& w : p.tbu_w[i]) {   // data keep the order of the addresses
        if (w.data_done) continue;
        if (p.tbu_early[i].empty() || !p.tbu_early[i].front().data_done) break;
        w.data = p.tbu_early[i].front().data;
        w.strobes = p.tbu_early[i].front().strobes;
        w.data_done = true;
        if (w.data.size() != w.len + 1u) {
          std::fprintf(stderr, "bench: %zu data beats for a write burst of %u\n", w.data.size(), w.len + 1);
          std::exit(1);
        }
        p.tbu_early[i].pop_front();
      }
    }
    bool prog_aw = t.prog_awvalid_i && t.prog_awready_o, prog_w = t.prog_wvalid_i && t.prog_wready_o;
    bool prog_ar = t.prog_arvalid_i && t.prog_arready_o;
    if (t.prog_bvalid_o && t.prog_bready_i) p.b = true;
    if (t.prog_rvalid_o && t.prog_rready_i) {
      p.r = true;
      p.rdata = t.prog_rdata_o;
    }
    // ---- the edge ----
    t.clk_i = 1;
    t.eval();
    if (prog_aw) t.prog_awvalid_i = 0;
    if (prog_w) t.prog_wvalid_i = 0;
    if (prog_ar) t.prog_arvalid_i = 0;
  }
}

Outcome Rig::run(const Txn& txn) {
  forget();
  submit(txn);
  for (unsigned i = 0; i < 20000 && !outcome(txn).done; i++) tick();
  return outcome(txn);
}


Word Rig::mmio_read64(std::uint32_t offset) {
  auto& p = *pins_;
  p.top->prog_araddr_i = offset & ~7u;
  p.top->prog_arvalid_i = 1;
  p.top->prog_rready_i = 1;
  p.r = false;
  for (unsigned i = 0; !p.r; i++) {
    if (i == 1000) give_up("register read");
    tick();
  }
  p.top->prog_rready_i = 0;
  return p.rdata;
}
std::uint32_t Rig::mmio_read(std::uint32_t offset) {
  return static_cast<std::uint32_t>(mmio_read64(offset) >> ((offset & 4) ? 32 : 0));
}
static void mmio_put(Vsmmuv3_vectors& t, std::uint32_t offset, Word value, unsigned strobe) {
  t.prog_awaddr_i = offset;
  t.prog_awvalid_i = 1;
  t.prog_wdata_i = value;
  t.prog_wstrb_i = static_cast<unsigned char>(strobe);
  t.prog_wvalid_i = 1;
  t.prog_bready_i = 1;
}
void Rig::mmio_write64(std::uint32_t offset, Word value) {
  mmio_put(*pins_->top, offset, value, 0xff);
  pins_->b = false;
  for (unsigned i = 0; !pins_->b; i++) {
    if (i == 1000) give_up("register write");
    tick();
  }
}
void Rig::mmio_write(std::uint32_t offset, std::uint32_t value) {
  mmio_put(*pins_->top, offset, Word{value} << ((offset & 4) ? 32 : 0), (offset & 4) ? 0xf0 : 0x0f);
  pins_->b = false;
  for (unsigned i = 0; !pins_->b; i++) {
    if (i == 1000) give_up("register write");
    tick();
  }
}

void Rig::start(bool smmu_enable, bool eventq_enable) {
  auto& t = *pins_->top;
  t.idr0_i = idr0;
  t.idr1_i = idr1;
  t.idr2_i = 0;
  t.idr3_i = idr3;
  t.idr4_i = 0;
  t.idr5_i = idr5;
  t.iidr_i = 0x1230043b;
  t.aidr_i = 3;
  t.rst_ni = 0;
  t.dvm_valid_i = 0;
  t.mem_bvalid_i = t.mem_rvalid_i = 0;
  for (unsigned i = 0; i < kTbus; i++) t.tbu_m_bvalid_i[i] = t.tbu_m_rvalid_i[i] = t.tbu_s_arvalid_i[i] = t.tbu_s_awvalid_i[i] = 0;
  t.prog_awvalid_i = t.prog_wvalid_i = t.prog_arvalid_i = 0;
  tick(4);
  t.rst_ni = 1;
  smmu_rtl::coverage_begins(pins_->context);
  tick(2);
  recalled = 0;
  cycles = walks = config_accesses = tlb_hits = tlb_misses = config_misses = consumed = syncs = lost_events = written_events = 0;
  updates = lost_updates = 0;
  irq_eventq = irq_gerror = irq_sync = irq_pmcg = sev = 0;
  walk_reads.clear();
  program(eventq_enable);
  update(0x20, 0x24, 8u | (eventq_enable ? 4u : 0u) | (smmu_enable ? 1u : 0u));
}

void Rig::program(bool eventq_enable) {
  mmio_write(0x28, 0xd75);                        // CR1
  mmio_write(0x2c, cr2);
  mmio_write64(0x80, strtab);
  mmio_write(0x88, strtab_cfg);
  mmio_write64(0x90, cmd_base_ | cmdq_log2);
  mmio_write(0x98, 0);
  mmio_write(0x9c, 0);
  mmio_write64(0xa0, event_base_ | eventq_log2);
  mmio_write(0x100a8, 0);
  mmio_write(0x100ac, 0);
  cmd_prod_ = event_cons_ = 0;
  update(0x50, 0x54, 5);                          // EVENTQ_IRQEN, GERROR_IRQEN
  update(0x20, 0x24, 8u | (eventq_enable ? 4u : 0u));
}

void Rig::update(std::uint32_t reg, std::uint32_t ack, std::uint32_t value) {
  mmio_write(reg, value);
  for (unsigned i = 0; mmio_read(ack) != value; i++)
    if (i == 1000) give_up("Update");
}

bool Rig::dvm(unsigned kind, unsigned vmid, unsigned asid, Word addr, bool leaf) {
  auto& t = *pins_->top;
  t.dvm_kind_i = static_cast<unsigned char>(kind);
  t.dvm_leaf_i = leaf;
  t.dvm_vmid_i = static_cast<unsigned short>(vmid);
  t.dvm_asid_i = static_cast<unsigned short>(asid);
  t.dvm_addr_i = addr;
  t.dvm_valid_i = 1;
  bool taken = false;
  for (unsigned i = 0; i < 400 && !taken; i++) {
    t.clk_i = 0;
    t.eval();
    taken = t.dvm_ready_o;
    tick();
  }
  t.dvm_valid_i = 0;
  return taken;
}

void Rig::command(Word d0, Word d1) {
  unsigned mask = (2u << cmdq_log2) - 1, index = cmd_prod_ & ((1u << cmdq_log2) - 1);
  write(cmd_base_ + 16 * index, d0);
  write(cmd_base_ + 16 * index + 8, d1);
  cmd_prod_ = (cmd_prod_ + 1) & mask;
  mmio_write(0x98, cmd_prod_);
}
bool Rig::commands_done() { return (mmio_read(0x9c) & 0xfffff) == cmd_prod_; }
void Rig::sync() {
  command(0x46, 0);
  for (unsigned i = 0; !commands_done(); i++)
    if (i == 2000) give_up("CMD_SYNC");
}

Record Rig::event_at(unsigned index) const {
  Record record;
  for (unsigned i = 0; i < 4; i++) record[i] = read(event_base_ + 32 * (index & ((1u << eventq_log2) - 1)) + 8 * i);
  return record;
}
std::vector<Record> Rig::events() {
  std::vector<Record> found;
  unsigned mask = (2u << eventq_log2) - 1, prod = mmio_read(0x100a8) & mask;
  while (event_cons_ != prod) {
    found.push_back(event_at(event_cons_));
    event_cons_ = (event_cons_ + 1) & mask;
  }
  mmio_write(0x100ac, event_cons_ | (mmio_read(0x100a8) & 0x80000000u));
  return found;
}

}  // namespace rig
