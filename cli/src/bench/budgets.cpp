#include "budgets.hpp"

#include <ekiden/base/assert.hpp>
#include <ekiden/base/json/writer.hpp>

#include <algorithm>
#include <cmath>

#include "report.hpp"
#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

std::string number(const Budget& budget, double value) {
  return budget.digits == 0 ? grouped(std::llround(value)) : fixed(value, budget.digits);
}

bool meets(const Budget& budget, const std::optional<double>& limit) {
  return limit && (budget.higher_is_better ? budget.median() >= *limit : budget.median() <= *limit);
}

std::string decimal_or_null(const std::optional<double>& number) { return number ? json_decimal(*number) : "null"; }

}  // namespace

double Budget::median() const {
  if (values.empty()) {
    return 0;
  }
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  return sorted[sorted.size() / 2];
}

std::string Budget::verdict() const {
  if (values.empty()) {
    return "-";
  }
  if (meets(*this, goal)) {
    return "goal";
  }
  if (meets(*this, least)) {
    return "least";
  }
  return least ? "missed" : "below goal";
}

std::string Budget::result() const {
  const std::string reached = verdict();
  return reached == "goal"     ? "goal met"
         : reached == "least"  ? "limit met"
         : reached == "missed" ? "limit missed"
         : reached == "-"      ? "-"
                               : "goal missed";
}

std::vector<Budget> all_budgets() {
  return {
      {.key = "end_to_end",
       .title = "end to end, one task",
       .unit = "messages/s",
       .higher_is_better = true,
       .least = 30'000,
       .goal = 40'000,
       .against = "Go 8,100; Java 3,200-5,200; Pekko 3,100; Node 2,900; Python 2,400"},
      {.key = "end_to_end_durable",
       .title = "end to end, durable (--data)",
       .unit = "messages/s",
       .higher_is_better = true,
       .goal = 30'000},
      {.key = "worker_cpu",
       .title = "worker CPU per message",
       .unit = "us",
       .digits = 1,
       .least = 10,
       .goal = 8,
       .against = "Go 54; Java 76-111; Node 155"},
      {.key = "memory",
       .title = "resident memory, 1,000 in flight",
       .unit = "MB",
       .digits = 1,
       .least = 20,
       .goal = 16,
       .against = "Go 25-37; Python 54; Node 84; Java 117-124; Pekko 157"},
      {.key = "start",
       .title = "start to first message written",
       .unit = "ms",
       .digits = 1,
       .least = 30,
       .goal = 20,
       .against = "Go 47; Python 324; Node 340; Java 821-1,161; Pekko 1,519"},
      {.key = "idle_cpu", .title = "idle CPU", .unit = "%", .digits = 3, .least = 0.1, .goal = 0.1},
      {.key = "tokyo",
       .title = "--latency tokyo, one task",
       .unit = "messages/s",
       .higher_is_better = true,
       .least = 10'000,
       .goal = 10'000,
       .against = "the 2016 experiment: 204"},
      {.key = "tokyo_worker_cores",
       .title = "--latency tokyo, worker CPU at 10,000/s",
       .unit = "cores",
       .digits = 2,
       .goal = 0.1},
  };
}

Budget& find_budget(std::vector<Budget>& budgets, const std::string& key) {
  const auto found = std::find_if(budgets.begin(), budgets.end(), [&](const Budget& b) { return b.key == key; });
  EKIDEN_ASSERT(found != budgets.end());
  return *found;
}

std::string budgets_table(const std::vector<Budget>& budgets) {
  std::size_t width = 0;
  for (const Budget& budget : budgets) {
    width = std::max(width, columns_of(budget.title));
  }
  std::vector<std::vector<std::string>> rows{{left("figure", width), "measured", "limit", "goal", "result"}};
  std::string against;
  for (const Budget& budget : budgets) {
    const std::string measured = budget.values.empty() ? "-" : number(budget, budget.median()) + " " + budget.unit;
    rows.push_back({left(budget.title, width), measured, budget.least ? number(budget, *budget.least) : "-",
                    budget.goal ? number(budget, *budget.goal) : "-", budget.result()});
    if (!budget.against.empty()) {
      against += " " + left(budget.title, width) + "   " + budget.against + "\n";
    }
  }
  return table_text(rows) + "\ncompared with, in the same units, on a machine with 2 cores:\n" + against;
}

std::string budgets_json(const std::vector<Budget>& budgets) {
  base::JsonWriter json(4096);
  json.begin_object().key("budgets").begin_array();
  for (const Budget& budget : budgets) {
    json.begin_object().field("figure", budget.key).field("title", budget.title).field("unit", budget.unit);
    json.key("median").raw(budget.values.empty() ? "null" : json_decimal(budget.median()));
    json.key("least").raw(decimal_or_null(budget.least)).key("goal").raw(decimal_or_null(budget.goal));
    json.field("reached", budget.verdict()).key("values").begin_array();
    for (const double value : budget.values) {
      json.raw(json_decimal(value));
    }
    json.end_array().end_object();
  }
  json.end_array().key("machine").raw(machine_json()).end_object();
  return json.take() + "\n";
}

}  // namespace ekiden::cli
