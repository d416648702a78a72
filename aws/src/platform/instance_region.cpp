#include <ekiden/aws/platform/ecs_metadata.hpp>
#include <ekiden/aws/platform/instance_region.hpp>

#include <utility>

#include "config/truth.hpp"
#include "credentials/crt/container_endpoint.hpp"

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

// As in AWS's tools. On a laptop nothing answers.
constexpr http::Patience kPatience{.connect = 1s, .first_byte = 1s, .silence = 1s};

// The body of an answer with status 200, or nothing.
Task<std::optional<std::string>> ask(http::Transport& transport, http::HttpRequest request) {
  try {
    http::HttpResponse response = co_await transport.send(std::move(request));
    if (response.status == 200) {
      co_return std::move(response.body);
    }
  } catch (const http::TransportError&) {  // Nothing listens there: this machine has no such service.
  }
  co_return std::nullopt;
}

http::HttpRequest make_request(std::string method, std::string url) {
  http::HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.patience = kPatience;
  return request;
}

Task<std::optional<std::string>> region_of_instance(http::Transport& transport, std::string base) {
  http::HttpRequest for_token = make_request("PUT", base + "/latest/api/token");
  for_token.headers.add("X-aws-ec2-metadata-token-ttl-seconds", "60");
  const std::optional<std::string> token = co_await ask(transport, std::move(for_token));
  if (!token) {
    co_return std::nullopt;
  }
  http::HttpRequest for_region = make_request("GET", base + "/latest/meta-data/placement/region");
  for_region.headers.add("X-aws-ec2-metadata-token", *token);
  co_return co_await ask(transport, std::move(for_region));
}

}  // namespace

Task<std::optional<std::string>> instance_region(http::Transport& transport, Environment environment) {
  if (std::optional<std::string> address = non_empty(environment, kEcsMetadataUri)) {
    EcsMetadata metadata(transport, std::move(*address));
    const EcsFacts facts = co_await metadata.task();
    if (!facts.task.region().empty()) {
      co_return std::string(facts.task.region());
    }
  }
  if (is_true(environment, "AWS_EC2_METADATA_DISABLED")) {
    co_return std::nullopt;
  }
  std::string base = crt::instance_metadata(environment).address();
  while (base.ends_with('/')) {
    base.pop_back();
  }
  co_return co_await region_of_instance(transport, std::move(base));
}

}  // namespace ekiden::aws
