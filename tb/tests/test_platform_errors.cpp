// SPDX-License-Identifier: Apache-2.0
// Platforms that cannot be built: one sentence each, and a good one can still be built afterwards, but only once.
#include <gtest/gtest.h>

#include "platform/platform.h"
#include "tests/bypass_module.h"

namespace {

using namespace tandem;

PlatformSpec one_smmu() {
  PlatformSpec spec;
  spec.ram_bytes = 4u << 20;
  SmmuSpec smmu;
  smmu.name = "smmu0";
  smmu.where = {"p.lua", 3};
  spec.smmus = {smmu};
  return spec;
}

std::string refusal(const PlatformSpec& spec, const std::string& backend = "bypass") {
  std::string error;
  EXPECT_EQ(Platform::create(spec, backend, &error), nullptr);
  return error;
}

TEST(PlatformErrorsTest, bad_platforms_are_refused_and_a_second_one_too) {
  tandem_test::register_bypass_backend();
  const std::string unknown = refusal(one_smmu(), "vhdl");
  EXPECT_EQ(unknown.find("p.lua:3: SMMU 'smmu0': backend 'vhdl' is unknown; this program has 'bypass'"), 0u) << unknown;

  PlatformSpec spec = one_smmu();
  spec.smmus[0].backend = "vhdl";
  EXPECT_EQ(refusal(spec).find("p.lua:3: SMMU 'smmu0': backend 'vhdl' is unknown"), 0u);

  spec = one_smmu();
  spec.smmus[0].id_fields["IDR1.SIDSIZE"] = 64;
  EXPECT_EQ(refusal(spec), "p.lua:3: SMMU 'smmu0': IDR1.SIDSIZE = 64 does not fit its field; allowed are 0 to 63");

  spec = one_smmu();
  spec.smmus[0].params["poison"] = 1;
  EXPECT_EQ(refusal(spec), "p.lua:3: SMMU 'smmu0': parameter 'poison' is not known");

  spec = one_smmu();
  spec.smmus[0].id_fields["IDR1.SIDSIZE"] = 8;
  MasterSpec master;
  master.name = "dma0";
  master.smmu = "smmu0";
  master.sids = {0x100};
  master.where = {"p.lua", 9};
  spec.masters = {master};
  EXPECT_EQ(refusal(spec), "p.lua:9: StreamID 0x100 of master 'dma0' does not fit SMMU 'smmu0', whose SIDSIZE is 8");

  spec = one_smmu();
  spec.ram_bytes = 4096;
  EXPECT_EQ(refusal(spec), "RAM of 4096 bytes is too small; allowed are 4 to 65536 MiB");

  std::string error;
  auto platform = Platform::create(one_smmu(), "bypass", &error);
  ASSERT_NE(platform, nullptr) << error;
  const std::string once = "this process already had a platform, and SystemC elaborates only once per process; start another process";
  EXPECT_EQ(refusal(one_smmu()), once);
  platform.reset();
  EXPECT_EQ(refusal(one_smmu()), once);
}

}  // namespace
