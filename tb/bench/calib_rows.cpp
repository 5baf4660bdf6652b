// SPDX-License-Identifier: Apache-2.0
// Calibration loops: what this machine needs for the operations every SMMU model is made of. Everything else is shown as
// a ratio to one of them. Proof: tb/bench/test/test_bench.cpp.
#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "bench/bench.h"
#include "smmu_tlm/stream_extension.h"

namespace tandem::bench {
namespace {

// A 4-way set-associative look-up by (StreamID, page), 256 pages in 16 KiB: what a TLB hit cannot be cheaper than.
class HashLoop : public Loop {
 public:
  HashLoop() {
    for (std::uint64_t page = 0; page < kPages; ++page) {
      Set& set = sets_[hash(page)];
      std::size_t way = 0;
      while (way < 3 && set.tag[way] != 0) ++way;
      set.tag[way] = tag(page);
      set.pa[way] = page << 12;
    }
  }
  void run(std::uint64_t count) override {
    std::uint64_t sum = 0;
    for (; count != 0; --count) {
      const std::uint64_t page = random_.next() % kPages;
      const Set& set = sets_[hash(page)];
      const std::uint64_t wanted = tag(page);
      for (std::size_t way = 0; way < 4; ++way) {
        if (set.tag[way] == wanted) {
          sum += set.pa[way];
          break;
        }
      }
    }
    keep(sum);
  }

 private:
  static constexpr std::uint64_t kPages = 256, kSets = 256;
  struct Set {
    std::array<std::uint64_t, 4> tag{}, pa{};
  };
  static std::uint64_t tag(std::uint64_t page) { return page << 16 | 0x21; }
  static std::size_t hash(std::uint64_t page) { return static_cast<std::size_t>((tag(page) * 0x9e3779b97f4a7c15ull) >> 56) % kSets; }
  std::vector<Set> sets_ = std::vector<Set>(kSets);
  Random random_;
};

std::uint64_t plus_one(std::uint64_t value) { return value + 1; }
std::uint64_t plus_two(std::uint64_t value) { return value + 2; }

class IndirectLoop : public Loop {
 public:
  void run(std::uint64_t count) override {
    std::uint64_t value = 0;
    for (; count != 0; --count) value = function_(value);
    keep(value);
  }

 private:
  std::uint64_t (*volatile function_)(std::uint64_t) = std::getenv("TANDEM_BENCH_NEVER") != nullptr ? plus_two : plus_one;
};

// Four dependent loads through the tables of 4 GiB of 4 KiB pages; the next address depends on the last answer.
class WalkLoop : public Loop {
 public:
  WalkLoop() {
    // Levels 0 and 1 have one table each that is used, level 2 has 4, level 3 has 2048.
    const std::uint64_t tables = 1 + 1 + 4 + 2048;
    memory_.resize(tables * 512);
    const auto at = [](std::uint64_t table) { return table * 512; };
    memory_[at(0)] = at(1);
    for (std::uint64_t i = 0; i < 4; ++i) memory_[at(1) + i] = at(2 + i);
    for (std::uint64_t i = 0; i < 2048; ++i) memory_[at(2 + i / 512) + i % 512] = at(6 + i);
    Random random;
    for (std::uint64_t i = 0; i < 2048 * 512; ++i) memory_[at(6) + i] = random.next() & 0xfffff;
  }
  void run(std::uint64_t count) override {
    std::uint64_t page = page_;
    for (; count != 0; --count) {
      const std::uint64_t l1 = memory_[page >> 27];
      const std::uint64_t l2 = memory_[l1 + (page >> 18 & 511)];
      const std::uint64_t l3 = memory_[l2 + (page >> 9 & 511)];
      page = memory_[l3 + (page & 511)] ^ (count & 0xfffff);
    }
    page_ = page;
    keep(page);
  }

 private:
  std::vector<std::uint64_t> memory_;
  std::uint64_t page_ = 1;
};

class CopyLoop : public Loop {
 public:
  void run(std::uint64_t count) override {
    for (; count != 0; --count) {
      const std::size_t offset = random_.next() & (kBytes - 64);
      unsigned char line[64];
      std::memcpy(line, memory_.data() + (offset & ~63ull), 64);
      keep(line);
    }
  }

 private:
  static constexpr std::size_t kBytes = 1 << 20;
  std::vector<unsigned char> memory_ = std::vector<unsigned char>(kBytes, 1);
  Random random_;
};

// The same through a granted pointer: what DMI cannot be cheaper than. The grant may change at any time, so it is looked at
// for every access.
class DmiLoop : public Loop {
 public:
  DmiLoop() {
    dmi_.set_start_address(kBase);
    dmi_.set_end_address(kBase + kBytes - 1);
    dmi_.set_dmi_ptr(memory_.data());
    dmi_.allow_read_write();
  }
  void run(std::uint64_t count) override {
    for (; count != 0; --count) {
      const std::uint64_t address = kBase + (random_.next() & (kBytes - 64) & ~63ull);
      unsigned char line[64];
      keep(dmi_);
      if (address < dmi_.get_start_address() || address + 63 > dmi_.get_end_address() || !dmi_.is_read_allowed()) std::abort();
      std::memcpy(line, dmi_.get_dmi_ptr() + (address - dmi_.get_start_address()), 64);
      keep(line);
    }
  }

