#include <ekiden/aws/platform/ecs_agent.hpp>
#include <ekiden/base/json/writer.hpp>

#include <optional>
#include <utility>

#include "answers.hpp"

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

constexpr http::Patience kPatience{.connect = 6s, .first_byte = 6s, .silence = 6s};

}  // namespace

EcsAgent::EcsAgent(http::Transport& transport, std::string address)
    : transport_(transport), address_(std::move(address)) {
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
  request.patience = kPatience;
  std::string fault;
  try {
    if (!http::Url::parse(request.url)) {
      throw http::TransportError(http::TransportError::Kind::kProtocol,
                                 std::string(kEcsAgentUri) + " is not an http:// or https:// URL");
    }
    const http::HttpResponse response = co_await transport_.send(std::move(request));
    fault = protection_fault(response.status, response.body, enabled);
  } catch (const http::TransportError& error) {
    const bool is_silent = error.kind() == http::TransportError::Kind::kSilent;
    fault = is_silent ? "no answer within 6 s" : error.what();
  }
  co_return fault.empty() ? fault : "the ECS agent: " + fault;
}

}  // namespace ekiden::aws
