// SPDX-License-Identifier: Apache-2.0
// What an implementation outside this process throws out of a socket call when it cannot go on. The platform remembers it:
// every later call of a CPU thread gets the same sentence, and the run ends with it.
// Not here: refusals before anything is built (backend_registry.h). Proof: tb/backend/qemu/test.
#ifndef TANDEM_BACKEND_BACKEND_FAILURE_H
#define TANDEM_BACKEND_BACKEND_FAILURE_H

#include <stdexcept>
#include <string>

namespace tandem {

class BackendFailure : public std::runtime_error {
 public:
  enum class Kind {
    Broken,  // it died, does not answer or answers nonsense: the run is an error
    Lacks,   // it was asked for something it does not have: the run is skipped
  };
  BackendFailure(Kind kind, const std::string& sentence) : std::runtime_error(sentence), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace tandem

#endif
