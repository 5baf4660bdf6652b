// SPDX-License-Identifier: Apache-2.0
// The SystemC shell itself: bypass, 4 KiB splits, errors of the memory behind, two clients, a stall with RESUME, reset
// under a parked call, DMI for the SMMU's own accesses, debug transport without side effects, refused configurations.
// Not here: the architecture (model/test, test_tlm_vectors.cpp).
#define SC_INCLUDE_DYNAMIC_PROCESSES  // sc_spawn

#include <cstring>
#include <memory>
#include <map>
#include <string>
#include <vector>

#include <systemc>
#include <tlm>

#include "smmu_tlm/secure_extension.h"
#include "smmuv3_arch.h"
#include "smmuv3_tlm/model.h"
#include "smmuv3_trace.h"
#include "unity.h"

namespace {

// Checks inside a SystemC process: an assertion of the test API must not jump out of its stack, so they are collected.
std::string failures;
#define CHECK(condition) \
  do { \
    if (!(condition)) failures += "line " + std::to_string(__LINE__) + ": " #condition "\n"; \
  } while (0)
#define CHECK_EQUAL(expected, actual) CHECK(static_cast<std::uint64_t>(expected) == static_cast<std::uint64_t>(actual))

constexpr std::uint64_t kRam = 0x80000000, kRamBytes = 16u << 20, kCmdq = kRam + 0x300000, kEventq = kRam + 0x310000;

// RAM with DMI; one 4 KiB page answers with an error.
class Ram : public tlm::tlm_fw_transport_if<> {
 public:
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kRamBytes);
  bool grant_dmi = false;
  unsigned own_accesses = 0, client_pieces = 0;
  std::uint64_t bad_page = 0;

  void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) override {
    const bool client = p.get_extension<smmu_tlm::AccessExtension>() == nullptr;
    delay += sc_core::sc_time(5, sc_core::SC_NS);
    (client ? client_pieces : own_accesses)++;
    if (p.get_address() < kRam || p.get_address() - kRam + p.get_data_length() > kRamBytes || (bad_page != 0 && (p.get_address() & ~0xfffull) == bad_page)) {
      p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    copy(p);
    p.set_dmi_allowed(grant_dmi);
    p.set_response_status(tlm::TLM_OK_RESPONSE);
  }
  unsigned int transport_dbg(tlm::tlm_generic_payload& p) override {
    if (p.get_address() < kRam || p.get_address() - kRam + p.get_data_length() > kRamBytes) return 0;
    copy(p);
    return p.get_data_length();
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override { return tlm::TLM_COMPLETED; }
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
    if (p.is_read())
      std::memcpy(p.get_data_ptr(), &bytes[p.get_address() - kRam], p.get_data_length());
    else
      std::memcpy(&bytes[p.get_address() - kRam], p.get_data_ptr(), p.get_data_length());
  }
};

class Backward : public tlm::tlm_bw_transport_if<> {
 public:
  unsigned revoked = 0;
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override { return tlm::TLM_ACCEPTED; }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override { revoked++; }
};

struct Observer : smmu_tlm::StallObserver {
  unsigned stalled = 0, resumed = 0;
  std::uint16_t stag = 0;
  void transaction_stalled(std::uint16_t s) override { stalled++, stag = s; }
  void transaction_resumed() override { resumed++; }
};

struct Bench : sc_core::sc_module, smmu_tlm::IrqSink {
  SC_HAS_PROCESS(Bench);
  std::unique_ptr<smmu_tlm::SmmuModule> smmu;
  tlm::tlm_initiator_socket<64> programming{"programming"}, client{"client"}, client1{"client1"};
  tlm::tlm_target_socket<64> memory{"memory"}, down{"down"}, down1{"down1"};
  Ram ram;
  Backward backward;
  std::uint32_t cmdq_prod = 0;
  unsigned eventq_irqs = 0;
  double took_ns = 0;  // of the last dma()
  void (*script)(Bench&) = nullptr;

