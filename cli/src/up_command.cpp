#include "commands.hpp"

namespace ekiden::cli {

int run_up(app::Process&, const app::Invocation&) { throw std::runtime_error("up: not built"); }

}  // namespace ekiden::cli
