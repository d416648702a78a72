/// Container: the arguments that create a worker's container, and the state that an engine reports.
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
  std::vector<std::string> options;      ///< More options for the engine.
  std::vector<std::string> environment;  ///< NAME=value, added to the image's own.
};

/// The arguments that create the container: hardened as docs/image.md describes, with a memory limit and no swap.
///
/// The container uses the host's network, because the server of bench listens on 127.0.0.1. To be reached through a
/// bridge, the server would have to listen on an address that others can reach, too.
std::vector<std::string> create_words(const ContainerSpec& spec);

/// The containers that tasks ran in.
struct ContainerFacts {
  std::string engine;
  std::string image;
  std::uint64_t memory_bytes = 0;  ///< The limit of each container.
};

struct ContainerState {
  pid_t pid = 0;  ///< Its first process, as this machine numbers it; 0: the container is not running.
  bool out_of_memory = false;
  int exit_code = 0;

  /// "was killed because it needed more memory than its 64 MiB", "ended with status 3".
  std::string words(std::uint64_t memory_bytes) const;
};

/// The arguments that ask for the states of containers.
std::vector<std::string> inspect_words(const std::vector<std::string>& names);
/// Parses a line of the answer. Returns nothing for any other line, such as a warning of the engine.
std::optional<ContainerState> parse_state(std::string_view line);

/// "64 MiB", or "64,000,000 bytes" if it is not a whole number of MiB.
std::string limit_text(std::uint64_t bytes);

}  // namespace ekiden::cli
