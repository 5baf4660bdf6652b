// SPDX-License-Identifier: Apache-2.0
// nb_transport of the SystemC model: phases, times worked out by hand, order, slots, merged misses, stalls, CMD_SYNC, reset.
// Latencies are the defaults: look-up 2 ns, walk 20 ns per access, link 5 ns each way. Everything runs from outside the
// kernel, so that every point of simulated time can be counted. Not here: the architecture (model.tlm_vectors).
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmuv3_arch.h"
#include "smmuv3_tlm/model.h"
#include "unity.h"

namespace {

constexpr std::uint64_t kRam = 0x80000000, kRamBytes = 16u << 20, kCmdq = kRam + 0x300000, kEventq = kRam + 0x310000;
constexpr std::uint64_t kPage0 = kRam + 0x100000;

std::uint64_t now_ns() { return static_cast<std::uint64_t>(sc_core::sc_time_stamp().to_seconds() * 1e9 + 0.5); }

// Memory for the SMMU's own accesses and for clients. Early: answers with TLM_COMPLETED and 30 ns. Phased: END_REQ 10 ns
// after BEGIN_REQ, BEGIN_RESP 20 ns after that.
class Ram : public sc_core::sc_module, public tlm::tlm_fw_transport_if<> {
 public:
  SC_HAS_PROCESS(Ram);
  tlm::tlm_target_socket<64> walks{"walks"}, clients{"clients"};
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kRamBytes);
  std::vector<std::uint64_t> seen;  // addresses of client requests, in order
  bool grant_dmi = true, phased = false, two_requests_at_once = false;

  explicit Ram(sc_core::sc_module_name n) : sc_module(n) {
    walks.bind(*this);
    clients.bind(*this);
    SC_METHOD(accept);
    sensitive << accept_;
    dont_initialize();
    SC_METHOD(answer);
    sensitive << answer_;
    dont_initialize();
  }
  void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) override {
    copy(p);
    p.set_dmi_allowed(grant_dmi);
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase, sc_core::sc_time& delay) override {
    if (phase != tlm::BEGIN_REQ) return tlm::TLM_COMPLETED;
    seen.push_back(p.get_address());
    copy(p);
    if (!phased) {
      delay += sc_core::sc_time(30, sc_core::SC_NS);
      return tlm::TLM_COMPLETED;
    }
    two_requests_at_once |= request_ != nullptr;
    request_ = &p;
    accept_.notify(10, sc_core::SC_NS);
    return tlm::TLM_ACCEPTED;
  }
  unsigned int transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) override {
    dmi.set_dmi_ptr(bytes.data());
    dmi.set_start_address(kRam);
    dmi.set_end_address(kRam + kRamBytes - 1);
    dmi.allow_read_write();
    return grant_dmi;
  }
  std::uint64_t read(std::uint64_t pa) const {
    std::uint64_t v;
    std::memcpy(&v, &bytes[pa - kRam], 8);
    return v;
  }
  void write(std::uint64_t pa, std::uint64_t v) { std::memcpy(&bytes[pa - kRam], &v, 8); }

 private:
  void copy(tlm::tlm_generic_payload& p) {
    p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (p.get_address() < kRam || p.get_address() - kRam + p.get_data_length() > kRamBytes) return;
    if (p.is_read())
      std::memcpy(p.get_data_ptr(), &bytes[p.get_address() - kRam], p.get_data_length());
    else
      std::memcpy(&bytes[p.get_address() - kRam], p.get_data_ptr(), p.get_data_length());
    p.set_response_status(tlm::TLM_OK_RESPONSE);
  }
  void accept() {
    tlm::tlm_phase phase = tlm::END_REQ;
    sc_core::sc_time delay;
    answering_.push_back(std::exchange(request_, nullptr));
    if (answering_.size() == 1) answer_.notify(20, sc_core::SC_NS);
    clients->nb_transport_bw(*answering_.back(), phase, delay);
  }
  void answer() {
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay;
    tlm::tlm_generic_payload* p = answering_.front();
    answering_.pop_front();
    if (!answering_.empty()) answer_.notify(10, sc_core::SC_NS);
    clients->nb_transport_bw(*p, phase, delay);
  }
  tlm::tlm_generic_payload* request_ = nullptr;
  std::deque<tlm::tlm_generic_payload*> answering_;
  sc_core::sc_event accept_, answer_;
};

