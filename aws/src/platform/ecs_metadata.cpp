#include <ekiden/aws/platform/ecs_metadata.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <utility>

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kPatience = 1s;
constexpr double kMebibyte = 0x1p20;
constexpr double kMebibytesMax = 0x1p43;  // The number of bytes must fit into 64 bits.

EcsFacts read(const std::string& body) {
  EcsFacts facts;
  base::JsonDocument document;
  if (document.parse(body) || document.root().kind() != base::JsonKind::kObject) {
    facts.fault = "its answer is not a JSON object";
    return facts;
  }
  facts.task = Arn(std::string(document.root().text("TaskARN")));
  facts.service = document.root().text("ServiceName");
  const std::optional<base::JsonReader> limits = document.root().find("Limits");
  const std::optional<base::JsonReader> memory = limits ? limits->find("Memory") : std::nullopt;
  if (!memory || memory->is_null()) {
    return facts;
  }
  const std::optional<double> mebibytes = memory->number();
  if (!mebibytes || *mebibytes < 0 || *mebibytes > kMebibytesMax) {
    facts.fault = "its Limits.Memory is not a valid number of MiB";
  } else if (*mebibytes > 0) {
    facts.memory_bytes = static_cast<std::uint64_t>(*mebibytes * kMebibyte);
  }
  return facts;
}

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
      facts = read(response->body);
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
