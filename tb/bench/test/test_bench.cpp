// SPDX-License-Identifier: Apache-2.0
// Choice of rows, statistics and forms of the benchmark; no timing is asserted.
#include <gtest/gtest.h>
#include <jansson.h>

#include <set>
#include <stdexcept>

#include "bench/bench.h"

// The SystemC library wants one; nothing here calls it.
extern "C" int sc_main(int, char**) { return 0; }

using namespace tandem::bench;

namespace {

std::set<std::string> names_of(const std::vector<Row>& rows) {
  std::set<std::string> names;
  for (const Row& row : rows) names.insert(row.name);
  return names;
}

class CountingLoop : public Loop {
 public:
  void run(std::uint64_t count) override {
    std::uint64_t value = 0;
    for (; count != 0; --count) keep(++value);
  }
};

}  // namespace

TEST(bench, every_anchor_is_a_calibration_row) {
  const std::set<std::string> all = names_of(all_rows());
  EXPECT_EQ(all.size(), all_rows().size()) << "two rows have one name";
  for (const Row& row : all_rows()) {
    if (row.anchor.empty()) continue;
    EXPECT_EQ(0u, row.anchor.find("calib."));
    EXPECT_EQ(1u, all.count(row.anchor)) << row.anchor;
  }
  for (const char* name : {"calib.hash_l1", "calib.indirect_call", "calib.walk4_dependent", "calib.interposer", "model.core_hit_1",
                           "model.core_hit_512", "model.core_hit_4096"}) {
    EXPECT_EQ(1u, all.count(name)) << name;
  }
}

TEST(bench, a_name_is_a_row_or_a_group_and_brings_its_anchor) {
  EXPECT_EQ((std::set<std::string>{"calib.hash_l1", "model.core_hit_512"}), names_of(select_rows(all_rows(), {"model.core_hit_512"})));
  const auto group = names_of(select_rows(all_rows(), {"model"}));
  EXPECT_EQ(1u, group.count("model.core_hit_1"));
  EXPECT_EQ(0u, group.count("calib.interposer"));
  EXPECT_EQ(all_rows().size(), select_rows(all_rows(), {}).size());
}

TEST(bench, an_unknown_name_lists_the_rows) {
  try {
    select_rows(all_rows(), {"modle"});
    FAIL();
  } catch (const std::invalid_argument& unknown) {
    EXPECT_EQ(0u, std::string(unknown.what()).find("tandem bench: there is no row or group 'modle'; rows are calib.hash_l1, "));
  }
}

TEST(bench, the_median_of_an_even_number_is_between_the_middle_two) {
  EXPECT_EQ(3, median_of({9, 1, 3}));
  EXPECT_EQ(2.5, median_of({1, 9, 3, 2}));
}

TEST(bench, every_row_of_the_model_and_the_driver_runs) {
  for (const Row& row : all_rows()) {
    const auto loop = row.make();
    loop->prepare();
    loop->run(16);
  }
}

TEST(bench, figures_have_ratio_and_form) {
  const std::vector<Row> rows = {{"calib.x", "", "", [] { return std::make_unique<CountingLoop>(); }},
                                 {"model.y", "calib.x", "", [] { return std::make_unique<CountingLoop>(); }}};
  unsigned runs_seen = 0;
  const std::vector<Figure> figures = measure(rows, 5, [&](unsigned) { ++runs_seen; });
  EXPECT_EQ(5u, runs_seen);
  ASSERT_EQ(2u, figures.size());
  EXPECT_DOUBLE_EQ(figures[1].median / figures[0].median, figures[1].ratio);
  EXPECT_LE(figures[1].min, figures[1].median);
  json_t* root = json_loads(figures_json(figures, "1", "host").c_str(), 0, nullptr);
  ASSERT_NE(nullptr, root);
  const json_t* row = json_array_get(json_object_get(root, "results"), 1);
  EXPECT_STREQ("calib.x", json_string_value(json_object_get(row, "anchor")));
  EXPECT_EQ(8u, json_object_size(row));
  EXPECT_EQ(5, json_integer_value(json_object_get(row, "runs")));
  json_decref(root);
}
