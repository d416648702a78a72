// Connections that end at any byte, and answers that arrive byte by byte: the result is a whole answer or an error.
#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/simulated/clock.hpp>

#include <boost/asio/ssl/stream.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "certificates.hpp"
#include "forwarder.hpp"
#include "peer.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
namespace ssl = boost::asio::ssl;
using runtime::TaskGroup;
using test::Loopback;
using test::Peer;
using test::tcp;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;

const std::string kBody = R"({"MessageId":"m-1"})";
const std::string kWithLength =
    "HTTP/1.1 200 OK\r\nx-amzn-RequestId: r\r\nContent-Length: " + std::to_string(kBody.size()) + "\r\n\r\n" + kBody;
const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + kBody.substr(0, 5) +
                             "\r\ne;x=y\r\n" + kBody.substr(5) + "\r\n0\r\nTrailer: t\r\n\r\n";
/// Ends with its connection.
const std::string kUnframed = "HTTP/1.1 200 OK\r\nx-amzn-RequestId: r\r\n\r\n" + kBody;

/// How a connection ends: properly, or with a reset as after a crash.
enum class End { kClosed, kReset };

void finish(tcp::socket& socket, End end) {
  if (end == End::kReset) {
    socket.set_option(boost::asio::socket_base::linger(true, 0));
  }
  socket.close();
}

class FaultsTest : public testing::Test {
 protected:
  /// Sends one request on a new transport. Returns the body, "reset", or the text of another error.
  static Task<std::string> ask(CurlTransport& transport, std::string url) {
    try {
      HttpRequest request{"GET", std::move(url), {}, ""};
      const HttpResponse response = co_await transport.send(std::move(request));
      co_return response.body;
    } catch (const TransportError& error) {
      co_return error.kind() == TransportError::Kind::kReset ? "reset" : error.what();
    }
  }
  std::optional<CurlTransport> make_transport() {
    CurlOptions options;
    options.ca_file = trusted.path();
    return std::optional<CurlTransport>(std::in_place, loopback.context.get_executor(), loopback.clock, options);
  }

  Loopback loopback{[](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{200, {}, kBody}; }};
  Peer peer{loopback};
  test::Authority authority;
  test::TextFile trusted{authority.pem()};
};

/// Sends the first `size` bytes of an answer, on a new connection or on one that has carried a whole answer.
Task<> answer_in_part(Peer& peer, std::string answer, std::size_t size, End end, bool kept) {
  tcp::socket socket = co_await peer.accept();
  if (kept) {
    co_await test::read_head(socket);
    co_await test::write_text(socket, kWithLength);
  }
  co_await test::read_head(socket);
  co_await test::write_text(socket, answer.substr(0, size));
  finish(socket, end);
  if (kept && size == 0) {  // The transport sends the request once more.
    tcp::socket second = co_await peer.accept();
    co_await test::read_head(second);
    co_await test::write_text(second, kWithLength);
    finish(second, End::kClosed);
  }
}

struct PlainFaults : FaultsTest {
  struct Fault {
    std::string answer;
    std::size_t size;
    End end;
    bool kept;
  };
  static Task<> meet(PlainFaults& test, Fault fault, std::string& outcome) {
    TaskGroup tasks(test.loopback.context.get_executor());
    tasks.spawn(answer_in_part(test.peer, fault.answer, fault.size, fault.end, fault.kept));
    std::optional<CurlTransport> transport = test.make_transport();
    if (fault.kept) {
      const std::string first = co_await ask(*transport, test.peer.origin());
      EXPECT_EQ(first, kBody);
    }
    outcome = co_await ask(*transport, test.peer.origin());
    EXPECT_EQ(transport->in_flight(), 0U);
    co_await tasks.join();
  }
  static Task<> meet_all(PlainFaults& test, std::string answer, End end) {
    for (const bool kept : {false, true}) {
      for (std::size_t size = 0; size < answer.size(); ++size) {
        std::string outcome;
        co_await meet(test, Fault{answer, size, end, kept}, outcome);
        test.check(answer, size, end, kept && size == 0, outcome);
      }
      std::string outcome;
      co_await meet(test, Fault{answer, answer.size(), end, kept}, outcome);
      EXPECT_TRUE(outcome == kBody || (end == End::kReset && outcome == "reset")) << outcome;
    }
  }
  void check(const std::string& answer, std::size_t size, End end, bool repeated, const std::string& outcome) const {
    const std::size_t head = answer.find("\r\n\r\n") + 4;
    std::string expected = repeated ? kBody : "reset";
    if (answer == kUnframed && end == End::kClosed && size >= head) {
      expected = answer.substr(head, size - head);  // The connection's end ends the body: RFC 9112, section 8.
    }
    EXPECT_EQ(outcome, expected) << "after " << size << " bytes of " << answer;
  }
};

