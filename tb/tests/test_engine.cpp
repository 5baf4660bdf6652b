// SPDX-License-Identifier: Apache-2.0
// The test engine on the test double: every command, every bad value, stalls, STOP, reset; and that docs/test-engine.md
// has the registers, values and offsets of tandem/test_engine.h. Expected values come from that page.
#include <fstream>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>

#include "masters/test_engine.h"
#include "platform/bus.h"
#include "tandem/test_engine.h"
#include "tests/bypass_module.h"

#include <gtest/gtest.h>

namespace {

using namespace tandem;
using namespace tandem_test;

constexpr std::uint32_t kSid = 0x20;

class EngineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    register_bypass_backend();
    PlatformSpec spec;
    spec.ram_bytes = 16u << 20;
    SmmuSpec smmu;
    smmu.name = "s";
    smmu.tbu_count = 2;
    spec.smmus.push_back(smmu);
    for (const char* name : {"free", "bound"}) {
      EngineSpec engine;
      engine.name = name;
      engine.smmu = "s";
      spec.engines.push_back(engine);
    }
    spec.engines[1].tbu = 1;
    spec.engines[1].sids = {8, 9};
    std::string error;
    platform_ = Platform::create(spec, "bypass", &error).release();
    ASSERT_NE(platform_, nullptr) << error;
  }
  static void TearDownTestSuite() {
    delete platform_;
    platform_ = nullptr;
  }
  void SetUp() override { platform_->reset(); }

  void on_cpu(const std::function<void()>& body) {
    platform_->spawn_cpu("test", body);
    ASSERT_EQ(platform_->run(), Platform::RunEnd::AllThreadsEnded);
  }
  std::uint64_t base() { return platform_->ram_base(); }
  std::uint8_t* ram() { return platform_->ram(); }
  std::uint32_t get(std::uint32_t offset) { return static_cast<std::uint32_t>(engine_read(*platform_, 0, offset, 4)); }
  std::uint64_t get64(std::uint32_t offset) { return engine_read(*platform_, 0, offset, 8); }
  void set(std::uint32_t offset, std::uint32_t value) { engine_write(*platform_, 0, offset, 4, value); }
  void set64(std::uint32_t offset, std::uint64_t value) { engine_write(*platform_, 0, offset, 8, value); }
  void range(std::uint64_t offset, std::uint64_t bytes, std::uint32_t size) {
    set(TANDEM_ENGINE_STREAM_ID, kSid);
    set64(TANDEM_ENGINE_BEGIN, base() + offset);
    set64(TANDEM_ENGINE_END, base() + offset + bytes - 1);
    set(TANDEM_ENGINE_SIZE, size);
  }
  std::uint32_t run(std::uint32_t command) {
    set(TANDEM_ENGINE_COMMAND, command);
    platform_->wait_until([&] { return !running(); }, 20'000'000, 100);
    return get(TANDEM_ENGINE_STATUS);
  }
  bool running() { return (platform_->engine(0).read(TANDEM_ENGINE_STATUS, 4) & TANDEM_ENGINE_STATE_MASK) == TANDEM_ENGINE_RUNNING; }
  // STATUS of a command that names that register as bad.
  static std::uint32_t bad(std::uint32_t offset) { return TANDEM_ENGINE_BAD_VALUE | offset << TANDEM_ENGINE_STATUS_BAD_SHIFT; }
  static std::uint8_t pattern(std::uint64_t seed, std::uint64_t k) {
    std::uint64_t x = ((seed + 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull) ^ k;
    x = (x ^ (x >> 31)) * 0x94d049bb133111ebull;
    return static_cast<std::uint8_t>(x >> 56);
  }

  static Platform* platform_;
};
Platform* EngineTest::platform_ = nullptr;

