// Measures what a call to AWS costs apart from the network: signing, and the JSON of the pipeline's three hot calls.
// Budgets: 4 us per signature, and 2 us of JSON per message (its share of a receive of 10, a delete batch of 10 and a
// batch write of 25).
#include <ekiden/aws/dynamodb/value_json.hpp>
#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/json/reader.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "sqs/codec.hpp"

namespace ekiden {
namespace {

// A body of 300 bytes, as `ekiden send --news` makes them.
std::string news_body(std::size_t i) {
  std::string body = R"({"user_id":"u)" + std::to_string(1'000'000 + i) +
                     R"(","news_id":"n0001","title":"","published_at":"2016-12-19T00:00:00Z"})";
  return body.insert(body.find("title") + 8, 300 - body.size(), 't');
}

std::string receive_answer(bool with_md5) {
  base::Digest md5 = base::Digest::md5();
  base::JsonWriter json;
  json.begin_object().key("Messages").begin_array();
  for (std::size_t i = 0; i < aws::sqs::kBatchMax; ++i) {
    json.begin_object().field("MessageId", "3a5a9a3e-0a63-5d3a-b07d-c5a2ad1f2a6f");
    json.field("ReceiptHandle", std::string(180, 'h'));
    if (with_md5) {
      json.field("MD5OfBody", base::to_hex(md5.of(news_body(i))));
    }
    json.field("Body", news_body(i)).key("Attributes").begin_object();
    json.field("ApproximateReceiveCount", "1").field("SentTimestamp", "1482105600123").end_object().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

void sign(benchmark::State& state) {
  aws::Sigv4 signer("us-east-1", "sqs");
  const aws::Credentials keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", {}};
  const std::string body(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    http::HttpRequest request;
    request.url = "http://127.0.0.1:4566/";
    request.headers.add("Content-Type", "application/x-amz-json-1.0");
    request.headers.add("X-Amz-Target", "AmazonSQS.ReceiveMessage");
    request.body = body;
    signer.sign(request, keys, runtime::WallTime(std::chrono::hours(400'000)));
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(sign)->Arg(200)->Arg(10'000);

void read_ten_messages(benchmark::State& state) {
  const std::string answer = receive_answer(state.range(0) != 0);
  base::Digest md5 = base::Digest::md5();
  base::JsonDocument document(32 * 1024);
  for (auto _ : state) {
    if (document.parse(answer)) {
      state.SkipWithError("no JSON");
    }
    std::vector<aws::sqs::Message> messages = aws::sqs::codec::read_messages(document.root(), md5, true).messages;
    benchmark::DoNotOptimize(messages);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(aws::sqs::kBatchMax));
}
BENCHMARK(read_ten_messages)->ArgName("md5")->Arg(0)->Arg(1);

// Parses a body as the worker does.
void parse_a_body(benchmark::State& state) {
  const std::string body = news_body(1);
  base::JsonDocument document;
  for (auto _ : state) {
    if (document.parse(body)) {
      state.SkipWithError("no JSON");
    }
    benchmark::DoNotOptimize(document.root().text("user_id"));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_a_body);

void encode_ten_deletes(benchmark::State& state) {
  const aws::sqs::QueueUrl queue("http://127.0.0.1:4566/000000000000/news");
  const std::vector<aws::sqs::ReceiptHandle> handles(aws::sqs::kBatchMax,
                                                     aws::sqs::ReceiptHandle(std::string(180, 'h')));
  for (auto _ : state) {
    std::string body = aws::sqs::codec::delete_batch(queue, handles);
    benchmark::DoNotOptimize(body);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(aws::sqs::kBatchMax));
}
BENCHMARK(encode_ten_deletes);

void read_ten_delete_results(benchmark::State& state) {
  std::string answer = R"({"Successful":[)";
  for (std::size_t i = 0; i < aws::sqs::kBatchMax; ++i) {
    answer += std::string(i == 0 ? "" : ",") + R"({"Id":")" + std::to_string(i) + R"("})";
  }
  answer += "]}";
  base::JsonDocument document;
  for (auto _ : state) {
    if (document.parse(answer)) {
      state.SkipWithError("no JSON");
    }
    aws::sqs::EntryResults results = aws::sqs::codec::read_entry_results(document.root(), aws::sqs::kBatchMax);
    benchmark::DoNotOptimize(results);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(aws::sqs::kBatchMax));
}
BENCHMARK(read_ten_delete_results);

void encode_twenty_five_items(benchmark::State& state) {
  constexpr std::size_t kItems = 25;
  aws::dynamodb::Item item;
  item.set("user_id", "u0000001").set("news_id", "n0001").set("title", std::string(210, 't'));
  item.set("published_at", "2016-12-19T00:00:00Z");
  for (auto _ : state) {
    base::JsonWriter json(kItems * 512);
    json.begin_array();
    for (std::size_t i = 0; i < kItems; ++i) {
      aws::dynamodb::write(json, item);
    }
    json.end_array();
    benchmark::DoNotOptimize(json.take());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems));
}
BENCHMARK(encode_twenty_five_items);

}  // namespace
}  // namespace ekiden
