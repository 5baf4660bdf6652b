// SPDX-License-Identifier: Apache-2.0
// `tandem serve`: a platform behind a socket. Not here: the protocol (qtest_session.h). Proof: tb/serve/test/test_serve.cpp.
#ifndef TANDEM_SERVE_SERVE_COMMAND_H
#define TANDEM_SERVE_SERVE_COMMAND_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/options.h"

namespace tandem::serve {

struct ServeOptions {
  bool help = false, verbose = false, connect = false, once = false;
  std::string socket, platform_file, backend = "tlm";
  std::vector<std::pair<std::string, std::uint64_t>> mappings;  // SMMU or test engine -> address
};

ServeOptions parse_serve(const std::vector<std::string>& arguments);
int serve_command(const ServeOptions& options);

extern const char kServeHelp[];

}  // namespace tandem::serve

#endif
