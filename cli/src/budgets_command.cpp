#include "commands.hpp"

namespace ekiden::cli {

int run_budgets(app::Process&, const app::Invocation&) { throw std::runtime_error("bench budgets: not built"); }

}  // namespace ekiden::cli
