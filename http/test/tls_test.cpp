#include <ekiden/http/curl_transport.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "certificates.hpp"
#include "peer.hpp"

namespace ekiden::http {
namespace {

namespace ssl = boost::asio::ssl;
using namespace std::chrono_literals;
using runtime::TaskGroup;
using test::Loopback;
using test::Peer;
using test::tcp;

using Stream = ssl::stream<tcp::socket>;

/// Reads a request with a body of `size` bytes. Returns false at the connection's end.
Task<bool> read_request(Stream& stream, std::size_t size) {
  std::string text;
  std::string bytes(1 << 16, ' ');
  while (text.find("\r\n\r\n") == std::string::npos || text.size() < text.find("\r\n\r\n") + 4 + size) {
    boost::system::error_code error;
    const std::size_t count = co_await stream.async_read_some(
        boost::asio::buffer(bytes), boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) {
      co_return false;
    }
    text.append(bytes, 0, count);
  }
  co_return true;
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() { test::show_certificate(server, authority.issue({})); }

  /// Serves one connection until it ends. Answers each request of `body_size` bytes with a body of the same size.
  static Task<> serve(TlsTest& test) {
    Stream stream(co_await test.peer.accept(), test.server);
    boost::system::error_code error;
    co_await stream.async_handshake(ssl::stream_base::server,
                                    boost::asio::redirect_error(boost::asio::use_awaitable, error));
    while (!error && co_await read_request(stream, test.body_size)) {
      const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(test.body_size) + "\r\n\r\n" +
                                 std::string(test.body_size, 'y');
      co_await boost::asio::async_write(stream, boost::asio::buffer(answer),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    }
  }
  static Task<> ask(TlsTest& test, int times, CurlOptions options) {
    TaskGroup tasks(test.loopback.context.get_executor());
    tasks.spawn(serve(test));
    {
      CurlTransport transport(test.loopback.context.get_executor(), test.loopback.clock, options);
      for (int i = 0; i < times; ++i) {
        HttpRequest request{"POST", test.peer.origin("https"), {}, std::string(test.body_size, 'x')};
        try {
          const HttpResponse response = co_await transport.send(std::move(request));
          test.answered += response.body == std::string(test.body_size, 'y');
        } catch (const TransportError& error) {
          test.error = error;
        }
        co_await test.loopback.clock.sleep_for(1ms);  // TLS sends messages of its own on the idle connection.
      }
    }
    co_await tasks.join();
  }

  Loopback loopback{[](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; }};
  Peer peer{loopback};
  test::Authority authority;
  test::TextFile trusted{authority.pem()};
  ssl::context server{ssl::context::tls_server};
  std::size_t body_size = 100;
  int answered = 0;
  std::optional<TransportError> error;
};

// Goal: several requests work over one TLS connection, also if they are larger than TLS records and socket buffers.
TEST_F(TlsTest, CarriesRequestsOverOneConnection) {
  for (const std::size_t size : {std::size_t{100}, std::size_t{3'000'000}}) {
    body_size = size;
    answered = 0;
    peer.connections = 0;
    CurlOptions options;
    options.ca_file = trusted.path();
    loopback.run(ask(*this, 5, options));
    EXPECT_EQ(answered, 5) << (error ? error->what() : "");
    EXPECT_EQ(peer.connections, 1);
  }
}

// Goal: a server with an untrusted certificate gets no request; the error says why and what to do.
TEST_F(TlsTest, RefusesWhomItCannotTrust) {
  const std::string peer_name = peer.origin("https").substr(8);
  const std::string unknown =
      " (unable to get local issuer certificate); if a proxy or the server has its own authority, set AWS_CA_BUNDLE "
      "to "
      "a PEM file of it";
  const test::TextFile other{test::Authority().pem()};
  const struct {
    test::CertificateSpec certificate;
    std::string ca_file;
    std::string why;
  } cases[] = {
      {{.names = "IP:127.0.0.2,DNS:other.example"},
       trusted.path(),
       "its certificate is not for 127.0.0.1; check the host name, and which server answers there"},
      {{.valid_to = -60s}, trusted.path(), "its certificate has expired; renew it, or correct this machine's clock"},
      {{.valid_from = 60s}, trusted.path(), "its certificate is not valid yet; correct this machine's clock"},
      {{},
       other.path(),
       "its certificate is signed by an authority that " + other.path() + " does not contain" + unknown},
      {{}, "", "its certificate is signed by an authority that this machine does not trust" + unknown},
  };
  for (const auto& one : cases) {
    test::show_certificate(server, authority.issue(one.certificate));
    CurlOptions options;
    options.ca_file = one.ca_file;
    loopback.run(ask(*this, 1, options));
    ASSERT_TRUE(error) << one.why;
    EXPECT_EQ(error->kind(), TransportError::Kind::kTls) << one.why;
    EXPECT_EQ(error->what(), "cannot trust " + peer_name + ": " + one.why);
  }
  EXPECT_EQ(answered, 0);
}

// Goal: a self-signed certificate is reported as one of an unknown authority.
TEST_F(TlsTest, RefusesWhoVouchesForItself) {
  const test::Authority itself;
  test::show_certificate(server, itself.own());
  CurlOptions options;
  options.ca_file = trusted.path();
  loopback.run(ask(*this, 1, options));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), TransportError::Kind::kTls);
  EXPECT_THAT(error->what(), testing::HasSubstr(" does not contain (self-signed certificate)"));
}

// Goal: an error about the file of trusted certificates names the file, and no request is sent.
TEST_F(TlsTest, NamesAFileThatItCannotUse) {
  const test::TextFile garbage{"not a certificate\n"};
  const test::TextFile empty{""};
  const std::pair<std::string, std::string> cases[] = {
      {"/nonexistent/ca.pem", "cannot be read: No such file or directory"},
      {"/", "cannot be read: Is a directory"},
      {garbage.path(), "contains no certificate in PEM format"},
      {empty.path(), "contains no certificate in PEM format"}};
  for (const auto& [file, why] : cases) {
    CurlOptions options;
    options.ca_file = file;
    loopback.run(ask(*this, 1, options));
    ASSERT_TRUE(error) << file;
    EXPECT_EQ(error->kind(), TransportError::Kind::kTls) << file;
    EXPECT_EQ(error->what(), "cannot connect to " + peer.origin("https").substr(8) +
                                 ": the file of trusted certificates " + file + " " + why +
                                 "; correct or unset AWS_CA_BUNDLE or ca_bundle");
  }
}

Task<> ask_without_tls(Loopback& loopback, std::string& what) {
  CurlTransport transport(loopback.context.get_executor(), loopback.clock);
  HttpRequest request{"GET", "https" + loopback.server.url().substr(4), {}, ""};
  try {
    co_await transport.send(std::move(request));
  } catch (const TransportError& error) {
    what = error.kind() == TransportError::Kind::kConnect ? error.what() : "not kConnect";
  }
}

// Goal: https to a port that speaks plain HTTP (a common mistake) is not reported as an untrusted server.
TEST_F(TlsTest, TellsAServerWithoutTls) {
  std::string what;
  loopback.run(ask_without_tls(loopback, what));
  EXPECT_THAT(what, testing::HasSubstr(" over TLS: "));
  EXPECT_THAT(what, testing::EndsWith("; check that the server speaks TLS on this port, and the trusted certificates"));
}

}  // namespace
}  // namespace ekiden::http
