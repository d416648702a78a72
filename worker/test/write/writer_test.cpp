// The Writer with a simulated table. The test plays the handlers: it puts items and records when each put returns.
#include "write/writer.hpp"

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "actor/actor_fixture.hpp"
#include "fleet/detour.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using aws::dynamodb::Item;
using testing::Each;
using testing::ElementsAre;

class WriterTest : public ActorFixture {
 protected:
  static constexpr const char* kPut = "\"PutRequest\"";
  static constexpr const char* kStored = "stored";

  Writer& run_writer() {
    auto& writer = make<Writer>(env(), books().dynamodb, books().writes, books().pulse);
    start(writer);
    return writer;
  }
  /// A Writer whose larger BatchWriteItem requests a proxy refuses with 413.
  void run_writer_behind_a_proxy(std::size_t body_max) {
    auto refuse = [body_max](const http::HttpRequest& request) {
      return request.body.size() > body_max ? std::optional(test::response_of(413, "<html>too large</html>"))
                                            : std::nullopt;
    };
    auto& proxy = make<test::Detour>(process_.transport(), std::make_shared<const test::Detour::Answer>(refuse));
    auto& client =
        make<aws::dynamodb::DynamoDbClient>(env(), proxy, testkit::local_credentials(), testkit::local_target());
    start(make<Writer>(env(), client, books().writes, books().pulse));
  }
  /// Runs the writer for 1 s and then ends it, like a crash.
  void run_doomed(Writer& writer) {
    inside([&] { simulation_.start(process_, doomed(env(), writer)); });
  }
  static Item item_of(std::size_t id, const std::string& title = "title") {
    return Item{{"id", std::to_string(id)}, {"title", title}};
  }
  /// Puts the item. results_[n] is the result of put number n, and empty until it returns.
  void put(Item item, const std::string& table = kTable) {
    const std::size_t position = results_.size();
    results_.emplace_back();
    inside(
        [&] { simulation_.start(process_, try_to_put(books().writes, table, std::move(item), results_, position)); });
  }
  void put_many(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      put(item_of(i));
    }
  }
  std::vector<std::size_t> batches() const { return entries("BatchWriteItem", kPut); }

  std::vector<std::string>& results_ = make<std::vector<std::string>>();

 private:
  static Task<> doomed(runtime::Env env, runtime::Actor& actor) {
    auto life = actor.run();
    co_await runtime::with_deadline(env.clock, 1s, std::move(life));
  }
  // Like a handler: it could still add to a batch until it waits for its own.
  static Task<> try_to_put(WriteBook& book, std::string table, Item item, std::vector<std::string>& results,
                           std::size_t position) {
    struct Running {
      Activity& activity;
      explicit Running(Activity& of) : activity(of) { activity.begin(); }
      ~Running() { activity.end(); }
    };
    const Running running(book.activity());
    try {
      co_await book.put(std::move(table), std::move(item));
      results[position] = kStored;
    } catch (const std::exception& error) {
      results[position] = error.what();
    }
  }
};

// Goal: puts are sent in batches of 25, and each item is stored when its put returns.
TEST_F(WriterTest, WritesInBatchesOf25) {
  put_many(60);
  run_writer();
  run_for(1s);
  EXPECT_THAT(batches(), testing::UnorderedElementsAre(25U, 25U, 10U));
  EXPECT_THAT(results_, Each(kStored));
  for (std::size_t i = 0; i < 60; ++i) {
    EXPECT_TRUE(item(std::to_string(i)));
  }
}

// Goal: a put returns only after the table has confirmed it, even if the item was stored and the answer was lost.
TEST_F(WriterTest, APutReturnsOnlyOnceTheTableHasConfirmedIt) {
  run_writer();
  put(item_of(0));
  run_for(1s);  // The key of the table is known.
  simulation_.network().set_conditions({.reset_answer = 1});
  put(item_of(1));
  run_for(1min);
  EXPECT_THAT(results_, ElementsAre(kStored, ""));
  simulation_.network().set_conditions({});
  EXPECT_TRUE(item("1"));
  run_for(10s);
  EXPECT_THAT(results_, ElementsAre(kStored, kStored));
}

