#include "write/write_book.hpp"

#include <ekiden/runtime/simulated/loop.hpp>

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using aws::dynamodb::Item;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Property;
using testing::SizeIs;

std::string message_of(const std::exception_ptr& error) {
  try {
    if (error) {
      std::rethrow_exception(error);
    }
    return "no error";
  } catch (const std::exception& thrown) {
    return thrown.what();
  }
}

class TableWritesTest : public testing::Test {
 protected:
  TableWritesTest() {
    table.key_attributes = {"id"};
    activity.begin();  // A handler runs that could still add to a batch.
  }

  runtime::Answer<Written> push(Item item) {
    auto question = runtime::make_question<Written>();
    table.push(Write{.item = std::make_shared<const Item>(std::move(item)), .reply = std::move(question.reply)});
    return std::move(question.answer);
  }
  void push_many(std::size_t count, std::size_t first = 0) {
    for (std::size_t i = 0; i < count; ++i) {
      push(Item{{"id", std::to_string(first + i)}});
    }
  }
  /// The ids of a batch's items.
  static std::vector<std::string> ids(const TableWrites::Batch& batch) {
    std::vector<std::string> found;
    for (const Write& write : batch.writes) {
      found.push_back(*write.item->find("id")->string());
    }
    return found;
  }
  static std::string title_of(const Write& write) { return *write.item->find("title")->string(); }
  std::vector<std::string> take_ids() { return ids(table.take()); }

  runtime::SimulatedLoop loop;
  Activity activity;
  Outages outages{loop.env(), "news"};
  TableWrites table{outages, "news-table", loop.clock(), activity, 5ms};
};

// Goal: a batch leaves as soon as it has 25 writes; the remaining writes wait for more.
TEST_F(TableWritesTest, AFullBatchLeavesAtOnce) {
  push_many(24);
  EXPECT_THAT(table.take().writes, IsEmpty());
  push_many(6, 24);
  EXPECT_THAT(table.take().writes, SizeIs(25));
  EXPECT_THAT(table.take().writes, IsEmpty());
  EXPECT_FALSE(table.empty());
}

// Goal: a batch that is not full leaves when its oldest write has waited for the linger, and next_due() says when.
TEST_F(TableWritesTest, APartOfABatchLeavesAfterTheLinger) {
  push_many(2);
  loop.run_for(3ms);
  push_many(1, 2);
  EXPECT_EQ(table.next_due(), loop.clock().now() + 2ms);
  EXPECT_THAT(table.take().writes, IsEmpty());
  loop.run_for(2ms);
  EXPECT_THAT(take_ids(), ElementsAre("0", "1", "2"));
  EXPECT_FALSE(table.next_due());
}

// Goal: a batch leaves at once if no handler is left that could add to it.
TEST_F(TableWritesTest, ABatchLeavesWhenAllHandlersWait) {
  push_many(1);
  activity.end();
  EXPECT_THAT(table.take().writes, SizeIs(1));
}

// Goal: before the table's key is known, no batch leaves and none is due.
TEST_F(TableWritesTest, NothingLeavesBeforeTheKeyIsKnown) {
  table.key_attributes.clear();
  push_many(30);
  loop.run_for(1s);
  EXPECT_THAT(table.take().writes, IsEmpty());
  EXPECT_FALSE(table.next_due());
  table.key_attributes = {"id"};
  EXPECT_THAT(table.take().writes, SizeIs(25));
}

// Goal: a key is in one batch at a time. Puts of it that arrive meanwhile become one write of the last item, which
// leaves after the first one's batch has ended, and before later writes. Other keys do not wait for it.
TEST_F(TableWritesTest, OneKeyIsInOneBatchAtATime) {
  push(Item{{"id", "a"}, {"title", "first"}});
  push(Item{{"id", "b"}});
  loop.run_for(5ms);
  TableWrites::Batch first = table.take();
  EXPECT_THAT(ids(first), ElementsAre("a", "b"));
  push(Item{{"id", "a"}, {"title", "second"}});
  EXPECT_FALSE(table.next_due()) << "the end of the batch wakes the Writer";
  push(Item{{"id", "c"}});
  push(Item{{"id", "a"}, {"title", "third"}});
  loop.run_for(5ms);
  EXPECT_EQ(table.next_due(), loop.clock().now());
  EXPECT_THAT(take_ids(), ElementsAre("c"));
  push(Item{{"id", "d"}});
  table.release(first.keys);
  TableWrites::Batch third = table.take();
  ASSERT_THAT(ids(third), ElementsAre("a", "d"));
  EXPECT_EQ(title_of(third.writes[0]), "third");
}

