/// The names of the options that every worker has. The program ekiden shares some of them. Their meaning, default and
/// limits are declared in app/src/run/worker_options.cpp.
#pragma once

#include <ekiden/app/option_name.hpp>

namespace ekiden::app::option {

// Queue and table.
inline constexpr OptionName<OptionType::kString> kQueue{"queue"};
inline constexpr OptionName<OptionType::kString> kTable{"table"};
inline constexpr OptionName<OptionType::kList> kTableKey{"table-key"};
inline constexpr OptionName<OptionType::kString> kDeadLetterQueue{"dead-letter-queue"};
inline constexpr OptionName<OptionType::kBool> kNoDeadLetterQueue{"no-dead-letter-queue"};

// Target.
inline constexpr OptionName<OptionType::kBool> kLocal{"local"};
inline constexpr OptionName<OptionType::kString> kEndpoint{"endpoint"};
inline constexpr OptionName<OptionType::kString> kRegion{"region"};

// Pipeline.
inline constexpr OptionName<OptionType::kInteger> kMaxInFlight{"max-in-flight"};
inline constexpr OptionName<OptionType::kDuration> kPollInterval{"poll-interval"};
inline constexpr OptionName<OptionType::kDuration> kWaitTime{"wait-time"};
inline constexpr OptionName<OptionType::kDuration> kVisibilityTimeout{"visibility-timeout"};
inline constexpr OptionName<OptionType::kDuration> kWriteLinger{"write-linger"};
inline constexpr OptionName<OptionType::kDuration> kDeleteLinger{"delete-linger"};
inline constexpr OptionName<OptionType::kDuration> kRetryInitial{"retry-initial"};
inline constexpr OptionName<OptionType::kDuration> kRetryMax{"retry-max"};

// Operations.
inline constexpr OptionName<OptionType::kDuration> kStopTimeout{"stop-timeout"};
inline constexpr OptionName<OptionType::kDuration> kStallTimeout{"stall-timeout"};
inline constexpr OptionName<OptionType::kChoice> kTaskProtection{"task-protection"};
inline constexpr OptionName<OptionType::kDuration> kTaskProtectionMax{"task-protection-max"};
inline constexpr OptionName<OptionType::kInteger> kMaxRestarts{"max-restarts"};
inline constexpr OptionName<OptionType::kDuration> kRestartWindow{"restart-window"};
inline constexpr OptionName<OptionType::kSize> kMemoryLimit{"memory-limit"};
inline constexpr OptionName<OptionType::kInteger> kOffloadThreads{"offload-threads"};
inline constexpr OptionName<OptionType::kString> kOps{"ops"};
inline constexpr OptionName<OptionType::kList> kAllowOrigin{"allow-origin"};
inline constexpr OptionName<OptionType::kList> kAllowHost{"allow-host"};
inline constexpr OptionName<OptionType::kChoice> kMetrics{"metrics"};
inline constexpr OptionName<OptionType::kString> kService{"service"};
inline constexpr OptionName<OptionType::kChoice> kLogLevel{"log-level"};
inline constexpr OptionName<OptionType::kChoice> kLogFormat{"log-format"};
inline constexpr OptionName<OptionType::kString> kConfig{"config"};
inline constexpr OptionName<OptionType::kInteger> kHealth{"health"};
inline constexpr OptionName<OptionType::kInteger> kReportFd{"report-fd"};

// The command doctor.
inline constexpr OptionName<OptionType::kBool> kDoctorJson{"json"};

}  // namespace ekiden::app::option