 private:
  static constexpr std::uint64_t kBase = 0x80000000, kBytes = 1 << 20;
  std::vector<unsigned char> memory_ = std::vector<unsigned char>(kBytes, 1);
  tlm::tlm_dmi dmi_;
  Random random_;
};

// initiator -> interposer that reads the stream extension and changes the address -> memory of 1 MiB, without wait().
struct Interposer : sc_core::sc_module {
  tlm_utils::simple_target_socket<Interposer> in{"in"};
  tlm_utils::simple_initiator_socket<Interposer> out{"out"};
  explicit Interposer(const sc_core::sc_module_name& name) : sc_module(name) { in.register_b_transport(this, &Interposer::b_transport); }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const auto* stream = payload.get_extension<smmu_tlm::StreamExtension>();
    payload.set_address(payload.get_address() ^ (static_cast<std::uint64_t>(stream->sid) << 6));
    out->b_transport(payload, delay);
  }
};

struct Memory : sc_core::sc_module {
  tlm_utils::simple_target_socket<Memory> in{"in"};
  std::vector<unsigned char> bytes = std::vector<unsigned char>(1 << 20);
  explicit Memory(const sc_core::sc_module_name& name) : sc_module(name) { in.register_b_transport(this, &Memory::b_transport); }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    unsigned char* at = bytes.data() + (payload.get_address() & (bytes.size() - 64));
    if (payload.is_write()) {
      std::memcpy(at, payload.get_data_ptr(), payload.get_data_length());
    } else {
      std::memcpy(payload.get_data_ptr(), at, payload.get_data_length());
    }
    delay += sc_core::sc_time(1, sc_core::SC_NS);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

struct Source : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Source> out{"out"};
  explicit Source(const sc_core::sc_module_name& name) : sc_module(name) {}
};

class InterposerLoop : public Loop {
 public:
  InterposerLoop() {
    source_.out.bind(interposer_.in);
    interposer_.out.bind(memory_.in);
    payload_.set_extension(&stream_);
    payload_.set_data_ptr(data_);
    payload_.set_data_length(64);
    payload_.set_streaming_width(64);
  }
  ~InterposerLoop() override { payload_.clear_extension(&stream_); }
  void run(std::uint64_t count) override {
    for (; count != 0; --count) {
      payload_.set_address(random_.next() & 0xfffc0);
      payload_.set_command(count % 2 == 0 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
      payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
      stream_.sid = 3;
      sc_core::sc_time delay;
      source_.out->b_transport(payload_, delay);
      if (!payload_.is_response_ok()) std::abort();
    }
  }

 private:
  Source source_{"bench_source"};
  Interposer interposer_{"bench_interposer"};
  Memory memory_{"bench_memory"};
  tlm::tlm_generic_payload payload_;
  smmu_tlm::StreamExtension stream_;
  unsigned char data_[64] = {};
  Random random_;
};

// A thread that waits: what every timed step of a model costs at least.
struct Waiter : sc_core::sc_module {
  SC_HAS_PROCESS(Waiter);
  std::uint64_t left = 0;
  sc_core::sc_event go;
  explicit Waiter(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_THREAD(run);
    set_stack_size(64 << 10);
  }
  void run() {
    for (;;) {
      wait(go);
      for (; left != 0; --left) wait(1, sc_core::SC_NS);
      sc_core::sc_pause();
    }
  }
};

class WaitLoop : public Loop {
 public:
  void run(std::uint64_t count) override {
    waiter_.left = count;
    waiter_.go.notify(sc_core::SC_ZERO_TIME);
    while (waiter_.left != 0) sc_core::sc_start();
  }

 private:
  Waiter waiter_{"bench_waiter"};
};

template <class T>
std::unique_ptr<Loop> make() {
  return std::make_unique<T>();
}

}  // namespace

std::vector<Row> calib_rows() {
  return {
      {"calib.hash_l1", "ns", "", "4-way hash look-up, 256 pages in L1, incl. random number", make<HashLoop>},
      {"calib.indirect_call", "ns", "", "call through a function pointer", make<IndirectLoop>},
      {"calib.walk4_dependent", "ns", "", "4 dependent loads, tables of 4 GiB", make<WalkLoop>},
      {"calib.memcpy_64b", "ns", "", "copy 64 bytes out of 1 MiB", make<CopyLoop>},
      {"calib.dmi_64b", "ns", "", "copy 64 bytes through a DMI pointer with range and permission check", make<DmiLoop>},
      {"calib.timed_wait", "ns", "", "SystemC: a thread waits 1 ns", make<WaitLoop>},
      {"calib.interposer", "ns", "", "SystemC: b_transport through one interposer with an extension", make<InterposerLoop>},
  };
}

}  // namespace tandem::bench
