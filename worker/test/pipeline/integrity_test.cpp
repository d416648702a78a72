// A network that changes bytes: no changed message is handled, and every sent message is handled in the end.
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/service.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fleet/delivery.hpp"
#include "fleet/sender.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

// Changes one letter in every third answer with messages.
class Corrupting final : public http::Transport {
 public:
  explicit Corrupting(http::Transport& next) : next_(next) {}

  Task<http::HttpResponse> send(http::HttpRequest request) override {
    http::HttpResponse response = co_await next_.send(std::move(request));
    const std::size_t at = response.body.find("title 1");
    if (at != std::string::npos && ++answers_ % 3 == 0) {
      response.body[at] = 'T';
    }
    co_return response;
  }

 private:
  http::Transport& next_;
  unsigned answers_ = 0;
};

struct Deliver {
  Task<> operator()(Delivery delivery, worker::Context context) const { co_await context.table().put(delivery); }
};

// Goal: a message with a wrong checksum is released, logged and counted. The table has only what was sent.
TEST(IntegrityTest, CorruptMessagesAreReleasedAndNeverHandled) {
  constexpr std::size_t kMessages = 200;
  testkit::Simulation simulation(1);
  testkit::Process& server = simulation.process("server");
  Sender sender(simulation);
  testkit::Process& process = simulation.process("worker");
  simulation.start(server, testkit::local_server({}));
  ASSERT_TRUE(sender.run(sender.prepare(30), 1h, [] { return true; }));
  Sender::Contents expected;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < kMessages; ++i) {
    const std::string id = std::to_string(i);
    const Delivery delivery{"u" + id, "n" + id, "title " + id};
    expected[key_of(delivery)] = delivery.title;
    bodies.push_back(body_of(delivery));
  }
  ASSERT_TRUE(sender.run(sender.send_all(std::move(bodies)), 1h, [] { return true; }));

  unsigned corrupt = 0;
  process.on_event(
      [&](const runtime::Event& event) { corrupt += event.spec.name == worker::events::kCorrupt.name ? 1U : 0U; });
  http::Transport& transport = process.keep(std::make_unique<Corrupting>(process.transport()));
  worker::Settings settings;
  settings.queue = Sender::kQueue;
  settings.table = Sender::kTable;
  worker::Service::Seams seams{process.env(), transport, testkit::local_target(), testkit::local_credentials(),
                               "simulated"};
  std::vector<worker::Consumer> consumers;
  consumers.push_back(worker::Consumer{std::move(settings), worker::make_handler(Deliver())});
  auto& service = process.keep(std::make_unique<worker::Service>(std::move(seams), std::move(consumers)));
  std::optional<int> status;
  const auto run = [](worker::Service& of, std::optional<int>& ended) -> Task<> { ended = co_await of.run(); };
  simulation.start(process, run(service, status));

  ASSERT_TRUE(sender.run(sender.wait_until_drained(), 1h, [] { return true; }));
  EXPECT_GT(corrupt, 3U);
  Sender::Contents found;
  const auto read = [](Sender& from, Sender::Contents& into) -> Task<> { into = co_await from.read_table(); };
  ASSERT_TRUE(sender.run(read(sender, found), 1h, [] { return true; }));
  EXPECT_THAT(differences(expected, found), IsEmpty());
  EXPECT_EQ(service.in_flight(), 0U);
}

}  // namespace
}  // namespace ekiden::worker::test
