// A process without free descriptors: each request fails with a reason, and nothing crashes.
#include <ekiden/http/curl_transport.hpp>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loopback.hpp"
#include "no_descriptors.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using runtime::TaskGroup;
using test::Loopback;
using test::tcp;

/// A server with descriptors of its own.
class OtherProcess {
 public:
  OtherProcess() {
    int ends[2];
    if (::pipe(ends) != 0) {
      std::abort();
    }
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      serve(ends[1]);
    }
    ::close(ends[1]);
    if (::read(ends[0], &port_, sizeof port_) != sizeof port_) {
      std::abort();
    }
    ::close(ends[0]);
  }
  ~OtherProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::string origin(const std::string& scheme, const std::string& host) const {
    return scheme + "://" + host + ":" + std::to_string(port_);
  }

 private:
  [[noreturn]] static void serve(int out) {
    Loopback loopback([](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{200, {}, "ok"}; });
    const std::uint16_t port = loopback.server.port();
    if (::write(out, &port, sizeof port) == sizeof port) {
      loopback.run([](runtime::Clock& clock) -> Task<> { co_await clock.sleep_for(29s); }(loopback.clock));
    }
    ::_exit(0);
  }

  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

using Counts = std::map<std::string, int>;

Task<> send(CurlTransport& transport, HttpRequest request, Counts& outcomes) {
  try {
    const HttpResponse response = co_await transport.send(std::move(request));
    ++outcomes[response.body];
  } catch (const TransportError& error) {
    const bool says_why = std::string_view(error.what()).find("file descriptors") != std::string_view::npos;
    const bool unsent = error.kind() == TransportError::Kind::kConnect || !error.maybe_seen();
    ++outcomes[says_why ? (unsent ? "exhausted" : "cut off") : error.what()];
  }
}

Task<> send_all(Loopback& loopback, CurlTransport& transport, const OtherProcess& server, Counts& outcomes) {
  TaskGroup tasks(loopback.context.get_executor());
  for (int i = 0; i < 12; ++i) {
    tasks.spawn(send(transport, {"GET", server.origin("http", "127.0.0.1"), {}, ""}, outcomes));
    tasks.spawn(send(transport, {"POST", server.origin("http", "127.0.0.1"), {}, std::string(5 << 20, 'x')}, outcomes));
    tasks.spawn(send(transport, {"GET", "http://ekiden.invalid", {}, ""}, outcomes));
    tasks.spawn(send(transport, {"GET", server.origin("https", "127.0.0.1"), {}, ""}, outcomes));
  }
  co_await tasks.join();
}

// Ends this process with status 0 if all is as it should be.
[[noreturn]] void run_out(rlim_t limit, const OtherProcess& server) {
  rlimit limits{};
  ::getrlimit(RLIMIT_NOFILE, &limits);
  const rlim_t before = limits.rlim_cur;
  Loopback loopback([](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; });
  CurlOptions options;
  options.ca_file = "/etc/ssl/certs/ca-certificates.crt";
  CurlTransport transport(loopback.context.get_executor(), loopback.clock, options);
  limits.rlim_cur = limit;
  ::setrlimit(RLIMIT_NOFILE, &limits);
  Counts outcomes;
  loopback.run(send_all(loopback, transport, server, outcomes));
  limits.rlim_cur = before;
  ::setrlimit(RLIMIT_NOFILE, &limits);
  Counts after;
  loopback.run(send(transport, {"GET", server.origin("http", "127.0.0.1"), {}, ""}, after));
  bool good = after["ok"] == 1 && outcomes["exhausted"] > 0;
  for (const auto& [what, count] : outcomes) {
    const bool expected = what == "ok" || what == "exhausted" || what == "cut off" ||
                          (what.find("ekiden.invalid:80: no such host") != std::string::npos) ||
                          (what.find(" over TLS: ") != std::string::npos) || what.empty();
    good = good && expected;
    std::fprintf(stderr, "%d x %s\n", count, what.c_str());
  }
  std::fflush(stderr);
  ::_exit(good ? 0 : 1);
}

/// A port whose queue of connections is full: the kernel drops the next one's packets.
class FullPort {
 public:
  explicit FullPort(Loopback& loopback) : acceptor_(loopback.context), first_(loopback.context) {
    acceptor_.open(tcp::v4());
    acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    first_.connect(acceptor_.local_endpoint());
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

 private:
  tcp::acceptor acceptor_;
  tcp::socket first_;
};

Task<> give_up_connecting(Loopback& loopback, std::optional<CurlTransport>& transport, std::string url) {
  Counts outcomes;
  TaskGroup tasks(loopback.context.get_executor());
  const auto handle = tasks.spawn(send(*transport, {"GET", std::move(url), {}, ""}, outcomes));
  for (int i = 0; i < 20; ++i) {
    co_await boost::asio::post(boost::asio::use_awaitable);
  }
  handle.cancel();
  co_await tasks.join();
  std::vector<int> ours;  // They get the numbers that the transport no longer uses.
  for (int i = 0; i < 8; ++i) {
    ours.push_back(::eventfd(0, EFD_CLOEXEC));
  }
  transport.reset();
  for (const int fd : ours) {
    EXPECT_EQ(::close(fd), 0) << fd;
  }
}

// Goal: a connection that was given up closes no descriptor of others. Method: curl closes a socket that has not
// connected without telling us, and its number is used again.
TEST(DescriptorNumbersTest, AreClosedByTheirOwners) {
  Loopback loopback([](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; });
  const FullPort port(loopback);
  std::optional<CurlTransport> transport(std::in_place, loopback.context.get_executor(), loopback.clock);
  loopback.run(give_up_connecting(loopback, transport, port.url()));
}

class DescriptorsTest : public testing::TestWithParam<rlim_t> {};

// Goal: at each limit from 20 to 48, requests fail and say what is exhausted; afterwards requests work again.
TEST_P(DescriptorsTest, RunningOutIsAnErrorThatSaysSo) {
  if (test::kChecksNeedDescriptors) {
    GTEST_SKIP() << "the sanitizer's checks need descriptors";
  }
  const OtherProcess server;
  EXPECT_EXIT(run_out(GetParam(), server), testing::ExitedWithCode(0), "");
}
INSTANTIATE_TEST_SUITE_P(Limits, DescriptorsTest, testing::Range<rlim_t>(20, 49));

}  // namespace
}  // namespace ekiden::http
