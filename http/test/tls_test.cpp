#include <ekiden/http/curl_transport.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>

#include "peer.hpp"

namespace ekiden::http {
namespace {

namespace ssl = boost::asio::ssl;
using namespace std::chrono_literals;
using runtime::TaskGroup;
using test::Loopback;
using test::Peer;
using test::tcp;

template <auto free>
struct Free {
  template <typename Object>
  void operator()(Object* object) const {
    free(object);
  }
};

/// A certificate for 127.0.0.1 that vouches for itself, and its key, in PEM.
std::string make_certificate() {
  const std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Free<X509_free>> certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("ekiden test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  for (const auto& [kind, value] :
       {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
    X509_add_ext(certificate.get(), extension.get(), -1);
  }
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, Free<BIO_free>> text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(text.get(), certificate.get());
  PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

using Stream = ssl::stream<tcp::socket>;

/// Reads a request with its body of `size` bytes; false at the connection's end.
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
  TlsTest() : file(testing::TempDir() + "ekiden_tls_test." + std::to_string(::getpid()) + ".pem") {
    const std::string pem = make_certificate();
    std::ofstream(file) << pem;
    server.use_certificate_chain(boost::asio::buffer(pem));
    server.use_private_key(boost::asio::buffer(pem), ssl::context::pem);
  }
  ~TlsTest() override { ::unlink(file.c_str()); }

  /// Serves one connection until it ends: each request of `body_size` bytes is answered by as many.
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
        co_await test.loopback.clock.sleep_for(1ms);  // What TLS says by itself comes to an idle connection.
      }
    }
    co_await tasks.join();
  }

  Loopback loopback{[](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; }};
  Peer peer{loopback};
  ssl::context server{ssl::context::tls_server};
  std::string file;
  std::size_t body_size = 100;
  int answered = 0;
  std::optional<TransportError> error;
};

// Goal: requests travel over TLS on one connection, also such that are larger than its records and the sockets' room.
TEST_F(TlsTest, CarriesRequestsOverOneConnection) {
  for (const std::size_t size : {std::size_t{100}, std::size_t{3'000'000}}) {
    body_size = size;
    answered = 0;
    peer.connections = 0;
    CurlOptions options;
    options.ca_file = file;
    loopback.run(ask(*this, 5, options));
    EXPECT_EQ(answered, 5) << (error ? error->what() : "");
    EXPECT_EQ(peer.connections, 1);
  }
}

// Goal: a server that nobody vouches for gets no request, and the error says so.
TEST_F(TlsTest, RefusesWhomItCannotTrust) {
  loopback.run(ask(*this, 1, CurlOptions{}));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), TransportError::Kind::kTls);
  EXPECT_THAT(error->what(), testing::HasSubstr("cannot trust 127.0.0.1:"));
}

}  // namespace
}  // namespace ekiden::http
