// SPDX-License-Identifier: Apache-2.0
// Says for the length of a scope what the calling CPU thread waits for. Only inside tb/platform.
// Proof: tb/tests/test_limits.cpp reads the report.
#ifndef TANDEM_PLATFORM_WAITING_H
#define TANDEM_PLATFORM_WAITING_H

#include "platform/platform_impl.h"

namespace tandem {

class PlatformImpl::Waiting {
 public:
  struct For {
    const char* what;
    unsigned smmu;
    std::uint64_t argument;
    sc_core::sc_event* wake;
  };
  Waiting(PlatformImpl& platform, const For& reason) : platform_(platform) {
    note_.process = sc_core::sc_get_current_process_b();
    note_.what = reason.what;
    note_.smmu = reason.smmu;
    note_.argument = reason.argument;
    note_.wake = reason.wake;
    note_.since_ps = platform.now_ps();
    note_.next = platform.waits_;
    if (note_.next != nullptr) note_.next->previous = &note_;
    platform.waits_ = &note_;
  }
  ~Waiting() {
    if (note_.next != nullptr) note_.next->previous = note_.previous;
    (note_.previous != nullptr ? note_.previous->next : platform_.waits_) = note_.next;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  PlatformImpl& platform_;
  WaitNote note_;
};

}  // namespace tandem

#endif
