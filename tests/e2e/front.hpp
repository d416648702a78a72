/// Front: a proxy between a program and the local server, on its own thread.
#pragma once

#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <forwarder.hpp>

#include <exception>
#include <string>
#include <thread>
#include <utility>

namespace ekiden::e2e {

/// `Kind` is a Forwarder of http/test/. It serves from construction to destruction.
template <typename Kind>
class Front {
 public:
  template <typename... Arguments>
  explicit Front(Arguments&&... arguments)
      : forwarder_(context_.get_executor(), std::forward<Arguments>(arguments)...), url_(forwarder_.origin()) {
    forwarder_.start();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Front() {
    boost::asio::post(context_, [this] {
      ending_.spawn(forwarder_.stop(), [](const std::exception_ptr&) {});  // Errors of connections do not matter here.
    });
    thread_.join();
  }
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  std::string url(const std::string& scheme = "http") const { return scheme + url_.substr(url_.find(':')); }
  /// Read only members that are safe to read from any thread.
  const Kind& forwarder() const { return forwarder_; }

 private:
  boost::asio::io_context context_{1};
  runtime::TaskGroup ending_{context_.get_executor()};
  Kind forwarder_;
  std::string url_;
  std::thread thread_;
};

}  // namespace ekiden::e2e