  explicit Bench(sc_core::sc_module_name n, const std::map<std::string, std::int64_t>& params = {}) : sc_module(n) {
    smmu_tlm::SmmuConfig config;
    config.params = params;
    config.ids = smmu_model_tlm::default_ids();
    config.tbu_count = 2;
    config.params["secure"] = 1;
    smmu = smmu_model_tlm::make((std::string(basename()) + "_smmu").c_str(), config);
    smmu->set_irq_sink(this);
    for (auto* socket : {&programming, &client, &client1}) socket->bind(backward);
    for (auto* socket : {&memory, &down, &down1}) socket->bind(ram);
    programming.bind(smmu->programming);
    client.bind(smmu->tbu_target[0]);
    client1.bind(smmu->tbu_target[1]);
    smmu->table_walk.bind(memory);
    smmu->tbu_initiator[0].bind(down);
    smmu->tbu_initiator[1].bind(down1);
    SC_THREAD(run);
    set_stack_size(1 << 20);
  }
  void irq_edge(smmu_tlm::Irq which) override { eventq_irqs += which == smmu_tlm::Irq::Eventq; }
  sc_core::sc_event go;
  void run() {
    for (;;) {
      wait(go);
      script(*this);
      sc_core::sc_pause();
      wait(sc_core::SC_ZERO_TIME);
    }
  }
  smmu_tlm::SecureExtension secure_access;
  bool as_secure = false;  // register accesses are of the secure state
  std::uint32_t reg(std::uint32_t offset, bool write = false, std::uint32_t value = 0) {
    tlm::tlm_generic_payload p;
    if (as_secure) p.set_extension(&secure_access);
    sc_core::sc_time delay;
    p.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    p.set_address(offset);
    p.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    p.set_data_length(4);
    p.set_streaming_width(4);
    programming->b_transport(p, delay);
    p.clear_extension(&secure_access);
    wait(delay + sc_core::sc_time(100, sc_core::SC_NS));
    return value;
  }
  void set(std::uint32_t offset, std::uint64_t value) { reg(offset, true, static_cast<std::uint32_t>(value)); }
  void command(std::uint64_t q0, std::uint64_t q1) {
    ram.write(kCmdq + 16 * (cmdq_prod & 15u), q0);
    ram.write(kCmdq + 16 * (cmdq_prod & 15u) + 8, q1);
    cmdq_prod = (cmdq_prod + 1) & 31u;
    set(SMMU_CMDQ_PROD, cmdq_prod);
    wait(1, sc_core::SC_US);
  }
  // Stream 1: bypass. Stream 2: stage 1 with stall, ASID 5; page 0 and 1 of the IOVA space mapped, swapped.
  void enable() {
    smmu->cold_reset();
    std::memset(ram.bytes.data(), 0, ram.bytes.size());
    ram.own_accesses = ram.client_pieces = 0;
    ram.bad_page = 0;
    cmdq_prod = eventq_irqs = 0;
    ram.write(kRam + 64, 0x9);                          // STE 1: V, Config = bypass
    ram.write(kRam + 128, 0xb | (kRam + 0x10000));      // STE 2: V, Config = stage 1, S1ContextPtr
    // CD: T0SZ = 16, EPD1, V, IPS = 48 bit, AA64, S, R, A, ASID 5
    ram.write(kRam + 0x10000, 16 | 1ull << 30 | 1ull << 31 | 5ull << 32 | 1ull << 41 | 7ull << 44 | 5ull << 48);
    ram.write(kRam + 0x10008, kRam + 0x20000);
    ram.write(kRam + 0x20000, (kRam + 0x21000) | 3);
    ram.write(kRam + 0x21000, (kRam + 0x22000) | 3);
    ram.write(kRam + 0x22000, (kRam + 0x23000) | 3);
    ram.write(kRam + 0x23000, (kRam + 0x101000) | 0xf43);
    ram.write(kRam + 0x23008, (kRam + 0x100000) | 0xf43);
    set(SMMU_STRTAB_BASE, kRam);
    set(SMMU_STRTAB_BASE + 4, 0);
    set(SMMU_STRTAB_BASE_CFG, 6);
    set(SMMU_CMDQ_BASE, kCmdq | 4);
    set(SMMU_CMDQ_BASE + 4, 0);
    set(SMMU_CMDQ_PROD, 0);
    set(SMMU_CMDQ_CONS, 0);
    set(SMMU_EVENTQ_BASE, kEventq | 4);
    set(SMMU_EVENTQ_BASE + 4, 0);
    set(SMMU_EVENTQ_PROD, 0);
    set(SMMU_EVENTQ_CONS, 0);
    set(SMMU_EVENTQ_IRQ_CFG0, 0);
    set(SMMU_EVENTQ_IRQ_CFG0 + 4, 0);
    set(SMMU_IRQ_CTRL, SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK);
    set(SMMU_CR0, SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK);
    CHECK_EQUAL(0xd, reg(SMMU_CR0ACK));
  }
  bool dmi(tlm::tlm_initiator_socket<64>& port, std::uint32_t sid, std::uint64_t iova, tlm::tlm_dmi& out, bool write = false) {
    smmu_tlm::StreamExtension stream;
    tlm::tlm_generic_payload p;
    stream.sid = sid;
    p.set_extension(&stream);
    p.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    p.set_address(iova);
    const bool granted = port->get_direct_mem_ptr(p, out);
    p.clear_extension(&stream);
    return granted;
  }
  tlm::tlm_response_status dma(tlm::tlm_initiator_socket<64>& port, std::uint32_t sid, std::uint64_t iova, void* data, unsigned bytes,
                               bool write, Observer* observer = nullptr) {
    smmu_tlm::StreamExtension stream;
    tlm::tlm_generic_payload p;
    sc_core::sc_time delay;
    stream.sid = sid;
    stream.stall_observer = observer;
    p.set_extension(&stream);
    p.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    p.set_address(iova);
    p.set_data_ptr(static_cast<unsigned char*>(data));
    p.set_data_length(bytes);
    p.set_streaming_width(bytes);
    port->b_transport(p, delay);
    p.clear_extension(&stream);
    took_ns = delay.to_seconds() * 1e9;
    CHECK_EQUAL(iova, p.get_address());
    CHECK_EQUAL(bytes, p.get_data_length());
    return p.get_response_status();
  }
};

