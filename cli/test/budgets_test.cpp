#include "bench/budgets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

using testing::HasSubstr;

// Goal: the verdict compares the median with the limits, for figures where more is better and where less is better.
TEST(BudgetsTest, JudgesTheMedian) {
  std::vector<Budget> budgets = all_budgets();
  Budget& rate = find_budget(budgets, "end_to_end");
  EXPECT_EQ(rate.verdict(), "-");
  rate.values = {90'000, 31'000, 1};
  EXPECT_EQ(rate.median(), 31'000);
  EXPECT_EQ(rate.verdict(), "least");
  rate.values = {29'999};
  EXPECT_EQ(rate.verdict(), "missed");

  Budget& memory = find_budget(budgets, "memory");
  memory.values = {16};
  EXPECT_EQ(memory.verdict(), "goal");
  memory.values = {20.1};
  EXPECT_EQ(memory.verdict(), "missed");
}

// Goal: the table and the JSON have every figure, with or without a measured value.
TEST(BudgetsTest, ShowsEveryRow) {
  std::vector<Budget> budgets = all_budgets();
  find_budget(budgets, "start").values = {21.5, 19.25};
  for (const Budget& budget : budgets) {
    EXPECT_THAT(budgets_table(budgets), HasSubstr(budget.title));
    EXPECT_THAT(budgets_json(budgets), HasSubstr("\"figure\":\"" + budget.key + "\""));
  }
  EXPECT_THAT(budgets_json(budgets), HasSubstr(R"("unit":"ms","median":21.5,"least":30,"goal":20,)"
                                               R"("reached":"least","values":[21.5,19.25]})"));
  EXPECT_THAT(budgets_json(budgets), HasSubstr(R"("median":null)"));
}

}  // namespace
}  // namespace ekiden::cli
