/// Container: how a worker's container is asked for, and what an engine tells of it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::cli {

struct ContainerSpec {
  std::string name;
  std::string image;
  std::uint64_t memory_bytes = 0;
  std::vector<std::string> options;      ///< For the engine, beside ours.
  std::vector<std::string> environment;  ///< NAME=value; the image has its own beside.
};

/// The words that create it, hardened as docs/image.md has it, with all the memory that it gets and no swap.
///
/// On the host's network, because the bench's server listens on 127.0.0.1: through a bridge the containers could reach
/// it only if it listened where others can, too.
std::vector<std::string> create_words(const ContainerSpec& spec);

/// What the tasks ran in.
struct ContainerFacts {
  std::string engine;
  std::string image;
  std::uint64_t memory_bytes = 0;  ///< What each may take.
};

struct ContainerState {
  pid_t pid = 0;  ///< Of its first process, on this machine; 0: it does not run.
  bool out_of_memory = false;
  int exit_code = 0;

  /// "was killed because it needed more memory than its 64 MiB", "ended with status 3".
  std::string words(std::uint64_t memory_bytes) const;
};

/// The words that ask for the states of containers.
std::vector<std::string> inspect_words(const std::vector<std::string>& names);
/// The state that a line of the answer tells; nothing if the line is something else: engines warn between them.
std::optional<ContainerState> parse_state(std::string_view line);

/// "64 MiB"; in bytes where it is no whole number of those.
std::string limit_text(std::uint64_t bytes);

}  // namespace ekiden::cli
