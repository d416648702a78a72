/// The defaults of `bench` and `bench budgets`.
#pragma once

#include <cstdint>

namespace ekiden::cli {

inline constexpr std::int64_t kBenchMessages = 10'000;  ///< As in the 2016 experiment.
inline constexpr std::int64_t kBenchRepeat = 1;
inline constexpr const char* kContainerTasks = "1,2,3,4,6";
/// So many that the time to start a worker does not change the rate noticeably.
inline constexpr std::int64_t kBudgetMessages = 200'000;
inline constexpr std::int64_t kBudgetRepeat = 5;

}  // namespace ekiden::cli
