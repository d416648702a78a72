#include "container.hpp"

#include <sstream>

#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

constexpr const char* kStateMark = "ekiden-state";

}  // namespace

std::vector<std::string> create_words(const ContainerSpec& spec) {
  const std::string memory = std::to_string(spec.memory_bytes);
  std::vector<std::string> words{"create",     "--name",   spec.name,        "--pull",           "never", "--network",
                                 "host",       "--memory", memory,           "--memory-swap",    memory,  "--read-only",
                                 "--cap-drop", "ALL",      "--security-opt", "no-new-privileges"};
  words.insert(words.end(), spec.options.begin(), spec.options.end());
  for (const std::string& variable : spec.environment) {
    words.insert(words.end(), {"--env", variable});
  }
  words.push_back(spec.image);
  return words;
}

std::string ContainerState::words(std::uint64_t memory_bytes) const {
  constexpr int kKilled = 128 + 9;
  const std::string limit = "more memory than its " + limit_text(memory_bytes);
  if (out_of_memory) {
    return "was killed because it needed " + limit;
  }
  if (exit_code == kKilled) {
    // Podman 4.3 on cgroup v1 does not report that memory was the reason.
    return "was killed (status 137), probably because it needed " + limit;
  }
  return "ended with status " + std::to_string(exit_code);
}

std::vector<std::string> inspect_words(const std::vector<std::string>& names) {
  std::vector<std::string> words{"inspect", "--format",
                                 std::string(kStateMark) + " {{.State.Pid}} {{.State.OOMKilled}} {{.State.ExitCode}}"};
  words.insert(words.end(), names.begin(), names.end());
  return words;
}

std::optional<ContainerState> parse_state(std::string_view line) {
  std::istringstream fields{std::string(line)};
  std::string mark;
  ContainerState state;
  fields >> mark >> state.pid >> std::boolalpha >> state.out_of_memory >> state.exit_code;
  if (fields.fail() || mark != kStateMark) {
    return std::nullopt;
  }
  return state;
}

std::string limit_text(std::uint64_t bytes) {
  constexpr std::uint64_t kMiB = 1024 * 1024;
  return bytes % kMiB == 0 ? std::to_string(bytes / kMiB) + " MiB"
                           : grouped(static_cast<std::int64_t>(bytes)) + " bytes";
}

}  // namespace ekiden::cli
