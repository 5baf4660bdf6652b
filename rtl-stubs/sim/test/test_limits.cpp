// SPDX-License-Identifier: Apache-2.0
// The wrapper's copies of the block's constants equal the package, the defaults pass the checks, and every wrong
// configuration is refused with a sentence that names field, value and what is allowed.
// Not here: the sizes the build chose (test_factory.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "parameters.h"
#include "rtl_limits.h"
#include "smmuv3_rtl/rtl.h"

int sc_main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace {

std::string package_text() {
  std::ifstream in(SMMU_RTL_PACKAGE);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The value of a localparam written as a sized hexadecimal or decimal literal.
std::uint32_t package_constant(const std::string& text, const std::string& name) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex("\\b" + name + "\\s*=\\s*(?:\\d+'([hd]))?([0-9A-Fa-f_]+)\\s*;"))) {
    ADD_FAILURE() << name << " is not in the package";
    return 0;
  }
  std::string digits = match[2];
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  return static_cast<std::uint32_t>(std::stoul(digits, nullptr, match[1] == "h" ? 16 : 10));
}

template <class Names>
void expect_states(const std::string& text, const Names& names) {
  const std::string width = names.size() == 16 ? "4" : "5";
  for (std::size_t n = 0; n < names.size() && names[n] != nullptr; ++n)
    EXPECT_TRUE(std::regex_search(text, std::regex(std::string("\\b") + names[n] + " = " + width + "'d" + std::to_string(n) + "\\b")))
        << names[n] << " is not state " << n << " of the package";
}

std::string refusal(unsigned index, std::uint32_t value) {
  auto ids = smmu_rtl::default_ids();
  ids.idr[index] = value;
  return smmu_rtl::check_ids(ids);
}

}  // namespace

TEST(Limits, equal_the_package) {
  const std::string text = package_text();
  const std::pair<const char*, std::uint32_t> constants[] = {
      {"Idr0Mask", smmu_rtl::kIdr0Mask},       {"Idr1Mask", smmu_rtl::kIdr1Mask},
      {"Idr2Mask", smmu_rtl::kIdr2Mask},       {"Idr3Mask", smmu_rtl::kIdr3Mask},
      {"Idr5Mask", smmu_rtl::kIdr5Mask},       {"SidSizeMax", smmu_rtl::kSidSizeMax},
      {"SsidSizeMax", smmu_rtl::kSsidSizeMax}, {"QueueSizeMax", smmu_rtl::kQueueSizeMax},
      {"OasCodeMax", smmu_rtl::kOasCodeMax},     {"StallMax", smmu_rtl::kStallMax},
      {"Idr0Default", smmu_rtl::kIdr0Default},
      {"Idr1Default", smmu_rtl::kIdr1Default}, {"Idr3Default", smmu_rtl::kIdr3Default},
      {"Idr5Default", smmu_rtl::kIdr5Default}};
  for (const auto& [name, value] : constants) EXPECT_EQ(package_constant(text, name), value) << name;
}

TEST(Limits, state_names_equal_the_package) {
  const std::string text = package_text();
  for (const auto* names : {&smmu_rtl::kCmdqStates, &smmu_rtl::kEventqStates, &smmu_rtl::kTlbStates, &smmu_rtl::kTbuStates})
    expect_states(text, *names);
  expect_states(text, smmu_rtl::kSlotStates);
}

TEST(Limits, defaults_pass) {
  const auto ids = smmu_rtl::default_ids();
  EXPECT_EQ("", smmu_rtl::check_ids(ids));
  // IDR1: CMDQS 25:21 = EVENTQS 20:16 = 10, SSIDSIZE 10:6 = 10, SIDSIZE 5:0 = 16.
  EXPECT_EQ(10u, ids.idr[1] >> 21 & 31);
  EXPECT_EQ(10u, ids.idr[1] >> 16 & 31);
  EXPECT_EQ(10u, ids.idr[1] >> 6 & 31);
  EXPECT_EQ(16u, ids.idr[1] & 63);
}