// One transaction of a client and what became of it, times in ns after it was sent.
struct Request : smmu_tlm::StallObserver {
  tlm::tlm_generic_payload payload;
  smmu_tlm::StreamExtension stream;
  std::uint64_t word = 0, sent = 0;
  std::int64_t accepted = -1, answered = -1;
  std::uint16_t stag = 0;
  bool stalled = false;
  ~Request() override { payload.clear_extension(&stream); }
  void transaction_stalled(std::uint16_t s) override { stag = s, stalled = true; }
  void transaction_resumed() override { stalled = false; }
  bool ok() const { return answered >= 0 && payload.is_response_ok(); }
};

class Client : public tlm::tlm_bw_transport_if<>, private tlm::tlm_mm_interface {
 public:
  tlm::tlm_initiator_socket<64> socket{"client"};
  bool keeps_responses = false;  // END_RESP comes only with end_response()
  std::vector<Request*> answers;
  Client() { socket.bind(*this); }

  std::unique_ptr<Request> send(std::uint32_t sid, std::uint64_t iova, bool write = false, std::uint32_t order_id = 0,
                                smmu_tlm::AtsKind ats = smmu_tlm::AtsKind::Untranslated) {
    auto r = std::make_unique<Request>();
    r->stream.sid = sid;
    r->stream.order_id = order_id;
    r->stream.ats = ats;
    r->stream.stall_observer = r.get();
    r->word = 0x1111111111111111 * (iova >> 12);
    r->payload.set_mm(this);
    r->payload.acquire();
    r->payload.set_extension(&r->stream);
    r->payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    r->payload.set_address(iova);
    r->payload.set_data_ptr(reinterpret_cast<unsigned char*>(&r->word));
    r->payload.set_data_length(8);
    r->payload.set_streaming_width(8);
    r->sent = now_ns();
    all_[&r->payload] = r.get();
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    if (socket->nb_transport_fw(r->payload, phase, delay) == tlm::TLM_UPDATED && phase == tlm::END_REQ) r->accepted = 0;
    return r;
  }
  void end_response(Request& r) {
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time delay;
    socket->nb_transport_fw(r.payload, phase, delay);
  }
  unsigned freed = 0;

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase, sc_core::sc_time&) override {
    Request& r = *all_.at(&p);
    const auto after = static_cast<std::int64_t>(now_ns() - r.sent);
    if (phase == tlm::END_REQ) r.accepted = after;
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    r.answered = after;
    answers.push_back(&r);
    return keeps_responses ? tlm::TLM_ACCEPTED : tlm::TLM_COMPLETED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  void free(tlm::tlm_generic_payload*) override { freed++; }
  std::map<tlm::tlm_generic_payload*, Request*> all_;
};

class Bench : public sc_core::sc_module {
 public:
  Client client;
  tlm::tlm_initiator_socket<64> programming{"programming"};
  Ram ram{"ram"};
  std::unique_ptr<smmu_tlm::SmmuModule> smmu;

