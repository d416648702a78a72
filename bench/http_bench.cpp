// Measures the CPU time of a request: of the client (budget 20 us) and of the server (15 us), each on its own thread,
// over kept-alive loopback connections. The argument is the number of requests in flight.
#include <ekiden/http/curl_transport.hpp>
#include <ekiden/http/server.hpp>
#include <ekiden/runtime/real_clock.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <ctime>
#include <future>
#include <optional>
#include <string>
#include <thread>

namespace ekiden::http {
namespace {

constexpr int kRequests = 20'000;  // Per iteration.

double thread_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

Task<HttpResponse> answer(HttpRequest) {
  co_return HttpResponse{
      200,
      {{"x-amzn-RequestId", "3a5a9a3e-0a63-5d3a-b07d-c5a2ad1f2a6f"}, {"Content-Type", "application/x-amz-json-1.0"}},
      std::string(400, 'r')};
}

/// A server on a thread of its own, which replaces another process.
class ServerThread {
 public:
  ServerThread() : thread_([this] { serve(); }) { url_ = listening_.get_future().get(); }
  ~ServerThread() {
    boost::asio::post(context_, [this] { server_->request_stop(runtime::Duration::zero()); });
    thread_.join();
  }
  const std::string& url() const { return url_; }
  double cpu_seconds() {
    std::promise<double> seconds;
    boost::asio::post(context_, [&seconds] { seconds.set_value(thread_cpu_seconds()); });
    return seconds.get_future().get();
  }

 private:
  void serve() {
    runtime::RealClock clock(context_.get_executor());
    server_.emplace(context_.get_executor(), clock, ServerOptions{}, answer);
    runtime::TaskGroup tasks(context_.get_executor());
    tasks.spawn(server_->run(), [this](const std::exception_ptr&) { context_.stop(); });
    listening_.set_value(server_->url());
    context_.run();
    server_.reset();
  }

  boost::asio::io_context context_{1};
  std::optional<Server> server_;
  std::promise<std::string> listening_;
  std::string url_;
  std::thread thread_;
};

Task<> send_some(CurlTransport& transport, std::string url, int& left) {
  const std::string body(600, 'q');
  while (left > 0) {
    --left;
    HttpRequest request{"POST",
                        url,
                        {{"Content-Type", "application/x-amz-json-1.0"},
                         {"X-Amz-Target", "DynamoDB_20120810.BatchWriteItem"},
                         {"X-Amz-Date", "20161219T000000Z"},
                         {"Authorization", std::string(200, 'a')}},
                        body};
    const HttpResponse response = co_await transport.send(std::move(request));
    benchmark::DoNotOptimize(response.body.size());
  }
}

Task<> send_all(CurlTransport& transport, boost::asio::io_context& context, std::string url, int count, int in_flight) {
  int left = count;
  runtime::TaskGroup tasks(context.get_executor());
  for (int i = 0; i < in_flight; ++i) {
    tasks.spawn(send_some(transport, url, left));
  }
  co_await tasks.join();
}

void requests(benchmark::State& state) {
  const int in_flight = static_cast<int>(state.range(0));
  ServerThread server;
  boost::asio::io_context context(1);
  runtime::RealClock clock(context.get_executor());
  CurlTransport transport(context.get_executor(), clock);
  const auto send = [&](int count) {
    runtime::TaskGroup tasks(context.get_executor());
    tasks.spawn(send_all(transport, context, server.url(), count, in_flight),
                [&context](const std::exception_ptr& error) {
                  context.stop();
                  if (error) {
                    std::rethrow_exception(error);
                  }
                });
    context.run();
    context.restart();
  };
  send(1000);
  const double client_start = thread_cpu_seconds();
  const double server_start = server.cpu_seconds();
  for (auto _ : state) {
    send(kRequests);
  }
  const double count = static_cast<double>(state.iterations()) * kRequests;
  state.counters["client_us"] = (thread_cpu_seconds() - client_start) * 1e6 / count;
  state.counters["server_us"] = (server.cpu_seconds() - server_start) * 1e6 / count;
  const CurlTransport::Stats stats = transport.stats();
  state.counters["connections"] = static_cast<double>(stats.connections_opened);
  state.counters["requests"] = static_cast<double>(stats.requests_sent);
  state.counters["requests/s"] = benchmark::Counter(count, benchmark::Counter::kIsRate);
}
BENCHMARK(requests)->Arg(1)->Arg(16)->Arg(64)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace ekiden::http

BENCHMARK_MAIN();
