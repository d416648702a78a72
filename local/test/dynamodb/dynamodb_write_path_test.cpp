#include <gtest/gtest.h>

#include "dynamodb/rows/write_path.hpp"
#include "dynamodb/tables/tables.hpp"
#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

using dynamodb::Item;
using dynamodb::Key;
using dynamodb::NewItem;
using dynamodb::OldItem;
using dynamodb::Table;
using dynamodb::TableRows;
using dynamodb::WritePath;

// Items and bytes of a table, from DescribeTable.
std::string counts(DynamoDbServer& server, const std::string& name) {
  const std::string table = member(server.call("DescribeTable", "{'TableName':'" + name + "'}"), "Table");
  return member(table, "ItemCount") + " " + member(table, "TableSizeBytes");
}

// Goal: the counts are right whether or not the old item was read. Method: each operation, with and without a condition
// or return value that needs the old item.
TEST(DynamoDbWritePathTest, CountsTheSameWithAndWithoutTheOldItem) {
  DynamoDbServer server;
  server.create_hash_table("counted");
  server.call("PutItem",
              "{'TableName':'counted','Item':{'id':{'S':'a'},'v':{'S':'1'}},"
              "'ConditionExpression':'attribute_not_exists(id)'}");
  EXPECT_EQ(counts(server, "counted"), "1 5");
  server.call("PutItem", "{'TableName':'counted','Item':{'id':{'S':'a'},'v':{'S':'12345'}},'ReturnValues':'ALL_OLD'}");
  EXPECT_EQ(counts(server, "counted"), "1 9");
  server.call("UpdateItem",
              "{'TableName':'counted','Key':{'id':{'S':'a'}},'UpdateExpression':'SET v = :v',"
              "'ExpressionAttributeValues':{':v':{'S':'123'}}}");
  EXPECT_EQ(counts(server, "counted"), "1 7");
  server.call("UpdateItem", "{'TableName':'counted','Key':{'id':{'S':'b'}},'UpdateExpression':'REMOVE v'}");
  EXPECT_EQ(server.effects.items_written, 0);
  EXPECT_EQ(counts(server, "counted"), "1 7");
  server.call("DeleteItem", "{'TableName':'counted','Key':{'id':{'S':'a'}},'ReturnValues':'ALL_OLD'}");
  EXPECT_EQ(counts(server, "counted"), "0 0");
}

// Goal: a batch updates the counts of each of its tables, and reports its effects.
TEST(DynamoDbWritePathTest, CountsEachTableOfABatch) {
  DynamoDbServer server;
  server.create_hash_table("one");
  server.create_hash_table("two");
  server.call("PutItem", "{'TableName':'one','Item':{'id':{'S':'old'},'v':{'S':'12345'}}}");
  server.call("PutItem", "{'TableName':'two','Item':{'id':{'S':'old'}}}");
  server.call("BatchWriteItem",
              "{'RequestItems':{'two':[{'PutRequest':{'Item':{'id':{'S':'a'}}}},"
              "{'DeleteRequest':{'Key':{'id':{'S':'old'}}}},{'DeleteRequest':{'Key':{'id':{'S':'absent'}}}}],"
              "'one':[{'PutRequest':{'Item':{'id':{'S':'a'}}}},{'PutRequest':{'Item':{'id':{'S':'b'}}}},"
              "{'PutRequest':{'Item':{'id':{'S':'old'}}}}]}}");
  EXPECT_EQ(server.effects.items_written, 5);
  EXPECT_EQ(counts(server, "one"), "3 11");
  EXPECT_EQ(counts(server, "two"), "1 3");
}

class OldItemTest : public ::testing::Test {
 protected:
  OldItemTest() {
    server_.create_hash_table("counted");
    server_.call("PutItem", "{'TableName':'counted','Item':{'id':{'S':'a'},'v':{'S':'old'}}}");
    table_ = dynamodb::require_table(server_.database, "counted");
    item_.emplace("id", dynamodb::json::object{{"S", "a"}});
  }
  OldItem old() { return {TableRows(server_.database, table_), key_, {}}; }
  void put(OldItem& old) {
    WritePath writes(server_.database, server_.effects);
    writes.apply(table_, key_, old, NewItem{&item_, dynamodb::item_size(item_)});
    writes.finish();
  }

  DynamoDbServer server_;
  Table table_;
  const Key key_{"a", ""};
  Item item_;
};

// Goal: a put that does not need the old item does not read it: the speed of batches depends on this.
TEST_F(OldItemTest, IsNotReadUnlessAskedFor) {
  OldItem unread = old();
  put(unread);
  EXPECT_FALSE(unread.known());
}

// Goal: an old item that was read before the change stays unchanged afterwards.
TEST_F(OldItemTest, OutlivesTheChange) {
  OldItem read = old();
  ASSERT_NE(read.stored(), nullptr);
  put(read);
  EXPECT_EQ(read.item().at("v").at("S").as_string(), "old");
}

// Goal: the new item is never returned as the old one.
TEST_F(OldItemTest, IsLostOnceReplaced) {
  OldItem unread = old();
  put(unread);
  EXPECT_DEATH(unread.stored(), "assertion failed");
}

}  // namespace
}  // namespace ekiden::local
