#include <ekiden/aws/platform/ecs_metadata.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <utility>

#include "answers.hpp"

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kPatience = 1s;

}  // namespace

EcsMetadata::EcsMetadata(runtime::Env env, http::Transport& transport, std::string address)
    : env_(env), transport_(transport), address_(std::move(address)) {
  while (address_.ends_with('/')) {
    address_.pop_back();
  }
}

Task<EcsFacts> EcsMetadata::container() { return ask(""); }

Task<EcsFacts> EcsMetadata::task() { return ask("/task"); }

Task<EcsFacts> EcsMetadata::ask(std::string path) {
  http::HttpRequest request;
  request.method = "GET";
  request.url = address_ + path;
  EcsFacts facts;
  try {
    if (!http::Url::parse(request.url)) {
      throw http::TransportError(http::TransportError::Kind::kProtocol,
                                 std::string(kEcsMetadataUri) + " is not an http:// or https:// URL");
    }
    Task<http::HttpResponse> sending = transport_.send(std::move(request));
    const std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline(env_.clock, kPatience, std::move(sending));
    if (!response) {
      facts.fault = "it did not answer within 1 s";
    } else if (response->status != 200) {
      facts.fault = "it answered with status " + std::to_string(response->status);
    } else {
      facts = read_metadata(response->body);
    }
  } catch (const http::TransportError& error) {
    facts.fault = error.what();
  }
  if (!facts.fault.empty()) {
    facts.fault = "ECS metadata of the " + std::string(path.empty() ? "container" : "task") + ": " + facts.fault;
  }
  co_return facts;
}

}  // namespace ekiden::aws