TEST_F(EngineTest, write_fills_the_range_to_its_last_byte_and_no_further) {
  on_cpu([&] {
    std::memset(ram(), 0xee, 0x2000);
    set64(TANDEM_ENGINE_SEED, 7);
    range(0x101, 1000, 300);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_WRITE), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 4u);  // 300, 300, 300, 100
    for (unsigned k = 0; k < 1000; ++k) ASSERT_EQ(ram()[0x101 + k], pattern(7, k)) << k;
    EXPECT_EQ(ram()[0x100], 0xee);
    EXPECT_EQ(ram()[0x101 + 1000], 0xee);
    EXPECT_EQ(get(TANDEM_ENGINE_IRQ_STATUS), 1u);
    set(TANDEM_ENGINE_IRQ_STATUS, 1);
    EXPECT_EQ(get(TANDEM_ENGINE_IRQ_STATUS), 0u);
    EXPECT_FALSE(platform_->take_engine_irq(0));  // CONTROL.IRQ was 0
    // Each takes what the double takes, then 1 ns and one more for each 16 bytes.
    EXPECT_GE(get64(TANDEM_ENGINE_ELAPSED_NS), 4 * kClientNs + 3 * (1 + 300 / 16) + (1 + 100 / 16));
    range(0x101, 301, 300);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 2u);  // the last byte has a transfer of its own
  });
}

TEST_F(EngineTest, stride_and_count_leave_gaps_and_end_early) {
  on_cpu([&] {
    std::memset(ram(), 0xee, 0x10000);
    range(0, 0x10000, 8);
    set64(TANDEM_ENGINE_STRIDE, 0x1000);
    set(TANDEM_ENGINE_COUNT, 3);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_WRITE), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 3u);
    EXPECT_EQ(ram()[0x2007], pattern(0, 0x2007));
    EXPECT_EQ(ram()[0x2008], 0xee);
    EXPECT_EQ(ram()[0x3000], 0xee);
    set(TANDEM_ENGINE_COUNT, 0);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_VERIFY), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 16u);
    EXPECT_EQ(get64(TANDEM_ENGINE_ERROR_ADDRESS), base() + 0x3000);
  });
}

TEST_F(EngineTest, read_adds_up_and_copy_can_be_verified_at_its_destination) {
  on_cpu([&] {
    set64(TANDEM_ENGINE_SEED, 5);
    range(0x1000, 5000, 4096);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_WRITE), TANDEM_ENGINE_DONE);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_RESULT), std::accumulate(ram() + 0x1000, ram() + 0x1000 + 5000, std::uint64_t{0}));
    set64(TANDEM_ENGINE_DESTINATION, base() + 0x8003);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_COPY), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 4u);
    EXPECT_EQ(std::memcmp(ram() + 0x1000, ram() + 0x8003, 5000), 0);
    set64(TANDEM_ENGINE_BEGIN, base() + 0x8003);
    set64(TANDEM_ENGINE_END, base() + 0x8003 + 4999);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_VERIFY), TANDEM_ENGINE_DONE);
  });
}

TEST_F(EngineTest, random_is_the_same_for_the_same_seed_and_writes_only_the_pattern) {
  on_cpu([&] {
    std::memset(ram(), 0, 0x4000);
    set64(TANDEM_ENGINE_SEED, 99);
    range(0x1000, 0x1000, 32);
    set(TANDEM_ENGINE_COUNT, 200);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_RANDOM), TANDEM_ENGINE_DONE);
    const std::uint64_t writes = get64(TANDEM_ENGINE_RESULT);
    EXPECT_GT(writes, 60u);
    EXPECT_LT(writes, 140u);
    unsigned written = 0;
    for (unsigned k = 0; k < 0x1000; ++k) {
      if (ram()[0x1000 + k] == 0) continue;
      ASSERT_EQ(ram()[0x1000 + k], pattern(99, k)) << k;
      ++written;
    }
    EXPECT_GT(written, 1000u);
    EXPECT_EQ(ram()[0xfff], 0);
    EXPECT_EQ(ram()[0x2000], 0);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_RANDOM), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_RESULT), writes);
  });
}

TEST_F(EngineTest, a_range_at_the_top_of_the_address_space_ends) {
  on_cpu([&] {
    range(0, 1, 64);
    set64(TANDEM_ENGINE_BEGIN, ~0ull - 99);
    set64(TANDEM_ENGINE_END, ~0ull);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_FAILED);  // no memory there
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_COUNT), 2u);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_ABORT);
  });
}

