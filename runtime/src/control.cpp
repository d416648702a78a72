#include <ekiden/runtime/control.hpp>

namespace ekiden::runtime {

Task<CommandResult> Control::carry_out(Command command) {
  co_return CommandResult{.accepted = false, .detail = "unknown command '" + command.name + "'"};
}

}  // namespace ekiden::runtime
