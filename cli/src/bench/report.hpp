/// The report of `ekiden bench`: a table, JSON, and a chart, each with the rates of the 2016 experiment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crew/container.hpp"

namespace ekiden::cli {

/// The result of one run: the messages that a number of workers drained.
struct RunResult {
  int tasks = 1;
  double seconds = 0;  ///< From the start of the workers (or of their containers) to the commit of the last delete.
  double first_item_seconds = 0;  ///< From the same moment to the commit of the first item.
  double worker_cpu_seconds = 0;
  std::int64_t worker_max_rss_bytes = 0;
  std::int64_t table_items = 0;
  std::int64_t queue_left = 0;
  std::int64_t dead_letters = 0;
  std::int64_t lost = 0;   ///< Items missing in the table.
  std::int64_t wrong = 0;  ///< Items with wrong content, or that were never sent.

  bool verified() const { return lost == 0 && wrong == 0 && queue_left == 0 && dead_letters == 0; }
  double per_second(std::int64_t messages) const { return seconds > 0 ? static_cast<double>(messages) / seconds : 0; }
};

struct Report {
  std::int64_t messages = 0;
  std::vector<RunResult> runs;
  std::optional<ContainerFacts> containers{};  ///< Empty: each task was a process.
};

/// Messages per second that the 2016 experiment measured with 1 to 4 tasks (10,000 messages, one m3.large).
std::optional<double> article_rate(int tasks);

/// One run for each number of tasks: the median by seconds.
std::vector<RunResult> medians(const std::vector<RunResult>& runs);

std::string report_table(const Report& report);
/// One object: messages, runs, machine.
std::string report_json(const Report& report);
/// A bar chart of messages per second by tasks, as a complete SVG document.
std::string report_svg(const Report& report);

/// Describes this machine and build. One object: cpu, cores, memory_bytes, kernel, compiler, build.
std::string machine_json();

}  // namespace ekiden::cli
