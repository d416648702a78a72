// Measures how many items per second the local DynamoDB writes and reads, without HTTP, in memory: one transaction for
// each group of calls, as the server's store runs them.
#include <ekiden/runtime/random.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "dynamodb/tables/schema.hpp"
#include "front/route.hpp"
#include "store/database.hpp"

namespace ekiden::local {
namespace {

constexpr int kBatch = 25;
constexpr int kCallsInGroup = 16;
constexpr int kUsers = 200'000;

/// A database with the example application's table.
class Server {
 public:
  Server() {
    dynamodb::create_tables(database_);
    call("CreateTable",
         R"({"TableName":"news","BillingMode":"PAY_PER_REQUEST","KeySchema":[)"
         R"({"AttributeName":"user_id","KeyType":"HASH"},{"AttributeName":"news_id","KeyType":"RANGE"}],)"
         R"("AttributeDefinitions":[{"AttributeName":"user_id","AttributeType":"S"},)"
         R"({"AttributeName":"news_id","AttributeType":"S"}]})");
  }

  std::string call(std::string_view operation, std::string body) {
    http::HttpRequest request;
    request.headers.add("X-Amz-Target", "DynamoDB_20120810." + std::string(operation));
    request.body = std::move(body);
    Session session{.database = database_, .random = random_, .now = runtime::WallTime()};
    const SharedCall call = enter(std::move(request));
    return call->frontend->apply(session, *call).body;
  }

  Database& database() { return database_; }

 private:
  Database database_;
  runtime::Random random_{1};
};

std::string key(int user) {
  char text[96];
  std::snprintf(text, sizeof(text), R"("user_id":{"S":"u%07d"},"news_id":{"S":"n0001"})", user);
  return text;
}

/// An item of about 300 bytes.
std::string item(int user) {
  return "{" + key(user) + R"(,"title":{"S":")" + std::string(180, 't') +
         R"("},"published_at":{"S":"2016-12-19T00:00:00Z"}})";
}

std::string batch_body(int first_user) {
  std::string body = R"({"RequestItems":{"news":[)";
  for (int i = 0; i < kBatch; ++i) {
    body += (i == 0 ? "" : ",") + (R"({"PutRequest":{"Item":)" + item((first_user + i * 7919) % kUsers) + "}}");
  }
  return body + "]}}";
}

void batch_write(benchmark::State& state) {
  std::vector<std::string> bodies;
  for (int user = 0; user < kUsers; user += kBatch) {
    bodies.push_back(batch_body(user));
  }
  Server server;
  std::size_t next = 0;
  for (auto _ : state) {
    Transaction group(server.database());
    for (int i = 0; i < kCallsInGroup; ++i) {
      benchmark::DoNotOptimize(server.call("BatchWriteItem", bodies[next++ % bodies.size()]));
    }
    group.commit();
  }
  state.SetItemsProcessed(state.iterations() * kCallsInGroup * kBatch);
}
BENCHMARK(batch_write);

void put(benchmark::State& state) {
  Server server;
  int user = 0;
  for (auto _ : state) {
    Transaction group(server.database());
    for (int i = 0; i < kCallsInGroup; ++i) {
      benchmark::DoNotOptimize(server.call("PutItem", R"({"TableName":"news","Item":)" + item(user++ % kUsers) + "}"));
    }
    group.commit();
  }
  state.SetItemsProcessed(state.iterations() * kCallsInGroup);
}
BENCHMARK(put);

void get(benchmark::State& state) {
  Server server;
  for (int user = 0; user < 10'000; user += kBatch) {
    server.call("BatchWriteItem", batch_body(user));
  }
  int user = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(server.call("GetItem", R"({"TableName":"news","Key":{)" + key(user++ % 10'000) + "}}"));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(get);

void scan(benchmark::State& state) {
  Server server;
  for (int user = 0; user < 10'000; user += kBatch) {
    server.call("BatchWriteItem", batch_body(user));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(server.call("Scan", R"({"TableName":"news","Limit":3000})"));
  }
  state.SetItemsProcessed(state.iterations() * 3000);
}
BENCHMARK(scan);

}  // namespace
}  // namespace ekiden::local
