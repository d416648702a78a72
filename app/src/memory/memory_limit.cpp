#include <ekiden/app/memory_limit.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/quantity.hpp>
#include <ekiden/http/curl_transport.hpp>

#include <utility>

#include "cgroup_memory.hpp"

namespace ekiden::app {
namespace {

constexpr std::uint64_t kSmallestUnit = 1'000;  // Below it, the user has probably left out a unit.

std::optional<worker::MemoryLimit> limit_of(std::uint64_t bytes, std::string source) {
  return bytes > 0 && bytes < kUnlimitedBytes
             ? std::optional<worker::MemoryLimit>({.bytes = bytes, .source = std::move(source)})
             : std::nullopt;
}

std::optional<worker::MemoryLimit> asked_for(const Options& options) {
  return limit_of(options.get(option::kMemoryLimit), options.where(option::kMemoryLimit));
}

void take(MemoryFindings& findings, const aws::EcsFacts& facts, const char* source) {
  if (!facts.fault.empty()) {
    findings.faults.push_back(facts.fault);
  }
  findings.limit = smaller(std::move(findings.limit), limit_of(facts.memory_bytes.value_or(0), source));
}

Task<int> keep_findings(Task<MemoryFindings> finding, MemoryFindings& findings) {
  findings = co_await std::move(finding);
  co_return base::kExitDone;
}

}  // namespace

Task<MemoryFindings> find_memory_limit(http::Transport& transport, aws::Environment environment,
                                       std::optional<worker::MemoryLimit> asked, std::filesystem::path root) {
  MemoryFindings findings{.limit = std::move(asked), .faults = {}};
  if (std::optional<std::string> address = aws::non_empty(environment, aws::kEcsMetadataUri)) {
    aws::EcsMetadata metadata(transport, std::move(*address));
    const aws::EcsFacts container = co_await metadata.container();
    take(findings, container, "ECS container");
    findings.task = co_await metadata.task();
    take(findings, findings.task, "ECS task");
  }
  findings.limit = smaller(std::move(findings.limit), cgroup_memory_limit(root));
  co_return findings;
}

// Uses a transport of its own: the certificates that the process's transport will trust are not known yet.
MemoryFindings find_memory_limit(Process& process, const Options& options) {
  const aws::Environment environment = Process::environment();
  const std::filesystem::path root = "/";
  if (!aws::non_empty(environment, aws::kEcsMetadataUri)) {
    return {.limit = smaller(asked_for(options), cgroup_memory_limit(root)), .faults = {}};
  }
  const runtime::Env env = process.env();
  http::CurlTransport transport(env.executor, env.clock);
  MemoryFindings findings;
  process.run(keep_findings(find_memory_limit(transport, environment, asked_for(options), root), findings));
  return findings;
}

void require_memory(const std::optional<worker::MemoryLimit>& limit) {
  if (limit && limit->bytes < worker::kMemoryMin) {
    throw UsageError("the memory limit of " + base::format_size(limit->bytes) + " (" + limit->source +
                     ") is too small for a worker: set it to " + base::format_size(worker::kMemoryMin) +
                     " or more (about 36 MiB if messages can have 1 MiB)" +
                     (limit->bytes < kSmallestUnit ? "; a number without a unit is bytes" : ""));
  }
}

}  // namespace ekiden::app
