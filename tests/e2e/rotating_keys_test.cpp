// A worker whose credentials are valid for seconds: a container endpoint issues them over real HTTP, and the server
// verifies each request.
#include <ekiden/local/server.hpp>
#include <ekiden/runtime/real_clock.hpp>

#include <fake_aws.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <ctime>
#include <map>
#include <mutex>

#include "front.hpp"
#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using aws::test::FakeAws;
using testing::HasSubstr;

constexpr const char* kHost = "aws.ekiden.invalid";

// The credentials endpoint. Each session expires after kLife.
class Lender {
 public:
  static constexpr std::chrono::seconds kLife{3};

  FakeAws::Reply lend() {
    const std::lock_guard lock(mutex_);
    const std::time_t end = std::time(nullptr) + kLife.count();
    aws::Credentials keys;
    keys.access_key_id = "ASIA" + std::to_string(lent_.size());
    keys.secret_access_key = "secret-" + std::to_string(lent_.size());
    keys.session_token = "session-" + std::to_string(lent_.size());
    keys.expiration = runtime::WallTime(std::chrono::seconds(end));
    lent_[keys.access_key_id] = keys;
    char when[32];
    std::strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&end));
    FakeAws::Reply reply;
    reply.body = R"({"RoleArn":"arn:aws:iam::123456789012:role/news","AccessKeyId":")" + keys.access_key_id +
                 R"(","SecretAccessKey":")" + keys.secret_access_key + R"(","Token":")" + keys.session_token +
                 R"(","Expiration":")" + when + R"("})";
    return reply;
  }
  std::optional<aws::Credentials> find(std::string_view id) const {
    if (id == "local") {  // The credentials of the test itself.
      return aws::Credentials{"local", "local", {}, {}};
    }
    const std::lock_guard lock(mutex_);
    const auto found = lent_.find(id);
    return found == lent_.end() ? std::nullopt : std::optional<aws::Credentials>(found->second);
  }
  std::size_t lent() const {
    const std::lock_guard lock(mutex_);
    return lent_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, aws::Credentials, std::less<>> lent_;
};

// The local server, in this process because it must know each new session.
class VerifyingServer {
 public:
  explicit VerifyingServer(const Lender& lender) : server_(process_.env(), options(lender)) {
    serving_.spawn(server_.run());
    thread_ = std::thread([this] { context_.run(); });
  }
  ~VerifyingServer() {
    boost::asio::post(context_, [this] { server_.request_stop(100ms); });
    thread_.join();
  }
  VerifyingServer(const VerifyingServer&) = delete;
  VerifyingServer& operator=(const VerifyingServer&) = delete;
  std::string url() const { return server_.url(); }
  std::uint16_t port() const { return server_.port(); }

 private:
  static local::ServerOptions options(const Lender& lender) {
    local::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.allowed_hosts = {kHost};
    options.service.keys = [&lender](std::string_view id) { return lender.find(id); };
    return options;
  }

  struct Machine {
    explicit Machine(boost::asio::io_context& context)
        : clock(context.get_executor()), executor(context.get_executor()) {}
    runtime::Env env() { return {executor, clock, random, events, offload}; }
    runtime::RealClock clock;
    runtime::Executor executor;
    runtime::Random random{7};
    runtime::Events events;
    runtime::ThreadOffload offload{1};
  };

  boost::asio::io_context context_{1};
  Machine process_{context_};
  local::Server server_;
  runtime::TaskGroup serving_{context_.get_executor()};
  std::thread thread_;
};

// Goal: no message is lost while the worker's credentials change again and again. Method: messages are sent one by one
// until the worker has its fifth session. The worker reaches the server through a proxy, because it would not look for
// credentials for a server on this machine. It asks the credentials endpoint directly.
TEST(RotatingKeysTest, LoseNothing) {
  constexpr std::size_t kSessions = 5;
  Lender lender;
  const VerifyingServer server(lender);
  FakeAws container;
  container.serve([&lender](const FakeAws::Request&) { return lender.lend(); });
  const Front<http::test::ConnectProxy> proxy;
  Tools tools(server.url());
  tools.create_queues(2s, 1'000);
  tools.create_table();

  Program worker("news-worker",
                 {"--endpoint", "http://" + std::string(kHost) + ":" + std::to_string(server.port()), "--ops", "off"},
                 {{"AWS_REGION", "us-east-1"},
                  {"AWS_CONFIG_FILE", "/dev/null"},
                  {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
                  {"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url() + "/keys"},
                  {"http_proxy", proxy.url()}});
  std::size_t sent = 0;
  tools.wait_for(
      [&] {
        const std::string number = std::to_string(sent++);
        tools.send("news", R"({"user_id":"u)" + number + R"(","news_id":"n","title":"t","published_at":"2026"})");
        return lender.lent() >= kSessions;
      },
      "the worker's fifth session");
  tools.wait_until_empty("news");
  EXPECT_EQ(tools.deliveries().size(), sent);
  EXPECT_EQ(tools.messages("news-dead"), 0);
  EXPECT_THAT(worker.errors(), HasSubstr("\"event\":\"aws.credentials\""));
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
}

}  // namespace
}  // namespace ekiden::e2e
