// Goal: acknowledged data survives a power loss. Method: a simulated disk that forgets unsynced data is stopped at a
// random operation while three clients send, receive and delete. A new server on the same disk must have everything
// that was acknowledged. Each point has its own seed.
#include <ekiden/local/service.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/testkit/sim_disk.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

namespace ekiden::local {
namespace {

constexpr int kPoints = 200;
constexpr int kClients = 3;
constexpr int kMessagesEach = 8;
// A run without a power loss has 120 operations on the disk.
constexpr std::uint64_t kOperations = 120;

http::HttpRequest sqs(const std::string& operation, std::string body) {
  http::HttpRequest request;
  request.url = "/";
  request.headers.add("X-Amz-Target", "AmazonSQS." + operation);
  request.body = std::move(body);
  return request;
}

std::string text_after(const std::string& body, const std::string& mark) {
  const std::size_t at = body.find(mark);
  const std::size_t from = at + mark.size();
  return at == std::string::npos ? "" : body.substr(from, body.find('"', from) - from);
}

// What was acknowledged to the clients.
struct Known {
  std::set<std::string> sent;
  std::set<std::string> deleted;        ///< Acknowledged.
  std::set<std::string> maybe_deleted;  ///< Requested, but perhaps not acknowledged.
};

Task<> client(LocalService& service, int number, Known& known) {
  for (int i = 0; i < kMessagesEach; ++i) {
    const std::string body = std::to_string(number) + "-" + std::to_string(i);
    auto send = sqs("SendMessage", R"({"QueueUrl":"q","MessageBody":")" + body + "\"}");
    const http::HttpResponse sent = co_await service.handle(std::move(send));
    if (sent.status == 200) {
      known.sent.insert(body);
    }
    if (i % 2 == 0) {
      continue;
    }
    auto receive = sqs("ReceiveMessage", R"({"QueueUrl":"q"})");
    const http::HttpResponse received = co_await service.handle(std::move(receive));
    const std::string handle = text_after(received.body, R"("ReceiptHandle":")");
    if (received.status != 200 || handle.empty()) {
      continue;
    }
    const std::string got = text_after(received.body, R"("Body":")");
    known.maybe_deleted.insert(got);
    auto remove = sqs("DeleteMessage", R"({"QueueUrl":"q","ReceiptHandle":")" + handle + "\"}");
    const http::HttpResponse removed = co_await service.handle(std::move(remove));
    if (removed.status == 200) {
      known.deleted.insert(got);
    }
  }
}

// One run of the server on the disk, on an event loop of its own.
class Life {
 public:
  Life(testkit::SimDisk& disk, Synchronous synchronous, std::uint64_t seed) : loop_(seed) {
    ServiceOptions options;
    options.storage = {.folder = "/data", .vfs = disk.vfs(), .synchronous = synchronous};
    service_.emplace(loop_.env(), std::move(options));
    tasks_.emplace(loop_.env().executor);
    tasks_->spawn(service_->run());
  }
  ~Life() {
    service_->stop();
    loop_.run(tasks_->join());
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  http::HttpResponse call(http::HttpRequest request) { return loop_.run(service_->handle(std::move(request))); }

  void run_clients(Known& known) {
    for (int number = 0; number < kClients; ++number) {
      tasks_->spawn(client(*service_, number, known));
    }
    loop_.run_for(std::chrono::seconds(1));
  }

  std::set<std::string> drain() {
    std::set<std::string> bodies;
    for (;;) {
      // Messages that the previous run received are visible again after 30 s.
      const std::string body =
          text_after(call(sqs("ReceiveMessage", R"({"QueueUrl":"q","VisibilityTimeout":600})")).body, R"("Body":")");
      if (body.empty()) {
        return bodies;
      }
      bodies.insert(body);
    }
  }
  void pass(runtime::Duration time) { loop_.run_for(time); }

 private:
  runtime::SimulatedLoop loop_;
  std::optional<LocalService> service_;
  std::optional<runtime::TaskGroup> tasks_;
};

// Acknowledged effects that the power loss undid.
int lost(Synchronous synchronous, std::uint64_t seed, std::uint64_t capacity = 0) {
  runtime::Random random(seed);
  testkit::SimDisk disk;
  disk.set_capacity(capacity);
  Known known;
  {
    Life life(disk, synchronous, seed);
    EXPECT_EQ(life.call(sqs("CreateQueue", R"({"QueueName":"q"})")).status, 200);
    life.pass(std::chrono::seconds(1));  // The idle server checkpoints its log; the queue itself is never lost.
    disk.cut_after(1 + random.below(kOperations));
    life.run_clients(known);
  }
  disk.power_loss(random);
  disk.mount();
  Life life(disk, synchronous, seed + 1);
  life.pass(std::chrono::seconds(60));
  const std::set<std::string> present = life.drain();
  int losses = 0;
  for (const std::string& body : known.sent) {
    losses += present.count(body) == 0 && known.maybe_deleted.count(body) == 0 ? 1 : 0;
  }
  for (const std::string& body : known.deleted) {
    losses += static_cast<int>(present.count(body));
  }
  return losses;
}

TEST(PowerLossTest, LosesNothingAcknowledged) {
  for (std::uint64_t seed = 1; seed <= kPoints; ++seed) {
    ASSERT_EQ(lost(Synchronous::kFull, seed), 0) << "seed " << seed;
  }
}

// Goal: the same on a disk that becomes full. Method: room for the empty database, its reserve and some commits.
TEST(PowerLossTest, LosesNothingAcknowledgedOnAFullDisk) {
  for (std::uint64_t seed = 1; seed <= kPoints; ++seed) {
    ASSERT_EQ(lost(Synchronous::kFull, seed, 400'000 + seed * 500), 0) << "seed " << seed;
  }
}

// Goal: the test above can fail. Method: the same with commits that do not wait for the disk.
TEST(PowerLossTest, NoticesCommitsThatDoNotSync) {
  int losses = 0;
  for (std::uint64_t seed = 1; seed <= kPoints && losses == 0; ++seed) {
    losses = lost(Synchronous::kNormal, seed);
  }
  EXPECT_GT(losses, 0);
}

}  // namespace
}  // namespace ekiden::local