// Goal: no put fails in an outage of any length, and the log has one line for the outage.
TEST_F(WriterTest, AnOutageIsWaitedOut) {
  run_writer();
  put(item_of(0));
  run_for(1s);
  faults_.unavailable = 1;
  put_many(30);
  run_for(10min);
  EXPECT_THAT(std::vector(results_.begin() + 1, results_.end()), Each(""));
  EXPECT_EQ(events(events::kWriteDelayed), 1U);
  faults_.unavailable = 0;
  run_for(10s);
  EXPECT_THAT(results_, Each(kStored));
}

// Goal: two writes of one key are never in one batch, which DynamoDB would reject, and never overtake each other.
TEST_F(WriterTest, OneKeyIsInOneBatchAtATime) {
  for (std::size_t i = 0; i < 5; ++i) {
    put(item_of(7, "title " + std::to_string(i)));
    put(item_of(100 + i));
  }
  run_writer();
  run_for(1s);
  EXPECT_THAT(batches(), ElementsAre(6U));
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_EQ(*item("7")->find("title")->string(), "title 4");
}

// Goal: 20,000 waiting puts of one key need a few requests, not one for each. The last item is stored, and all puts
// return.
TEST_F(WriterTest, AHotKeyIsStoredAtOnce) {
  constexpr std::size_t kPuts = 20'000;
  run_writer();
  put(item_of(7, "title 0"));
  run_for(1s);
  for (std::size_t i = 1; i < kPuts; ++i) {
    put(item_of(7, "title " + std::to_string(i)));
  }
  run_for(1s);
  EXPECT_EQ(std::ranges::count(results_, kStored), static_cast<std::ptrdiff_t>(kPuts));
  EXPECT_LE(batches().size(), 4U);
  EXPECT_EQ(*item("7")->find("title")->string(), "title 19999");
}

// Goal: a put that returned is durable, whatever was put meanwhile under the same key, also while the table throttles.
TEST_F(WriterTest, AHotKeyIsStoredInOrder) {
  faults_.unprocessed = 0.5;
  run_writer();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    put(item_of(7, std::to_string(i)));
    run_for(1ms);
    if (const auto stored = item("7")) {
      const std::size_t now = std::stoul(*stored->find("title")->string());
      EXPECT_GE(now, seen);
      seen = now;
    }
    for (std::size_t done = seen + 1; done < results_.size(); ++done) {
      EXPECT_EQ(results_[done], "") << done << " returned, but " << seen << " is stored";
    }
  }
  run_for(1min);
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_EQ(*item("7")->find("title")->string(), "199");
}

// Goal: an item that DynamoDB rejects does not fail the put of the same key before it.
TEST_F(WriterTest, ARefusedItemDoesNotFailEarlierPutsOfItsKey) {
  put(item_of(7, "first"));
  put(Item{{"id", "7"}, {"title", "second"}, {"set", aws::dynamodb::StringSet{}}});  // A set cannot be empty.
  put(item_of(8));
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_, ElementsAre(kStored, testing::HasSubstr("ValidationException"), kStored));
  EXPECT_EQ(*item("7")->find("title")->string(), "first");
}

// Goal: items that DynamoDB left unprocessed are written again, and their puts return only then.
TEST_F(WriterTest, UnprocessedItemsComeBack) {
  faults_.unprocessed = 0.7;
  run_writer();
  put_many(40);
  for (int step = 0; step < 60; ++step) {
    run_for(step < 30 ? 10ms : 1s);
    for (std::size_t i = 0; i < 40; ++i) {
      EXPECT_TRUE(results_[i].empty() || item(std::to_string(i))) << i;
    }
  }
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_GT(batches().size(), 2U);
  EXPECT_EQ(events(events::kWriteSlowed), 1U);
}

// Goal: while a table throttles everything, the writes to it become rarer and no put fails.
TEST_F(WriterTest, AThrottledTableGetsFewerRequests) {
  faults_.unprocessed = 1;
  run_writer();
  put_many(30);
  run_for(1min);
  const std::size_t first = batches().size();
  run_for(1min);
  const std::size_t second = batches().size() - first;
  EXPECT_LT(second, first);
  EXPECT_LE(second, 30U);
  EXPECT_GE(second, 10U);
  EXPECT_THAT(results_, Each(""));
  faults_.unprocessed = 0;
  run_for(20s);
  EXPECT_THAT(results_, Each(kStored));
}

// Goal: an invalid item fails only its own put, although DynamoDB rejects the whole batch because of it.
TEST_F(WriterTest, ARefusedItemFailsAlone) {
  put_many(10);
  put(Item{{"id", 7}});  // A number, but the key is a string.
  put(item_of(10));
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_[10], testing::HasSubstr("ValidationException"));
  results_.erase(results_.begin() + 10);
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_TRUE(item("10"));
}