Bench *bench, *micro_bench, *timed_bench;

void run(void (*script)(Bench&), Bench* on = bench) {
  failures.clear();
  on->script = script;
  on->go.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  TEST_ASSERT_EQUAL_STRING("", failures.c_str());
}

void test_bypass_passes_and_an_unknown_stream_aborts_with_its_event_in_memory() {
  run([](Bench& b) {
    std::uint64_t word = 0x1122334455667788;
    b.enable();
    CHECK_EQUAL(tlm::TLM_OK_RESPONSE, b.dma(b.client, 1, kRam + 0x200000, &word, 8, true));
    CHECK_EQUAL(word, b.ram.read(kRam + 0x200000));
    CHECK_EQUAL(tlm::TLM_ADDRESS_ERROR_RESPONSE, b.dma(b.client, 3, 0x1000, &word, 8, true));
    CHECK_EQUAL(0x300000004, b.ram.read(kEventq));  // C_BAD_STE of stream 3, before the answer
    CHECK_EQUAL(1, b.eventq_irqs);
  });
}

void test_a_burst_is_split_at_4_kib_and_every_piece_translated() {
  run([](Bench& b) {
    std::vector<std::uint8_t> data(0x1800), back(0x1800);
    b.enable();
    for (std::size_t i = 0; i < data.size(); i++) data[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    CHECK_EQUAL(tlm::TLM_OK_RESPONSE, b.dma(b.client, 2, 0x400, data.data(), 0x1800, true));
    CHECK_EQUAL(2, b.ram.client_pieces);
    CHECK(std::memcmp(data.data(), &b.ram.bytes[0x101400], 0xc00) == 0);
    CHECK(std::memcmp(data.data() + 0xc00, &b.ram.bytes[0x100000], 0xc00) == 0);
    CHECK_EQUAL(tlm::TLM_OK_RESPONSE, b.dma(b.client1, 2, 0x400, back.data(), 0x1800, false));
    CHECK(std::memcmp(data.data(), back.data(), data.size()) == 0);
  });
}

void test_an_error_of_the_memory_behind_is_told_apart_from_an_abort() {
  run([](Bench& b) {
    std::uint64_t word = 0;
    b.enable();
    b.ram.bad_page = kRam + 0x101000;
    CHECK_EQUAL(tlm::TLM_GENERIC_ERROR_RESPONSE, b.dma(b.client, 2, 0, &word, 8, false));
    CHECK_EQUAL(0, b.reg(SMMU_EVENTQ_PROD));
  });
}

void test_a_stalled_client_waits_while_another_goes_on_and_resumes() {
  run([](Bench& b) {
    static Observer observer;
    static bool ended;
    static tlm::tlm_response_status status;
    static std::uint64_t word;
    b.enable();
    observer = Observer();
    ended = false;
    word = 0xabcdef;
    sc_core::sc_spawn([&b] {
      status = b.dma(b.client, 2, 0x2000, &word, 8, true, &observer);
      ended = true;
    });
    sc_core::wait(1, sc_core::SC_US);
    CHECK_EQUAL(1, observer.stalled);
    CHECK(!ended);
    std::uint64_t other = 5;
    CHECK_EQUAL(tlm::TLM_OK_RESPONSE, b.dma(b.client, 2, 0x0, &other, 8, true));
    b.command(SMMU_CMD_SYNC, 0);  // does not wait for the stall
    CHECK_EQUAL(1, b.reg(SMMU_CMDQ_CONS));
    CHECK_EQUAL(0x0000000200000010, b.ram.read(kEventq));
    CHECK_EQUAL(observer.stag | 1ull << 31 | 2ull << 40, b.ram.read(kEventq + 8));  // Stall, CLASS = IN, write
    b.ram.write(kRam + 0x23010, (kRam + 0x102000) | 0xf43);
    b.command(SMMU_CMD_RESUME | 1u << 12 | 2ull << 32, observer.stag);
    CHECK(ended);
    CHECK_EQUAL(tlm::TLM_OK_RESPONSE, status);
    CHECK_EQUAL(1, observer.resumed);
    CHECK_EQUAL(0xabcdef, b.ram.read(kRam + 0x102000));
  });
}

void test_cold_reset_ends_a_parked_call_with_an_abort() {
  run([](Bench& b) {
    static tlm::tlm_response_status status;
    static std::uint64_t word;
    b.enable();
    status = tlm::TLM_INCOMPLETE_RESPONSE;
    sc_core::sc_spawn([&b] { status = b.dma(b.client, 2, 0x2000, &word, 8, true); });
    sc_core::wait(1, sc_core::SC_US);
    CHECK(!b.smmu->idle());
    CHECK(nullptr != std::strstr(b.smmu->busy_report().c_str(), "stalled"));
    b.smmu->cold_reset();
    sc_core::wait(1, sc_core::SC_US);
    CHECK_EQUAL(tlm::TLM_ADDRESS_ERROR_RESPONSE, status);
    CHECK(b.smmu->idle());
    CHECK_EQUAL(0, b.smmu->stats().transactions);
  });
}

void test_own_accesses_use_dmi_where_it_is_granted() {
  run([](Bench& b) {
    std::uint64_t word = 0;
    b.enable();
    b.ram.grant_dmi = true;
    b.dma(b.client, 2, 0, &word, 8, false);
    CHECK_EQUAL(1, b.ram.own_accesses);  // the first one asks, the other five go direct
    b.ram.grant_dmi = false;
    b.memory->invalidate_direct_mem_ptr(0, ~0ull);
    b.command(SMMU_CMD_CFGI_STE_RANGE, 31);
    b.dma(b.client, 2, 0x1000, &word, 8, false);
    CHECK_EQUAL(1 + 1 + 3, b.ram.own_accesses);  // the command, STE, CD, and the page: its table is in the walk cache
  });
}

// Page 0 of stream 2 lies at kRam + 0x101000.
void test_clients_get_dmi_to_a_translated_page_until_something_could_change_it() {
  run([](Bench& b) {
    std::uint64_t word = 0;
    tlm::tlm_dmi dmi;
    b.enable();
    b.ram.grant_dmi = true;
    CHECK(!b.dmi(b.client, 2, 0x10, dmi));  // not in the TLB yet
    b.dma(b.client, 2, 0x10, &word, 8, false);
    const smmu_tlm::SmmuStats before = b.smmu->stats();
    CHECK(b.dmi(b.client, 2, 0x10, dmi));
    CHECK_EQUAL(before.tlb_hits, b.smmu->stats().tlb_hits);  // asking is no transaction
    CHECK_EQUAL(0, dmi.get_start_address());
    CHECK_EQUAL(0xfff, dmi.get_end_address());
    CHECK(dmi.get_dmi_ptr() == b.ram.bytes.data() + 0x101000);
    CHECK(dmi.is_read_write_allowed());
    // Stage 1 read-only: AP[2]
    b.ram.write(kRam + 0x23000, (kRam + 0x101000) | 0xfc3);
    const unsigned revoked = b.backward.revoked;
    b.command(SMMU_CMD_TLBI_NH_ALL, 0);
    CHECK_EQUAL(revoked + 1, b.backward.revoked);
    b.dma(b.client, 2, 0x10, &word, 8, false);
    CHECK(b.dmi(b.client, 2, 0x10, dmi));
    CHECK(dmi.is_read_allowed() && !dmi.is_write_allowed());
    CHECK(!b.dmi(b.client, 2, 0x10, dmi, true));
    // Each of these could change the answer, or must see every transaction.
    const std::uint32_t on = SMMU_CR0_SMMUEN_MASK | SMMU_CR0_EVENTQEN_MASK | SMMU_CR0_CMDQEN_MASK;
    b.command(SMMU_CMD_CFGI_STE | 2ull << 32, 1);
    CHECK_EQUAL(revoked + 2, b.backward.revoked);
    b.dma(b.client, 2, 0x10, &word, 8, false);
    CHECK(b.dmi(b.client, 2, 0x10, dmi));
    b.set(SMMU_CR0, on & ~SMMU_CR0_SMMUEN_MASK);
    CHECK_EQUAL(revoked + 3, b.backward.revoked);
    b.set(SMMU_CR0, on);
    b.dma(b.client, 2, 0x10, &word, 8, false);
    CHECK(b.dmi(b.client, 2, 0x10, dmi));
    b.set(0x20e04, 1);  // PMCG CR.E
    CHECK_EQUAL(revoked + 4, b.backward.revoked);
    CHECK(!b.dmi(b.client, 2, 0x10, dmi));
    b.set(0x20e04, 0);
    CHECK(b.dmi(b.client, 2, 0x10, dmi));
    smmu_trace_sink sink = {nullptr, [](void*, const smmu_trace_record*) {}};
    b.smmu->set_trace_sink(&sink);
    CHECK_EQUAL(revoked + 5, b.backward.revoked);
    CHECK(!b.dmi(b.client, 2, 0x10, dmi));
    b.smmu->set_trace_sink(nullptr);
    // A bypass reaches as far as the memory behind.
    b.dma(b.client, 1, kRam + 0x200000, &word, 8, false);
    CHECK(b.dmi(b.client, 1, kRam + 0x200000, dmi));
    CHECK_EQUAL(kRam, dmi.get_start_address());
    CHECK_EQUAL(kRam + kRamBytes - 1, dmi.get_end_address());
    b.ram.grant_dmi = false;
    CHECK(!b.dmi(b.client, 1, kRam + 0x200000, dmi));
    b.memory->invalidate_direct_mem_ptr(0, ~0ull);
  });
}

// A main look-up takes 7 ns, a micro-TLB hit 1 ns, the memory behind 5 ns; two entries for reads and two for writes, replaced in turn.
void test_a_micro_tlb_shortens_what_was_answered_lately_and_an_invalidation_empties_it() {
  run([](Bench& b) {
    std::uint64_t word = 0;
    const auto ns = [&](std::uint32_t sid, std::uint64_t iova, bool write) {
      CHECK_EQUAL(tlm::TLM_OK_RESPONSE, b.dma(b.client, sid, iova, &word, 8, write));
      return static_cast<int>(b.took_ns + 0.5);
    };
    const std::uint64_t bypass = kRam + 0x200000;
    b.enable();
    for (std::uint64_t page : {0, 0x1000}) ns(2, page, false);  // both in the main TLB, and in the half for reads
    CHECK_EQUAL(6, ns(2, 0x10, false));
    CHECK_EQUAL(12, ns(2, 0x10, true));     // the half for writes is its own
    CHECK_EQUAL(6, ns(2, 0x20, true));
    CHECK_EQUAL(6, ns(2, 0x1000, false));
    b.dma(b.client, 1, bypass, &word, 8, false);
    CHECK_EQUAL(6, ns(1, bypass, false));   // an answer without translation is one too; it replaced page 0
    CHECK_EQUAL(6, ns(2, 0x1000, false));
    CHECK_EQUAL(12, ns(2, 0, false));       // replaces page 1
    CHECK_EQUAL(12, ns(2, 0x1000, false));
    CHECK_EQUAL(6, ns(2, 0, false));
    b.command(SMMU_CMD_TLBI_NH_ASID | 9ull << 48, 0);  // of an ASID nobody has: the main TLB keeps everything
    CHECK_EQUAL(12, ns(2, 0, false));
    CHECK_EQUAL(6, ns(2, 0, false));
    b.ram.write(kRam + 5 * 64, 0xb | (kRam + 0x10000));  // stream 5: the same tables, so the same entries of the main TLB
    ns(5, 0x1000, false);                                // its configuration is cached now
    CHECK_EQUAL(12, ns(5, 0, false));                    // page 0 of stream 2 says nothing about it
  }, micro_bench);
  run([](Bench& b) {   // none by default: a look-up is 2 ns, however often
    std::uint64_t word = 0;
    b.enable();
    for (int i = 0; i < 3; i++) b.dma(b.client, 2, 0, &word, 8, false);
    CHECK_EQUAL(7, static_cast<int>(b.took_ns + 0.5));
  });
}

// An access of a walk takes 1000 ns and the memory's 5; memory is read in the middle. A whole walk with STE and CD are six, and 2 ns of a look-up.
void test_a_timed_walk_lets_commands_in_between_its_accesses() {
  run([](Bench& b) {
    static tlm::tlm_response_status status;
    static double ended_ns;
    static std::uint64_t word;
    static const auto now_ns = [] { return sc_core::sc_time_stamp().to_seconds() * 1e9; };
    const auto start = [&b](std::uint64_t iova) {
      ended_ns = 0;
      sc_core::sc_spawn([&b, iova] {
        status = b.dma(b.client, 2, iova, &word, 8, true);
        ended_ns = now_ns();
      });
    };
    b.enable();
    word = 0x55;
    const double began_ns = now_ns();
    start(0);
    b.command(SMMU_CMD_SYNC, 0);
    CHECK_EQUAL(0, b.reg(SMMU_CMDQ_CONS));  // it waits for the walk
    CHECK_EQUAL(0, ended_ns);
    sc_core::wait(8, sc_core::SC_US);
    CHECK_EQUAL(1, b.reg(SMMU_CMDQ_CONS));
    CHECK_EQUAL(2 + 6 * 1005, ended_ns - began_ns + 0.5);
    CHECK_EQUAL(tlm::TLM_OK_RESPONSE, status);
    CHECK_EQUAL(0x55, b.ram.read(kRam + 0x101000));
    // The descriptor of page 1 changes, and the TLBI comes, between its read and the answer: that walk still uses the old one, nobody after it.
    word = 0x66;
    start(0x1000);
    sc_core::wait(600, sc_core::SC_NS);
    b.ram.write(kRam + 0x23008, (kRam + 0x102000) | 0xf43);
    b.command(SMMU_CMD_TLBI_NH_ALL, 0);
    CHECK(ended_ns != 0);
    CHECK_EQUAL(0x66, b.ram.read(kRam + 0x100000));
    word = 0x77;
    start(0x1000);
    sc_core::wait(8, sc_core::SC_US);
    CHECK_EQUAL(0x66, b.ram.read(kRam + 0x100000));
    CHECK_EQUAL(0x77, b.ram.read(kRam + 0x102000));
    // A reset in the middle ends it with an abort.
    b.command(SMMU_CMD_TLBI_NH_ALL, 0);
    start(0);
    sc_core::wait(1200, sc_core::SC_NS);
    b.smmu->cold_reset();
    sc_core::wait(2, sc_core::SC_US);
    CHECK_EQUAL(tlm::TLM_ADDRESS_ERROR_RESPONSE, status);
    CHECK(b.smmu->idle());
  }, timed_bench);
}

void test_debug_transport_translates_without_a_trace() {
  run([](Bench& b) {
    b.enable();
    b.ram.write(kRam + 0x101010, 0x77);
    std::uint64_t word = 0;
    smmu_tlm::StreamExtension stream;
    tlm::tlm_generic_payload p;
    stream.sid = 2;
    p.set_extension(&stream);
    p.set_command(tlm::TLM_READ_COMMAND);
    p.set_address(0x10);
    p.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
    p.set_data_length(8);
    CHECK_EQUAL(8, b.client->transport_dbg(p));
    CHECK_EQUAL(0x77, word);
    p.set_address(0x5000);
    CHECK_EQUAL(0, b.client->transport_dbg(p));
    p.clear_extension(&stream);
    CHECK_EQUAL(0, b.smmu->stats().transactions);
    CHECK_EQUAL(0, b.reg(SMMU_EVENTQ_PROD));
  });
}

void test_trace_shows_the_walk_between_begin_and_end() {
  run([](Bench& b) {
    static std::vector<unsigned> kinds;
    static smmu_trace_sink sink = {nullptr, [](void*, const smmu_trace_record* r) { kinds.push_back(r->kind); }};
    std::uint64_t word = 0;
    b.enable();
    kinds.clear();
    b.smmu->set_trace_sink(&sink);
    b.dma(b.client, 2, 0, &word, 8, false);
    b.dma(b.client, 2, 0, &word, 8, false);
    b.smmu->set_trace_sink(nullptr);
    const std::vector<unsigned> expected = {SMMU_TRACE_TXN_BEGIN, SMMU_TRACE_CONFIG_FETCH, SMMU_TRACE_CONFIG_FETCH, SMMU_TRACE_WALK_STEP,
                                            SMMU_TRACE_WALK_STEP, SMMU_TRACE_WALK_STEP, SMMU_TRACE_WALK_STEP, SMMU_TRACE_TLB_FILL,
                                            SMMU_TRACE_TXN_END, SMMU_TRACE_TXN_BEGIN, SMMU_TRACE_TLB_HIT, SMMU_TRACE_TXN_END};
    CHECK_EQUAL(expected.size(), kinds.size());
    CHECK(expected == kinds);
  });
}

// A non-secure access reaches no secure register; with the extension S_INIT.INV_ALL is there, works, and clears itself.
void test_secure_registers_need_an_access_marked_secure() {
  run([](Bench& b) {
    std::uint64_t word = 0;
    b.enable();
    b.dma(b.client, 2, 0, &word, 8, false);
    const unsigned fetches = b.ram.own_accesses;
    CHECK_EQUAL(0, b.reg(SMMU_S_IDR1));
    b.set(SMMU_S_INIT, 1);
    b.dma(b.client, 2, 0, &word, 8, false);
    CHECK_EQUAL(fetches, b.ram.own_accesses);
    b.as_secure = true;
    CHECK_EQUAL(0x80000000, b.reg(SMMU_S_IDR1));
    b.set(SMMU_S_INIT, 1);
    CHECK_EQUAL(0, b.reg(SMMU_S_INIT));
    b.as_secure = false;
    b.dma(b.client, 2, 0, &word, 8, false);
    CHECK_EQUAL(2 * fetches, b.ram.own_accesses);
  });
}

void test_wrong_configurations_get_a_sentence() {
  smmu_tlm::SmmuConfig config;
  config.ids = smmu_model_tlm::default_ids();
  TEST_ASSERT_EQUAL_STRING("", smmu_model_tlm::check(config).c_str());
  config.params["tlb_entires"] = 4;
  TEST_ASSERT_NOT_NULL(std::strstr(smmu_model_tlm::check(config).c_str(), "'tlb_entires'"));
  config.params = {{"tlb_entries", -1}};
  TEST_ASSERT_NOT_NULL(std::strstr(smmu_model_tlm::check(config).c_str(), "tlb_entries"));
  config.params = {};
  config.tbu_count = 5;
  TEST_ASSERT_NOT_NULL(std::strstr(smmu_model_tlm::check(config).c_str(), "tbu_count"));
  config.tbu_count = 1;
  config.ids.idr[0] &= ~3u;
  TEST_ASSERT_NOT_NULL(std::strstr(smmu_model_tlm::check(config).c_str(), "S1P"));
}

}  // namespace

