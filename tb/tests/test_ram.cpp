// SPDX-License-Identifier: Apache-2.0
// RAM as a TLM target: bounds, byte enables, compare-and-swap, DMI, injected errors. Two initiators share it.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstring>

#include "memory/ram.h"

namespace {

using smmu_tlm::AccessClass;
using tandem::Ram;
using tandem::RamError;

constexpr std::uint64_t kBase = 0x80000000, kSize = 8u << 20;

struct Initiator : sc_core::sc_module, tlm::tlm_bw_transport_if<> {
  tlm::tlm_initiator_socket<64> socket{"socket"};
  int revoked = 0;
  explicit Initiator(const sc_core::sc_module_name& name) : sc_core::sc_module(name) { socket.bind(*this); }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
    return tlm::TLM_ACCEPTED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override { ++revoked; }
};

// One elaboration for all tests of the program.
struct Bench {
  Ram ram{"ram", kBase, kSize, 2};
  Ram shared{"shared", kBase, kSize, 1, kBase - 0x200000};  // a file that begins 2 MiB below
  Initiator a{"a"}, b{"b"}, c{"c"};
  Bench() {
    a.socket.bind(ram.ports[0]);
    b.socket.bind(ram.ports[1]);
    c.socket.bind(shared.ports[0]);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
};

class RamTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { bench_ = new Bench; }
  static void TearDownTestSuite() { delete bench_; }
  void TearDown() override {
    for (unsigned handle = 0; handle < 64; ++handle) bench_->ram.clear_error(handle);
    std::memset(bench_->ram.data(), 0, 4096);
  }

  tlm::tlm_response_status access(Initiator& from, tlm::tlm_command command, std::uint64_t pa, void* data, unsigned bytes,
                                  smmu_tlm::AccessExtension* ext = nullptr) {
    tlm::tlm_generic_payload tx;
    tx.set_command(command);
    tx.set_address(pa);
    tx.set_data_ptr(static_cast<unsigned char*>(data));
    tx.set_data_length(bytes);
    tx.set_streaming_width(bytes);
    if (ext != nullptr) tx.set_extension(ext);
    sc_core::sc_time delay;
    from.socket->b_transport(tx, delay);
    if (ext != nullptr) tx.clear_extension(ext);
    return tx.get_response_status();
  }
  tlm::tlm_response_status read(std::uint64_t pa, void* data, unsigned bytes, AccessClass access_class = AccessClass::Client) {
    smmu_tlm::AccessExtension ext;
    ext.access_class = access_class;
    return access(bench_->a, tlm::TLM_READ_COMMAND, pa, data, bytes, &ext);
  }
  tlm::tlm_response_status write(std::uint64_t pa, const void* data, unsigned bytes) {
    return access(bench_->a, tlm::TLM_WRITE_COMMAND, pa, const_cast<void*>(data), bytes);
  }
  bool dmi_is_granted() {
    tlm::tlm_generic_payload tx;
    tlm::tlm_dmi dmi;
    return bench_->b.socket->get_direct_mem_ptr(tx, dmi) && dmi.get_dmi_ptr() == bench_->ram.data();
  }

  static Bench* bench_;
};
Bench* RamTest::bench_ = nullptr;

TEST_F(RamTest, what_one_initiator_writes_the_other_and_the_host_see) {
  const std::uint64_t value = 0x1122334455667788;
  EXPECT_EQ(write(kBase + 8, &value, 8), tlm::TLM_OK_RESPONSE);
  std::uint64_t seen = 0;
  EXPECT_EQ(access(bench_->b, tlm::TLM_READ_COMMAND, kBase + 8, &seen, 8), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(seen, value);
  EXPECT_EQ(std::memcmp(bench_->ram.data() + 8, &value, 8), 0);
}

TEST_F(RamTest, the_arena_starts_on_a_huge_page) {
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bench_->ram.data()) % (2u << 20), 0u);
}

