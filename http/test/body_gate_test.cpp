// Answers that stay unread until there is room for them.
#include <ekiden/http/body_gate.hpp>
#include <ekiden/http/curl_transport.hpp>

#include <gtest/gtest.h>

#include <vector>

#include "loopback.hpp"

namespace ekiden::http {
namespace {

using test::Loopback;

constexpr std::size_t kLarge = std::size_t{8} << 20;  // More than all buffers between two sockets.

/// Closed until open() is called.
class Gate final : public BodyGate {
 public:
  bool admit(std::uint64_t length, std::function<void()> granted) override {
    lengths.push_back(length);
    granted_ = std::move(granted);
    arrived.notify_all();
    return open;
  }
  void grant() { std::exchange(granted_, nullptr)(); }
  Task<> until_asked() {
    while (lengths.empty()) {
      co_await arrived.wait();
    }
  }

  bool open = false;
  std::vector<std::uint64_t> lengths;
  runtime::Condition arrived;

 private:
  std::function<void()> granted_;
};

class BodyGateTest : public testing::Test {
 protected:
  HttpRequest request(const std::string& path, bool gated) const {
    HttpRequest request{"POST", "http://127.0.0.1:" + std::to_string(loopback.server.port()) + path, {}, ""};
    request.gate = gated ? gate : nullptr;
    return request;
  }
  static Task<> send(BodyGateTest& test, HttpRequest request) {
    const HttpResponse response = co_await test.transport.send(std::move(request));
    test.answered.push_back(response.body.size());
  }
  static Task<HttpResponse> answer(HttpRequest request) {
    co_return HttpResponse{200, {}, std::string(request.url == "/large" ? kLarge : 10, 'x')};
  }

  std::shared_ptr<Gate> gate = std::make_shared<Gate>();
  Loopback loopback{answer};
  CurlTransport transport{loopback.context.get_executor(), loopback.clock};
  std::vector<std::size_t> answered;
};

Task<> wait_then_grant(Gate& gate, Task<> large, Task<> small, std::vector<std::size_t>& answered,
                       runtime::Executor executor) {
  runtime::TaskGroup tasks(executor);
  tasks.spawn(std::move(large));
  co_await gate.until_asked();
  co_await std::move(small);
  EXPECT_EQ(answered, std::vector<std::size_t>{10});
  gate.grant();
  co_await tasks.join();
}

// Goal: a body without room is not read, but others are; after `granted` it arrives whole. Method: a small answer
// overtakes.
TEST_F(BodyGateTest, HoldsABodyUntilItIsGranted) {
  loopback.run(wait_then_grant(*gate, send(*this, request("/large", true)), send(*this, request("/", false)), answered,
                               loopback.context.get_executor()));
  EXPECT_EQ(gate->lengths, std::vector<std::uint64_t>{kLarge});
  EXPECT_EQ(answered, (std::vector<std::size_t>{10, kLarge}));
}

Task<> in_turn(Task<> first, Task<> second) {
  co_await std::move(first);
  co_await std::move(second);
}

// Goal: a body with room does not wait, and the connection is reused.
TEST_F(BodyGateTest, LetsABodyThroughWhereThereIsRoom) {
  gate->open = true;
  loopback.run(in_turn(send(*this, request("/large", true)), send(*this, request("/large", true))));
  EXPECT_EQ(answered, (std::vector<std::size_t>{kLarge, kLarge}));
  EXPECT_EQ(transport.stats().connections_opened, 1U);
}

// Goal: the gate is not asked about a body that arrived together with its header.
TEST_F(BodyGateTest, AsksNothingForShortBodies) {
  loopback.run(send(*this, request("/", true)));
  EXPECT_EQ(gate->lengths.size(), 0U);
  EXPECT_EQ(answered, std::vector<std::size_t>{10});
}

Task<> give_up(Gate& gate, Task<> large, Task<> last, runtime::Executor executor) {
  runtime::TaskGroup tasks(executor);
  const runtime::TaskGroup::Handle waiting = tasks.spawn(std::move(large));
  co_await gate.until_asked();
  waiting.cancel();
  co_await tasks.join();
  gate.grant();  // Too late: the request has ended.
  co_await std::move(last);
}

// Goal: a request that is cancelled at its gate ends at once; a late `granted` has no effect.
TEST_F(BodyGateTest, CanBeGivenUp) {
  loopback.run(give_up(*gate, send(*this, request("/large", true)), send(*this, request("/", false)),
                       loopback.context.get_executor()));
  EXPECT_EQ(transport.in_flight(), 0U);
  EXPECT_EQ(answered, std::vector<std::size_t>{10});
}

}  // namespace
}  // namespace ekiden::http
