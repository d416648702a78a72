// After a failure, nothing that is remembered about a host is trusted: neither its address nor its TLS sessions.
#include <ekiden/http/curl_transport.hpp>

#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <atomic>
#include <string>

#include "certificates.hpp"
#include "peer.hpp"

namespace {

constexpr const char* kMovingName = "moving.test";
std::atomic<const char*> moving_address{"127.0.0.1"};
std::atomic<int> lookups{0};

}  // namespace

// In place of the C library's: one name has the address that the test gives it.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node != nullptr && std::string(node) == kMovingName) {
    ++lookups;
    node = moving_address;
  }
  return real(node, service, hints, result);
}

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
namespace ssl = boost::asio::ssl;
using test::Loopback;
using test::tcp;

const std::string kLast = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

class SuspectHostTest : public testing::Test {
 protected:
  static Task<std::string> ask(CurlTransport& transport, HttpRequest request) {
    try {
      const HttpResponse response = co_await transport.send(std::move(request));
      co_return response.body;
    } catch (const TransportError& error) {
      co_return error.kind() == TransportError::Kind::kReset ? "reset" : error.what();
    }
  }

  Loopback loopback{[](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; }};
  test::Peer peer{loopback};
};

struct MovingHost : SuspectHostTest {
  static Task<> answer(tcp::acceptor& acceptor, bool well) {
    tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
    co_await test::read_head(socket);
    if (well) {
      co_await test::write_text(socket, kLast);
    }
  }
  static Task<> move(MovingHost& test) {
    tcp::acceptor old_one(test.loopback.context, {boost::asio::ip::make_address_v4("127.0.0.1"), 0});
    const std::uint16_t port = old_one.local_endpoint().port();
    tcp::acceptor new_one(test.loopback.context, {boost::asio::ip::make_address_v4("127.0.0.2"), port});
    const HttpRequest request{"GET", "http://" + std::string(kMovingName) + ":" + std::to_string(port), {}, ""};
    CurlTransport transport(test.loopback.context.get_executor(), test.loopback.clock);
    runtime::TaskGroup tasks(test.loopback.context.get_executor());
    for (const bool well : {true, true, false}) {
      tasks.spawn(answer(old_one, well));
      const std::string outcome = co_await ask(transport, request);
      EXPECT_EQ(outcome, well ? "ok" : "reset");
      co_await tasks.join();
    }
    EXPECT_EQ(lookups, 1);  // The address is remembered while all is well.
    moving_address = "127.0.0.2";
    tasks.spawn(answer(new_one, true));
    const std::string outcome = co_await ask(transport, request);
    EXPECT_EQ(outcome, "ok");
    EXPECT_EQ(lookups, 2);
    co_await tasks.join();
  }
};

// Goal: after a failure, the address of a host is looked up again. Method: the host moves to another address.
TEST_F(MovingHost, IsLookedUpAfterAFailure) { loopback.run(move(*this)); }

struct TlsSessions : SuspectHostTest {
  TlsSessions() { test::show_certificate(context, authority.issue({})); }

  static Task<> answer(TlsSessions& test, bool well, bool& resumed) {
    ssl::stream<tcp::socket> stream(co_await test.peer.accept(), test.context);
    co_await stream.async_handshake(ssl::stream_base::server, boost::asio::use_awaitable);
    resumed = SSL_session_reused(stream.native_handle()) == 1;
    std::string head;
    co_await boost::asio::async_read_until(stream, boost::asio::dynamic_buffer(head), "\r\n\r\n",
                                           boost::asio::use_awaitable);
    if (well) {
      co_await boost::asio::async_write(stream, boost::asio::buffer(kLast), boost::asio::use_awaitable);
      co_await test::read_to_end(stream.next_layer());
    }
  }
  static Task<> resume(TlsSessions& test) {
    const struct {
      bool well;
      bool resumed;
    } steps[] = {{true, false}, {true, true}, {false, true}, {true, false}, {true, true}};
    const test::TextFile trusted{test.authority.pem()};
    CurlOptions options;
    options.ca_file = trusted.path();
    CurlTransport transport(test.loopback.context.get_executor(), test.loopback.clock, options);
    for (const auto& step : steps) {
      runtime::TaskGroup tasks(test.loopback.context.get_executor());
      bool resumed = !step.resumed;
      tasks.spawn(answer(test, step.well, resumed));
      HttpRequest request{"GET", test.peer.origin("https"), {}, ""};
      const std::string outcome = co_await ask(transport, std::move(request));
      EXPECT_EQ(outcome, step.well ? "ok" : "reset");
      co_await tasks.join();
      EXPECT_EQ(resumed, step.resumed);
    }
  }

  test::Authority authority;
  ssl::context context{ssl::context::tls_server};
};

// Goal: TLS sessions are resumed, but not those from before a failure.
TEST_F(TlsSessions, AreForgottenAfterAFailure) { loopback.run(resume(*this)); }

}  // namespace
}  // namespace ekiden::http
