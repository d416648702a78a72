#include "fake_aws.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <stdexcept>
#include <utility>

namespace ekiden::aws::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

std::string line_of(const FakeAws::Request& request) {
  return std::string(request.method_string()) + " " + std::string(request[beast::http::field::host]) + " " +
         std::string(request.target());
}

auto quietly(boost::system::error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace

FakeAws::FakeAws() : acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  http::test::show_certificate(
      tls_, authority_.issue({.names = "DNS:sts.us-east-1.amazonaws.com,DNS:portal.sso.us-east-1.amazonaws.com,"
                                       "DNS:us-east-1.signin.aws.amazon.com"}));
  connections_.spawn(accept());
  thread_ = std::thread([this] { loop_.run(); });
}

FakeAws::~FakeAws() {
  asio::post(loop_, [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    connections_.cancel();
  });
  thread_.join();
}

std::string FakeAws::url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

void FakeAws::serve(Service service) {
  const std::lock_guard lock(mutex_);
  service_ = std::move(service);
}

std::vector<std::string> FakeAws::seen() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> lines;
  for (const Request& request : requests_) {
    lines.push_back(line_of(request));
  }
  return lines;
}

FakeAws::Request FakeAws::last(const std::string& text) const {
  const std::lock_guard lock(mutex_);
  for (auto each = requests_.rbegin(); each != requests_.rend(); ++each) {
    if (line_of(*each).find(text) != std::string::npos) {
      return *each;
    }
  }
  throw std::logic_error("no request has '" + text + "'");
}

std::optional<FakeAws::Reply> FakeAws::ask(const Request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  return service_ ? service_(request) : Reply{.status = 404, .body = ""};
}

runtime::Task<> FakeAws::accept() {
  for (;;) {
    boost::system::error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(quietly(error));
    if (error) {
      co_return;
    }
    connections_.spawn(answer(std::move(socket)));
  }
}

runtime::Task<> FakeAws::answer(tcp::socket socket) {
  beast::flat_buffer buffer;
  Request request;
  boost::system::error_code error;
  co_await beast::http::async_read(socket, buffer, request, quietly(error));
  if (error) {
    co_return;
  }
  if (request.method() != beast::http::verb::connect) {
    co_await converse(socket, std::move(request));
    co_return;
  }
  const std::string agreed = "HTTP/1.1 200 Connection established\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(agreed), quietly(error));
  asio::ssl::stream<tcp::socket> stream(std::move(socket), tls_);
  co_await stream.async_handshake(asio::ssl::stream_base::server, quietly(error));
  if (!error) {
    co_await converse(stream, std::nullopt);
  }
}

template <typename Stream>
runtime::Task<> FakeAws::converse(Stream& stream, std::optional<Request> first) {
  beast::flat_buffer buffer;
  for (;;) {
    Request request;
    boost::system::error_code error;
    if (first) {
      request = std::move(*std::exchange(first, std::nullopt));
    } else {
      co_await beast::http::async_read(stream, buffer, request, quietly(error));
    }
    if (error) {
      co_return;
    }
    const std::optional<Reply> reply = ask(request);
    if (!reply) {
      char byte = 0;
      co_await stream.async_read_some(asio::buffer(&byte, 1), quietly(error));  // Until the peer closes the connection.
      co_return;
    }
    beast::http::response<beast::http::string_body> response(static_cast<beast::http::status>(reply->status), 11);
    response.set(beast::http::field::content_type, "application/json");
    response.body() = reply->body;
    response.prepare_payload();
    co_await beast::http::async_write(stream, response, quietly(error));
    if (error) {
      co_return;
    }
  }
}

}  // namespace ekiden::aws::test
