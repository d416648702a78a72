#include "report.hpp"

#include <ekiden/base/json/writer.hpp>

#include <algorithm>
#include <array>
#include <map>

#include "terminal/format.hpp"

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

/// A line above the table that explains figures of containers: most of the time of a short run is their start.
std::string caption(const Report& report) {
  if (!report.containers) {
    return "";
  }
  const ContainerFacts& facts = *report.containers;
  return "each task is a container of " + facts.image + " (" + facts.engine + ") with " +
         limit_text(facts.memory_bytes) + " of memory; seconds include the start of the containers\n";
}

}  // namespace

std::string report_table(const Report& report) {
  std::vector<std::string> heading{"tasks",       "seconds", "messages/s", "2016 experiment", "worker CPU/message",
                                   "memory/task", "lost",    "left",       "verified"};
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
  base::JsonWriter json(4096);
  json.begin_object().field("messages", report.messages).key("runs").begin_array();
  for (const RunResult& run : report.runs) {
    json.begin_object().field("tasks", std::int64_t{run.tasks});
    json.key("seconds").raw(json_decimal(run.seconds));
    json.key("first_item_seconds").raw(json_decimal(run.first_item_seconds));
    json.key("messages_per_second").raw(json_decimal(run.per_second(report.messages)));
    json.key("worker_cpu_seconds").raw(json_decimal(run.worker_cpu_seconds));
    json.field("worker_max_rss_bytes", run.worker_max_rss_bytes);
    json.field("table_items", run.table_items);
    json.field("queue_left", run.queue_left).field("dead_letters", run.dead_letters);
    json.field("verified", run.verified()).end_object();
  }
  json.end_array();
  if (report.containers) {
    const ContainerFacts& facts = *report.containers;
    json.key("containers").begin_object().field("engine", facts.engine).field("image", facts.image);
    json.key("memory_bytes").unsigned_integer(facts.memory_bytes).end_object();
  }
  json.key("machine").raw(machine_json()).end_object();
  return json.take() + "\n";
}

}  // namespace ekiden::cli
