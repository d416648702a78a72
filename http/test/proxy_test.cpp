// Which connections use a proxy. The proxy on loopback grants tunnels to hosts that do not exist.
#include "connection/proxy.hpp"

#include <ekiden/http/curl_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

#include "certificates.hpp"
#include "forwarder.hpp"
#include "loopback.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using test::Loopback;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Goal: requests to this machine or to a metadata service never use a proxy, however the host is written.
TEST(ProxyChoiceTest, KnowsWhatIsAlwaysDirect) {
  for (const char* host : {"localhost", "LocalHost", "sqs.localhost", "127.0.0.1", "127.8.9.10", "::1",
                           "::ffff:127.0.0.1", "169.254.169.254", "169.254.170.2", "169.254.170.23",
                           "::ffff:169.254.169.254", "fd00:ec2::254", "FD00:EC2:0:0::23", "fe80::1"}) {
    EXPECT_TRUE(is_always_direct(host)) << host;
  }
  for (const char* host :
       {"sqs.us-east-1.amazonaws.com", "10.0.0.1", "127.example.com", "notlocalhost", "localhost.example.com",
        "169.253.169.254", "169.255.0.1", "fd00:ec3::254", "2001:db8::1", "::ffff:10.0.0.1", "host", ""}) {
    EXPECT_FALSE(is_always_direct(host)) << host;
  }
}

class ProxyTest : public testing::Test {
 protected:
  ProxyTest() {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                             "no_proxy", "NO_PROXY", "REQUEST_METHOD"}) {
      const char* const value = std::getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      ::unsetenv(name);
    }
    test::show_certificate(context_, authority_.issue({.names = "DNS:ekiden.invalid,IP:127.0.0.1"}));
  }
  ~ProxyTest() override {
    for (const auto& [name, value] : before_) {
      ::unsetenv(name.c_str());
      if (value) {
        ::setenv(name.c_str(), value->c_str(), 1);
      }
    }
  }
  static void set(const std::string& name, const std::string& value) { ::setenv(name.c_str(), value.c_str(), 1); }

  /// A server behind a TLS terminator, and a proxy. Serves one get().
  struct Stage {
    explicit Stage(boost::asio::ssl::context& context)
        : proxy(loopback.context.get_executor()),
          tls(loopback.context.get_executor(), context, loopback.server.port()) {}

    Loopback loopback{[](HttpRequest request) -> Task<HttpResponse> {
      co_return HttpResponse{200, {}, request.method + " " + std::string(request.headers.find("Host").value_or(""))};
    }};
    test::ConnectProxy proxy;
    test::TlsEnd tls;
  };

  /// Sends a request to the host, with `variables` set to the proxy. Returns the answer's body, or the error's text.
  std::string get(const std::string& scheme, const std::string& host, const std::vector<std::string>& variables) {
    Stage stage(context_);
    for (const std::string& name : variables) {
      set(name, "http://" + user_ + "127.0.0.1:" + std::to_string(stage.proxy.port()));
    }
    authority_asked_ = host + ":" + std::to_string(scheme == "https" ? stage.tls.port() : stage.loopback.server.port());
    CurlOptions options;
    options.ca_file = trusted_.path();
    options.connect_timeout = timeout_;
    std::string outcome;
    {
      CurlTransport transport(stage.loopback.context.get_executor(), stage.loopback.clock, options);
      stage.loopback.run(
          ask(stage, transport, HttpRequest{"GET", scheme + "://" + authority_asked_ + "/", {}, ""}, outcome));
    }
    heads_ = stage.proxy.heads;
    asked_proxy_ = asked_proxy_ || stage.proxy.connections() > 0;
    for (const std::string& name : variables) {
      ::unsetenv(name.c_str());
    }
    return outcome;
  }
  static Task<> ask(Stage& stage, CurlTransport& transport, HttpRequest request, std::string& outcome) {
    stage.proxy.start();
    stage.tls.start();
    try {
      const HttpResponse response = co_await transport.send(std::move(request));
      outcome = response.body;
    } catch (const TransportError& error) {
      outcome = error.what();
    }
    co_await stage.proxy.stop();
    co_await stage.tls.stop();
  }

  std::map<std::string, std::optional<std::string>> before_;
  test::Authority authority_;
  test::TextFile trusted_{authority_.pem()};
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
  std::string user_;  ///< "NAME:PASSWORD@"
  runtime::Duration timeout_ = 5s;
  std::string authority_asked_;     ///< Host and port of the last request.
  std::vector<std::string> heads_;  ///< What the proxy was asked then.
  bool asked_proxy_ = false;        ///< At any time.
};

