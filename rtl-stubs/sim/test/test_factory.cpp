// SPDX-License-Identifier: Apache-2.0
// The factory: which sizes exist, what is refused, what a module says about itself, waveforms.
// Not here: ID fields and parameters (test_limits.cpp).
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "bench.h"
#include "smmuv3_rtl/rtl.h"

namespace rtl_test {
smmu_tlm::SmmuConfig config_under_test() {
  smmu_tlm::SmmuConfig config;
  config.ids = smmu_rtl::default_ids();
  config.tbu_count = 2;  // no block of this size is built: the next larger one serves
  return config;
}
}  // namespace rtl_test

using rtl_test::bench;

TEST(Factory, sizes_that_were_not_built_are_refused) {
  auto config = rtl_test::config_under_test();
  EXPECT_EQ("", smmu_rtl::check(config));
  config.tbu_count = 5;
  EXPECT_EQ("tbu_count is 5; the RTL was built for 1 to 4.", smmu_rtl::check(config));
  config.tbu_count = 0;
  EXPECT_EQ("tbu_count is 0; the RTL was built for 1 to 4.", smmu_rtl::check(config));
  config.tbu_count = 1;
  config.pmcg_counter_count = 64;
  EXPECT_EQ("pmcg_counter_count is 64 with 1 TBUs; the RTL was built with 4.", smmu_rtl::check(config));
}

TEST(Factory, check_looks_at_every_part) {
  auto config = rtl_test::config_under_test();
  config.params["ways"] = 4;
  EXPECT_NE("", smmu_rtl::check(config));
  config = rtl_test::config_under_test();
  config.ids.idr[0] |= 1u << 10;  // ATS
  EXPECT_EQ("IDR0.ATS is 1; the RTL block allows 0.", smmu_rtl::check(config));
}

TEST(Factory, both_tbus_of_a_larger_block_work) {
  bench->run({[] { bench->set_global_bypass(false); }});
  for (unsigned tbu = 0; tbu < 2; ++tbu)
    bench->run({[tbu] {
      rtl_test::Client client;
      client.tbu = tbu;
      std::uint8_t data[24] = {static_cast<std::uint8_t>(tbu + 5)};
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, rtl_test::kBase + 64 * tbu, data, sizeof data, client));
      EXPECT_EQ(tbu + 5, *bench->memory.at(rtl_test::kBase + 64 * tbu));
    }});
}

TEST(Factory, capabilities_name_backend_features_and_limits) {
  const std::string caps = bench->smmu->caps_json();
  for (const char* part : {"\"backend\": \"rtl\"", "\"S1P\": true", "\"HTTU_DIRTY\": true", "\"GRAN64K\": true", "\"SIDSIZE\": 16",
                           "\"SSIDSIZE\": 10", "\"CMDQS\": 10", "\"OAS\": 48", "\"TBUS\": 2", "\"PMCG_COUNTERS\": 4", "\"CLOCK_PERIOD_PS\": 1000",
                           "\"MEM_LATENCY_CYCLES\": 4"})
    EXPECT_NE(std::string::npos, caps.find(part)) << part << " in " << caps;
  EXPECT_NE(std::string::npos, caps.find("\"WALKERS\": " + std::to_string(SMMU_RTL_WALKERS))) << caps;
  EXPECT_NE(std::string::npos, caps.find("\"BURSTS\": " + std::to_string(SMMU_RTL_BURSTS))) << caps;
}

TEST(Factory, a_waveform_is_written_or_refused_with_a_sentence) {
  const std::string path = testing::TempDir() + "rtl_sim_factory.fst";
  const std::string error = smmu_rtl::set_wave_file(*bench->smmu, path);
#ifdef SMMU_RTL_WAVES
  ASSERT_EQ("", error);
  EXPECT_NE("", smmu_rtl::set_wave_file(*bench->smmu, path));
  bench->run({[] { bench->read(0); }});
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  EXPECT_GT(in.tellg(), 0);
  std::remove(path.c_str());
#else
  EXPECT_EQ("This build has no waveforms; configure with -DTANDEM_RTL_WAVES=ON.", error);
#endif
}
