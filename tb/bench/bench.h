// SPDX-License-Identifier: Apache-2.0
// `tandem bench`: rows of speed figures, measured interleaved, each beside the calibration row it is compared with.
// Not here: the rows (calib_rows.cpp, core_rows.cpp, device_rows.cpp, driver_rows.cpp). Proof: tb/bench/test/test_bench.cpp.
#ifndef TANDEM_BENCH_BENCH_H
#define TANDEM_BENCH_BENCH_H

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tandem::bench {

// A row that is set up: does `count` operations. Anything it has to prepare happens in prepare(), not timed.
// SystemC modules are made in the constructor, because all rows of a process share one elaboration; what needs the running
// kernel waits for elaborated().
class Loop {
 public:
  virtual ~Loop() = default;
  virtual void elaborated() {}
  virtual void prepare() {}
  virtual void run(std::uint64_t count) = 0;
  virtual std::uint64_t limit() const { return ~0ull; }  // most operations between two prepare()
  virtual std::uint64_t take_work() { return 0; }        // rows of a rate: what was done since the last call
};

struct Row {
  std::string name;    // "model.core_hit_512"; the part before the point is the group
  std::string unit;    // "ns" per operation, or a rate: "Hz", "1/s" of take_work()
  std::string anchor;  // a calib row, empty for those themselves; or a row in ns of the same group, to show what its change costs
  std::string what;    // one line for the table
  std::function<std::unique_ptr<Loop>()> make;
};

const std::vector<Row>& all_rows();
std::vector<Row> calib_rows();
std::vector<Row> core_rows();
std::vector<Row> device_rows();
std::vector<Row> rtl_rows();
std::vector<Row> driver_rows();

struct Figure {
  std::string name, unit, anchor, what;
  double median = 0, min = 0, max = 0;
  double ratio = 0;  // time of one operation, or of one unit of a rate, to the anchor's median; 0 without one
  unsigned runs = 0;
  double spread() const { return median > 0 ? (max - min) / median : 0; }
};

// Rows and groups by name; the anchors they need are added. Throws std::invalid_argument with a sentence on an unknown name.
std::vector<Row> select_rows(const std::vector<Row>& rows, const std::vector<std::string>& names);
// Makes the rows, starts the SystemC kernel, calls elaborated().
std::vector<std::unique_ptr<Loop>> set_up(const std::vector<Row>& rows);
double median_of(std::vector<double> values);
std::vector<Figure> measure(const std::vector<Row>& rows, unsigned runs, const std::function<void(unsigned run)>& progress);

// What a reader of the figures has to know beside them.
struct Circumstances {
  std::string version, host, date;  // date: UTC, ISO 8601
  double spread_limit = 0.3;        // a row with more spread says little: it is marked
};

std::string figures_table(const std::vector<Figure>& figures, double spread_limit);
std::string figures_json(const std::vector<Figure>& figures, const Circumstances& circumstances);
std::string host_text();

// Exit code; a mistake of the user is a std::invalid_argument with the sentence.
int bench_command(const std::vector<std::string>& names, const std::string& json_file, double spread_limit, const std::string& version);

// Keeps the compiler from removing the computation of value.
template <class T>
inline void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

struct Random {
  std::uint64_t state = 0x2545f4914f6cdd1dull;
  std::uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  }
};

}  // namespace tandem::bench

#endif