// Goal: one invalid item among 25 is found with few requests: the batch is divided in halves, not into single items.
TEST_F(WriterTest, ARefusedBatchIsDividedInHalves) {
  put_many(24);
  put(Item{{"id", 7}});
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_.back(), testing::HasSubstr("ValidationException"));
  results_.pop_back();
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_LE(batches().size(), 11U);  // The whole batch, then two halves at each of five steps.
}

// Goal: a batch is cut by the bytes that it sends. Method: 25 items of 160 KB, which become 24 MB in a request, because
// JSON writes a control character with six bytes.
TEST_F(WriterTest, ABatchIsCutByTheBytesOfItsRequest) {
  for (std::size_t i = 0; i < 25; ++i) {
    put(item_of(i, std::string(160'000, '\x01')));
  }
  run_writer();
  run_for(10s);
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_THAT(batches(), ElementsAre(16U, 9U));
}

// Goal: what is refused for its size is divided until it passes. An item that alone is too large fails alone, at once.
TEST_F(WriterTest, WhatIsRefusedForItsSizeIsDivided) {
  put_many(12);
  put(item_of(12, std::string(3000, 'x')));
  for (std::size_t i = 13; i < 25; ++i) {
    put(item_of(i));
  }
  run_writer_behind_a_proxy(1000);
  run_for(1s);
  EXPECT_THAT(results_[12], testing::HasSubstr("HTTP 413"));
  EXPECT_FALSE(item("12"));
  results_.erase(results_.begin() + 12);
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_TRUE(item("24"));
}

// Goal: an item without the key attribute fails at once and alone.
TEST_F(WriterTest, AnItemWithoutItsKeyFailsAlone) {
  put(item_of(0));
  put(Item{{"title", "no key"}});
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_, ElementsAre(kStored, testing::HasSubstr("no attribute \"id\"")));
  EXPECT_THAT(batches(), ElementsAre(1U));
}

// Goal: writes to a missing table fail; writes to other tables succeed.
TEST_F(WriterTest, AMissingTableFailsItsWrites) {
  put(item_of(0), "nowhere");
  put(item_of(1));
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_, ElementsAre(testing::HasSubstr("ResourceNotFoundException"), kStored));
}

// Goal: a drain ends when the last waiting write is stored.
TEST_F(WriterTest, ADrainWritesWhatWaits) {
  faults_.unavailable = 1;
  put_many(30);
  Writer& writer = run_writer();
  run_for(1s);
  stop(writer);
  EXPECT_FALSE(ends_within(10s));
  faults_.unavailable = 0;
  EXPECT_TRUE(ends_within(10s));
  EXPECT_THAT(results_, Each(kStored));
}

// Goal: a crash of the Writer does not change the order of the puts of a key. Method: the first put is in flight at the
// crash, and the second one waits.
TEST_F(WriterTest, ACrashDoesNotReorderThePutsOfAKey) {
  auto& first = make<Writer>(env(), books().dynamodb, books().writes, books().pulse);
  books().writes.table(kTable).key_attributes = {"id"};
  simulation_.network().set_conditions({.lose_answer = 1});
  put(item_of(7, "first"));
  run_doomed(first);
  run_for(500ms);
  put(item_of(7, "second"));
  run_for(2s);
  EXPECT_THAT(results_, ElementsAre("", ""));
  simulation_.network().set_conditions({});
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_, Each(kStored));
  EXPECT_EQ(*item("7")->find("title")->string(), "second");
}

// Goal: the next Writer stores the writes of one that crashed. Method: the calls of the first Writer get no answer.
TEST_F(WriterTest, TheNextWriterStoresWhatACrashLeft) {
  auto& first = make<Writer>(env(), books().dynamodb, books().writes, books().pulse);
  books().writes.table(kTable).key_attributes = {"id"};
  simulation_.network().set_conditions({.lose_answer = 1});
  put_many(3);
  run_doomed(first);
  run_for(2s);
  EXPECT_EQ(batches().size(), 1U);
  EXPECT_THAT(results_, Each(""));
  simulation_.network().set_conditions({});
  run_writer();
  run_for(1s);
  EXPECT_THAT(results_, Each(kStored));
}

}  // namespace
}  // namespace ekiden::worker
