/// FakeControl: a Control whose status the test sets. RealLoop: an event loop with an HTTP client.
#pragma once

#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/real_clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace ekiden::ops::test {

using namespace std::chrono_literals;

class FakeControl final : public runtime::Control {
 public:
  runtime::Status status() const override { return now; }
  runtime::Status now;
};

inline runtime::Status ready_status() {
  runtime::Status status;
  status.ready = true;
  status.root.name = "root";
  status.root.state = "running";
  runtime::ActorStatus writer;
  writer.name = "writer";
  writer.state = "running";
  writer.waiting_on = "its \"mailbox\"";
  writer.waiting_for = 1500ms;
  writer.restarts = 2;
  status.root.children.push_back(writer);
  status.figures.push_back({"ekiden_messages_in_flight", {{"queue", "news"}}, 7});
  return status;
}

/// A real event loop and clock, and an HTTP client.
class RealLoop {
 public:
  runtime::Env env() { return {context.get_executor(), clock, random, events, offload}; }

  /// Runs `task` while `server` runs, then calls `stop`, which must make `server` end.
  void run(Task<> server, Task<> task, std::function<void()> stop) {
    int running = 2;
    std::exception_ptr error;
    // Otherwise the loop would run until the kernel timer of the last alarm expires.
    auto ended = [this, &running, &error](std::exception_ptr thrown) {
      error = error ? error : thrown;
      if (--running == 0) {
        context.stop();
      }
    };
    boost::asio::co_spawn(context, std::move(server), ended);
    auto done = [ended, stop](std::exception_ptr thrown, bool in_time) {
      stop();
      ended(thrown || in_time ? thrown : std::make_exception_ptr(std::runtime_error("took too long")));
    };
    boost::asio::co_spawn(context, runtime::with_deadline(clock, 30s, std::move(task)), done);
    context.run();
    context.restart();
    if (error) {
      std::rethrow_exception(error);
    }
  }

  Task<http::HttpResponse> get(std::string url, std::string method = "GET") {
    http::HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    return transport.send(std::move(request));
  }

  boost::asio::io_context context{1};
  runtime::RealClock clock{context.get_executor()};
  runtime::Random random{1};
  runtime::Events events;
  runtime::ThreadOffload offload{1};
  http::CurlTransport transport{context.get_executor(), clock};
};

}  // namespace ekiden::ops::test
