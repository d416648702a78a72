#include <ekiden/aws/platform/ecs_agent.hpp>
#include <ekiden/base/json/writer.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <optional>
#include <utility>

#include "answers.hpp"

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kPatience = 6s;

}  // namespace

EcsAgent::EcsAgent(runtime::Env env, http::Transport& transport, std::string address)
    : env_(env), transport_(transport), address_(std::move(address)) {
  while (address_.ends_with('/')) {
    address_.pop_back();
  }
}

// The names must be exact: the agent rejects a request with an unknown field.
Task<std::string> EcsAgent::protect(std::chrono::minutes time) {
  base::JsonWriter body;
  body.begin_object().field("ProtectionEnabled", true).field("ExpiresInMinutes", time.count()).end_object();
  return put(true, body.take());
}

Task<std::string> EcsAgent::release() {
  return put(false, base::JsonWriter().begin_object().field("ProtectionEnabled", false).end_object().take());
}

Task<std::string> EcsAgent::put(bool enabled, std::string body) {
  http::HttpRequest request;
  request.method = "PUT";
  request.url = address_ + "/task-protection/v1/state";
  request.headers.add("Content-Type", "application/json");
  request.body = std::move(body);
  std::string fault;
  try {
    if (!http::Url::parse(request.url)) {
      throw http::TransportError(http::TransportError::Kind::kProtocol,
                                 std::string(kEcsAgentUri) + " is not an http:// or https:// URL");
    }
    Task<http::HttpResponse> sending = transport_.send(std::move(request));
    const std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline(env_.clock, kPatience, std::move(sending));
    fault = response ? protection_fault(response->status, response->body, enabled) : "no answer within 6 s";
  } catch (const http::TransportError& error) {
    fault = error.what();
  }
  co_return fault.empty() ? fault : "the ECS agent: " + fault;
}

}  // namespace ekiden::aws
