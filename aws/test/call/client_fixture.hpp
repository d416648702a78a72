// ClientTest: a client with scripted answers, and the events that it publishes.
#pragma once

#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/events.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scripted_transport.hpp"

namespace ekiden::aws {

inline constexpr std::string_view kThrottledAnswer =
    R"({"__type":"com.amazon.coral.availability#ThrottlingException"})";

class ClientTest : public ScriptedTest {
 protected:
  ClientTest() {
    subscription_ = loop_.events().subscribe([this](const runtime::Event& event) {
      retries_ += event.spec.name == events::kRetry.name ? 1 : 0;
      std::string line(event.spec.name);
      for (const char* field : {"service", "operation", "error_class", "queue", "table", "code"}) {
        const runtime::Value* const value = event.find(field);
        if (value != nullptr && !std::get<std::string_view>(*value).empty()) {
          line.append(" ").append(field).append("=").append(std::get<std::string_view>(*value));
        }
      }
      events_.push_back(std::move(line));
    });
  }

  static Target here() {
    Target target;
    target.region = "us-east-1";
    return target;
  }

  ServiceClient make(const Target& target) {
    return {loop_.env(), wire_, keys_, ServiceSpec{"sqs", "AmazonSQS.", kSqsRetries, true}, "http://127.0.0.1:4566",
            target};
  }

  static Call a_call(unsigned attempts = 0) {
    Call call;
    call.operation = "ReceiveMessage";
    call.resource = "http://127.0.0.1:4566/000000000000/news";
    call.body = "{}";
    call.options.attempts = attempts;
    return call;
  }

  Error::Facts failure(ServiceClient& client, Call call) {
    try {
      loop_.run(client.call(std::move(call)));
    } catch (const Error& error) {
      return error.facts();
    }
    return {};
  }
  Error::Facts failure(Call call) { return failure(client_, std::move(call)); }

  runtime::Duration gap(std::size_t i) const { return wire_.times().at(i + 1) - wire_.times().at(i); }

  std::shared_ptr<CredentialsProvider> keys_ =
      std::make_shared<StaticCredentials>(Credentials{"id", "secret", "", std::nullopt});
  ServiceClient client_{make(here())};
  runtime::Events::Subscription subscription_;
  std::vector<std::string> events_;
  int retries_ = 0;  // From kRetry events.
};

}  // namespace ekiden::aws
