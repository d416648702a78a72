/// Budgets: the figures that have a limit, and the values measured for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ekiden::cli {

/// One row. Values are in `unit`.
struct Budget {
  std::string key;    ///< Its name in JSON.
  std::string title;  ///< Its name in the table.
  std::string unit;
  int digits = 0;  ///< After the decimal point, in the table.
  bool higher_is_better = false;
  std::optional<double> least{};  ///< A worse median misses the budget.
  std::optional<double> goal{};   ///< The value to reach.
  std::string against{};          ///< Other programs' values, measured on a machine with 2 cores.
  std::vector<double> values{};   ///< In the order of measuring.

  double median() const;
  /// For the JSON: "goal", "least", "missed", "below goal" (there is no least value), or "-" (nothing was measured).
  std::string verdict() const;
  /// For the table: "goal met", "limit met", "limit missed", "goal missed" (there is no limit), or "-".
  std::string result() const;
};

/// Every row, in the order of the table, without values.
std::vector<Budget> all_budgets();
Budget& find_budget(std::vector<Budget>& budgets, const std::string& key);

std::string budgets_table(const std::vector<Budget>& budgets);
/// One object: budgets, machine.
std::string budgets_json(const std::vector<Budget>& budgets);

}  // namespace ekiden::cli