// Goal: all puts of a key that wait together are done when the last of them is durable, and not before.
TEST_F(TableWritesTest, PutsOfOneKeyAreDoneTogether) {
  std::vector<runtime::Answer<Written>> answers;
  for (const char* title : {"first", "second", "third"}) {
    answers.push_back(push(Item{{"id", "a"}, {"title", title}}));
  }
  loop.run_for(5ms);
  TableWrites::Batch batch = table.take();
  ASSERT_THAT(batch.writes, SizeIs(1));
  EXPECT_EQ(title_of(batch.writes[0]), "third");
  EXPECT_THAT(answers, Each(Property(&runtime::Answer<Written>::ready, false)));
  batch.writes[0].complete(Written{});
  EXPECT_THAT(answers, Each(Property(&runtime::Answer<Written>::ready, true)));
  table.release(batch.keys);
  EXPECT_TRUE(table.empty());
}

// Goal: an item that DynamoDB rejects fails its own put. The put of the same key before it is sent then.
TEST_F(TableWritesTest, ARejectedItemFailsOnlyTheNewestPut) {
  runtime::Answer<Written> first = push(Item{{"id", "a"}, {"title", "first"}});
  runtime::Answer<Written> second = push(Item{{"id", "a"}, {"title", "second"}});
  loop.run_for(5ms);
  TableWrites::Batch batch = table.take();
  const auto refused = std::make_exception_ptr(std::runtime_error("refused"));
  EXPECT_TRUE(batch.writes[0].fail_newest(refused));
  EXPECT_EQ(message_of(loop.run(second.get()).value().error), "refused");
  EXPECT_FALSE(first.ready());
  EXPECT_EQ(title_of(batch.writes[0]), "first");
  EXPECT_FALSE(batch.writes[0].fail_newest(refused));
  EXPECT_TRUE(first.ready());
}

// Goal: the order of the puts of a key is that of their first arrival, also if a crash of the Writer made an earlier
// one arrive again, after later ones.
TEST_F(TableWritesTest, APutKeepsItsPlaceAfterACrash) {
  const auto put = [this](const char* title, std::uint64_t arrival) {
    auto item = std::make_shared<const Item>(Item{{"id", "a"}, {"title", title}});
    table.push(Write{.item = std::move(item), .reply = {}, .arrival = arrival});
  };
  put("third", 3);
  put("first", 1);
  put("fourth", 4);
  put("second", 2);
  loop.run_for(5ms);
  TableWrites::Batch batch = table.take();
  ASSERT_THAT(batch.writes, SizeIs(1));
  for (const char* title : {"fourth", "third", "second", "first"}) {
    EXPECT_EQ(title_of(batch.writes[0]), title);
    batch.writes[0].fail_newest(nullptr);
  }
}

// Goal: the work for a hot key is linear in its writes, also while DynamoDB throttles it and new writes arrive. Method:
// count the moves of writes.
TEST_F(TableWritesTest, AHotKeyCostsLinearWork) {
  constexpr std::size_t kWrites = 20'000;
  activity.end();
  std::vector<runtime::Answer<Written>> answers;
  TableWrites::Batch batch;
  for (std::size_t i = 0; i < kWrites; ++i) {
    answers.push_back(push(Item{{"id", "hot"}, {"count", static_cast<std::int64_t>(i)}}));
    if (i % 100 == 0) {  // A batch ends: the table has throttled it.
      if (!batch.writes.empty()) {
        table.put_back(std::move(batch.writes));
        table.release(batch.keys);
      }
      batch = table.take();
      ASSERT_THAT(batch.writes, SizeIs(1));
    }
  }
  table.put_back(std::move(batch.writes));
  table.release(batch.keys);
  batch = table.take();
  ASSERT_THAT(batch.writes, SizeIs(1));
  EXPECT_EQ(batch.writes[0].item->find("count")->integer(), kWrites - 1);
  EXPECT_LE(table.steps(), 3 * kWrites);
  batch.writes[0].complete(Written{});
  EXPECT_THAT(answers, Each(Property(&runtime::Answer<Written>::ready, true)));
}

