// What is remembered about a host is suspect after a failure; and requests that must not arrive twice.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "failures/silence_fixture.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using test::kOk;
using test::tcp;

class DeadConnectionsTest : public test::SilenceTest {
 protected:
  // The first of three idle connections fails as `fail` says. The next request must have a new connection.
  template <typename Fail>
  static Task<> lose_one(DeadConnectionsTest& test, Fail fail) {
    std::vector<tcp::socket> sockets;
    co_await open(test, 3, sockets);
    HttpRequest request = test.request({});
    request.once = true;
    const auto failing = test.start(std::move(request));
    co_await turn();
    co_await fail(test, sockets.back());  // The most recently used connection is used first.
    co_await turn();
    EXPECT_TRUE(failing->error.has_value());
    const auto next = test.start(test.request({}));
    tcp::socket fresh = co_await test.peer.accept();
    co_await test::read_head(fresh);
    write_now(fresh, kOk);
    co_await turn();
    EXPECT_EQ(next->body, "ok");
    for (tcp::socket& socket : sockets) {
      if (socket.is_open()) {
        co_await test::read_to_end(socket);  // The transport has closed it.
      }
    }
    EXPECT_EQ(test.peer.connections, 4);
    co_await finish(test);
  }
};

// Goal: when open connections go silent, one request finds out, and the next one has a new connection, in any lane.
TEST_F(DeadConnectionsTest, SilenceMakesTheSiblingsSuspect) {
  const auto silence = [](DeadConnectionsTest& test, tcp::socket&) { return pass(test, 10s); };
  loopback.run(lose_one(*this, silence));
}

// Goal: the same when one connection is reset: what reset it has probably forgotten the others, too.
TEST_F(DeadConnectionsTest, AResetMakesTheSiblingsSuspect) {
  const auto reset = [](DeadConnectionsTest&, tcp::socket& socket) -> Task<> {
    co_await test::read_head(socket);
    socket.set_option(boost::asio::socket_base::linger(true, 0));
    socket.close();
  };
  loopback.run(lose_one(*this, reset));
}

struct Abandoned : DeadConnectionsTest {
  static Task<> send_one(CurlTransport& transport, HttpRequest request) { co_await transport.send(std::move(request)); }
  static Task<> give_up(Abandoned& test) {
    std::vector<tcp::socket> sockets;
    co_await open(test, 2, sockets);
    runtime::TaskGroup own(test.loopback.context.get_executor());
    const auto handle = own.spawn(send_one(*test.transport, test.peer.get()));
    co_await pass(test, 5s);
    handle.cancel();  // The caller's own deadline.
    co_await own.join();
    const auto next = test.start(test.request({}));
    tcp::socket fresh = co_await test.peer.accept();
    co_await test::read_head(fresh);
    write_now(fresh, kOk);
    co_await turn();
    EXPECT_EQ(next->body, "ok");
    co_await finish(test);
  }
};

// Goal: a caller with a deadline of its own meets one dead connection, not each of them.
TEST_F(Abandoned, MakesTheSiblingsSuspect) { loopback.run(give_up(*this)); }

struct OtherHost : DeadConnectionsTest {
  static Task<> keep(OtherHost& test, test::Peer& other) {
    std::vector<tcp::socket> sockets;
    HttpRequest request = other.get();
    request.url = "http://localhost" + request.url.substr(request.url.rfind(':'));
    const HttpRequest again = request;
    test.start(std::move(request));
    tcp::socket kept = co_await other.accept();
    co_await test::read_head(kept);
    write_now(kept, kOk);
    co_await open(test, 1, sockets);
    const auto failing = test.start(test.request({}));
    co_await pass(test, 10s);
    EXPECT_TRUE(failing->error.has_value());
    const auto next = test.start(again);
    co_await test::read_head(kept);
    write_now(kept, kOk);
    co_await turn();
    EXPECT_EQ(next->body, "ok");
    EXPECT_EQ(other.connections, 1);
    co_await finish(test);
  }
};

// Goal: the connections to other hosts are kept.
TEST_F(OtherHost, IsNotSuspect) {
  test::Peer other(loopback);
  loopback.run(keep(*this, other));
}

struct Once : DeadConnectionsTest {
  HttpRequest once() const {
    HttpRequest request = this->request({});
    request.once = true;
    return request;
  }
  static Task<> not_repeat(Once& test) {
    std::vector<tcp::socket> sockets;
    co_await open(test, 1, sockets);
    const auto lost = test.start(test.once());
    co_await test::read_head(sockets[0]);
    sockets[0].close();
    co_await turn();
    EXPECT_TRUE(lost->error.has_value());
    if (lost->error) {
      EXPECT_EQ(lost->error->kind(), TransportError::Kind::kReset);
      EXPECT_TRUE(lost->error->maybe_seen());
    }
    EXPECT_EQ(test.peer.connections, 1);
    co_await finish(test);
  }
  static Task<> notice(Once& test) {
    std::vector<tcp::socket> sockets;
    co_await open(test, 2, sockets);
    sockets[0].close();
    sockets[1].close();
    const auto sent = test.start(test.once());  // Before the loop sees that they are closed.
    tcp::socket fresh = co_await test.peer.accept();
    co_await test::read_head(fresh);
    write_now(fresh, kOk);
    co_await turn();
    EXPECT_EQ(sent->body, "ok");
    co_await finish(test);
  }
};

// Goal: a request that must not arrive twice is not repeated when its kept connection ends without an answer.
TEST_F(Once, IsNotRepeated) { loopback.run(not_repeat(*this)); }

// Goal: such a request is not sent on a connection that the peer has closed.
TEST_F(Once, NoticesAClosedConnection) { loopback.run(notice(*this)); }

struct SocketOptions : DeadConnectionsTest {
  static int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
  }
  // The descriptor of the client's end of the connection.
  static int other_end(const tcp::socket& socket) {
    for (int fd = 0; fd < 256; ++fd) {
      sockaddr_in name{};
      socklen_t size = sizeof name;
      if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0 && name.sin_family == AF_INET &&
          ntohs(name.sin_port) == socket.remote_endpoint().port()) {
        return fd;
      }
    }
    return -1;
  }
  static Task<> look(SocketOptions& test) {
    std::vector<tcp::socket> sockets;
    co_await open(test, 1, sockets);
    const int fd = other_end(sockets[0]);
    EXPECT_GE(fd, 0);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 20'000);
    EXPECT_EQ(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 10);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPINTVL), 5);
    co_await finish(test);
  }
};

// Goal: the kernel finds out about a dead peer in 20 s, also while an answer is awaited. Source: tcp(7).
TEST_F(SocketOptions, FindADeadPeer) { loopback.run(look(*this)); }

}  // namespace
}  // namespace ekiden::http
