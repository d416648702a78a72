/// Detour: a transport that answers some requests itself.
#pragma once

#include <ekiden/http/transport.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ekiden::worker::test {

class Detour final : public http::Transport {
 public:
  /// Returns the answer to a request; empty: the service answers. Can throw http::TransportError.
  using Answer = std::function<std::optional<http::HttpResponse>(const http::HttpRequest&)>;

  /// The test can change `answer` while the worker runs. Empty: the service answers everything.
  Detour(http::Transport& next, std::shared_ptr<const Answer> answer) : next_(next), answer_(std::move(answer)) {}

  Task<http::HttpResponse> send(http::HttpRequest request) override {
    if (*answer_) {
      std::optional<http::HttpResponse> other = (*answer_)(request);
      if (other) {
        // No network answers before the caller waits.
        co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
        co_return std::move(*other);
      }
    }
    http::HttpResponse response = co_await next_.send(std::move(request));
    co_return response;
  }

 private:
  http::Transport& next_;
  std::shared_ptr<const Answer> answer_;
};

/// The request's target, such as "AmazonSQS.ReceiveMessage".
inline std::string_view target_of(const http::HttpRequest& request) {
  return request.headers.find("X-Amz-Target").value_or("");
}

inline http::HttpResponse response_of(int status, std::string body = {}) {
  http::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

/// An error in the form of SQS and DynamoDB.
inline http::HttpResponse error_of(std::string_view code, int status = 400) {
  return response_of(status, R"({"__type":"com.amazonaws#)" + std::string(code) + R"(","message":"a test says so"})");
}

}  // namespace ekiden::worker::test
