#include "bench/report.hpp"

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

// Goal: the table shows the rates of the 2016 experiment beside ours, and its columns are aligned.
TEST(ReportTest, PrintsTheArticlesTable) {
  EXPECT_EQ(report_table({.messages = 10'000, .runs = {run_of(1, 0.32)}}),
            "tasks   seconds   messages/s   2016 experiment   worker CPU/message   memory/task   lost   left   "
            "verified\n"
            "    1      0.32       31,250             204.1               6.1 us         14 MB      0      0        "
            "yes\n");
}

// Goal: a run that lost an item is not shown as verified.
TEST(ReportTest, ShoutsWhenSomethingIsMissing) {
  RunResult run = run_of(2, 0.5);
  run.lost = 3;
  EXPECT_FALSE(run.verified());
  EXPECT_THAT(report_table({.messages = 10'000, .runs = {run}}), HasSubstr("NO\n"));
}

// Goal: the JSON has every run, with the documented names and plain decimals.
TEST(ReportTest, WritesJson) {
  const std::string json = report_json({.messages = 10'000, .runs = {run_of(1, 0.32), run_of(1, 0.5)}});
  EXPECT_THAT(
      json,
      StartsWith(
          R"({"messages":10000,"runs":[{"tasks":1,"seconds":0.32,"first_item_seconds":0,)"
          R"("messages_per_second":31250,"worker_cpu_seconds":0.061,"worker_max_rss_bytes":14000000,"table_items":10000,)"
          R"("queue_left":0,"dead_letters":0,"verified":true},{"tasks":1,"seconds":0.5,)"));
  EXPECT_THAT(json, HasSubstr(R"("machine":{"cpu":")"));
}

// Goal: for containers, the report shows the image, the engine, the memory limit, and the time to the first item.
TEST(ReportTest, SaysWhatContainersItMeasured) {
  RunResult run = run_of(6, 2);
  run.first_item_seconds = 0.5;
  const Report report{
      .messages = 10'000,
      .runs = {run},
      .containers = ContainerFacts{.engine = "podman", .image = "news-worker:1", .memory_bytes = 67'108'864}};
  EXPECT_THAT(report_table(report),
              StartsWith("each task is a container of news-worker:1 (podman) with 64 MiB of memory; seconds include "
                         "the start of the containers\ntasks   seconds   first item   messages/s"));
  EXPECT_THAT(report_table(report), HasSubstr("\n    6      2.00         0.50        5,000 "));
  EXPECT_THAT(
      report_json(report),
      HasSubstr(R"("containers":{"engine":"podman","image":"news-worker:1","memory_bytes":67108864},"machine")"));
  EXPECT_THAT(report_svg(report), HasSubstr("on this machine, a container of 64 MiB each"));
}

// Goal: repeated runs become one row, their median.
TEST(ReportTest, TakesTheMedianOfRepeats) {
  const std::vector<RunResult> rows = medians({run_of(1, 3), run_of(1, 1), run_of(1, 2), run_of(2, 9)});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].seconds, 2);
  EXPECT_EQ(rows[1].tasks, 2);
}

// Goal: the chart is a complete SVG document that labels its columns.
TEST(ReportTest, DrawsAChart) {
  const std::string svg = report_svg({.messages = 10'000, .runs = {run_of(1, 0.32), run_of(4, 0.25)}});
  EXPECT_THAT(svg, StartsWith("<svg xmlns="));
  EXPECT_THAT(svg, HasSubstr(">31,250</text>"));
  EXPECT_THAT(svg, HasSubstr(">4 tasks</text>"));
  EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
}

}  // namespace
}  // namespace ekiden::cli