// Goal: two keys are equal only if all their attributes have the same type and value. "ab" + "c" differs from "a" +
// "bc".
TEST_F(TableWritesTest, DistinctKeysAreDistinct) {
  table.key_attributes = {"id", "part"};
  push(Item{{"id", "ab"}, {"part", "c"}});
  push(Item{{"id", "a"}, {"part", "bc"}});
  push(Item{{"id", "1"}, {"part", "c"}});
  push(Item{{"id", "1"}, {"part", 1}});
  push(Item{{"id", "1"}, {"part", "1"}});
  push(Item{{"id", "1"}, {"part", aws::dynamodb::Binary{"1"}}});
  push(Item{{"id", "1"}, {"part", 1}});  // The same key again.
  loop.run_for(5ms);
  EXPECT_THAT(table.take().writes, SizeIs(6));
}

// Goal: two texts of one number are one key, as they are for DynamoDB, which would reject a batch with both.
TEST_F(TableWritesTest, TextsOfOneNumberAreOneKey) {
  using aws::dynamodb::Number;
  for (const char* text : {"1", "1.0", "+1", "10e-1", "0.1E1", "01"}) {
    push(Item{{"id", Number{text}}});
  }
  push(Item{{"id", Number{"-1"}}});
  push(Item{{"id", Number{"10"}}});
  push(Item{{"id", Number{"1.000000000000000000000000001"}}});
  push(Item{{"id", Number{"-0"}}});
  push(Item{{"id", Number{"0.0"}}});
  loop.run_for(5ms);
  EXPECT_THAT(table.take().writes, SizeIs(5));
}

// Goal: writes that DynamoDB left unprocessed leave first, in their old order, as soon as their keys are free.
TEST_F(TableWritesTest, WhatIsPutBackLeavesFirst) {
  push_many(30);
  TableWrites::Batch batch = table.take();
  std::vector<Write> left;
  left.push_back(std::move(batch.writes[3]));
  left.push_back(std::move(batch.writes[8]));
  table.put_back(std::move(left));
  table.release(batch.keys);
  loop.run_for(5ms);
  EXPECT_THAT(take_ids(), ElementsAre("3", "8", "25", "26", "27", "28", "29"));
}

