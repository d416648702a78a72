#include "report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

RunResult run_of(int tasks, double seconds) {
  RunResult run;
  run.tasks = tasks;
  run.seconds = seconds;
  run.worker_cpu_seconds = 0.061;
  run.worker_max_rss_bytes = 14'000'000;
  run.table_items = 10'000;
  return run;
}

// Goal: the table has the article's figures beside ours, aligned.
TEST(ReportTest, PrintsTheArticlesTable) {
  EXPECT_EQ(report_table({.messages = 10'000, .runs = {run_of(1, 0.32)}}),
            "tasks   seconds   messages/s   the article (2016)   worker CPU/message   memory/task   lost   left   "
            "verified\n"
            "    1      0.32       31,250                204.1               6.1 us         14 MB      0      0        "
            "yes\n");
}

// Goal: a run that lost something cannot look verified.
TEST(ReportTest, ShoutsWhenSomethingIsMissing) {
  RunResult run = run_of(2, 0.5);
  run.lost = 3;
  EXPECT_FALSE(run.verified());
  EXPECT_THAT(report_table({.messages = 10'000, .runs = {run}}), HasSubstr("NO\n"));
}

// Goal: scripts find every run under the promised names, with plain decimals.
TEST(ReportTest, WritesJson) {
  const std::string json = report_json({.messages = 10'000, .runs = {run_of(1, 0.32), run_of(1, 0.5)}});
  EXPECT_THAT(json, StartsWith(R"({"messages":10000,"runs":[{"tasks":1,"seconds":0.32,"messages_per_second":31250,)"
                               R"("worker_cpu_seconds":0.061,"worker_max_rss_bytes":14000000,"table_items":10000,)"
                               R"("queue_left":0,"dead_letters":0,"verified":true},{"tasks":1,"seconds":0.5,)"));
  EXPECT_THAT(json, HasSubstr(R"("machine":{"cpu":")"));
}

// Goal: repeated runs become one row, the middle one.
TEST(ReportTest, TakesTheMedianOfRepeats) {
  const std::vector<RunResult> rows = medians({run_of(1, 3), run_of(1, 1), run_of(1, 2), run_of(2, 9)});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].seconds, 2);
  EXPECT_EQ(rows[1].tasks, 2);
}

// Goal: the chart labels its columns and is well formed enough for a browser.
TEST(ReportTest, DrawsAChart) {
  const std::string svg = report_svg({.messages = 10'000, .runs = {run_of(1, 0.32), run_of(4, 0.25)}});
  EXPECT_THAT(svg, StartsWith("<svg xmlns="));
  EXPECT_THAT(svg, HasSubstr(">31,250</text>"));
  EXPECT_THAT(svg, HasSubstr(">4 tasks</text>"));
  EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
}

}  // namespace
}  // namespace ekiden::cli
