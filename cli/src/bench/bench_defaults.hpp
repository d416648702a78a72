/// What `bench` and `bench budgets` measure with, unless they are told otherwise.
#pragma once

#include <cstdint>

namespace ekiden::cli {

inline constexpr std::int64_t kBenchMessages = 10'000;  ///< The article's.
inline constexpr std::int64_t kBenchRepeat = 1;
inline constexpr const char* kContainerTasks = "1,2,3,4,6";
/// Enough that the start of a worker does not show in what it does a second.
inline constexpr std::int64_t kBudgetMessages = 200'000;
inline constexpr std::int64_t kBudgetRepeat = 5;

}  // namespace ekiden::cli