// Goal: a batch ends before its request is too large. An item that does not fit leaves first in the next one, and small
// ones do not overtake it.
TEST_F(TableWritesTest, ABatchEndsBeforeItsRequestIsTooLarge) {
  const std::string large(390'000, '\x01');  // 2.3 MB in a request.
  for (int i = 0; i < 8; ++i) {
    push(Item{{"id", std::to_string(i)}, {"text", large}});
  }
  push(Item{{"id", "small"}});
  loop.run_for(5ms);
  EXPECT_THAT(take_ids(), ElementsAre("0", "1", "2", "3", "4", "5"));
  EXPECT_THAT(take_ids(), ElementsAre("6", "7", "small"));
}

// Goal: an item without a key attribute fails alone and is not sent to DynamoDB.
TEST_F(TableWritesTest, AnItemWithoutItsKeyFailsAlone) {
  push_many(1);
  runtime::Answer<Written> guilty = push(Item{{"title", "no key"}});
  push_many(1, 1);
  loop.run_for(5ms);
  EXPECT_THAT(take_ids(), ElementsAre("0", "1"));
  ASSERT_TRUE(guilty.ready());
  EXPECT_THAT(message_of(loop.run(guilty.get()).value().error),
              HasSubstr("\"id\", which is part of the table's key: set it in the item"));
}

// Goal: no more batches are in flight than the pace allows. When one ends, the next can leave.
TEST_F(TableWritesTest, BatchesTakeTheirPlaceInThePace) {
  push_many(25 * (kWriteBatchesMax + 1));
  std::vector<TableWrites::Batch> in_flight;
  for (std::size_t i = 0; i < kWriteBatchesMax; ++i) {
    in_flight.push_back(table.take());
    EXPECT_THAT(in_flight.back().writes, SizeIs(25));
  }
  EXPECT_THAT(table.take().writes, IsEmpty());
  table.release(in_flight.front().keys);
  EXPECT_THAT(table.take().writes, SizeIs(25));
}

// Goal: if a table cannot be used, all its waiting writes fail with the reason.
TEST_F(TableWritesTest, FailsAllThatWait) {
  runtime::Answer<Written> first = push(Item{{"id", "a"}});
  runtime::Answer<Written> second = push(Item{{"id", "b"}});
  table.fail_all(std::make_exception_ptr(std::runtime_error("no such table")));
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(message_of(loop.run(first.get()).value().error), "no such table");
  EXPECT_EQ(message_of(loop.run(second.get()).value().error), "no such table");
}

class WriteBookTest : public testing::Test {
 protected:
  WriteBookTest() {
    book.table("t").key_attributes = {"id"};
    activity.begin();
  }
  /// Starts a put; ended_ and error_ say how it ended.
  void start_put(Item item) {
    auto on_end = [this](std::exception_ptr error) {
      ended_ = true;
      error_ = std::move(error);
    };
    boost::asio::co_spawn(loop.context(), book.put("t", std::move(item)), std::move(on_end));
    loop.run_for(1ms);
  }
  std::vector<Write> take() { return book.table("t").take().writes; }

  bool ended_ = false;
  std::exception_ptr error_;
  runtime::SimulatedLoop loop;
  Activity activity;
  Outages outages{loop.env(), "news"};
  WriteBook book{outages, loop.clock(), activity, 0ms};
};

// Goal: put() returns only when its write is answered. A handler that waits for it counts as idle.
TEST_F(WriteBookTest, APutWaitsForItsAnswer) {
  start_put(Item{{"id", "a"}});
  EXPECT_TRUE(activity.idle());
  std::vector<Write> writes = take();
  ASSERT_THAT(writes, SizeIs(1));
  loop.run_for(1h);
  EXPECT_FALSE(ended_);
  writes[0].reply.complete(Written{});
  loop.run_for(1ms);
  EXPECT_TRUE(ended_);
  EXPECT_FALSE(error_);
  EXPECT_FALSE(activity.idle());
}

// Goal: if the Writer crashes, put() requests the write again with the same item.
TEST_F(WriteBookTest, APutSurvivesACrashOfTheWriter) {
  start_put(Item{{"id", "a"}});
  {
    TableWrites::Batch lost = book.table("t").take();
    ASSERT_THAT(lost.writes, SizeIs(1));
    book.table("t").release(lost.keys);
  }
  loop.run_for(1ms);
  EXPECT_FALSE(ended_);
  std::vector<Write> writes = take();
  ASSERT_THAT(writes, SizeIs(1));
  EXPECT_EQ(*writes[0].item->find("id")->string(), "a");
}

// Goal: put() throws the error with which its write failed.
TEST_F(WriteBookTest, APutThrowsWhatItsWriteFailedWith) {
  start_put(Item{{"id", "a"}});
  take().at(0).reply.complete(Written{std::make_exception_ptr(std::runtime_error("refused"))});
  loop.run_for(1ms);
  ASSERT_TRUE(error_);
  EXPECT_EQ(message_of(error_), "refused");
}

// Goal: put() rejects an item that is too large for DynamoDB, because DynamoDB would reject its whole batch.
TEST_F(WriteBookTest, AnItemThatIsTooLargeIsRefusedAtOnce) {
  start_put(Item{{"id", "a"}, {"text", std::string(aws::dynamodb::kItemBytesMax, 'x')}});
  ASSERT_TRUE(error_);
  EXPECT_THAT(message_of(error_),
              HasSubstr(" bytes, but DynamoDB stores at most 409600 in one item: store less in it"));
  EXPECT_TRUE(book.table("t").empty());
}

}  // namespace
}  // namespace ekiden::worker
