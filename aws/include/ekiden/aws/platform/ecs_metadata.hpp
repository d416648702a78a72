/// EcsMetadata: what ECS tells a container of itself and of its task.
#pragma once

#include <ekiden/aws/environment.hpp>
#include <ekiden/aws/names.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Where ECS puts the address of the endpoint.
inline constexpr const char* kEcsMetadataUri = "ECS_CONTAINER_METADATA_URI_V4";

/// What was answered; a member is empty where it was not told.
struct EcsFacts {
  Arn task;             ///< TaskARN; of a container's answer empty.
  std::string service;  ///< ServiceName; of a task that no service started, and of old agents, empty.
  std::optional<std::uint64_t> memory_bytes{};  ///< Limits.Memory; nothing where it is absent or 0: no limit.
  std::string fault;                            ///< Why nothing is known, in one line; empty: it is.

  /// The task's own part of its ARN: "arn:aws:ecs:eu-west-1:123456789012:task/news/0123abcd" is 0123abcd.
  std::string_view task_id() const {
    const std::string_view resource = task.resource();
    return task.is_arn() ? resource.substr(resource.rfind('/') + 1) : std::string_view();
  }
};

/// Version 4 of the task metadata endpoint, at the address that ECS puts into ECS_CONTAINER_METADATA_URI_V4.
///
/// Limits:  each question waits a second at most: the endpoint is on this machine.
/// Errors:  none: a peer that does not answer, or with nonsense, is told in EcsFacts::fault.
/// Source:  ECS Developer Guide, "Task metadata endpoint version 4" and its "JSON response".
class EcsMetadata {
 public:
  /// `transport` must outlive it.
  EcsMetadata(runtime::Env env, http::Transport& transport, std::string address);

  /// Of this container. It must outlive the task, as for the next.
  Task<EcsFacts> container();
  /// Of the task, which all of its containers share.
  Task<EcsFacts> task();

 private:
  Task<EcsFacts> ask(std::string path);

  runtime::Env env_;
  http::Transport& transport_;
  std::string address_;
};

}  // namespace ekiden::aws
