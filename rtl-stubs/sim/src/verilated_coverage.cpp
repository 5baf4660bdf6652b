// SPDX-License-Identifier: Apache-2.0
// See verilated_coverage.h. Verilator shows its counters only as a file, and they go with their model: each model is written
// into one scratch file, which is read back and added to the sum.
#include "verilated_coverage.h"

#include <unistd.h>
#include <verilated_cov.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <unordered_map>

namespace smmu_rtl {
namespace {
class Sum {
 public:
  Sum() {
    const char* folder = std::getenv("TANDEM_RTL_COVERAGE_DIR");
    if (folder != nullptr && *folder != 0) file_ = std::string(folder) + "/" + std::to_string(getpid()) + ".dat";
  }
  ~Sum() {
    if (counts_.empty()) return;
    std::ofstream out(file_);
    out << "# SystemC::Coverage-3\n";
    for (const auto& [point, count] : counts_) out << point << ' ' << count << '\n';
    if (!out.flush()) std::fprintf(stderr, "The coverage file '%s' cannot be written.\n", file_.c_str());
  }

  void begin(VerilatedContext& context) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!begun_) add(context, false);  // the lines of reset itself are the same in every model
    begun_ = true;
    context.coveragep()->zero();
  }
  void end(VerilatedContext& context) {
    const std::lock_guard<std::mutex> lock(mutex_);
    add(context, true);
  }

 private:
  void add(VerilatedContext& context, bool toggles) {
    if (file_.empty()) return;
    const std::string scratch = file_ + ".part";
    context.coveragep()->write(scratch.c_str());
    std::ifstream in(scratch);
    for (std::string line; std::getline(in, line);) {
      const std::size_t end = line.rfind(' ');
      if (line.compare(0, 3, "C '") != 0 || end == std::string::npos) continue;
      const std::uint64_t count = std::strtoull(line.c_str() + end, nullptr, 10);
      line.resize(end);
      counts_[line] += toggles || line.find("v_toggle") == std::string::npos ? count : 0;
    }
    std::remove(scratch.c_str());
  }

  std::mutex mutex_;
  std::string file_;
  bool begun_ = false;
  std::unordered_map<std::string, std::uint64_t> counts_;
};
Sum& sum() {
  static Sum only;
  return only;
}
}  // namespace

void coverage_begins(VerilatedContext& context) { sum().begin(context); }
void coverage_ends(VerilatedContext& context) { sum().end(context); }
}  // namespace smmu_rtl
