/// ExitStatus: the exit statuses of Ekiden's programs.
#pragma once

namespace ekiden::base {

enum ExitStatus : int {
  kExitDone = 0,
  kExitFailed = 1,
  kExitWrongUsage = 2,  ///< Wrong usage or configuration: a restart would fail the same way.
};

}  // namespace ekiden::base
