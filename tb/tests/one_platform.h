// SPDX-License-Identifier: Apache-2.0
// The one platform of a test program: two SMMUs of the test double "bypass", two masters, 16 MiB of RAM.
#ifndef TANDEM_TESTS_ONE_PLATFORM_H
#define TANDEM_TESTS_ONE_PLATFORM_H

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "masters/dma_master.h"
#include "platform/platform.h"
#include "tests/bypass_module.h"

namespace tandem_test {

class OnePlatform : public ::testing::Test {
 protected:
  // A busy machine takes seconds for what is instant elsewhere; nothing here is meant to reach the wall-clock limit.
  static void SetUpTestSuite() { create(60); }
  static void create(std::uint64_t wall_limit_s) {
    register_bypass_backend();
    tandem::PlatformSpec spec;
    spec.ram_bytes = 16u << 20;
    spec.simulated_limit_us = 1000;
    spec.wall_limit_s = wall_limit_s;
    for (const char* name : {"a", "b"}) {
      tandem::SmmuSpec smmu;
      smmu.name = name;
      smmu.tbu_count = 2;
      spec.smmus.push_back(smmu);
      tandem::MasterSpec master;
      master.name = std::string("dma_") + name;
      master.smmu = name;
      master.sids = {0x20, kSidAborts, kSidStalls, kSidNeverAnswers};
      spec.masters.push_back(master);
    }
    spec.masters[1].tbu = 1;
    std::string error;
    platform_ = tandem::Platform::create(spec, "bypass", &error).release();
    ASSERT_NE(platform_, nullptr) << error;
  }
  static void TearDownTestSuite() {
    delete platform_;
    platform_ = nullptr;
  }

  // Runs body as a CPU thread to its end.
  tandem::Platform::RunEnd on_cpu(const std::function<void()>& body) {
    platform_->spawn_cpu("test", body);
    return platform_->run();
  }
  std::uint64_t base() { return platform_->ram_base(); }

  static tandem::Platform* platform_;
};
inline tandem::Platform* OnePlatform::platform_ = nullptr;

}  // namespace tandem_test

#endif
