// SPDX-License-Identifier: Apache-2.0
// Choice of rows, statistics and forms of the benchmark; no timing is asserted.
#include <gtest/gtest.h>
#include <jansson.h>

#include <set>
#include <stdexcept>
#include <utility>

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

const Row* find_row(const std::string& name) {
  for (const Row& row : all_rows()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

class CountingLoop : public Loop {
 public:
  void run(std::uint64_t count) override {
    std::uint64_t value = 0;
    for (; count != 0; --count) keep(++value);
  }
};

}  // namespace

TEST(bench, every_anchor_leads_to_a_calibration_row) {
  const std::set<std::string> all = names_of(all_rows());
  EXPECT_EQ(all.size(), all_rows().size()) << "two rows have one name";
  for (const Row& row : all_rows()) {
    std::string anchor = row.anchor;
    for (std::size_t step = 0; !anchor.empty() && anchor.rfind("calib.", 0) != 0 && step < all.size(); ++step) {
      const Row* const next = find_row(anchor);
      ASSERT_NE(nullptr, next) << anchor;
      EXPECT_EQ("ns", next->unit) << anchor;
      anchor = next->anchor;
    }
    EXPECT_EQ(row.name.rfind("calib.", 0) == 0, anchor.empty()) << row.name;
    EXPECT_TRUE(anchor.empty() || all.count(anchor) == 1) << anchor;
  }
  for (const char* name : {"calib.hash_l1", "calib.indirect_call", "calib.walk4_dependent", "calib.interposer", "calib.dmi_64b", "model.core_hit_1",
                           "model.core_hit_512", "model.core_hit_4096", "model.core_miss_4g", "model.core_cold", "model.core_nested_miss", "calib.timed_wait",
                           "model.core_spread_1x1", "model.core_spread_8x1", "model.core_spread_64x1", "model.core_spread_1x16",
                           "model.core_spread_1x256", "model.core_miss_256m",
                           "driver.map_4k", "driver.unmap_4k", "driver.map_64x4k", "driver.unmap_64x4k", "driver.map_2m", "driver.unmap_2m",
                           "driver.iova_to_phys_hot", "driver.iova_to_phys_4g", "driver.attached_map_4k", "driver.attached_unmap_4k",
                           "driver.attached_gather_4k", "driver.attached_map_64x4k", "driver.attached_unmap_64x4k",
                           "driver.attached_gather_64x4k", "driver.attached_map_2m", "driver.attached_unmap_2m", "driver.attached_gather_2m",
                           "driver.unmap_4_masters", "driver.unmap_1000_masters", "driver.attach_pasid_1st", "driver.attach_pasid_2nd",
                           "driver.attach_pasid_1000th"}) {
    EXPECT_EQ(1u, all.count(name)) << name;
  }
}

// An implementation that is not built has no rows; one that is has all of them.
TEST(bench, rows_of_an_implementation_come_together) {
  const std::set<std::string> all = names_of(all_rows());
  for (const std::set<std::string>& together :
       {std::set<std::string>{"model.b_transport_hit", "model.b_transport_block_hit", "model.b_transport_bypass", "model.b_transport_quantum",
                              "model.nb_transport_hit", "model.dmi_64b"},
        std::set<std::string>{"rtl.clock_hz_idle", "rtl.clock_hz_hit", "rtl.clock_hz_miss", "rtl.clock_hz_in_flight", "rtl.bare_hz_idle", "rtl.bare_hz_hit",
                              "rtl.bare_hz_miss", "rtl.bare_hz_in_flight", "rtl.hits_per_second", "rtl.hits_in_flight", "rtl.tlb_hits_in_flight",
                              "rtl.bare_hits_in_flight"}}) {
    std::size_t found = 0;
    for (const std::string& name : together) found += all.count(name);
    EXPECT_TRUE(found == 0 || found == together.size()) << *together.begin();
  }
  for (const Row& row : all_rows()) EXPECT_EQ(row.name.rfind("rtl.", 0) == 0, row.unit != "ns") << row.name;
}

TEST(bench, a_rate_has_a_ratio_of_times) {
  class RateLoop : public Loop {
   public:
    void run(std::uint64_t count) override {
      for (std::uint64_t i = 0; i != count; ++i) keep(i);
      work_ += 10 * count;
    }
    std::uint64_t take_work() override { return std::exchange(work_, 0); }

   private:
    std::uint64_t work_ = 0;
  };
  const std::vector<Figure> figures = measure({{"calib.x", "ns", "", "", [] { return std::make_unique<CountingLoop>(); }},
                                               {"rtl.y", "Hz", "calib.x", "", [] { return std::make_unique<RateLoop>(); }}},
                                              5, [](unsigned) {});
  EXPECT_EQ("Hz", figures[1].unit);
  EXPECT_DOUBLE_EQ(1e9 / figures[1].median / figures[0].median, figures[1].ratio);
}

TEST(bench, a_name_is_a_row_or_a_group_and_brings_its_anchor) {
  EXPECT_EQ((std::set<std::string>{"calib.hash_l1", "model.core_hit_512"}), names_of(select_rows(all_rows(), {"model.core_hit_512"})));
  EXPECT_EQ((std::set<std::string>{"calib.walk4_dependent", "driver.unmap_4_masters", "driver.unmap_1000_masters"}),
            names_of(select_rows(all_rows(), {"driver.unmap_1000_masters"})));
  const auto group = names_of(select_rows(all_rows(), {"driver"}));
  EXPECT_EQ(1u, group.count("driver.map_4k"));
  EXPECT_EQ(1u, group.count("calib.walk4_dependent"));
  EXPECT_EQ(0u, group.count("calib.interposer"));
  EXPECT_EQ(all_rows().size(), select_rows(all_rows(), {}).size());
}

TEST(bench, an_unknown_name_lists_the_rows) {
  try {
    select_rows(all_rows(), {"modle"});
    FAIL();
  } catch (const std::invalid_argument& unknown) {
    EXPECT_EQ(0u, std::string(unknown.what()).find("tandem bench: there is no row or group 'modle'; groups are calib, model, "));
    EXPECT_NE(std::string::npos, std::string(unknown.what()).find("driver; rows are calib.hash_l1, "));
  }
}

TEST(bench, the_median_of_an_even_number_is_between_the_middle_two) {
  EXPECT_EQ(3, median_of({9, 1, 3}));
  EXPECT_EQ(2.5, median_of({1, 9, 3, 2}));
}

// (130 - 90) / 100 = 40 %; the other one's (120 - 90) / 100 is at the limit, which is allowed.
TEST(bench, a_row_with_too_much_spread_is_marked_in_table_and_json) {
  Figure wild, tame;
  wild.name = "model.wild", tame.name = "model.tame";
  wild.unit = tame.unit = "ns";
  wild.median = tame.median = 100, wild.min = tame.min = 90, wild.max = 130, tame.max = 120;
  const std::string table = figures_table({wild, tame}, 0.3);
  const std::size_t mark = table.find("NOT TRUSTWORTHY");
  ASSERT_NE(std::string::npos, mark);
  EXPECT_LT(table.find("model.wild"), mark);
  EXPECT_LT(mark, table.find("model.tame"));
  EXPECT_EQ(std::string::npos, table.find("NOT TRUSTWORTHY", mark + 1));
  json_t* root = json_loads(figures_json({wild, tame}, {"1", "host", "", 0.3}).c_str(), 0, nullptr);
  ASSERT_NE(nullptr, root);
  const json_t* results = json_object_get(root, "results");
  EXPECT_TRUE(json_is_false(json_object_get(json_array_get(results, 0), "trustworthy")));
  EXPECT_TRUE(json_is_true(json_object_get(json_array_get(results, 1), "trustworthy")));
  EXPECT_DOUBLE_EQ(0.4, json_real_value(json_object_get(json_array_get(results, 0), "spread")));
  EXPECT_DOUBLE_EQ(0.3, json_real_value(json_object_get(root, "spread_limit")));
  json_decref(root);
}

TEST(bench, every_row_of_the_model_and_the_driver_runs) {
  for (const auto& loop : set_up(all_rows())) {
    loop->prepare();
    loop->run(16);
  }
}

TEST(bench, figures_have_ratio_and_form) {
  const std::vector<Row> rows = {{"calib.x", "ns", "", "", [] { return std::make_unique<CountingLoop>(); }},
                                 {"model.y", "ns", "calib.x", "", [] { return std::make_unique<CountingLoop>(); }}};
  unsigned runs_seen = 0;
  const std::vector<Figure> figures = measure(rows, 5, [&](unsigned) { ++runs_seen; });
  EXPECT_EQ(5u, runs_seen);
  ASSERT_EQ(2u, figures.size());
  EXPECT_DOUBLE_EQ(figures[1].median / figures[0].median, figures[1].ratio);
  EXPECT_LE(figures[1].min, figures[1].median);
  json_t* root = json_loads(figures_json(figures, {"1", "host", "2026-01-02T03:04:05Z", 0.3}).c_str(), 0, nullptr);
  ASSERT_NE(nullptr, root);
  const json_t* row = json_array_get(json_object_get(root, "results"), 1);
  EXPECT_STREQ("calib.x", json_string_value(json_object_get(row, "anchor")));
  EXPECT_EQ(11u, json_object_size(row));
  EXPECT_EQ(5, json_integer_value(json_object_get(row, "runs")));
  json_decref(root);
}
