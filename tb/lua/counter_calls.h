// SPDX-License-Identifier: Apache-2.0
// What a scenario asks the driver about performance counters, and what it is answered, for the oracles.
// Not here: the calls (driver/pmcg.cpp), the judgement (check/answer_oracle.c). Proof: scenarios/counters.
#ifndef TANDEM_LUA_COUNTER_CALLS_H
#define TANDEM_LUA_COUNTER_CALLS_H

#include <cstdint>
#include <map>

#include "check/check_sink.h"
#include "smmuv3/smmuv3.h"

namespace tandem::lua {

class CounterCalls {
  struct Place {
    unsigned smmu, group;
  };

 public:
  explicit CounterCalls(CheckSink& check) : check_(check) {}

  // Which SMMU a group counts for; group 0 is the SMMU's own, 1 + t that of TBU t. None of its counters is given out any more.
  void found(const smmu_pmcg* pmcg, unsigned smmu, unsigned group) {
    places_[pmcg] = {smmu, group};
    Call call(*this, pmcg);
    for (std::uint8_t n = 0; n < 64; ++n) call.did(CHECK_COUNTER_FREED, n);
  }

  // One call, from its construction to its destruction.
  class Call {
   public:
    Call(CounterCalls& calls, const smmu_pmcg* pmcg) : check_(calls.check_), place_(calls.places_.at(pmcg)) { check_.counter_call_begins(place_.smmu); }
    ~Call() { check_.counter_call_ends(place_.smmu); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    void did(check_counter_call what, std::uint8_t number, std::uint64_t answer = 0) {
      check_counter done{};
      done.call = what;
      done.number = number;
      done.answer = answer;
      tell(done);
    }
    void gave(std::uint8_t number, std::uint32_t event, const smmu_pmcg_filter& filter) {
      check_counter done{};
      done.call = CHECK_COUNTER_GIVEN;
      done.number = number;
      done.event = event;
      done.every = filter.kind == SMMU_PMCG_ALL;
      done.sid = filter.sid;
      done.span_log2 = filter.kind == SMMU_PMCG_SPAN ? filter.span_log2 : 0;
      tell(done);
    }

   private:
    void tell(check_counter& done) {
      done.smmu = static_cast<std::uint16_t>(place_.smmu);
      done.group = static_cast<std::uint8_t>(place_.group);
      check_.counter_call_did(done);
    }

    CheckSink& check_;
    const Place place_;
  };

 private:
  CheckSink& check_;
  std::map<const smmu_pmcg*, Place> places_;
};

}  // namespace tandem::lua

#endif