int sc_main(int argc, char** argv) {
  Bench platform("bench");
  Bench with_micro_tlb("micro", {{"tlb_latency_ns", 7}, {"micro_tlb_entries", 2}, {"micro_tlb_latency_ns", 1}});
  Bench with_timed_walks("timed", {{"timed_walks", 1}, {"walk_latency_ns", 1000}});
  bench = &platform, micro_bench = &with_micro_tlb, timed_bench = &with_timed_walks;
  UNITY_BEGIN(argc, argv);
  RUN_TEST(test_bypass_passes_and_an_unknown_stream_aborts_with_its_event_in_memory);
  RUN_TEST(test_a_burst_is_split_at_4_kib_and_every_piece_translated);
  RUN_TEST(test_an_error_of_the_memory_behind_is_told_apart_from_an_abort);
  RUN_TEST(test_a_stalled_client_waits_while_another_goes_on_and_resumes);
  RUN_TEST(test_cold_reset_ends_a_parked_call_with_an_abort);
  RUN_TEST(test_own_accesses_use_dmi_where_it_is_granted);
  RUN_TEST(test_clients_get_dmi_to_a_translated_page_until_something_could_change_it);
  RUN_TEST(test_a_micro_tlb_shortens_what_was_answered_lately_and_an_invalidation_empties_it);
  RUN_TEST(test_a_timed_walk_lets_commands_in_between_its_accesses);
  RUN_TEST(test_debug_transport_translates_without_a_trace);
  RUN_TEST(test_trace_shows_the_walk_between_begin_and_end);
  RUN_TEST(test_secure_registers_need_an_access_marked_secure);
  RUN_TEST(test_wrong_configurations_get_a_sentence);
  return UNITY_END();
}
