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

// Goal: the words of the table are true for figures where more is better and for those where less is better.
TEST(BudgetsTest, SaysWhichLimitWasMet) {
  std::vector<Budget> budgets = all_budgets();
  const auto result = [&budgets](const std::string& key, double value) {
    find_budget(budgets, key).values = {value};
    return find_budget(budgets, key).result();
  };
  EXPECT_EQ(find_budget(budgets, "memory").result(), "-");
  EXPECT_EQ(result("memory", 16), "goal met");
  EXPECT_EQ(result("memory", 17), "limit met");
  EXPECT_EQ(result("memory", 21), "limit missed");
  EXPECT_EQ(result("end_to_end", 41'000), "goal met");
  EXPECT_EQ(result("end_to_end", 31'000), "limit met");
  EXPECT_EQ(result("tokyo_worker_cores", 2.2), "goal missed");
}

// Goal: the table and the JSON have every figure, with or without a measured value.
TEST(BudgetsTest, ShowsEveryRow) {
  std::vector<Budget> budgets = all_budgets();
  find_budget(budgets, "start").values = {21.5, 19.25};
  EXPECT_THAT(budgets_table(budgets), testing::ContainsRegex("figure +measured +limit +goal +result\n"));
  EXPECT_THAT(budgets_table(budgets), testing::ContainsRegex("written +21.5 ms +30.0 +20.0 +limit met\n"));
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
