/// ExitStatus: how a program of ours ends.
#pragma once

namespace ekiden::base {

enum ExitStatus : int {
  kExitDone = 0,
  kExitFailed = 1,
  kExitWrongUsage = 2,  ///< Usage or configuration: another start would fail the same way.
};

}  // namespace ekiden::base
