#include <ekiden/aws/platform/ecs_metadata.hpp>

#include <utility>

#include "answers.hpp"

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

constexpr http::Patience kPatience{.connect = 1s, .first_byte = 1s, .silence = 1s};

}  // namespace

EcsMetadata::EcsMetadata(http::Transport& transport, std::string address)
    : transport_(transport), address_(std::move(address)) {
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
  request.patience = kPatience;
  EcsFacts facts;
  try {
    if (!http::Url::parse(request.url)) {
      throw http::TransportError(http::TransportError::Kind::kProtocol,
                                 std::string(kEcsMetadataUri) + " is not an http:// or https:// URL");
    }
    const http::HttpResponse response = co_await transport_.send(std::move(request));
    if (response.status != 200) {
      facts.fault = "it answered with status " + std::to_string(response.status);
    } else {
      facts = read_metadata(response.body);
    }
  } catch (const http::TransportError& error) {
    const bool is_silent = error.kind() == http::TransportError::Kind::kSilent;
    facts.fault = is_silent ? "it did not answer within 1 s" : error.what();
  }
  if (!facts.fault.empty()) {
    facts.fault = "ECS metadata of the " + std::string(path.empty() ? "container" : "task") + ": " + facts.fault;
  }
  co_return facts;
}

}  // namespace ekiden::aws
