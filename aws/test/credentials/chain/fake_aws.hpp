// FakeAws: the sources of credentials, over real sockets on loopback: the metadata endpoints of ECS and EC2 over plain
// HTTP; STS, IAM Identity Center and sign-in behind a proxy (CONNECT), with a certificate for each host.
#pragma once

#include <ekiden/runtime/task.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "certificates.hpp"

namespace ekiden::aws::test {

class FakeAws {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  struct Reply {
    unsigned status = 200;
    std::string body;
  };
  /// An empty result: no answer, ever. Called on the fake's own thread.
  using Service = std::function<std::optional<Reply>(const Request&)>;

  FakeAws();
  ~FakeAws();
  FakeAws(const FakeAws&) = delete;
  FakeAws& operator=(const FakeAws&) = delete;

  /// "http://127.0.0.1:PORT" of the plain endpoints, and of the proxy.
  std::string url() const;
  /// The authority that clients must trust.
  const std::string& ca_file() const { return ca_.path(); }

  void serve(Service service);

  /// "GET host /path" of each request so far.
  std::vector<std::string> seen() const;
  /// The last request whose line contains `text`.
  Request last(const std::string& text) const;

 private:
  runtime::Task<> accept();
  runtime::Task<> answer(boost::asio::ip::tcp::socket socket);
  template <typename Stream>
  runtime::Task<> converse(Stream& stream, std::optional<Request> first);
  std::optional<Reply> ask(const Request& request);

  http::test::Authority authority_;
  http::test::TextFile ca_{authority_.pem()};
  boost::asio::io_context loop_{1};
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_;
  runtime::TaskGroup connections_{loop_.get_executor()};

  mutable std::mutex mutex_;
  Service service_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace ekiden::aws::test
