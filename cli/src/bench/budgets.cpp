#include "budgets.hpp"

#include <ekiden/base/assert.hpp>

#include <algorithm>
#include <cmath>

#include "report.hpp"
#include "terminal/format.hpp"
#include "terminal/json_text.hpp"

namespace ekiden::cli {
namespace {

std::string number(const Budget& budget, double value) {
  return budget.digits == 0 ? grouped(std::llround(value)) : fixed(value, budget.digits);
}

bool meets(const Budget& budget, const std::optional<double>& limit) {
  return limit && (budget.higher_is_better ? budget.median() >= *limit : budget.median() <= *limit);
}

std::string optional_number(const std::optional<double>& number) { return number ? json_number(*number) : "null"; }

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
       .title = "worker CPU a message",
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
       .against = "the article: 204"},
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
  std::vector<std::vector<std::string>> rows{{left("figure", width), "measured", "least", "goal", "reached"}};
  std::string against;
  for (const Budget& budget : budgets) {
    const std::string measured = budget.values.empty() ? "-" : number(budget, budget.median()) + " " + budget.unit;
    rows.push_back({left(budget.title, width), measured, budget.least ? number(budget, *budget.least) : "-",
                    budget.goal ? number(budget, *budget.goal) : "-", budget.verdict()});
    if (!budget.against.empty()) {
      against += " " + left(budget.title, width) + "   " + budget.against + "\n";
    }
  }
  return table_text(rows) + "\nheld against, in the same units, on a machine of 2 cores:\n" + against;
}

std::string budgets_json(const std::vector<Budget>& budgets) {
  std::string out = "{\"budgets\":[";
  for (const Budget& budget : budgets) {
    out += out.ends_with('[') ? "{" : ",{";
    out += "\"figure\":" + json_string(budget.key) + ",\"title\":" + json_string(budget.title) +
           ",\"unit\":" + json_string(budget.unit) +
           ",\"median\":" + (budget.values.empty() ? "null" : json_number(budget.median())) +
           ",\"least\":" + optional_number(budget.least) + ",\"goal\":" + optional_number(budget.goal) +
           ",\"reached\":" + json_string(budget.verdict()) + ",\"values\":[";
    for (std::size_t i = 0; i < budget.values.size(); ++i) {
      out += (i == 0 ? "" : ",") + json_number(budget.values[i]);
    }
    out += "]}";
  }
  return out + "],\"machine\":" + machine_json() + "}\n";
}

}  // namespace ekiden::cli
