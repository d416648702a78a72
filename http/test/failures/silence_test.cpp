// Requests end when nothing moves for as long as their patience, and never while bytes move.
#include <ekiden/http/body_gate.hpp>

#include "failures/silence_fixture.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using test::kOk;
using test::tcp;
using testing::HasSubstr;

constexpr Patience kReceive{.connect = {}, .first_byte = 50s, .silence = 10s};

class SilenceTest : public test::SilenceTest {
 protected:
  static std::string head(std::size_t length) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  }
};

template <typename Outcome>
void expect_silent(const Outcome& outcome, bool maybe_seen, const char* what) {
  ASSERT_TRUE(outcome.error.has_value());
  EXPECT_EQ(outcome.error->kind(), TransportError::Kind::kSilent);
  EXPECT_EQ(outcome.error->maybe_seen(), maybe_seen);
  EXPECT_THAT(outcome.error->what(), HasSubstr(what));
}

struct FirstByte : SilenceTest {
  static Task<> wait(FirstByte& test) {
    const auto outcome = test.start(test.request(kReceive));
    tcp::socket socket = co_await test.peer.accept();
    co_await test::read_head(socket);
    co_await pass(test, 49s);
    EXPECT_FALSE(outcome->ended);
    write_now(socket, "HTTP/1.1 100 Continue\r\n\r\n");  // Is no byte of the answer.
    co_await turn();
    co_await pass(test, 1s);
    EXPECT_TRUE(outcome->ended);
    expect_silent(*outcome, true, " sent no answer within 50s");
    co_await test::read_to_end(socket);  // It is closed.
    co_await finish(test);
  }
  static Task<> come_late(FirstByte& test) {
    const auto outcome = test.start(test.request(kReceive));
    tcp::socket socket = co_await test.peer.accept();
    co_await test::read_head(socket);
    co_await turn();
    write_now(socket, kOk);
    test.time.now += 10min;  // Before the loop reads: this process was stopped, or a handler blocked it.
    test.clock.fire();
    co_await turn();
    EXPECT_EQ(outcome->body, "ok");
    co_await finish(test);
  }
};

// Goal: a peer that says nothing is given up after the time to the first byte.
TEST_F(FirstByte, IsAwaitedForItsTime) { loopback.run(wait(*this)); }

// Goal: an answer that has arrived is not thrown away because this process was late.
TEST_F(FirstByte, CountsIfThisProcessWasLate) { loopback.run(come_late(*this)); }

struct Answer : SilenceTest {
  static Task<> be_slow(Answer& test) {
    const auto outcome = test.start(test.request(kReceive));
    tcp::socket socket = co_await test.peer.accept();
    co_await test::read_head(socket);
    write_now(socket, head(200'000));
    for (int i = 0; i < 20; ++i) {
      co_await pass(test, 9s);
      EXPECT_FALSE(outcome->ended);
      write_now(socket, std::string(10'000, 'x'));
      co_await turn();
    }
    EXPECT_EQ(outcome->body.size(), 200'000U);
    EXPECT_TRUE(outcome->began);
    EXPECT_EQ(test.peer.connections, 1);
    co_await finish(test);
  }
  static Task<> stop(Answer& test) {
    const auto outcome = test.start(test.request(kReceive));
    tcp::socket socket = co_await test.peer.accept();
    co_await test::read_head(socket);
    write_now(socket, head(200) + "half");
    co_await pass(test, 9s);
    EXPECT_FALSE(outcome->ended);
    co_await pass(test, 1s);
    expect_silent(*outcome, true, " stopped in the middle of its answer for 10s");
    co_await finish(test);
  }
  static Task<> trickle(Answer& test) {
    const auto outcome = test.start(test.request(kReceive));
    tcp::socket socket = co_await test.peer.accept();
    co_await test::read_head(socket);
    write_now(socket, head(1000) + "x");
    int bytes = 0;
    for (; !outcome->ended && bytes < 30; ++bytes) {
      co_await pass(test, 5s);
      if (!outcome->ended) {
        write_now(socket, "x");
      }
    }
    EXPECT_EQ(bytes, 13);  // Its head earned a little more than a minute.
    expect_silent(*outcome, true, " sent its answer at less than 1 KiB per second");
    co_await finish(test);
  }
};

// Goal: an answer that is slow but alive is read to its end, with one request.
TEST_F(Answer, IsReadWhileItsBytesMove) { loopback.run(be_slow(*this)); }

// Goal: an answer that stops is given up after the silence.
TEST_F(Answer, IsGivenUpWhenItStops) { loopback.run(stop(*this)); }

// Goal: a peer that sends a byte each 5 s cannot hold a request without end.
TEST_F(Answer, IsGivenUpWhenItTrickles) { loopback.run(trickle(*this)); }

struct Upload : SilenceTest {
  static HttpRequest large(Upload& test) {
    HttpRequest request = test.request({});
    request.method = "POST";
    request.body.assign(std::size_t{16} << 20, 'x');
    return request;
  }
  static Task<std::size_t> read_some(tcp::socket& socket, std::size_t most) {
    std::string bytes(most, ' ');
    co_return co_await socket.async_read_some(boost::asio::buffer(bytes), boost::asio::use_awaitable);
  }
  static Task<> be_read(Upload& test) {
    const auto outcome = test.start(large(test));
    tcp::socket socket = co_await test.peer.accept();
    std::size_t read = 0;
    while (read < (std::size_t{16} << 20)) {
      read += co_await read_some(socket, std::size_t{2} << 20);
      co_await pass(test, 2s);
      EXPECT_FALSE(outcome->ended);
    }
    write_now(socket, kOk);
    co_await turn();
    EXPECT_EQ(outcome->body, "ok");
    co_await finish(test);
  }
  static Task<> not_be_read(Upload& test) {
    const auto outcome = test.start(large(test));
    const tcp::socket socket = co_await test.peer.accept();
    co_await pass(test, 10s);
    co_await pass(test, 10s);
    expect_silent(*outcome, false, " took no byte of the request for 10s");
    co_await finish(test);
  }
};

// Goal: an upload that makes progress is not cut, however long it takes.
TEST_F(Upload, ContinuesWhileItsBytesMove) { loopback.run(be_read(*this)); }

// Goal: an upload that nobody reads ends, and the peer cannot have acted on it.
TEST_F(Upload, EndsWhenNobodyReads) { loopback.run(not_be_read(*this)); }

class Gate final : public BodyGate {
 public:
  bool admit(std::uint64_t, std::function<void()> opened) override {
    granted = std::move(opened);
    return false;
  }
  std::function<void()> granted;
};

struct AtGate : SilenceTest {
  static Task<> wait(AtGate& test) {
    const auto gate = std::make_shared<Gate>();
    HttpRequest request = test.request(kReceive);
    request.gate = gate;
    const auto outcome = test.start(std::move(request));
    tcp::socket socket = co_await test.peer.accept();
    co_await test::read_head(socket);
    write_now(socket, head(20'000));
    co_await pass(test, 12h);
    EXPECT_FALSE(outcome->ended);
    gate->granted();
    co_await pass(test, 9s);
    EXPECT_FALSE(outcome->ended);
    write_now(socket, std::string(10'000, 'x'));
    co_await pass(test, 9s);
    write_now(socket, std::string(10'000, 'x'));
    co_await turn();
    EXPECT_EQ(outcome->body.size(), 20'000U);
    co_await finish(test);
  }
};

// Goal: the time at the memory gate never counts, and afterwards the patience starts again.
TEST_F(AtGate, TimeDoesNotCount) { loopback.run(wait(*this)); }

}  // namespace
}  // namespace ekiden::http