// Goal: an answer that ends early is an error at every byte, on new and on kept connections. Method: a peer that
// closes, or resets, after each possible number of bytes.
TEST_F(PlainFaults, AnAnswerOfKnownLengthIsWholeOrAnError) {
  loopback.run(meet_all(*this, kWithLength, End::kClosed));
  loopback.run(meet_all(*this, kWithLength, End::kReset));
}
TEST_F(PlainFaults, AChunkedAnswerIsWholeOrAnError) {
  loopback.run(meet_all(*this, kChunked, End::kClosed));
  loopback.run(meet_all(*this, kChunked, End::kReset));
}
TEST_F(PlainFaults, AnAnswerThatEndsWithItsConnectionIsAnErrorAfterAReset) {
  loopback.run(meet_all(*this, kUnframed, End::kClosed));
  loopback.run(meet_all(*this, kUnframed, End::kReset));
}

/// Forwards the server's bytes up to `limit`, then resets: in the middle of a handshake or a record.
class Cutter final : public test::Forwarder {
 public:
  Cutter(const runtime::Executor& executor, std::uint16_t target, std::size_t limit)
      : Forwarder(executor), target_(target), limit_(limit) {}
  bool has_cut() const { return limit_ == 0; }

 private:
  using Ends = test::Tunnel<tcp::socket>;
  Task<> serve(tcp::socket client) override {
    const auto tunnel = std::make_shared<Ends>(std::move(client));
    co_await tunnel->connect(target_);
    tasks_.spawn(test::carry(tunnel, tunnel->client, tunnel->server));
    tasks_.spawn(carry_in_part(*this, tunnel));
  }
  static Task<> carry_in_part(Cutter& self, std::shared_ptr<Ends> tunnel) {
    boost::system::error_code error;
    while (!error && self.limit_ > 0) {
      std::string bytes(self.limit_, ' ');
      const std::size_t size = co_await tunnel->server.async_read_some(
          boost::asio::buffer(bytes), boost::asio::redirect_error(boost::asio::use_awaitable, error));
      self.limit_ -= size;
      co_await boost::asio::async_write(tunnel->client, boost::asio::buffer(bytes, size),
                                        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    }
    finish(tunnel->client, End::kReset);
  }

  std::uint16_t target_;
  std::size_t limit_;
};

class TlsFaults : public FaultsTest {
 protected:
  TlsFaults() { test::show_certificate(context, authority.issue({})); }

  /// Closes after that many bytes of the answer without TLS's closing message, as an attacker would.
  static Task<> answer_in_part(TlsFaults& test, std::string text) {
    ssl::stream<tcp::socket> stream(co_await test.peer.accept(), test.context);
    co_await stream.async_handshake(ssl::stream_base::server, boost::asio::use_awaitable);
    std::string head;
    co_await boost::asio::async_read_until(stream, boost::asio::dynamic_buffer(head), "\r\n\r\n",
                                           boost::asio::use_awaitable);
    co_await boost::asio::async_write(stream, boost::asio::buffer(text), boost::asio::use_awaitable);
    stream.lowest_layer().close();
  }
  static Task<> meet_all(TlsFaults& test, std::string answer) {
    for (std::size_t size = 0; size <= answer.size(); ++size) {
      TaskGroup tasks(test.loopback.context.get_executor());
      tasks.spawn(answer_in_part(test, answer.substr(0, size)));
      std::optional<CurlTransport> transport = test.make_transport();
      const std::string outcome = co_await ask(*transport, test.peer.origin("https"));
      const bool is_whole = size == answer.size() && answer != kUnframed;
      EXPECT_EQ(outcome, is_whole ? kBody : "reset") << "after " << size << " bytes of " << answer;
      co_await tasks.join();
    }
  }
  static Task<> cut_all(TlsFaults& test, int& cuts) {
    constexpr std::size_t kStep = 17;
    for (std::size_t limit = 1; limit > 0; limit += kStep) {
      test::TlsEnd end(test.loopback.context.get_executor(), test.context, test.loopback.server.port());
      Cutter cutter(test.loopback.context.get_executor(), end.port(), limit);
      end.start();
      cutter.start();
      std::optional<CurlTransport> transport = test.make_transport();
      const std::string outcome = co_await ask(*transport, cutter.origin("https"));
      transport.reset();
      const bool has_cut = cutter.has_cut();
      EXPECT_THAT(outcome, AnyOf(Eq("reset"), HasSubstr(" over TLS: "), Eq(kBody)));
      EXPECT_TRUE(has_cut || outcome == kBody) << outcome;
      cuts += has_cut;
      co_await cutter.stop();
      co_await end.stop();
      if (!has_cut) {
        co_return;
      }
    }
  }