  Bench(sc_core::sc_module_name n, const std::map<std::string, std::int64_t>& params) : sc_module(n) {
    smmu_tlm::SmmuConfig config;
    config.ids = smmu_model_tlm::default_ids();
    config.params = params;
    smmu = smmu_model_tlm::make("smmu", config);
    programming.bind(client);
    programming.bind(smmu->programming);
    client.socket.bind(smmu->tbu_target[0]);
    smmu->table_walk.bind(ram.walks);
    smmu->tbu_initiator[0].bind(ram.clients);
  }
  std::uint32_t reg(std::uint32_t offset, bool write = false, std::uint32_t value = 0) {
    tlm::tlm_generic_payload p;
    sc_core::sc_time delay;
    p.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    p.set_address(offset);
    p.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    p.set_data_length(4);
    p.set_streaming_width(4);
    programming->b_transport(p, delay);
    return value;
  }
  void set(std::uint32_t offset, std::uint64_t value) {
    reg(offset, true, static_cast<std::uint32_t>(value));
    run_ns(100);
  }
  void command(std::uint64_t q0, std::uint64_t q1 = 0) {
    ram.write(kCmdq + 16 * (cmdq_prod_ & 15u), q0);
    ram.write(kCmdq + 16 * (cmdq_prod_ & 15u) + 8, q1);
    cmdq_prod_ = (cmdq_prod_ + 1) & 31u;
    set(SMMU_CMDQ_PROD, cmdq_prod_);
  }
  bool commands_are_done() { return reg(SMMU_CMDQ_CONS) == cmdq_prod_; }
  void map(unsigned page, std::uint64_t pa) { ram.write(kRam + 0x23000 + 8 * page, pa | 0xf43); }
  void unmap(unsigned page) { ram.write(kRam + 0x23000 + 8 * page, 0); }

