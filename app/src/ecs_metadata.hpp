/// EcsMetadata: what ECS tells a container of itself and of its task.
#pragma once

#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace ekiden::app {

/// Version 4 of the task metadata endpoint, at the address that ECS puts into ECS_CONTAINER_METADATA_URI_V4.
///
/// Limits:  each question waits a second at most: the endpoint is on this machine.
/// Errors:  none: a peer that does not answer, or with nonsense, is told in Facts::fault.
/// Source:  ECS Developer Guide, "Task metadata endpoint version 4" and its "JSON response".
class EcsMetadata {
 public:
  struct Facts {
    std::optional<std::uint64_t> memory_bytes;  ///< Limits.Memory; nothing where it is absent or 0: no limit.
    std::string fault;                          ///< Why nothing is known, in one line; empty: it is.
  };

  /// `transport` must outlive it.
  EcsMetadata(runtime::Env env, http::Transport& transport, std::string address);

  /// Of this container. It must outlive the task, as for the next.
  Task<Facts> container();
  /// Of the task, which all of its containers share.
  Task<Facts> task();

 private:
  Task<Facts> ask(std::string path);

  runtime::Env env_;
  http::Transport& transport_;
  std::string address_;
};

}  // namespace ekiden::app