TEST(Limits, a_feature_the_block_lacks_is_named) {
  const auto idr = smmu_rtl::default_ids().idr;
  EXPECT_EQ("IDR0.HTTU is 3; the RTL block allows 0 to 2.", refusal(0, idr[0] | 3u << 6));
  EXPECT_EQ("IDR0.STALL_MODEL is 3; the RTL block allows 0 to 2.", refusal(0, idr[0] | 3u << 24));
  EXPECT_EQ("IDR5.STALL_MAX is 17; the RTL block allows 0 to " + std::to_string(std::min(smmu_rtl::kStallMax, std::uint32_t{SMMU_RTL_BURSTS})) + ".", refusal(5, (idr[5] & 0xffff) | 17u << 16));
  EXPECT_EQ("IDR0.ATS is 1; the RTL block allows 0.", refusal(0, idr[0] | 1u << 10));
  EXPECT_EQ("IDR1.SSIDSIZE is 21; the RTL block allows 0 to 20.", refusal(1, (idr[1] & ~(31u << 6)) | 21u << 6));
  EXPECT_EQ("IDR1.SIDSIZE is 33; the RTL block allows 0 to 32.", refusal(1, (idr[1] & ~63u) | 33));
  EXPECT_EQ("IDR1.CMDQS is 20; the RTL block allows 0 to 19.", refusal(1, (idr[1] & ~(31u << 21)) | 20u << 21));
  EXPECT_EQ("IDR5.OAS is 6; the RTL block allows 0 to 5.", refusal(5, (idr[5] & ~7u) | 6));
  EXPECT_EQ("IDR0 is 0x" "884e72bb; its reserved bits 0x80000000 must be zero.", refusal(0, idr[0] | 1u << 31));
}

TEST(Limits, fields_that_contradict_each_other_are_refused) {
  const auto idr = smmu_rtl::default_ids().idr;
  EXPECT_EQ("IDR0.ST_LEVEL is 0 with IDR1.SIDSIZE 16; the architecture allows only 1 when SIDSIZE is 7 or more.",
            refusal(0, idr[0] & ~(3u << 27)));
  EXPECT_NE("", refusal(5, idr[5] & ~0x70u));
  EXPECT_EQ("IDR0.HYP is 1; it needs IDR0.S1P and IDR0.S2P.", refusal(0, idr[0] & ~2u));
  EXPECT_EQ("IDR5.STALL_MAX is 0; where IDR0.STALL_MODEL allows stalls it must be 1 or more.", refusal(5, idr[5] & 0xffff));
  EXPECT_EQ("IDR0.S1P and IDR0.S2P are 0; at least one of them must be 1.", refusal(0, idr[0] & ~3u));
  EXPECT_EQ("IDR0.VMW is 1 with IDR0.S2P 0; without stage 2 there is no VMID to compare.", refusal(0, idr[0] & ~(1u << 9 | 1u)));
}

TEST(Limits, smaller_sizes_pass) {
  const auto idr = smmu_rtl::default_ids().idr;
  EXPECT_EQ("", refusal(1, (idr[1] & ~63u) | 8));
  EXPECT_EQ("", refusal(0, idr[0] & ~(1u << 12)));  // ASID16 = 0
  EXPECT_EQ("", refusal(5, (idr[5] & ~0x60u)));     // 4 KiB granule only
}

TEST(Limits, parameters_are_checked_by_name_and_range) {
  smmu_tlm::SmmuConfig config;
  config.params["batch_cycles"] = 4096;
  config.params["mem_latency_cycles"] = 1;
  EXPECT_EQ("", smmu_rtl::check_parameters(config));
  config.params["batch_cycles"] = 0;
  EXPECT_EQ("Parameter batch_cycles is 0; allowed are 1 to 4096.", smmu_rtl::check_parameters(config));
  config.params.clear();
  config.params["tlb_entries"] = 64;
  EXPECT_EQ("Parameter 'tlb_entries' is unknown to the RTL; it has batch_cycles and mem_latency_cycles.",
            smmu_rtl::check_parameters(config));
  config.params.clear();
  config.clock_period_ps = 0;
  EXPECT_EQ("clock_period_ps is 0; allowed are 1 to 1000000.", smmu_rtl::check_parameters(config));
}