TEST_F(EngineTest, errors_are_counted_and_the_first_is_kept) {
  on_cpu([&] {
    range(0, 0x1000, 0x100);
    ErrorInjection error;
    error.pa = base() + 0x350;
    error.bytes = 0x100;  // hits the transfers at 0x300 and 0x400
    const unsigned handle = platform_->inject_error(error);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_COUNT), 2u);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_MEMORY);
    EXPECT_EQ(get64(TANDEM_ENGINE_ERROR_ADDRESS), base() + 0x300);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 16u);
    set(TANDEM_ENGINE_CONTROL, TANDEM_ENGINE_CONTROL_STOP_ON_ERROR);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 4u);
    platform_->clear_error(handle);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_NONE);  // of the last command
    set(TANDEM_ENGINE_STREAM_ID, kSidAborts);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_ABORT);
  });
}

TEST_F(EngineTest, every_bad_value_names_its_register_and_starts_nothing) {
  struct Case {
    std::uint32_t command, offset;
    std::uint64_t value;
  };
  const Case cases[] = {
      {7, TANDEM_ENGINE_COMMAND, 7},
      {TANDEM_ENGINE_CMD_READ, TANDEM_ENGINE_SUBSTREAM_ID, 1u << 20},
      {TANDEM_ENGINE_CMD_READ, TANDEM_ENGINE_ATTRIBUTES, 0x10},
      {TANDEM_ENGINE_CMD_TRANSLATE, TANDEM_ENGINE_ATTRIBUTES, TANDEM_ENGINE_ATTR_TRANSLATED},
      {TANDEM_ENGINE_CMD_READ, TANDEM_ENGINE_CONTROL, 8},
      {TANDEM_ENGINE_CMD_READ, TANDEM_ENGINE_END, base() - 1},
      {TANDEM_ENGINE_CMD_READ, TANDEM_ENGINE_SIZE, 0},
      {TANDEM_ENGINE_CMD_READ, TANDEM_ENGINE_SIZE, 0x10001},
      {TANDEM_ENGINE_CMD_RANDOM, TANDEM_ENGINE_SIZE, 0x101},
      {TANDEM_ENGINE_CMD_RANDOM, TANDEM_ENGINE_COUNT, 0},
      {TANDEM_ENGINE_CMD_COPY, TANDEM_ENGINE_DESTINATION, ~0ull - 0xfe},
  };
  for (const Case& one : cases) {
    on_cpu([&] {
      platform_->engine(0).reset();
      range(0, 0x100, 0x10);
      set(TANDEM_ENGINE_COUNT, 4);
      const bool wide = one.offset == TANDEM_ENGINE_END || one.offset == TANDEM_ENGINE_DESTINATION;
      if (wide) set64(one.offset, one.value);
      if (!wide && one.offset != TANDEM_ENGINE_COMMAND) set(one.offset, static_cast<std::uint32_t>(one.value));
      EXPECT_EQ(run(one.command), bad(one.offset)) << std::hex << one.offset;
      EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 0u);
      EXPECT_EQ(get(TANDEM_ENGINE_IRQ_STATUS), 0u);
    });
  }
  on_cpu([&] {
    platform_->engine(0).reset();
    range(0, 0x100, 0x10);
    set(TANDEM_ENGINE_CONTROL, TANDEM_ENGINE_CONTROL_MSI);
    set64(TANDEM_ENGINE_MSI_ADDRESS, base() + 2);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), bad(TANDEM_ENGINE_MSI_ADDRESS));
    set64(TANDEM_ENGINE_MSI_ADDRESS, base() + 0x4000);
    set(TANDEM_ENGINE_MSI_DATA, 0xabcd);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_DONE);
    EXPECT_EQ(ram()[0x4001], 0xab);
    set64(TANDEM_ENGINE_MSI_ADDRESS, 0x1000);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_MSI);
    EXPECT_EQ(get64(TANDEM_ENGINE_ERROR_ADDRESS), 0x1000u);
    // An engine with StreamIDs of its own starts with the first of them and takes no other.
    EXPECT_EQ(engine_read(*platform_, 1, TANDEM_ENGINE_STREAM_ID, 4), 8u);
    engine_write(*platform_, 1, TANDEM_ENGINE_STREAM_ID, 4, 10);
    engine_write(*platform_, 1, TANDEM_ENGINE_COMMAND, 4, TANDEM_ENGINE_CMD_READ);
    EXPECT_EQ(engine_read(*platform_, 1, TANDEM_ENGINE_STATUS, 4), bad(TANDEM_ENGINE_STREAM_ID));
  });
}

