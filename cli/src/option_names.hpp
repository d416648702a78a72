/// The names and types of the options of `ekiden`'s commands. The command or group that has an option describes it.
#pragma once

#include <ekiden/app/option_name.hpp>
#include <ekiden/app/option_names.hpp>

namespace ekiden::cli::option {

using app::OptionName;
using app::OptionType;

// The same as a worker's.
using app::option::kAllowHost;
using app::option::kAllowOrigin;
using app::option::kOps;
using app::option::kQueue;
using app::option::kTable;
using app::option::kTableKey;

// up and local create several queues and tables. EKIDEN_QUEUE and EKIDEN_TABLE are theirs, too.
inline constexpr OptionName<OptionType::kList> kQueues{"queue"};
inline constexpr OptionName<OptionType::kList> kTables{"table"};

// Every command that runs a local server: local/server_options.hpp.
inline constexpr OptionName<OptionType::kString> kData{"data"};
inline constexpr OptionName<OptionType::kBool> kMemory{"memory"};
inline constexpr OptionName<OptionType::kString> kLatency{"latency"};
inline constexpr OptionName<OptionType::kString> kFaults{"faults"};
inline constexpr OptionName<OptionType::kInteger> kSeed{"seed"};

// local, up
inline constexpr OptionName<OptionType::kString> kListen{"listen"};
inline constexpr OptionName<OptionType::kBool> kVerifySignatures{"verify-signatures"};
inline constexpr OptionName<OptionType::kInteger> kTasks{"tasks"};
inline constexpr OptionName<OptionType::kString> kWorker{"worker"};

// send
inline constexpr OptionName<OptionType::kString> kFile{"file"};
inline constexpr OptionName<OptionType::kInteger> kFromLine{"from-line"};
inline constexpr OptionName<OptionType::kInteger> kNews{"news"};
inline constexpr OptionName<OptionType::kBool> kYes{"yes"};

// bench, bench budgets
inline constexpr OptionName<OptionType::kInteger> kMessages{"messages"};
inline constexpr OptionName<OptionType::kList> kTaskCounts{"tasks"};
inline constexpr OptionName<OptionType::kInteger> kRepeat{"repeat"};
inline constexpr OptionName<OptionType::kString> kJsonFile{"json"};
inline constexpr OptionName<OptionType::kString> kSvgFile{"svg"};
inline constexpr OptionName<OptionType::kDuration> kIdle{"idle"};
inline constexpr OptionName<OptionType::kInteger> kStarts{"starts"};

// bench, for workers in containers: crew/container_options.hpp.
inline constexpr OptionName<OptionType::kBool> kContainers{"containers"};
inline constexpr OptionName<OptionType::kString> kImage{"image"};
inline constexpr OptionName<OptionType::kSize> kContainerMemory{"container-memory"};
inline constexpr OptionName<OptionType::kString> kEngine{"engine"};
inline constexpr OptionName<OptionType::kString> kRunOptions{"run-options"};

}  // namespace ekiden::cli::option
