// SPDX-License-Identifier: Apache-2.0
// A bench around the Verilated block without SystemC: clock, memory with random latency and injected aborts, client
// ports, programming port, and the baseline memory image of the conformance vectors.
// Not here: expectations (vectors_*.cpp). Proof: it is the proof.
#ifndef SMMU_RTL_TEST_RIG_H
#define SMMU_RTL_TEST_RIG_H

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace rig {

using Word = std::uint64_t;
inline constexpr unsigned kTbus = 2;

// One client transaction; the default is one byte, so any address is allowed.
struct Txn {
  std::uint32_t sid = 0;
  bool ssv = false;
  std::uint32_t ssid = 0;
  Word addr = 0;
  bool write = false, instruction = false, privileged = false;
  unsigned tbu = 0, size = 0, len = 0, burst = 1;
  unsigned id = 0x5a;          // AXI ID
};

struct Outcome {
  bool done = false;
  unsigned beats = 0;          // data beats seen by the client (reads) or by memory (writes)
  unsigned response = 0;       // worst AXI response
  unsigned user = 0;           // BUSER / RUSER
  bool reached_memory = false;
  Word pa = 0;
  unsigned prot = 0;
  unsigned latency = 0;        // cycles from the client's address to memory's
  std::uint64_t address_cycle = 0, memory_cycle = 0, done_cycle = 0;
  std::vector<Word> data;      // read data: the aligned 8 bytes of a beat; two of them for beats of 16 bytes
};

using Record = std::array<Word, 4>;

class Rig {
 public:
  Rig();
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  // ---- straps and memory: set before start() ----
  std::uint32_t idr0, idr1, idr3, idr5;
  std::unordered_map<Word, Word> memory;                       // by word address (byte address / 8)
  Word read(Word addr) const;
  void write(Word addr, Word value);                           // by anybody: an exclusive access to the word has to be repeated
  void put(Word addr, unsigned msb, unsigned lsb, Word value); // bits of a structure that starts at addr
  std::function<Word(Word)> background;                        // words never written; none: zero
  std::function<bool(Word)> aborts;                            // words whose read is answered with an external abort, by rule
  bool keep_client_writes = true;                              // false: memory stays as it is
  unsigned error_percent = 0;                                  // of all bursts, answered with an external abort
  std::map<Word, bool> abort_reads, abort_writes;              // word addresses that answer with an external abort
  std::function<bool(Word)> abort_updates;                     // words whose exclusive write is answered so
  bool hold_updates = false;                                   // no write of the block is taken
  bool has_monitor = true;                                     // false: exclusive reads are answered OKAY
  unsigned lose_updates = 0;                                   // so many exclusive writes more are refused without a reason
  std::function<void(Word)> before_exclusive_read;             // memory can still change
  std::function<void(Word)> on_exclusive_read;                 // its data is sampled
  std::function<void(Word addr, Word before, Word after)> on_update;  // an exclusive write has changed memory
  unsigned max_latency = 6;
  Word strtab = 0x80000000;
  std::uint32_t strtab_cfg = 6;
  std::uint32_t cr2 = 2;                                       // RECINVSID
  unsigned eventq_log2 = 4, cmdq_log2 = 4;
  void baseline();                                             // tables of the conformance vectors

  // Reset, program the registers as the baseline says, enable queues and (unless told otherwise) the SMMU.
  void start(bool smmu_enable = true, bool eventq_enable = true);
  // The same without the reset and with SMMUEN = 0; CR0 must be 0.
  void program(bool eventq_enable);

  // ---- programming port ----
  Word mmio_read64(std::uint32_t offset);
  std::uint32_t mmio_read(std::uint32_t offset);
  void mmio_write(std::uint32_t offset, std::uint32_t value);
  void mmio_write64(std::uint32_t offset, Word value);
  void update(std::uint32_t reg, std::uint32_t ack, std::uint32_t value);  // CR0, IRQ_CTRL: write and wait

  // ---- client ports ----
  unsigned start(const Txn& txn);               // queued behind those of its port; the number names it
  const Outcome& result(unsigned number) const;
  void forget();                                // every burst that has ended
  void submit(const Txn& txn) { last_[txn.tbu][txn.write] = start(txn); }
  const Outcome& outcome(const Txn& txn) const { return result(last_[txn.tbu][txn.write]); }
  Outcome run(const Txn& txn);                  // submit and wait

  // ---- broadcasts: offered until taken; false: not within 400 cycles ----
  bool dvm(unsigned kind, unsigned vmid, unsigned asid, Word addr, bool leaf = false);

  // ---- queues ----
  void command(Word d0, Word d1);               // writes the entry, moves PROD
  void sync();                                  // CMD_SYNC and wait until consumed
  bool commands_done();
  std::vector<Record> events();                 // new records since the last call, moves CONS
  Record event_at(unsigned index) const;

  void tick(unsigned cycles = 1);
  bool idle() const;

  // ---- hold-backs for race tests ----
  Word hold_read_at = ~Word{0};                 // the data of this word is sampled, its answer kept back
  bool held() const;                            // a read is being kept back
  bool hold_write_responses = false;
  bool always_ready = false;                    // no back-pressure anywhere: for figures in cycles

  // ---- tallies since start() ----
  std::uint64_t cycles = 0, walks = 0, config_accesses = 0, tlb_hits = 0, tlb_misses = 0, config_misses = 0;
  std::uint64_t recalled = 0;                   // translated anew because CMD_SYNC or an Update would have waited
  std::uint64_t consumed = 0, syncs = 0, lost_events = 0, written_events = 0;
  unsigned irq_eventq = 0, irq_gerror = 0, irq_sync = 0, irq_pmcg = 0, sev = 0;
  unsigned updates = 0, lost_updates = 0;       // exclusive writes that changed memory; that came too late
  std::vector<Word> walk_reads;

 private:
  struct Pins;
  std::unique_ptr<Pins> pins_;
  unsigned last_[kTbus][2] = {};
  unsigned cmd_prod_ = 0, event_cons_ = 0;
  Word event_base_ = 0x88000000, cmd_base_ = 0x87000000;
  std::uint32_t random();
  bool chance() { return error_percent && random() % 100 < error_percent; }
  std::uint32_t seed_ = 12345;
};

extern std::uint32_t g_seed;
extern const unsigned kWalkers, kOutstanding;  // what the block was verilated with

}  // namespace rig

#endif