TEST_F(EngineTest, a_stalled_transfer_waits_until_software_resumes_it) {
  on_cpu([&] {
    range(0, 0x40, 0x40);
    set(TANDEM_ENGINE_STREAM_ID, kSidStalls);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_READ);
    platform_->wait_ns(20'000'000);  // longer than any time-out
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_RUNNING | TANDEM_ENGINE_STATUS_STALLED);
    set(TANDEM_ENGINE_SEED, 1);  // too late
    platform_->mmio_write64(0, kResume, 0);
    platform_->wait_ns(1000);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_DONE | TANDEM_ENGINE_STATUS_WRITE_LOST);
    EXPECT_EQ(get(TANDEM_ENGINE_SEED), 0u);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_READ);
    platform_->wait_ns(1000);
    platform_->mmio_write64(0, kResume, 1);
    platform_->wait_ns(1000);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_ABORT);
  });
}

TEST_F(EngineTest, translate_tells_address_size_and_rights) {
  on_cpu([&] {
    set(TANDEM_ENGINE_STREAM_ID, kSid);
    set64(TANDEM_ENGINE_BEGIN, 0x123456789);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_TRANSLATE), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get64(TANDEM_ENGINE_RESULT), 0x123456000u);
    EXPECT_EQ(get(TANDEM_ENGINE_RESULT_INFO), 12u | 1u << 8 | 1u << 9);
    set(TANDEM_ENGINE_ATTRIBUTES, TANDEM_ENGINE_ATTR_NO_WRITE | TANDEM_ENGINE_ATTR_INSTRUCTION);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_TRANSLATE), TANDEM_ENGINE_DONE);
    EXPECT_EQ(get(TANDEM_ENGINE_RESULT_INFO), 12u | 1u << 8 | 1u << 10);
    set(TANDEM_ENGINE_STREAM_ID, kSidAborts);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_TRANSLATE), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_UNSUPPORTED);
    EXPECT_EQ(get64(TANDEM_ENGINE_ERROR_ADDRESS), 0x123456789u);
    EXPECT_EQ(get64(TANDEM_ENGINE_RESULT), 0u);
  });
}

TEST_F(EngineTest, stop_ends_what_stalls_and_what_has_no_end_and_another_command_may_follow) {
  on_cpu([&] {
    range(0, 0x40, 0x40);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_STOP);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_IDLE);  // nothing ran
    set(TANDEM_ENGINE_CONTROL, TANDEM_ENGINE_CONTROL_IRQ);
    set(TANDEM_ENGINE_STREAM_ID, kSidStalls);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_READ);
    platform_->wait_ns(1000);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_STOP);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_STOPPED);
    EXPECT_TRUE(platform_->take_engine_irq(0));
    set(TANDEM_ENGINE_STREAM_ID, kSid);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_DONE);
    platform_->mmio_write64(0, kResume, 0);  // the late answer of what was stopped changes nothing
    platform_->wait_ns(1000);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), 1u);

    set64(TANDEM_ENGINE_BEGIN, 0);
    set64(TANDEM_ENGINE_END, ~0ull);
    set(TANDEM_ENGINE_SIZE, 1);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_READ);
    platform_->wait_ns(5000);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_STOP);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_STOPPED);
    const std::uint64_t done = get64(TANDEM_ENGINE_DONE_COUNT);
    EXPECT_GT(done, 100u);
    platform_->wait_ns(5000);
    EXPECT_EQ(get64(TANDEM_ENGINE_DONE_COUNT), done);
  });
}

TEST_F(EngineTest, no_answer_is_a_timeout_and_a_reset_gives_up_what_runs) {
  on_cpu([&] {
    range(0, 0x40, 0x40);
    set(TANDEM_ENGINE_STREAM_ID, kSidNeverAnswers);
    EXPECT_EQ(run(TANDEM_ENGINE_CMD_READ), TANDEM_ENGINE_FAILED);
    EXPECT_EQ(get(TANDEM_ENGINE_ERROR_KIND), TANDEM_ENGINE_ERROR_TIMEOUT);
    set(TANDEM_ENGINE_COMMAND, TANDEM_ENGINE_CMD_READ);
    platform_->wait_ns(100);
    platform_->reset();
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_IDLE);
    EXPECT_EQ(get(TANDEM_ENGINE_SIZE), 64u);
    platform_->wait_ns(20'000'000);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), TANDEM_ENGINE_IDLE);
  });
}