  // Stream 1: bypass. Streams 2 and 3: stage 1 with stall, ASID 5; pages 0 to 7 are mapped to kPage0 + 4 KiB * n.
  // STE 4 is invalid.
  void enable() {
    smmu->cold_reset();
    settle();
    std::memset(ram.bytes.data(), 0, ram.bytes.size());
    ram.seen.clear();
    ram.phased = ram.two_requests_at_once = client.keeps_responses = false;
    ram.grant_dmi = true;
    client.answers.clear();
    cmdq_prod_ = 0;
    ram.write(kRam + 64, 0x9);
    ram.write(kRam + 128, 0xb | (kRam + 0x10000));
    ram.write(kRam + 192, 0xb | (kRam + 0x10000));
    ram.write(kRam + 192 + 8, 1ull << 28);  // EATS of stream 3
    ram.write(kRam + 0x10000, 16 | 1ull << 30 | 1ull << 31 | 5ull << 32 | 1ull << 41 | 7ull << 44 | 5ull << 48);
    ram.write(kRam + 0x10008, kRam + 0x20000);
    ram.write(kRam + 0x20000, (kRam + 0x21000) | 3);
    ram.write(kRam + 0x21000, (kRam + 0x22000) | 3);
    ram.write(kRam + 0x22000, (kRam + 0x23000) | 3);
    for (unsigned page = 0; page < 8; page++) map(page, kPage0 + 4096 * page);
    for (const auto& [offset, value] : std::vector<std::pair<std::uint32_t, std::uint64_t>>{
             {SMMU_STRTAB_BASE, kRam}, {SMMU_STRTAB_BASE + 4, 0}, {SMMU_STRTAB_BASE_CFG, 6}, {SMMU_CMDQ_BASE, kCmdq | 4},
             {SMMU_CMDQ_BASE + 4, 0}, {SMMU_CMDQ_PROD, 0}, {SMMU_CMDQ_CONS, 0}, {SMMU_EVENTQ_BASE, kEventq | 4},
             {SMMU_EVENTQ_BASE + 4, 0}, {SMMU_EVENTQ_PROD, 0}, {SMMU_EVENTQ_CONS, 0},
             {SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK}})
      set(offset, value);
    // The first access of the SMMU asks for DMI; it belongs to no row.
    command(SMMU_CMD_SYNC);
    TEST_ASSERT_TRUE(commands_are_done());
  }
  void warm(std::uint32_t sid, unsigned pages) {
    for (unsigned page = 0; page < pages; page++) {
      const auto r = client.send(sid, 4096 * page);
      settle();
      TEST_ASSERT_TRUE(r->ok());
    }
    client.answers.clear();
    ram.seen.clear();
  }
  // Until nothing moves; how many points of simulated time had work.
  unsigned settle() {
    unsigned steps = 0;
    for (run_deltas(); sc_core::sc_pending_activity_at_future_time(); run_deltas(), steps++)
      sc_core::sc_start(sc_core::sc_time_to_pending_activity());
    return steps;
  }
  static void run_deltas() {
    while (sc_core::sc_pending_activity_at_current_time()) sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  static void run_ns(unsigned ns) {
    sc_core::sc_start(sc_core::sc_time(static_cast<double>(ns), sc_core::SC_NS));
    run_deltas();
  }

 private:
  std::uint32_t cmdq_prod_ = 0;
};

Bench *bench, *small;  // small: one walk at a time, two translations

void test_a_hit_is_answered_after_look_up_and_memory() {
  Bench& b = *bench;
  b.enable();
  b.warm(2, 1);
  b.ram.write(kPage0 + 8, 0x77);
  const unsigned freed = b.client.freed;
  const auto r = b.client.send(2, 8);
  TEST_ASSERT_EQUAL_INT64(0, r->accepted);
  TEST_ASSERT_EQUAL_UINT(2, b.settle());  // look-up, answer
  TEST_ASSERT_TRUE(r->ok());
  TEST_ASSERT_EQUAL_INT64(2 + 30, r->answered);
  TEST_ASSERT_EQUAL_HEX64(0x77, r->word);
  TEST_ASSERT_EQUAL_HEX64(8, r->payload.get_address());
  TEST_ASSERT_EQUAL_HEX64(kPage0 + 8, b.ram.seen.at(0));
  TEST_ASSERT_EQUAL_UINT(freed, b.client.freed);  // this reference is the client's
  r->payload.release();
  TEST_ASSERT_EQUAL_UINT(freed + 1, b.client.freed);
}

// STE, CD and four levels: 6 accesses.
void test_a_miss_takes_three_steps_of_time() {
  Bench& b = *bench;
  b.enable();
  const auto cold = b.client.send(2, 0);
  TEST_ASSERT_EQUAL_UINT(3, b.settle());
  TEST_ASSERT_EQUAL_INT64(2 + 5 + 6 * 20 + 5 + 30, cold->answered);
  const auto warm = b.client.send(2, 0x1000);  // its table is in the walk cache
  TEST_ASSERT_EQUAL_UINT(3, b.settle());
  TEST_ASSERT_EQUAL_INT64(2 + 5 + 20 + 5 + 30, warm->answered);
  TEST_ASSERT_EQUAL_UINT64(2, b.smmu->stats().tlb_misses);
  TEST_ASSERT_EQUAL_UINT64(2, b.smmu->stats().transactions);
  TEST_ASSERT_EQUAL_UINT64(0, b.smmu->stats().tlb_hits);
}

void test_bypass_abort_and_translation_request() {
  Bench& b = *bench;
  b.enable();
  const auto bypass = b.client.send(1, kPage0), bad = b.client.send(4, 0);
  const auto request = b.client.send(3, 0x2000, false, 0, smmu_tlm::AtsKind::TranslationRequest);
  b.settle();
  TEST_ASSERT_TRUE(bypass->ok());
  TEST_ASSERT_EQUAL_INT(tlm::TLM_ADDRESS_ERROR_RESPONSE, bad->payload.get_response_status());
  TEST_ASSERT_EQUAL_HEX64(0x400000004, b.ram.read(kEventq));  // C_BAD_STE, before the answer
  TEST_ASSERT_TRUE(request->ok());
  TEST_ASSERT_EQUAL_HEX64(kPage0 + 0x2000, request->stream.ats_answer.address);
  TEST_ASSERT_EQUAL_UINT(1, b.ram.seen.size());
  TEST_ASSERT_TRUE(b.smmu->idle());
}

void test_what_cannot_be_done_is_refused_at_once() {
  Bench& b = *bench;
  smmu_tlm::StreamExtension stream;
  tlm::tlm_generic_payload p;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  b.enable();
  p.set_extension(&stream);
  TEST_ASSERT_EQUAL_INT(tlm::TLM_COMPLETED, b.client.socket->nb_transport_fw(p, phase, delay));  // no memory manager
  TEST_ASSERT_EQUAL_INT(tlm::TLM_GENERIC_ERROR_RESPONSE, p.get_response_status());
  p.clear_extension(&stream);
  const auto crossing = b.client.send(2, 0xffc);
  TEST_ASSERT_EQUAL_INT(tlm::TLM_BURST_ERROR_RESPONSE, crossing->payload.get_response_status());
  TEST_ASSERT_TRUE(b.smmu->idle());
}

void test_hits_overtake_misses_unless_they_belong_together() {
  Bench& b = *bench;
  b.enable();
  b.warm(2, 1);
  const auto miss = b.client.send(2, 0x1000, false, 1), same = b.client.send(2, 0, false, 1);
  const auto other = b.client.send(2, 8, false, 2), write = b.client.send(2, 16, true, 1);
  b.settle();
  TEST_ASSERT_EQUAL_INT64(2 + 30, other->answered);
  TEST_ASSERT_EQUAL_INT64(2 + 30, write->answered);  // the other direction
  TEST_ASSERT_EQUAL_INT64(2 + 30 + 30, miss->answered);
  TEST_ASSERT_EQUAL_INT64(miss->answered, same->answered);
  TEST_ASSERT_TRUE(b.client.answers.at(2) == miss.get() && b.client.answers.at(3) == same.get());
  TEST_ASSERT_EQUAL_HEX64(kPage0 + 0x1000, b.ram.seen.at(2));
  TEST_ASSERT_EQUAL_HEX64(kPage0, b.ram.seen.at(3));
}

void test_misses_of_one_page_share_a_walk() {
  Bench& b = *bench;
  b.enable();
  b.warm(2, 1);
  const std::uint64_t misses = b.smmu->stats().tlb_misses;
  const auto first = b.client.send(2, 0x1000, false, 1), second = b.client.send(2, 0x1008, false, 2), third = b.client.send(2, 0x1010, true, 3);
  b.settle();
  TEST_ASSERT_EQUAL_UINT64(misses + 1, b.smmu->stats().tlb_misses);
  for (const auto* r : {first.get(), second.get(), third.get()}) TEST_ASSERT_EQUAL_INT64(2 + 30 + 30, r->answered);
}

void test_walk_slots_and_translation_slots_are_waited_for() {
  Bench& b = *small;
  b.enable();
  b.warm(2, 1);
  const auto r1 = b.client.send(2, 0x1000, false, 1), r2 = b.client.send(2, 0x2000, false, 2);
  const auto r3 = b.client.send(2, 0, false, 3);  // a hit, but there is no slot to look it up in
  TEST_ASSERT_EQUAL_INT64(0, r2->accepted);
  TEST_ASSERT_EQUAL_INT64(-1, r3->accepted);
  b.settle();
  TEST_ASSERT_EQUAL_INT64(2 + 30 + 30, r1->answered);
  TEST_ASSERT_EQUAL_INT64(2 + 30 + 30 + 30, r2->answered);  // walks after the first
  TEST_ASSERT_EQUAL_INT64(2 + 30, r3->accepted);            // when the first leaves
  TEST_ASSERT_EQUAL_INT64(2 + 30 + 2 + 30, r3->answered);
}

void test_requests_and_responses_go_one_at_a_time() {
  Bench& b = *bench;
  b.enable();
  b.warm(2, 2);
  b.ram.phased = true;
  b.client.keeps_responses = true;
  const auto r1 = b.client.send(2, 0, false, 1), r2 = b.client.send(2, 0x1000, false, 2);
  b.settle();
  TEST_ASSERT_FALSE(b.ram.two_requests_at_once);
  TEST_ASSERT_EQUAL_UINT(2, b.ram.seen.size());
  TEST_ASSERT_EQUAL_INT64(2 + 30, r1->answered);
  TEST_ASSERT_EQUAL_INT64(-1, r2->answered);  // the first response is not over
  b.client.end_response(*r1);
  TEST_ASSERT_TRUE(r2->ok());
  b.client.end_response(*r2);
  TEST_ASSERT_TRUE(b.smmu->idle());
}

void test_cmd_sync_waits_for_data_under_way() {
  Bench& b = *bench;
  b.enable();
  b.warm(2, 1);
  b.ram.phased = true;
  const auto r = b.client.send(2, 0);
  Bench::run_ns(5);  // sent to memory
  b.ram.write(kCmdq + 16, SMMU_CMD_SYNC);
  b.reg(SMMU_CMDQ_PROD, true, 2);
  Bench::run_ns(24);
  TEST_ASSERT_EQUAL_INT64(-1, r->answered);
  TEST_ASSERT_EQUAL_UINT32(1, b.reg(SMMU_CMDQ_CONS));
  b.settle();
  TEST_ASSERT_TRUE(r->ok());
  TEST_ASSERT_EQUAL_UINT32(2, b.reg(SMMU_CMDQ_CONS));
}

// The second one is translated and waits for its turn behind the stalled one. CMD_SYNC must not wait for it, and after the
// invalidation that the CMD_SYNC completed it must not use what it had found.
void test_a_transaction_behind_a_stalled_one_gives_its_answer_back() {
  Bench& b = *bench;
  b.enable();
  b.warm(2, 1);
  const auto stalled = b.client.send(2, 0x9000), behind = b.client.send(2, 0), other = b.client.send(2, 8, false, 7);
  b.settle();
  TEST_ASSERT_TRUE(stalled->stalled);
  TEST_ASSERT_TRUE(other->ok());
  TEST_ASSERT_EQUAL_INT64(-1, behind->answered);
  b.map(0, kPage0 + 0x5000);
  b.command(SMMU_CMD_TLBI_NH_ASID | 5ull << 48);
  b.command(SMMU_CMD_SYNC);
  b.settle();
  TEST_ASSERT_TRUE(b.commands_are_done());
  b.ram.seen.clear();
  b.map(9, kPage0 + 0x6000);
  b.command(SMMU_CMD_RESUME | 1u << 12 | 2ull << 32, stalled->stag);
  b.settle();
  TEST_ASSERT_TRUE(stalled->ok());
  TEST_ASSERT_TRUE(behind->ok());
  TEST_ASSERT_EQUAL_HEX64(kPage0 + 0x6000, b.ram.seen.at(0));
  TEST_ASSERT_EQUAL_HEX64(kPage0 + 0x5000, b.ram.seen.at(1));
  TEST_ASSERT_TRUE(b.smmu->idle());
}

// 32 transactions are stalled (IDR5.STALL_MAX); one more waits until the first is terminated, then faults itself.
void test_beyond_the_stall_limit_a_transaction_is_held() {
  Bench& b = *bench;
  std::vector<std::unique_ptr<Request>> all;
  b.enable();
  b.warm(2, 1);
  for (unsigned i = 0; i < 32; i++) {
    all.push_back(b.client.send(2, 0x10000 + 4096 * i, false, i));
    b.settle();
    if (i == 15) b.reg(SMMU_EVENTQ_CONS, true, b.reg(SMMU_EVENTQ_PROD));
    TEST_ASSERT_TRUE(all.back()->stalled);
  }
  b.reg(SMMU_EVENTQ_CONS, true, b.reg(SMMU_EVENTQ_PROD));
  all.push_back(b.client.send(2, 0x9000, false, 99));
  b.settle();
  TEST_ASSERT_FALSE(all.back()->stalled);
  b.command(SMMU_CMD_RESUME | 2ull << 32 | 1ull << 13, all[3]->stag);  // Ac = 0, Ab = 1
  b.settle();
  TEST_ASSERT_EQUAL_INT(tlm::TLM_ADDRESS_ERROR_RESPONSE, all[3]->payload.get_response_status());
  TEST_ASSERT_TRUE(all.back()->stalled);
  b.command(SMMU_CMD_STALL_TERM | 2ull << 32);
  b.settle();
  for (const auto& r : all) TEST_ASSERT_NOT_EQUAL(-1, r->answered);
  TEST_ASSERT_TRUE(b.smmu->idle());
}

void test_walks_through_the_socket() {
  Bench& b = *bench;
  b.enable();
  b.ram.grant_dmi = false;
  b.ram.walks->invalidate_direct_mem_ptr(0, ~0ull);
  const auto r1 = b.client.send(2, 0, false, 1), r2 = b.client.send(2, 0x1000, false, 2), bad = b.client.send(4, 0), stalled = b.client.send(2, 0x9000, false, 3);
  b.settle();
  TEST_ASSERT_TRUE(r1->ok());
  TEST_ASSERT_EQUAL_INT64(2 + 10 + 6 * 20 + 30, r1->answered);
  TEST_ASSERT_TRUE(r2->ok());
  TEST_ASSERT_EQUAL_INT(tlm::TLM_ADDRESS_ERROR_RESPONSE, bad->payload.get_response_status());
  TEST_ASSERT_TRUE(stalled->stalled);
  b.command(SMMU_CMD_STALL_TERM | 2ull << 32);
  b.settle();
  TEST_ASSERT_TRUE(b.smmu->idle());
}

void test_cold_reset_aborts_what_has_not_left() {
  Bench& b = *small;
  b.enable();
  b.warm(2, 1);
  b.ram.phased = true;
  const auto left = b.client.send(2, 0, false, 1);
  Bench::run_ns(3);
  const auto walking = b.client.send(2, 0x1000, false, 2), queued = b.client.send(2, 0x2000, false, 3), waiting = b.client.send(2, 0x3000, false, 4);
  Bench::run_ns(3);
  b.smmu->cold_reset();
  b.settle();
  TEST_ASSERT_TRUE(left->ok());
  for (const auto* r : {walking.get(), queued.get(), waiting.get()}) {
    TEST_ASSERT_EQUAL_INT(tlm::TLM_ADDRESS_ERROR_RESPONSE, r->payload.get_response_status());
    TEST_ASSERT_NOT_EQUAL(-1, r->answered);
  }
  TEST_ASSERT_TRUE(b.smmu->idle());
  b.enable();  // and everything works again
  b.warm(2, 2);
}

}  // namespace

int sc_main(int argc, char** argv) {
  Bench normal("normal", {});
  Bench tight("tight", {{"walk_slots", 1}, {"translation_slots", 2}});
  bench = &normal;
  small = &tight;
  UNITY_BEGIN(argc, argv);
  RUN_TEST(test_a_hit_is_answered_after_look_up_and_memory);
  RUN_TEST(test_a_miss_takes_three_steps_of_time);
  RUN_TEST(test_bypass_abort_and_translation_request);
  RUN_TEST(test_what_cannot_be_done_is_refused_at_once);
  RUN_TEST(test_hits_overtake_misses_unless_they_belong_together);
  RUN_TEST(test_misses_of_one_page_share_a_walk);
  RUN_TEST(test_walk_slots_and_translation_slots_are_waited_for);
  RUN_TEST(test_requests_and_responses_go_one_at_a_time);
  RUN_TEST(test_cmd_sync_waits_for_data_under_way);
  RUN_TEST(test_a_transaction_behind_a_stalled_one_gives_its_answer_back);
  RUN_TEST(test_beyond_the_stall_limit_a_transaction_is_held);
  RUN_TEST(test_walks_through_the_socket);
  RUN_TEST(test_cold_reset_aborts_what_has_not_left);
  return UNITY_END();
}
