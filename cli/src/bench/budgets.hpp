/// Budgets: the figures that we hold ourselves to, and what was measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ekiden::cli {

/// One row. Values are in `unit`.
struct Budget {
  std::string key;    ///< In JSON.
  std::string title;  ///< For people.
  std::string unit;
  int digits = 0;  ///< Behind the point, for people.
  bool higher_is_better = false;
  std::optional<double> least{};  ///< Below it (or above, where less is better) is a failure.
  std::optional<double> goal{};   ///< What we are after.
  std::string against{};          ///< What it is compared with, measured on such a machine.
  std::vector<double> values{};   ///< As measured, in the order of measuring.

  double median() const;
  /// "goal", "least", "missed", "below goal" (where there is no least), or "-" where nothing was measured.
  std::string verdict() const;
};

/// Every row, in the order of the table, nothing measured yet.
std::vector<Budget> all_budgets();
Budget& find_budget(std::vector<Budget>& budgets, const std::string& key);

std::string budgets_table(const std::vector<Budget>& budgets);
/// One object: budgets, machine.
std::string budgets_json(const std::vector<Budget>& budgets);

}  // namespace ekiden::cli