// What another process sees through the file is what is in the arena, at its physical address less that of the file's first byte.
TEST_F(RamTest, an_arena_with_a_file_is_the_file) {
  EXPECT_EQ(bench_->ram.file(), -1);
  Ram& shared = bench_->shared;
  ASSERT_GE(shared.file(), 0);
  EXPECT_EQ(lseek(shared.file(), 0, SEEK_END), static_cast<off_t>(0x200000 + kSize));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(shared.data()) % (2u << 20), 0u);
  std::memcpy(shared.data() + 0x1234, "from here", 9);
  char seen[9];
  ASSERT_EQ(pread(shared.file(), seen, 9, 0x201234), 9);
  EXPECT_EQ(std::memcmp(seen, "from here", 9), 0);
  ASSERT_EQ(pwrite(shared.file(), "and there", 9, 0x200000 + static_cast<off_t>(kSize) - 9), 9);
  EXPECT_EQ(std::memcmp(shared.data() + kSize - 9, "and there", 9), 0);
}

TEST_F(RamTest, an_access_that_leaves_the_arena_by_one_byte_is_an_address_error) {
  std::uint8_t bytes[16] = {};
  EXPECT_EQ(read(kBase - 1, bytes, 1), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read(kBase + kSize - 16, bytes, 16), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(kBase + kSize - 15, bytes, 16), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read(~0ull - 7, bytes, 16), tlm::TLM_ADDRESS_ERROR_RESPONSE);  // the end wraps round zero
}

TEST_F(RamTest, byte_enables_write_only_their_bytes) {
  const std::uint8_t data[4] = {1, 2, 3, 4};
  std::uint8_t enable[2] = {TLM_BYTE_ENABLED, TLM_BYTE_DISABLED};  // repeats: bytes 0 and 2
  tlm::tlm_generic_payload tx;
  tx.set_write();
  tx.set_address(kBase);
  tx.set_data_ptr(const_cast<std::uint8_t*>(data));
  tx.set_data_length(4);
  tx.set_streaming_width(4);
  tx.set_byte_enable_ptr(enable);
  tx.set_byte_enable_length(2);
  sc_core::sc_time delay;
  bench_->a.socket->b_transport(tx, delay);
  const std::uint8_t expected[4] = {1, 0, 3, 0};
  EXPECT_EQ(std::memcmp(bench_->ram.data(), expected, 4), 0);
}

