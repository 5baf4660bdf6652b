// SPDX-License-Identifier: Apache-2.0
// A transfer that a scenario started and waits for later, and one that stalled. Apart from host.h, so that bindings which only call the driver core do
// not need the simulation kernel's headers. Proof: tb/lua/test, scenarios.
#ifndef TANDEM_LUA_TRANSFER_H
#define TANDEM_LUA_TRANSFER_H

#include <memory>
#include <string>

#include "platform/platform.h"

namespace tandem::lua {

// A bus transfer of a master that runs in a thread of its own.
struct Transfer {
  std::shared_ptr<std::string> data;  // what is written, or what was read
  bool done = false;
  AccessResult result;
};

// An access that is stalled: what it was, and where its data goes.
struct Parked {
  Access access;
  std::shared_ptr<std::string> data;
};

}  // namespace tandem::lua

#endif
