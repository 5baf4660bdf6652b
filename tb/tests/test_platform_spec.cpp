// SPDX-License-Identifier: Apache-2.0
// What a PlatformSpec may hold, and identification registers by field name. Expected words are worked out from the
// register layout: IDR0.ASID16 is bit 12, IDR1.SIDSIZE bits 5:0, IDR1.SSIDSIZE bits 10:6, IDR5.STALL_MAX bits 31:16.
#include <gtest/gtest.h>

#include "platform/common_ids.h"
#include "platform/id_fields.h"
#include "platform/spec_check.h"

namespace {

using namespace tandem;

PlatformSpec good() {
  PlatformSpec spec;
  SmmuSpec smmu;
  smmu.name = "smmu0";
  smmu.where = {"p.lua", 3};
  spec.smmus = {smmu};
  MasterSpec master;
  master.name = "dma0";
  master.smmu = "smmu0";
  master.sids = {0x20, 0x21};
  master.where = {"p.lua", 7};
  spec.masters = {master};
  return spec;
}

TEST(PlatformSpecTest, a_good_one_and_the_default_one_pass) {
  EXPECT_EQ(check_spec(good()), "");
  const PlatformSpec spec = default_platform();
  EXPECT_EQ(check_spec(spec), "");
  EXPECT_EQ(spec.ram_base, 0x80000000u);
  EXPECT_EQ(spec.ram_bytes, 256u << 20);
  ASSERT_EQ(spec.smmus.size(), 1u);
  EXPECT_EQ(spec.smmus[0].id_fields.at("IDR1.SIDSIZE"), 16);
  EXPECT_EQ(spec.smmus[0].id_fields.at("IDR1.SSIDSIZE"), 10);
  EXPECT_EQ(spec.smmus[0].id_fields.at("IDR1.CMDQS"), 10);
}

TEST(PlatformSpecTest, ram_out_of_its_limits_is_refused) {
  PlatformSpec spec = good();
  spec.ram_bytes = 1u << 20;
  EXPECT_EQ(check_spec(spec), "RAM of 1048576 bytes is too small; allowed are 4 to 65536 MiB");
  spec.ram_bytes = (4u << 20) + 1;
  EXPECT_EQ(check_spec(spec), "RAM of 4194305 bytes is not a multiple of 4096");
  spec.ram_bytes = 4u << 20;
  spec.ram_base = 0x80001000;
  EXPECT_EQ(check_spec(spec), "ram_base 0x80001000 is not aligned; it must be a multiple of 0x200000 (2 MiB)");
  spec.ram_base = (1ull << 52) - (2u << 20);
  EXPECT_EQ(check_spec(spec), "RAM at 0xfffffffe00000 ends above the 52-bit physical address space");
}

TEST(PlatformSpecTest, names_are_unique_and_plain) {
  PlatformSpec spec = good();
  spec.smmus.push_back(spec.smmus[0]);
  EXPECT_EQ(check_spec(spec), "p.lua:3: SMMU name 'smmu0' is used twice");
  spec = good();
  spec.smmus[0].name = "0smmu";
  EXPECT_EQ(check_spec(spec),
            "p.lua:3: SMMU name '0smmu' is not allowed; use letters, digits and '_', not starting with a digit");
  spec = good();
  spec.masters[0].name = "";
  EXPECT_EQ(check_spec(spec), "p.lua:7: master has no name");
  spec = good();
  spec.smmus.clear();
  EXPECT_EQ(check_spec(spec), "the platform has no SMMU; at least one is needed");
}

TEST(PlatformSpecTest, a_stream_id_belongs_to_one_master_behind_one_smmu) {
  PlatformSpec spec = good();
  MasterSpec other = spec.masters[0];
  other.name = "dma1";
  other.sids = {0x30, 0x21};
  spec.masters.push_back(other);
  EXPECT_EQ(check_spec(spec), "p.lua:7: StreamID 0x21 behind SMMU 'smmu0' is used by masters 'dma0' and 'dma1'");
  spec.smmus.push_back(spec.smmus[0]);
  spec.smmus[1].name = "smmu1";
  spec.masters[1].smmu = "smmu1";
  EXPECT_EQ(check_spec(spec), "");
  spec.masters[1].sids = {0x30, 0x30};
  EXPECT_EQ(check_spec(spec), "p.lua:7: StreamID 0x30 is listed twice for master 'dma1'");
}

TEST(PlatformSpecTest, a_master_needs_an_smmu_a_tbu_and_stream_ids_that_exist) {
  PlatformSpec spec = good();
  spec.masters[0].smmu = "smmu7";
  EXPECT_EQ(check_spec(spec), "p.lua:7: master 'dma0' is behind SMMU 'smmu7', which does not exist; there is 'smmu0'");
  spec = good();
  spec.masters[0].tbu = 1;
  EXPECT_EQ(check_spec(spec), "p.lua:7: master 'dma0' uses TBU 1 of 'smmu0'; allowed are 0 to 0");
  spec = good();
  spec.masters[0].sids.clear();
  EXPECT_EQ(check_spec(spec), "p.lua:7: master 'dma0' has no StreamID; sids needs at least one");
  spec = good();
  spec.masters[0].ssid_bits = 21;
  EXPECT_EQ(check_spec(spec), "p.lua:7: ssid_bits of master 'dma0' is 21; allowed are 0 to 20");
}

TEST(PlatformSpecTest, no_smmu_of_a_noncoherent_platform_claims_to_snoop) {
  PlatformSpec spec = default_platform();
  spec.noncoherent = true;
  EXPECT_EQ(check_spec(spec), "the platform is noncoherent, but SMMU 'smmu0' says IDR0.COHACC = 1; it must be 0");
  spec.smmus[0].id_fields["IDR0.COHACC"] = 0;
  EXPECT_EQ(check_spec(spec), "");
}

TEST(IdFieldsTest, a_short_name_finds_its_register) {
  std::string full;
  EXPECT_TRUE(resolve_id_field("SIDSIZE", &full));
  EXPECT_EQ(full, "IDR1.SIDSIZE");
  EXPECT_TRUE(resolve_id_field("OAS", &full));
  EXPECT_EQ(full, "IDR5.OAS");
  EXPECT_TRUE(resolve_id_field("IDR0.ASID16", &full));
  EXPECT_EQ(full, "IDR0.ASID16");
  EXPECT_FALSE(resolve_id_field("SIDSIZES", &full));
  EXPECT_FALSE(resolve_id_field("IDR0.SIDSIZE", &full));
}

TEST(IdFieldsTest, setting_a_field_changes_its_bits_only) {
  smmu_tlm::IdRegisters ids;
  ids.idr[1] = 0xffffffff;
  EXPECT_EQ(set_id_field(&ids, "IDR1.SIDSIZE", 16), "");
  EXPECT_EQ(ids.idr[1], 0xffffffd0u);
  EXPECT_EQ(set_id_field(&ids, "IDR1.SSIDSIZE", 0), "");
  EXPECT_EQ(ids.idr[1], 0xfffff810u);
  EXPECT_EQ(set_id_field(&ids, "IDR0.ASID16", 1), "");
  EXPECT_EQ(ids.idr[0], 0x1000u);
  EXPECT_EQ(set_id_field(&ids, "IDR5.STALL_MAX", 0xffff), "");
  EXPECT_EQ(ids.idr[5], 0xffff0000u);
  EXPECT_EQ(set_id_field(&ids, "AIDR.ArchMinorRev", 3), "");
  EXPECT_EQ(ids.aidr, 3u);
  EXPECT_EQ(get_id_field(ids, "IDR1.SIDSIZE"), 16u);
}

TEST(IdFieldsTest, what_cannot_be_set_is_explained) {
  smmu_tlm::IdRegisters ids;
  EXPECT_EQ(set_id_field(&ids, "IDR1.SIDSIZE", 64), "IDR1.SIDSIZE = 64 does not fit its field; allowed are 0 to 63");
  EXPECT_EQ(set_id_field(&ids, "IDR1.SIDSIZE", -1), "IDR1.SIDSIZE = -1 does not fit its field; allowed are 0 to 63");
  EXPECT_EQ(set_id_field(&ids, "IDR2.SIDSIZE", 1), "'IDR2.SIDSIZE' is unknown; the fields of IDR2 are BA_VATOS");
  EXPECT_EQ(set_id_field(&ids, "CR0.SMMUEN", 1),
            "'CR0.SMMUEN' names no identification register; allowed are fields of IDR0, IDR1, IDR2, IDR3, IDR5, IIDR and AIDR");
}

// STALL_MODEL (IDR0 bits 25:24): 0 both, 1 terminate only. TTENDIAN (22:21): 0 either, 2 little. TERM_MODEL (bit 26): 1 abort only.
// TTF (3:2): 2 AArch64, 3 also AArch32. OAS (IDR5 bits 2:0) and SIDSIZE count upwards.
TEST(CommonIdsTest, what_both_can_do_is_left) {
  smmu_tlm::IdRegisters a, b;
  a.idr[0] = 0u << 24 | 0u << 21 | 0u << 26 | 3u << 2 | 1u << 12;
  b.idr[0] = 1u << 24 | 2u << 21 | 1u << 26 | 2u << 2;
  a.idr[1] = 16 | 10u << 6;
  b.idr[1] = 20 | 5u << 6;
  a.idr[5] = 5 | 1u << 4;
  b.idr[5] = 4 | 1u << 4 | 1u << 5;
  a.aidr = 3;
  b.aidr = 1;
  for (const auto& common : {common_ids(a, b), common_ids(b, a)}) {
    EXPECT_EQ(1u << 24 | 2u << 21 | 1u << 26 | 2u << 2, common.idr[0]);
    EXPECT_EQ(16u | 5u << 6, common.idr[1]);
    EXPECT_EQ(4u | 1u << 4, common.idr[5]);
    EXPECT_EQ(1u, common.aidr);
  }
}

}  // namespace
