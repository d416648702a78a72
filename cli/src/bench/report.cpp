#include "report.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "terminal/format.hpp"
#include "terminal/json_text.hpp"

namespace ekiden::cli {

std::optional<double> article_rate(int tasks) {
  constexpr std::array<double, 4> kRates{204.1, 200.0, 263.2, 217.4};
  if (tasks < 1 || tasks > static_cast<int>(kRates.size())) {
    return std::nullopt;
  }
  return kRates[static_cast<std::size_t>(tasks - 1)];
}

std::vector<RunResult> medians(const std::vector<RunResult>& runs) {
  std::map<int, std::vector<RunResult>> by_tasks;
  for (const RunResult& run : runs) {
    by_tasks[run.tasks].push_back(run);
  }
  std::vector<RunResult> rows;
  for (auto& [tasks, same] : by_tasks) {
    std::sort(same.begin(), same.end(), [](const RunResult& a, const RunResult& b) { return a.seconds < b.seconds; });
    rows.push_back(same[same.size() / 2]);
  }
  return rows;
}

namespace {

/// What is not plain from the table: a container takes longer to start than such a run takes.
std::string caption(const Report& report) {
  if (!report.containers) {
    return "";
  }
  const ContainerFacts& facts = *report.containers;
  return "each task is a container of " + facts.image + " (" + facts.engine + ") with " +
         limit_text(facts.memory_bytes) + " of memory; the seconds begin with the start of the containers\n";
}

}  // namespace

std::string report_table(const Report& report) {
  std::vector<std::string> heading{
      "tasks", "seconds", "messages/s", "the article (2016)", "worker CPU/message", "memory/task",
      "lost",  "left",    "verified"};
  if (report.containers) {
    heading.insert(heading.begin() + 2, "first item");
  }
  std::vector<std::vector<std::string>> rows{std::move(heading)};
  for (const RunResult& run : medians(report.runs)) {
    const std::optional<double> article = article_rate(run.tasks);
    const double cpu = run.worker_cpu_seconds / static_cast<double>(std::max<std::int64_t>(report.messages, 1));
    std::vector<std::string> row{std::to_string(run.tasks),
                                 seconds_text(run.seconds),
                                 grouped(static_cast<std::int64_t>(run.per_second(report.messages))),
                                 article ? fixed(*article, 1) : "-",
                                 short_time(cpu),
                                 bytes_text(run.worker_max_rss_bytes),
                                 grouped(run.lost),
                                 grouped(run.queue_left + run.dead_letters),
                                 run.verified() ? "yes" : "NO"};
    if (report.containers) {
      row.insert(row.begin() + 2, seconds_text(run.first_item_seconds));
    }
    rows.push_back(std::move(row));
  }
  return caption(report) + table_text(rows);
}

std::string report_json(const Report& report) {
  std::string out = "{\"messages\":" + std::to_string(report.messages) + ",\"runs\":[";
  for (std::size_t i = 0; i < report.runs.size(); ++i) {
    const RunResult& run = report.runs[i];
    out += i == 0 ? "" : ",";
    out += "{\"tasks\":" + std::to_string(run.tasks);
    out += ",\"seconds\":" + json_number(run.seconds);
    out += ",\"first_item_seconds\":" + json_number(run.first_item_seconds);
    out += ",\"messages_per_second\":" + json_number(run.per_second(report.messages));
    out += ",\"worker_cpu_seconds\":" + json_number(run.worker_cpu_seconds);
    out += ",\"worker_max_rss_bytes\":" + std::to_string(run.worker_max_rss_bytes);
    out += ",\"table_items\":" + std::to_string(run.table_items);
    out += ",\"queue_left\":" + std::to_string(run.queue_left);
    out += ",\"dead_letters\":" + std::to_string(run.dead_letters);
    out += std::string(",\"verified\":") + (run.verified() ? "true" : "false") + "}";
  }
  out += "]";
  if (report.containers) {
    const ContainerFacts& facts = *report.containers;
    out += ",\"containers\":{\"engine\":" + json_string(facts.engine) + ",\"image\":" + json_string(facts.image) +
           ",\"memory_bytes\":" + std::to_string(facts.memory_bytes) + "}";
  }
  return out + ",\"machine\":" + machine_json() + "}\n";
}

}  // namespace ekiden::cli