TEST_F(EngineTest, registers_keep_their_rules) {
  on_cpu([&] {
    EXPECT_EQ(get(TANDEM_ENGINE_ID), 0x7e570100u);
    EXPECT_EQ(get(TANDEM_ENGINE_FEATURES), 16u | 20u << 8 | 7u << 16);
    set(TANDEM_ENGINE_ID, 0);
    set(TANDEM_ENGINE_STATUS, 5);
    EXPECT_EQ(get(TANDEM_ENGINE_ID), 0x7e570100u);
    EXPECT_EQ(get(TANDEM_ENGINE_STATUS), 0u);
    set64(TANDEM_ENGINE_SEED, 0x1122334455667788);
    EXPECT_EQ(get(TANDEM_ENGINE_SEED), 0x55667788u);
    set(TANDEM_ENGINE_SEED + 4, 9);
    EXPECT_EQ(get64(TANDEM_ENGINE_SEED), 0x955667788ull);
    EXPECT_EQ(engine_read(*platform_, 0, TANDEM_ENGINE_SEED + 2, 4), 0u);
    EXPECT_EQ(engine_read(*platform_, 0, TANDEM_ENGINE_SEED + 4, 8), 0u);
    EXPECT_EQ(get(0x098), 0u);
    EXPECT_EQ(get(0xffc), 0u);
    set(0xffc, 1);
    EXPECT_EQ(get(0x008), 0u);
  });
}

TEST_F(EngineTest, frames_have_the_addresses_of_the_documentation) {
  EXPECT_EQ(platform_->smmu_frame(0), 0x09000000u);
  EXPECT_EQ(platform_->engine_frame(0), 0x09100000u);
  EXPECT_EQ(platform_->engine_frame(1), 0x09101000u);
  on_cpu([&] {
    std::uint64_t value = 1;
    EXPECT_TRUE(bus_read(*platform_, 0x09101000, 4, &value));
    EXPECT_EQ(value, 0x7e570100u);
    EXPECT_FALSE(bus_read(*platform_, 0x09102000, 4, &value));
    EXPECT_EQ(value, 0u);
    EXPECT_FALSE(bus_read(*platform_, 0x09100ffe, 4, &value));
    EXPECT_FALSE(bus_write(*platform_, base() + platform_->ram_bytes() - 4, 8, 1));
    EXPECT_TRUE(bus_write(*platform_, base() + platform_->ram_bytes() - 4, 4, 1));
  });
}

std::string text_of(const char* file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Every "| 0xNNN | NAME |" and "| N | NAME |" row of the page is a constant of the header, and the other way round.
TEST(EngineDocumentation, has_every_register_and_value_of_the_header) {
  const std::string page = text_of(TANDEM_ENGINE_PAGE), header = text_of(TANDEM_ENGINE_HEADER);
  std::set<std::string> in_header, in_page;
  const std::regex define("#define TANDEM_ENGINE_([A-Z0-9_]+) (0x[0-9a-f]{3}|[0-9])u\\b");
  const std::regex prefix("^(CMD_|ERROR_(?!COUNT|KIND|ADDRESS))"), bit("^(STATUS_|RESULT_(?!INFO)).*");
  for (std::sregex_iterator it(header.begin(), header.end(), define), end; it != end; ++it) {
    const std::string name = (*it)[1];
    if (!std::regex_match(name, bit)) in_header.insert(std::regex_replace(name, prefix, "") + " " + std::string((*it)[2]));
  }
  const std::regex row("\n\\| (0x[0-9a-f]{3}|[0-9]) \\| ([A-Z_]+) \\|");
  for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end; ++it) in_page.insert((*it)[2].str() + " " + (*it)[1].str());
  EXPECT_EQ(in_page.size(), 26u + 7u + 6u + 8u);  // registers, commands, states, kinds of errors
  EXPECT_EQ(in_page, in_header);
}

}  // namespace
