// Connections between a worker and its services that break at any byte of requests and answers, and connections that
// deliver a few bytes at a time: the worker continues, and nothing is lost.
#include <ekiden/runtime/random.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "front.hpp"
#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;

std::uint64_t seed() {
  const char* const given = std::getenv("EKIDEN_SEED");
  return given == nullptr ? runtime::Random::entropy() : std::strtoull(given, nullptr, 10);
}

/// Resets both ends of a connection after a random number of bytes in one direction. Some connections are slow: they
/// forward a few bytes at a time.
class Chaos final : public http::test::Forwarder {
 public:
  Chaos(const runtime::Executor& executor, std::uint16_t target, std::uint64_t seed)
      : Forwarder(executor), target_(target), random_(seed) {}
  int resets() const { return resets_; }

 private:
  static constexpr std::uint64_t kBytesMax = 50'000;  // A few receives of ten messages.
  static constexpr double kDripping = 0.25;
  using Ends = http::test::Tunnel<tcp::socket>;

  Task<> serve(tcp::socket client) override {
    const auto ends = std::make_shared<Ends>(std::move(client));
    co_await ends->connect(target_);
    ends->client.set_option(tcp::no_delay(true));
    ends->server.set_option(tcp::no_delay(true));
    const std::size_t piece = random_.chance(kDripping) ? 1 + random_.below(3) : kBytesMax;
    tasks_.spawn(carry_badly(*this, ends, ends->client, ends->server, piece, random_.below(kBytesMax)));
    tasks_.spawn(carry_badly(*this, ends, ends->server, ends->client, piece, random_.below(kBytesMax)));
  }

  static Task<> carry_badly(Chaos& self, std::shared_ptr<Ends> ends, tcp::socket& from, tcp::socket& to,
                            std::size_t piece, std::size_t left) {
    std::string bytes(piece, ' ');
    boost::system::error_code error;
    while (!error && left > 0) {
      const std::size_t size =
          co_await from.async_read_some(boost::asio::buffer(bytes, std::min(piece, left)),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, error));
      left -= size;
      co_await boost::asio::async_write(to, boost::asio::buffer(bytes, size),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    }
    if (!error) {
      ++self.resets_;
      boost::system::error_code ignored;
      ends->client.set_option(boost::asio::socket_base::linger(true, 0), ignored);
      ends->server.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    }
    ends->close();
  }

  std::uint16_t target_;
  runtime::Random random_;
  std::atomic<int> resets_ = 0;
};

// Goal: every message takes effect and none is lost on a broken network. The worker keeps running, and its log has the
// errors. Method: a worker behind a proxy that resets and slows connections.
TEST(ChaosTest, ABrokenNetworkLosesNothing) {
  constexpr int kMessages = 500;
  const std::uint64_t number = seed();
  SCOPED_TRACE("EKIDEN_SEED=" + std::to_string(number));
  const LocalServer server;
  Tools tools(server.url());
  tools.create_queues(1s, 1'000);
  tools.create_table();
  const Finished sent =
      run("ekiden", {"send", "--endpoint", server.url(), "--queue", "news", "--news", std::to_string(kMessages)});
  ASSERT_EQ(sent.status, 0) << sent.errors;

  const Front<Chaos> chaos(static_cast<std::uint16_t>(std::stoi(server.port())), number);
  Program worker("news-worker", {"--endpoint", chaos.url(), "--ops", "off"});
  tools.wait_until_empty("news");
  EXPECT_GT(chaos.forwarder().resets(), 5);
  EXPECT_EQ(tools.messages("news-dead"), 0);
  EXPECT_EQ(tools.deliveries().size(), std::size_t{kMessages});
  EXPECT_THAT(worker.errors(), HasSubstr("ConnectionLost"));
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
}

}  // namespace
}  // namespace ekiden::e2e
