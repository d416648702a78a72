#include "fake_agent.hpp"

#include <ekiden/base/json/reader.hpp>

#include <algorithm>
#include <chrono>

namespace ekiden::worker::test {

using namespace std::chrono_literals;

namespace {

constexpr int kMinutesMax = 2'880;
constexpr int kMinutesDefault = 120;

std::string error(std::string_view code) {
  return R"({"requestID":"r-1","error":{"Arn":"arn:aws:ecs:eu-west-1:123456789012:task/news/0123","Code":")" +
         std::string(code) + R"(","Message":"from the agent"}})";
}

}  // namespace

void FakeAgent::listen() {
  process_.listen(kAuthority, [this](http::HttpRequest request) { return handle(std::move(request)); });
}

Task<http::HttpResponse> FakeAgent::handle(http::HttpRequest request) {
  ++calls_;
  const Answer given = instead ? *instead : answer(request);
  if (given.status == 0) {
    co_await process_.clock().sleep_for(24h);
  }
  http::HttpResponse response;
  response.status = given.status;
  response.body = given.body;
  co_return response;
}

FakeAgent::Answer FakeAgent::answer(const http::HttpRequest& request) {
  const auto refuse = [this] {
    ++refused_;
    return Answer{400, error("InvalidParameterException")};
  };
  base::JsonDocument document;
  if (request.method != "PUT" || !request.url.ends_with("/api/0123/task-protection/v1/state") ||
      request.headers.find("Content-Type") != "application/json" || document.parse(request.body) ||
      document.root().kind() != base::JsonKind::kObject) {
    return refuse();
  }
  std::optional<bool> enabled;
  std::int64_t minutes = kMinutesDefault;
  for (std::size_t i = 0; i < document.root().size(); ++i) {
    const auto [name, value] = document.root().member(i);
    if (name == "ProtectionEnabled" && value.boolean()) {
      enabled = value.boolean();
    } else if (name == "ExpiresInMinutes" && value.integer()) {
      minutes = *value.integer();
    } else {
      return refuse();
    }
  }
  if (!enabled || minutes < 1 || minutes > kMinutesMax) {
    return refuse();
  }
  if (!*enabled && !releases) {
    return {500, error("ServerException")};
  }
  expires_ = *enabled ? simulation_.now() + std::chrono::minutes(minutes) : simulation_.now();
  if (*enabled) {
    longest_minutes_ = std::max(longest_minutes_, static_cast<std::size_t>(minutes));
  }
  return {200, std::string(R"({"protection":{"ExpirationDate":)") +
                   (*enabled ? R"("2026-11-23T21:57:44.837Z")" : "null") + R"(,"ProtectionEnabled":)" +
                   (*enabled ? "true" : "false") + R"(,"TaskArn":"arn:aws:ecs:..."}})"};
}

}  // namespace ekiden::worker::test
