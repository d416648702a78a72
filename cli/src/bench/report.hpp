/// The report of an experiment: the article's table with ours beside it, JSON, a chart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crew/container.hpp"

namespace ekiden::cli {

/// One run: N messages drained by some number of worker processes.
struct RunResult {
  int tasks = 1;
  double seconds =
      0;  ///< From the start of the workers, their containers included, to the server's commit of the last delete.
  double first_item_seconds = 0;  ///< From the same start to the commit of the first item.
  double worker_cpu_seconds = 0;
  std::int64_t worker_max_rss_bytes = 0;
  std::int64_t table_items = 0;
  std::int64_t queue_left = 0;
  std::int64_t dead_letters = 0;
  std::int64_t lost = 0;   ///< Items that are not in the table.
  std::int64_t wrong = 0;  ///< Items that are, with other content, or that nobody sent.

  bool verified() const { return lost == 0 && wrong == 0 && queue_left == 0 && dead_letters == 0; }
  double per_second(std::int64_t messages) const { return seconds > 0 ? static_cast<double>(messages) / seconds : 0; }
};

struct Report {
  std::int64_t messages = 0;
  std::vector<RunResult> runs;
  std::optional<ContainerFacts> containers{};  ///< Nothing: each task was a process.
};

/// Messages a second that the article measured for 1 to 4 tasks (10,000 messages, one m3.large, 2016).
std::optional<double> article_rate(int tasks);

/// The runs with the same number of tasks as one row each: the one in the middle by seconds.
std::vector<RunResult> medians(const std::vector<RunResult>& runs);

std::string report_table(const Report& report);
/// One object: messages, runs, machine.
std::string report_json(const Report& report);
/// A bar chart of messages a second by tasks; stands alone in a browser or a README.
std::string report_svg(const Report& report);

/// What the figures were measured on, one object: cpu, cores, memory, kernel, compiler, build.
std::string machine_json();

}  // namespace ekiden::cli
