#include "address_check.hpp"

#include <ekiden/runtime/deadline.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <optional>

namespace ekiden::cli {
namespace {

constexpr runtime::Duration kAnswerTimeout = std::chrono::seconds(1);
constexpr int kPortsTried = 50;

/// The first port above that nobody listens on; 0 if there is none near.
int free_port_above(const std::string& host, int port) {
  boost::asio::io_context loop;
  boost::system::error_code error;
  const boost::asio::ip::address address = boost::asio::ip::make_address(host, error);
  if (error) {
    return 0;
  }
  for (int candidate = port + 1; candidate <= port + kPortsTried && candidate <= 65535; ++candidate) {
    const boost::asio::ip::tcp::endpoint endpoint(address, static_cast<std::uint16_t>(candidate));
    boost::asio::ip::tcp::acceptor acceptor(loop);
    acceptor.open(endpoint.protocol(), error);
    acceptor.set_option(boost::asio::socket_base::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (!error) {
      return candidate;
    }
  }
  return 0;
}

std::string name_of(const http::HttpResponse& response) {
  if (response.body.starts_with("healthy: ")) {  // local/src/route.cpp
    return "another ekiden local server";
  }
  if (const auto server = response.headers.find("server"); server && !server->empty()) {
    return "an HTTP server that calls itself " + std::string(*server);
  }
  return "an HTTP server";
}

}  // namespace

Task<> require_free(runtime::Clock& clock, http::Transport& transport, std::string address, std::string flag) {
  const std::size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  const int port = std::stoi(address.substr(colon + 1));
  if (port == 0) {
    co_return;
  }
  http::HttpRequest request;
  request.method = "GET";
  request.url = "http://" + address + "/";
  std::string who;
  try {
    Task<http::HttpResponse> sending = transport.send(std::move(request));
    const std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline(clock, kAnswerTimeout, std::move(sending));
    who = response ? name_of(*response) : "something that accepts connections but does not answer";
  } catch (const http::TransportError& error) {
    if (error.kind() == http::TransportError::Kind::kConnect) {
      co_return;
    }
    who = "something that does not speak HTTP";
  }
  const int other = free_port_above(host, port);
  throw app::UsageError(address + " is taken: " + who + " answers there; stop it, or use " + flag + " " + host + ":" +
                        std::to_string(other));
}

}  // namespace ekiden::cli
