/// EcsMetadata: what ECS knows about this container and its task.
#pragma once

#include <ekiden/aws/environment.hpp>
#include <ekiden/aws/names.hpp>
#include <ekiden/http/transport.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// The variable in which ECS sets the endpoint's address.
inline constexpr const char* kEcsMetadataUri = "ECS_CONTAINER_METADATA_URI_V4";

/// The endpoint's answer. A member is empty if the answer does not contain it.
struct EcsFacts {
  Arn task;             ///< TaskARN; empty in a container's answer.
  std::string service;  ///< ServiceName; empty if no service started the task, and from old agents.
  std::optional<std::uint64_t> memory_bytes{};  ///< Limits.Memory; empty if there is no limit (absent or 0).
  std::string fault;                            ///< Why there is no answer, in one line; empty: there is one.

  /// The last part of the task's ARN: "0123abcd" in "arn:aws:ecs:eu-west-1:123456789012:task/news/0123abcd".
  std::string_view task_id() const {
    const std::string_view resource = task.resource();
    return task.is_arn() ? resource.substr(resource.rfind('/') + 1) : std::string_view();
  }
};

/// Calls version 4 of the task metadata endpoint, at the address in ECS_CONTAINER_METADATA_URI_V4.
///
/// Limits:  each call waits at most 1 s for a silent endpoint, because the endpoint is on this machine.
/// Errors:  never throws for a failed call; EcsFacts::fault says what failed.
/// Source:  ECS Developer Guide, "Task metadata endpoint version 4" and its "JSON response".
class EcsMetadata {
 public:
  /// `transport` must outlive this object, and this object must outlive its tasks.
  EcsMetadata(http::Transport& transport, std::string address);

  /// The facts of this container.
  Task<EcsFacts> container();
  /// The facts of the task, which all its containers share.
  Task<EcsFacts> task();

 private:
  Task<EcsFacts> ask(std::string path);

  http::Transport& transport_;
  std::string address_;
};

}  // namespace ekiden::aws