// Goal: the variables have the same meaning as in curl and the AWS SDKs; both schemes use the tunnel.
TEST_F(ProxyTest, AsksTheProxyThatTheEnvironmentNames) {
  const std::pair<const char*, const char*> cases[] = {
      {"http", "http_proxy"},   {"http", "HTTP_PROXY"},   {"http", "all_proxy"},  {"http", "ALL_PROXY"},
      {"https", "https_proxy"}, {"https", "HTTPS_PROXY"}, {"https", "all_proxy"}, {"https", "ALL_PROXY"}};
  for (const auto& [scheme, name] : cases) {
    const std::string answer = get(scheme, "ekiden.invalid", {name});
    EXPECT_EQ(answer, "GET " + authority_asked_) << name;
    ASSERT_EQ(heads_.size(), 1U) << name;
    EXPECT_THAT(heads_.at(0), StartsWith("CONNECT " + authority_asked_ + " HTTP/1.1\r\n")) << name;
  }
}

// Goal: HTTP_PROXY is ignored in a CGI program, because there it is a header that any client can send.
TEST_F(ProxyTest, DoesNotTakeAHeaderForAProxy) {
  set("REQUEST_METHOD", "GET");
  EXPECT_THAT(get("http", "ekiden.invalid", {"HTTP_PROXY"}), HasSubstr("no such host"));
  EXPECT_FALSE(asked_proxy_);
  EXPECT_THAT(get("http", "ekiden.invalid", {"http_proxy"}), StartsWith("GET "));
}

// Goal: a host in NO_PROXY is reached directly, whichever variable sets the proxy.
TEST_F(ProxyTest, RespectsNoProxy) {
  for (const char* proxy : {"http_proxy", "HTTP_PROXY", "all_proxy"}) {
    for (const char* name : {"no_proxy", "NO_PROXY"}) {
      for (const char* value : {"ekiden.invalid", "other.invalid,.invalid", "*"}) {
        set(name, value);
        EXPECT_THAT(get("http", "ekiden.invalid", {proxy}), HasSubstr("no such host")) << name << "=" << value;
        EXPECT_FALSE(asked_proxy_) << proxy << " " << name << "=" << value;
      }
      ::unsetenv(name);
    }
  }
  set("NO_PROXY", "other.invalid");
  EXPECT_THAT(get("http", "ekiden.invalid", {"HTTP_PROXY"}), StartsWith("GET "));
}

// Goal: the proxy sees no request to this machine or to a metadata service. Method: requests to such addresses at which
// nothing listens; the proxy must not be called.
TEST_F(ProxyTest, IsNeverAskedForWhatIsAlwaysDirect) {
  const std::vector<std::string> all{"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"};
  EXPECT_THAT(get("http", "127.0.0.1", all), StartsWith("GET 127.0.0.1"));
  EXPECT_THAT(get("http", "localhost", all), StartsWith("GET localhost"));
  EXPECT_THAT(get("https", "127.0.0.1", all), StartsWith("GET 127.0.0.1"));
  timeout_ = 30ms;
  for (const char* host : {"169.254.255.254", "[fd00:ec2::fffe]"}) {
    EXPECT_THAT(get("http", host, all), AllOf(StartsWith("cannot connect to "), Not(HasSubstr("proxy")))) << host;
  }
  EXPECT_FALSE(asked_proxy_);
}

// Goal: the proxy gets its user name and password; no error shows the password.
TEST_F(ProxyTest, TellsTheProxyWhoWeAre) {
  user_ = "user:secret@";
  EXPECT_THAT(get("https", "ekiden.invalid", {"https_proxy"}), StartsWith("GET ekiden.invalid"));
  EXPECT_THAT(heads_.at(0), HasSubstr("\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
  for (const char* proxy : {"127.0.0.1:1", "proxy.invalid:80"}) {
    set("https_proxy", "http://" + user_ + proxy);
    EXPECT_THAT(get("https", "ekiden.invalid", {}), AllOf(StartsWith("cannot connect to ekiden.invalid:"),
                                                          HasSubstr("https_proxy"), Not(HasSubstr("secret"))));
  }
}

// Goal: if a proxy is used, an error names the variable and how to avoid the proxy.
TEST_F(ProxyTest, NamesTheVariableWhereTheProxyFails) {
  const std::pair<const char*, const char*> cases[] = {{"https", "HTTPS_PROXY"},
                                                       {"https", "all_proxy"},
                                                       {"http", "HTTP_PROXY"},
                                                       {"http", "http_proxy"},
                                                       {"http", "ALL_PROXY"}};
  for (const auto& [scheme, name] : cases) {
    set(name, "http://127.0.0.1:1");
    const std::string refused = get(scheme, "ekiden.invalid", {});
    EXPECT_EQ(refused, "cannot connect to " + authority_asked_ +
                           ": Connection refused; check that the server runs and is reachable from here (" + name +
                           " sets a proxy: check it, too, or add the host to NO_PROXY)");
    set(name, "http://proxy.invalid");
    const std::string unknown = get(scheme, "ekiden.invalid", {});
    EXPECT_THAT(unknown, StartsWith("cannot connect to " + authority_asked_ + ": no such proxy; check " + name + " ("));
    ::unsetenv(name);
  }
}

}  // namespace
}  // namespace ekiden::http
