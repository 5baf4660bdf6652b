// SPDX-License-Identifier: Apache-2.0
// The pin side of the bench: AXI responders, drivers and the clock. The only file that knows Verilator.
// Not here: programming sequences and memory image (baseline.cpp). Proof: rtl.vectors.
#include "rig.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "Vsmmuv3_vectors.h"
#include "verilated.h"

namespace rig {

std::uint32_t g_seed = 1;

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
  bool data_done = false, address_done = false, error = false;
  unsigned id = 0, size = 3, len = 0, burst = 1;
  Word addr = 0;
  std::deque<Bus> data;
  std::deque<unsigned> strobes;
  unsigned delay = 0;
};
}  // namespace

struct Rig::Pins {
  VerilatedContext context;
  std::unique_ptr<Vsmmuv3_vectors> top;
  // walk-and-queue port
  std::deque<ReadBurst> mem_reads;
  bool mem_r_valid = false;
  ReadBurst* mem_r = nullptr;
  WriteBurst mem_w;
  bool mem_b_valid = false;
  // memory side of the TBUs
  ReadBurst tbu_r[kTbus];
  bool tbu_r_busy[kTbus] = {};
  WriteBurst tbu_w[kTbus];
  // client side, [tbu][write]
  struct Client {
    Txn txn;
    bool busy = false, address_sent = false;
    std::uint64_t sent_cycle = 0;
    unsigned w_sent = 0;
    Outcome outcome;
  } client[kTbus][2];
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
Rig::~Rig() { pins_->top->final(); }

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

bool Rig::held() const {
  for (auto& burst : pins_->mem_reads)
    if (burst.kept) return true;
  return false;
}

bool Rig::idle() const { return pins_->top->obs_idle_o; }

void Rig::submit(const Txn& txn) {
  auto& client = pins_->client[txn.tbu][txn.write];
  if (client.busy) {
    std::fprintf(stderr, "bench: client port is busy\n");
    std::exit(2);
  }
  client = Pins::Client{};
  client.txn = txn;
  client.busy = true;
}
const Outcome& Rig::outcome(const Txn& txn) const { return pins_->client[txn.tbu][txn.write].outcome; }

static void worst(unsigned& into, unsigned response) {
  if (response > into) into = response;
}

void Rig::tick(unsigned count) {
  auto& p = *pins_;
  auto& t = *p.top;
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
    t.mem_arready_i = random() & 1;
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
    t.mem_awready_i = !p.mem_w.address_done && (random() & 1);
    t.mem_wready_i = !p.mem_w.data_done && (random() & 1);
    if (p.mem_w.address_done && p.mem_w.data_done && p.mem_w.delay) p.mem_w.delay--;
    p.mem_b_valid = p.mem_b_valid || (p.mem_w.address_done && p.mem_w.data_done && !p.mem_w.delay);
    t.mem_bvalid_i = p.mem_b_valid;
    t.mem_bid_i = static_cast<unsigned char>(p.mem_w.id);
    t.mem_bresp_i = p.mem_w.error ? 2 : 0;
    for (unsigned i = 0; i < kTbus; i++) {
      // memory side
      t.tbu_m_arready_i[i] = !p.tbu_r_busy[i] && (random() & 1);
      if (p.tbu_r_busy[i] && p.tbu_r[i].delay) p.tbu_r[i].delay--;
      bool rv = p.tbu_r_busy[i] && !p.tbu_r[i].delay;
      t.tbu_m_rvalid_i[i] = rv;
      if (rv) {
        t.tbu_m_rid_i[i] = static_cast<unsigned char>(p.tbu_r[i].id);
        put_bus(t.tbu_m_rdata_i[i], p.tbu_r[i].data.front());
        t.tbu_m_rresp_i[i] = static_cast<unsigned char>(p.tbu_r[i].resp.front());
        t.tbu_m_rlast_i[i] = p.tbu_r[i].data.size() == 1;
      }
      auto& w = p.tbu_w[i];
      t.tbu_m_awready_i[i] = !w.address_done && (random() & 1);
      t.tbu_m_wready_i[i] = !w.data_done && (random() & 1);
      if (w.address_done && w.data_done && w.delay) w.delay--;
      t.tbu_m_bvalid_i[i] = w.address_done && w.data_done && !w.delay && !hold_write_responses;
      t.tbu_m_bid_i[i] = static_cast<unsigned char>(w.id);
      t.tbu_m_bresp_i[i] = w.error ? 2 : 0;
      // client side
      auto& rd = p.client[i][0];
      t.tbu_s_arvalid_i[i] = rd.busy && !rd.address_sent;
      t.tbu_s_araddr_i[i] = rd.txn.addr;
      t.tbu_s_arid_i[i] = 0x5a;
      t.tbu_s_arlen_i[i] = static_cast<unsigned char>(rd.txn.len);
      t.tbu_s_arsize_i[i] = static_cast<unsigned char>(rd.txn.size);
      t.tbu_s_arburst_i[i] = static_cast<unsigned char>(rd.txn.burst);
      t.tbu_s_arcache_i[i] = 3;
      t.tbu_s_arprot_i[i] = static_cast<unsigned char>(rd.txn.privileged | 2 | rd.txn.instruction << 2);
      t.tbu_s_armmusid_i[i] = rd.txn.sid;
      t.tbu_s_armmussidv_i[i] = rd.txn.ssv;
      t.tbu_s_armmussid_i[i] = rd.txn.ssid;
      t.tbu_s_rready_i[i] = random() & 1;
      auto& wr = p.client[i][1];
      t.tbu_s_awvalid_i[i] = wr.busy && !wr.address_sent;
      t.tbu_s_awaddr_i[i] = wr.txn.addr;
      t.tbu_s_awid_i[i] = 0xa5;
      t.tbu_s_awlen_i[i] = static_cast<unsigned char>(wr.txn.len);
      t.tbu_s_awsize_i[i] = static_cast<unsigned char>(wr.txn.size);
      t.tbu_s_awburst_i[i] = static_cast<unsigned char>(wr.txn.burst);
      t.tbu_s_awcache_i[i] = 3;
      t.tbu_s_awprot_i[i] = static_cast<unsigned char>(wr.txn.privileged | 2 | wr.txn.instruction << 2);
      t.tbu_s_awmmusid_i[i] = wr.txn.sid;
      t.tbu_s_awmmussidv_i[i] = wr.txn.ssv;
      t.tbu_s_awmmussid_i[i] = wr.txn.ssid;
      t.tbu_s_wvalid_i[i] = wr.busy && wr.w_sent <= wr.txn.len;
      const Word w_at = beat_address(wr.txn.addr, wr.txn.size, wr.txn.len, wr.txn.burst, wr.w_sent);
      put_bus(t.tbu_s_wdata_i[i], {pattern(w_at & ~(kBusBytes - 1)), pattern(w_at | 8)});
      t.tbu_s_wstrb_i[i] = static_cast<unsigned short>(lane_strobes(w_at, wr.txn.size));
      t.tbu_s_wlast_i[i] = wr.w_sent == wr.txn.len;
      t.tbu_s_bready_i[i] = random() & 1;
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
      ReadBurst burst;
      burst.id = t.mem_arid_o;
      burst.delay = random() % (max_latency + 1);
      for (unsigned i = 0; i <= t.mem_arlen_o; i++) {
        Word addr = t.mem_araddr_o + 8u * i;
        burst.data.push_back({read(addr), 0});
        burst.resp.push_back(abort_reads.count(addr >> 3) || (aborts && aborts(addr)) || (i == 0 && chance()) ? 2 : 0);
        if (addr == hold_read_at) burst.kept = true;
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
      p.mem_w.delay = random() % (max_latency + 1);
    }
    if (mem_wf) {
      p.mem_w.data.push_back({t.mem_wdata_o, 0});
      p.mem_w.data_done = t.mem_wlast_o;
    }
    if (mem_b) {
      if (!t.mem_bresp_i)
        for (unsigned i = 0; i < p.mem_w.data.size(); i++) write(p.mem_w.addr + 8 * i, p.mem_w.data[i][0]);
      p.mem_w = WriteBurst{};
      p.mem_b_valid = false;
    }
    bool s_ar[kTbus], s_r[kTbus], s_aw[kTbus], s_w[kTbus], s_b[kTbus];
    for (unsigned i = 0; i < kTbus; i++) {
      auto& rd = p.client[i][0];
      auto& wr = p.client[i][1];
      s_ar[i] = t.tbu_s_arvalid_i[i] && t.tbu_s_arready_o[i];
      s_r[i] = t.tbu_s_rvalid_o[i] && t.tbu_s_rready_i[i];
      s_aw[i] = t.tbu_s_awvalid_i[i] && t.tbu_s_awready_o[i];
      s_w[i] = t.tbu_s_wvalid_i[i] && t.tbu_s_wready_o[i];
      s_b[i] = t.tbu_s_bvalid_o[i] && t.tbu_s_bready_i[i];
      if (s_ar[i]) rd.sent_cycle = cycles;
      if (s_aw[i]) wr.sent_cycle = cycles;
      if (t.tbu_m_arvalid_o[i] && !rd.outcome.latency) rd.outcome.latency = static_cast<unsigned>(cycles - rd.sent_cycle);
      if (t.tbu_m_awvalid_o[i] && !wr.outcome.latency) wr.outcome.latency = static_cast<unsigned>(cycles - wr.sent_cycle);
      if (t.tbu_m_rvalid_i[i] && t.tbu_m_rready_o[i]) {
        p.tbu_r[i].data.pop_front();
        p.tbu_r[i].resp.pop_front();
        if (p.tbu_r[i].data.empty()) p.tbu_r_busy[i] = false;
      }
      if (t.tbu_m_arvalid_o[i] && t.tbu_m_arready_i[i]) {
        ReadBurst burst;
        burst.id = t.tbu_m_arid_o[i];
        burst.delay = random() % (max_latency + 1);
        for (unsigned b = 0; b <= t.tbu_m_arlen_o[i]; b++) {
          Word addr = beat_address(t.tbu_m_araddr_o[i], t.tbu_m_arsize_o[i], t.tbu_m_arlen_o[i], t.tbu_m_arburst_o[i], b);
          Word low = addr & ~(kBusBytes - 1);
          burst.data.push_back({read(low), read(low + 8)});
          burst.resp.push_back(abort_reads.count(addr >> 3) || (t.tbu_m_arsize_o[i] == 4 && abort_reads.count((low + 8) >> 3)) ? 2 : 0);
        }
        p.tbu_r[i] = burst;
        p.tbu_r_busy[i] = true;
        rd.outcome.reached_memory = true;
        rd.outcome.pa = t.tbu_m_araddr_o[i];
        rd.outcome.prot = t.tbu_m_arprot_o[i];
      }
      auto& w = p.tbu_w[i];
      if (t.tbu_m_awvalid_o[i] && t.tbu_m_awready_i[i]) {
        w.address_done = true;
        w.addr = t.tbu_m_awaddr_o[i];
        w.id = t.tbu_m_awid_o[i];
        w.error = abort_writes.count(w.addr >> 3) || chance();
        w.size = t.tbu_m_awsize_o[i];
        w.len = t.tbu_m_awlen_o[i];
        w.burst = t.tbu_m_awburst_o[i];
        w.delay = random() % (max_latency + 1);
        wr.outcome.reached_memory = true;
        wr.outcome.pa = w.addr;
        wr.outcome.prot = t.tbu_m_awprot_o[i];
      }
      if (t.tbu_m_wvalid_o[i] && t.tbu_m_wready_i[i]) {
        w.data.push_back(get_bus(t.tbu_m_wdata_o[i]));
        w.strobes.push_back(t.tbu_m_wstrb_o[i]);
        wr.outcome.beats++;
        w.data_done = t.tbu_m_wlast_o[i];
      }
      if (t.tbu_m_bvalid_i[i] && t.tbu_m_bready_o[i]) {
        for (unsigned b = 0; b < w.data.size() && keep_client_writes; b++) {
          Word low = beat_address(w.addr, w.size, w.len, w.burst, b) & ~(kBusBytes - 1);
          for (unsigned n = 0; n < kBusBytes; n++) {
            if (!(w.strobes[b] >> n & 1)) continue;
            Word mask = Word{0xff} << (8 * (n % 8));
            write(low + n, (read(low + n) & ~mask) | (w.data[b][n / 8] & mask));
          }
        }
        w = WriteBurst{};
      }
      if (s_r[i]) {
        const Word r_at = beat_address(rd.txn.addr, rd.txn.size, rd.txn.len, rd.txn.burst, rd.outcome.beats);
        const Bus bus = get_bus(t.tbu_s_rdata_o[i]);
        rd.outcome.beats++;
        worst(rd.outcome.response, t.tbu_s_rresp_o[i]);
        rd.outcome.user |= t.tbu_s_ruser_o[i];
        rd.outcome.data.push_back(bus[rd.txn.size == 4 ? 0 : r_at >> 3 & 1]);
        if (rd.txn.size == 4) rd.outcome.data.push_back(bus[1]);
        if (t.tbu_s_rid_o[i] != 0x5a) worst(rd.outcome.response, 99);
        if (t.tbu_s_rlast_o[i]) {
          rd.busy = false;
          rd.outcome.done = true;
        }
      }
      if (s_b[i]) {
        worst(wr.outcome.response, t.tbu_s_bresp_o[i]);
        wr.outcome.user = t.tbu_s_buser_o[i];
        if (t.tbu_s_bid_o[i] != 0xa5 || wr.w_sent != wr.txn.len + 1) worst(wr.outcome.response, 99);
        wr.busy = false;
        wr.outcome.done = true;
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
    for (unsigned i = 0; i < kTbus; i++) {
      if (s_ar[i]) p.client[i][0].address_sent = true;
      if (s_aw[i]) p.client[i][1].address_sent = true;
      if (s_w[i]) p.client[i][1].w_sent++;
    }
    if (prog_aw) t.prog_awvalid_i = 0;
    if (prog_w) t.prog_wvalid_i = 0;
    if (prog_ar) t.prog_arvalid_i = 0;
  }
}

Outcome Rig::run(const Txn& txn) {
  submit(txn);
  for (unsigned i = 0; i < 20000 && !outcome(txn).done; i++) tick();
  return outcome(txn);
}

static void give_up(const char* what) {
  std::fprintf(stderr, "bench: %s never answered (seed %u)\n", what, g_seed);
  std::exit(1);
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
  tick(2);
  cycles = walks = config_accesses = tlb_hits = tlb_misses = config_misses = consumed = syncs = lost_events = written_events = 0;
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