  ssl::context context{ssl::context::tls_server};
};

// Goal: nobody in the network can shorten an answer by closing the connection, also if the answer ends with it.
TEST_F(TlsFaults, ACloseWithoutTlsIsAnErrorAtAnyByte) {
  loopback.run(meet_all(*this, kWithLength));
  loopback.run(meet_all(*this, kChunked));
  loopback.run(meet_all(*this, kUnframed));
}

// Goal: the same inside the handshake and inside a record.
TEST_F(TlsFaults, ACutAtAnyByteIsAnError) {
  int cuts = 0;
  loopback.run(cut_all(*this, cuts));
  EXPECT_GT(cuts, 50);
}

/// Sends the answer byte by byte, each in its own segment; then reads to the connection's end.
Task<> drip(Peer& peer, std::string answer) {
  tcp::socket socket = co_await peer.accept();
  socket.set_option(tcp::no_delay(true));
  co_await test::read_head(socket);
  for (const char byte : answer) {
    co_await test::write_text(socket, std::string(1, byte));
  }
  co_await test::read_to_end(socket);
}

Task<> take_dripping(Loopback& loopback, std::optional<CurlTransport>& transport, Peer& peer, std::string answer) {
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(drip(peer, std::move(answer)));
  const HttpResponse response = co_await transport->send(peer.get());
  EXPECT_EQ(response.body, kBody);
  transport.reset();
  co_await tasks.join();
}

// Goal: an answer that arrives byte by byte is read correctly.
TEST_F(FaultsTest, TakesAnAnswerByteByByte) {
  for (const std::string& answer : {kWithLength, kChunked, "HTTP/1.1 100 Continue\r\n\r\n" + kWithLength}) {
    std::optional<CurlTransport> transport = make_transport();
    loopback.run(take_dripping(loopback, transport, peer, answer));
  }
}

Task<> send(CurlTransport& transport, HttpRequest request) { co_await transport.send(std::move(request)); }

Task<> give_up_dripping(Loopback& loopback, CurlTransport& transport, Peer& peer, runtime::SimulatedClock& clock,
                        runtime::VirtualTime& time, bool& in_time) {
  TaskGroup tasks(loopback.context.get_executor());
  const auto ask = [](CurlTransport& over, HttpRequest request, runtime::Clock& by, bool& result) -> Task<> {
    result = co_await runtime::with_deadline(by, 10s, send(over, std::move(request)));
  };
  const TaskGroup::Handle asked = tasks.spawn(ask(transport, peer.get(), clock, in_time));
  tcp::socket socket = co_await peer.accept();
  co_await test::read_head(socket);
  for (const char byte : kWithLength.substr(0, kWithLength.size() - 1)) {
    co_await test::write_text(socket, std::string(1, byte));
    time.now += 100ms;
    clock.fire();
  }
  EXPECT_FALSE(asked.ended());
  time.now += 10s;
  clock.fire();
  co_await test::read_to_end(socket);
  co_await tasks.join();
  EXPECT_EQ(transport.in_flight(), 0U);
}

// Goal: a slow answer cannot extend a request beyond its deadline; its connection is then closed. Method: all bytes
// except the last, then the deadline in virtual time; the peer sees the connection's end.
TEST_F(FaultsTest, ADeadlineEndsAnAnswerThatDrips) {
  runtime::VirtualTime time;
  runtime::SimulatedClock clock(time);
  std::optional<CurlTransport> transport = make_transport();
  bool in_time = true;
  loopback.run(give_up_dripping(loopback, *transport, peer, clock, time, in_time));
  EXPECT_FALSE(in_time);
}

}  // namespace
}  // namespace ekiden::http
