// Measures how many messages per second the local SQS handles, without HTTP: groups of ten calls of ten messages, one
// transaction for each group, as the server's store runs them. Every message is sent, received and deleted once.
#include <ekiden/runtime/random.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "front/route.hpp"
#include "sqs/schema.hpp"
#include "store/database.hpp"

namespace ekiden::local {
namespace {

constexpr int kBatch = 10;
constexpr int kCallsInGroup = 10;
constexpr int kBodySize = 300;

class Server {
 public:
  explicit Server(const DatabaseOptions& options) : database_(options) {
    sqs::create_tables(database_);
    call("CreateQueue", R"({"QueueName":"news"})");
  }

  std::string call(const std::string& operation, std::string body) {
    http::HttpRequest request;
    request.url = "/";
    request.headers.add("Host", "127.0.0.1:4566");
    request.headers.add("X-Amz-Target", "AmazonSQS." + operation);
    request.body = std::move(body);
    const runtime::WallTime now{std::chrono::milliseconds(++now_ms_)};
    Session session{.database = database_, .random = random_, .now = now};
    const SharedCall call = enter(std::move(request));
    return call->frontend->apply(session, *call).body;
  }

  // Calls one operation with each body, in one transaction.
  std::vector<std::string> group(const std::string& operation, const std::vector<std::string>& bodies) {
    std::vector<std::string> answers;
    Transaction transaction(database_);
    for (const std::string& body : bodies) {
      answers.push_back(call(operation, body));
    }
    transaction.commit();
    if (database_.wal_pages() >= 16'384) {
      database_.checkpoint();
    }
    return answers;
  }

 private:
  Database database_;
  runtime::Random random_{1};
  std::int64_t now_ms_ = 1'482'105'600'000;
};

constexpr const char* kQueue = R"({"QueueUrl":"http://127.0.0.1:4566/000000000000/news")";

std::string send_body() {
  std::string body = std::string(kQueue) + R"(,"Entries":[)";
  for (int i = 0; i < kBatch; ++i) {
    body += (i == 0 ? "" : ",") + (R"({"Id":")" + std::to_string(i) + R"(","MessageBody":")") +
            std::string(kBodySize, 'm') + "\"}";
  }
  return body + "]}";
}

std::string delete_body(const std::string& received) {
  std::string body = std::string(kQueue) + R"(,"Entries":[)";
  constexpr std::string_view kMark = R"("ReceiptHandle":")";
  int i = 0;
  for (std::size_t at = received.find(kMark); at != std::string::npos; at = received.find(kMark, at + 1)) {
    const std::size_t from = at + kMark.size();
    body += (i == 0 ? "" : ",") + (R"({"Id":")" + std::to_string(i) + R"(","ReceiptHandle":")") +
            received.substr(from, received.find('"', from) - from) + "\"}";
    ++i;
  }
  return body + "]}";
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void cycle(benchmark::State& state, const DatabaseOptions& options) {
  Server server(options);
  const std::vector<std::string> sends(kCallsInGroup, send_body());
  const std::vector<std::string> receives(kCallsInGroup, std::string(kQueue) + R"(,"MaxNumberOfMessages":10})");
  for (int i = 0; i < state.range(0); i += kBatch * kCallsInGroup) {
    server.group("SendMessageBatch", sends);
  }
  double send = 0;
  double receive = 0;
  double remove = 0;
  for (auto _ : state) {
    auto begun = std::chrono::steady_clock::now();
    server.group("SendMessageBatch", sends);
    send += seconds_since(begun);
    begun = std::chrono::steady_clock::now();
    const std::vector<std::string> received = server.group("ReceiveMessage", receives);
    receive += seconds_since(begun);
    std::vector<std::string> deletes;
    for (const std::string& each : received) {
      deletes.push_back(delete_body(each));
    }
    begun = std::chrono::steady_clock::now();
    server.group("DeleteMessageBatch", deletes);
    remove += seconds_since(begun);
  }
  const auto messages = static_cast<double>(state.iterations()) * kBatch * kCallsInGroup;
  state.SetItemsProcessed(state.iterations() * kBatch * kCallsInGroup);
  state.counters["send_us"] = send / messages * 1e6;
  state.counters["receive_us"] = receive / messages * 1e6;
  state.counters["delete_us"] = remove / messages * 1e6;
}

void in_memory(benchmark::State& state) { cycle(state, {}); }
BENCHMARK(in_memory)->ArgName("backlog")->Arg(0)->Arg(200'000)->Unit(benchmark::kMicrosecond);

void durable(benchmark::State& state) {
  std::string folder = (std::filesystem::temp_directory_path() / "ekiden-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    state.SkipWithError("cannot create a temporary folder");
    return;
  }
  DatabaseOptions options;
  options.path = folder + "/ekiden.db";
  cycle(state, options);
  std::filesystem::remove_all(folder);
}
BENCHMARK(durable)->ArgName("backlog")->Arg(0)->Arg(200'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ekiden::local
