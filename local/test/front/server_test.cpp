#include <ekiden/local/server.hpp>
#include <ekiden/runtime/real_clock.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ekiden::local {
namespace {

using boost::asio::ip::tcp;
using ::testing::HasSubstr;

class ServerTest : public ::testing::Test {
 protected:
  runtime::Env env() { return {context_.get_executor(), clock_, random_, events_, offload_}; }

  boost::asio::io_context context_{1};
  runtime::RealClock clock_{context_.get_executor()};
  runtime::Random random_{1};
  runtime::Events events_;
  runtime::ThreadOffload offload_{1};
};

// One request over a real socket; then the server is stopped.
Task<> exchange(Server& server, std::string& answer) {
  tcp::socket socket(co_await boost::asio::this_coro::executor);
  co_await socket.async_connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), server.port()),
                                boost::asio::use_awaitable);
  const std::string request =
      "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.CreateQueue\r\nConnection: close\r\n"
      "Content-Length: 17\r\n\r\n{\"QueueName\":\"q\"}";
  co_await boost::asio::async_write(socket, boost::asio::buffer(request), boost::asio::use_awaitable);
  boost::system::error_code error;
  co_await boost::asio::async_read(socket, boost::asio::dynamic_buffer(answer),
                                   boost::asio::redirect_error(boost::asio::use_awaitable, error));
  server.request_stop(std::chrono::seconds(1));
}

// Goal: a request works from socket to database and back; then the server ends properly.
TEST_F(ServerTest, AnswersOverASocket) {
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.seed = 7;
  Server server(env(), std::move(options));
  runtime::TaskGroup tasks(context_.get_executor());
  std::string answer;
  tasks.spawn(server.run());
  tasks.spawn(exchange(server, answer));
  context_.run();
  EXPECT_EQ(tasks.size(), 0U);
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr(R"({"QueueUrl":"http://localhost/000000000000/q"})"));
}

// Goal: a port in use gives one sentence that names the port and says what to do.
TEST_F(ServerTest, RefusesAPortInUse) {
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  const Server first(env(), options);
  options.listen = "127.0.0.1:" + std::to_string(first.port());
  try {
    const Server second(env(), options);
    FAIL();
  } catch (const StartError& error) {
    EXPECT_THAT(error.what(), HasSubstr(options.listen));
    EXPECT_THAT(error.what(), HasSubstr("--listen"));
  }
}

}  // namespace
}  // namespace ekiden::local