TEST_F(RamTest, compare_and_swap_stores_only_over_the_expected_value) {
  const std::uint64_t old_value = 5;
  write(kBase, &old_value, 8);
  std::uint64_t new_value = 9;
  smmu_tlm::AccessExtension ext;
  ext.compare_and_swap = true;
  ext.expected = 4;
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, kBase, &new_value, 8, &ext), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(ext.observed, 5u);
  EXPECT_EQ(bench_->ram.data()[0], 5);
  ext.expected = 5;
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, kBase, &new_value, 8, &ext), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(ext.observed, 5u);
  EXPECT_EQ(bench_->ram.data()[0], 9);
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, kBase + 4, &new_value, 8, &ext), tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_F(RamTest, an_injected_error_hits_its_range_class_and_direction_only) {
  RamError error;
  error.pa = kBase + 0x100;
  error.bytes = 0x40;
  error.class_mask = 1u << static_cast<unsigned>(AccessClass::Ste);
  error.on_write = false;
  const unsigned handle = bench_->ram.inject_error(error);
  std::uint8_t bytes[64] = {};
  EXPECT_EQ(read(kBase + 0x100, bytes, 64, AccessClass::Ste), tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_EQ(read(kBase + 0x13f, bytes, 1, AccessClass::Ste), tlm::TLM_GENERIC_ERROR_RESPONSE);  // last byte
  EXPECT_EQ(read(kBase + 0xc1, bytes, 64, AccessClass::Ste), tlm::TLM_GENERIC_ERROR_RESPONSE);  // reaches the first byte
  EXPECT_EQ(read(kBase + 0xc0, bytes, 64, AccessClass::Ste), tlm::TLM_OK_RESPONSE);             // ends before it
  EXPECT_EQ(read(kBase + 0x140, bytes, 1, AccessClass::Ste), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(kBase + 0x100, bytes, 64, AccessClass::Cd), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(write(kBase + 0x100, bytes, 64), tlm::TLM_OK_RESPONSE);
  bench_->ram.clear_error(handle);
  EXPECT_EQ(read(kBase + 0x100, bytes, 64, AccessClass::Ste), tlm::TLM_OK_RESPONSE);
}

TEST_F(RamTest, skip_and_fail_counts_choose_which_accesses_fail) {
  RamError error;
  error.pa = kBase;
  error.bytes = 8;
  error.skip_count = 2;
  error.fail_count = 1;
  bench_->ram.inject_error(error);
  std::uint64_t value = 0;
  EXPECT_EQ(read(kBase, &value, 8), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(kBase, &value, 8), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(kBase, &value, 8), tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_EQ(read(kBase, &value, 8), tlm::TLM_OK_RESPONSE);
}

TEST_F(RamTest, dmi_is_revoked_while_an_error_can_still_hit) {
  EXPECT_TRUE(dmi_is_granted());
  const int revoked = bench_->b.revoked;
  RamError error;
  error.pa = kBase;
  error.bytes = 8;
  error.fail_count = 1;
  bench_->ram.inject_error(error);
  EXPECT_EQ(bench_->b.revoked, revoked + 1);
  EXPECT_FALSE(dmi_is_granted());
  std::uint64_t value = 0;
  read(kBase, &value, 8);  // uses the one failure up
  EXPECT_TRUE(dmi_is_granted());
}

TEST_F(RamTest, debug_transport_ignores_errors_and_stops_at_the_end) {
  RamError error;
  error.pa = kBase;
  error.bytes = kSize;
  bench_->ram.inject_error(error);
  std::uint8_t bytes[16];
  tlm::tlm_generic_payload tx;
  tx.set_read();
  tx.set_data_ptr(bytes);
  tx.set_data_length(16);
  tx.set_address(kBase + kSize - 4);
  EXPECT_EQ(bench_->a.socket->transport_dbg(tx), 4u);
  tx.set_address(kBase + kSize);
  EXPECT_EQ(bench_->a.socket->transport_dbg(tx), 0u);
}

TEST_F(RamTest, a_doorbell_reports_writes_outside_ram_and_nothing_else_answers_there) {
  constexpr std::uint64_t bell = 0x08020000;
  std::vector<tandem::RamDoorbellWrite> seen;
  bench_->ram.on_doorbell([&seen](const tandem::RamDoorbellWrite& write) { seen.push_back(write); });
  EXPECT_FALSE(bench_->ram.add_doorbell(bell, 0));
  EXPECT_FALSE(bench_->ram.add_doorbell(kBase + kSize - 1, 4));
  EXPECT_FALSE(bench_->ram.add_doorbell(~0ull, 2));
  EXPECT_TRUE(bench_->ram.add_doorbell(bell, 0x100));
  EXPECT_FALSE(bench_->ram.add_doorbell(bell + 0xff, 4));
  std::uint64_t value = 0x1122334455667788;
  smmu_tlm::AccessExtension msi;
  msi.access_class = AccessClass::Msi;
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, bell + 0xfc, &value, 4, &msi), tlm::TLM_OK_RESPONSE);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].pa, bell + 0xfc);
  EXPECT_EQ(seen[0].data, 0x55667788u);
  EXPECT_EQ(seen[0].bytes, 4u);
  EXPECT_EQ(seen[0].access_class, AccessClass::Msi);
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, bell + 0xfd, &value, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  std::uint8_t page[16] = {};
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, bell, page, 16), tlm::TLM_GENERIC_ERROR_RESPONSE);
  EXPECT_EQ(access(bench_->a, tlm::TLM_READ_COMMAND, bell, &value, 8), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(value, 0u);
  EXPECT_EQ(seen.size(), 1u);
  bench_->ram.on_doorbell(nullptr);
  EXPECT_EQ(access(bench_->a, tlm::TLM_WRITE_COMMAND, bell, &value, 8), tlm::TLM_OK_RESPONSE);  // nobody listens
}

}  // namespace

int sc_main(int, char**) { return 0; }
