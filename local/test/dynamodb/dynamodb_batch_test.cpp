#include <gtest/gtest.h>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

std::string put(int id, const std::string& more = "") {
  return "{'PutRequest':{'Item':{'id':{'S':'k" + std::to_string(id) + "'}" + more + "}}}";
}
std::string remove(int id) { return "{'DeleteRequest':{'Key':{'id':{'S':'k" + std::to_string(id) + "'}}}}"; }

std::string puts(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) {
    list += (i == 0 ? "" : ",") + put(i);
  }
  return list;
}

class DynamoDbBatchTest : public testing::Test {
 protected:
  DynamoDbBatchTest() {
    server.create_hash_table("items");
    server.create_hash_table("others");
  }

  static std::string write(const std::string& items, const std::string& others = "") {
    return "{'RequestItems':{'items':[" + items + "]" + (others.empty() ? "" : ",'others':[" + others + "]") + "}}";
  }
  std::string count(const std::string& table) {
    return member(server.call("Scan", "{'TableName':'" + table + "','Select':'COUNT'}"), "Count");
  }

  DynamoDbServer server;
};

// Goal: one call can put and delete in two tables.
TEST_F(DynamoDbBatchTest, WritesToSeveralTables) {
  EXPECT_EQ(server.call("BatchWriteItem", write(puts(25))), "{'UnprocessedItems':{}}");
  EXPECT_EQ(server.effects.items_written, 25);
  server.call("BatchWriteItem", write(remove(3) + "," + put(4, ",'v':{'N':'1'}"), put(1)));
  EXPECT_EQ(server.effects.items_written, 3);
  EXPECT_EQ(count("items"), "24");
  EXPECT_EQ(count("others"), "1");
}

// Goal: one invalid entry rejects the whole batch, and nothing is written.
TEST_F(DynamoDbBatchTest, RefusesAsAWhole) {
  const std::string duplicates = "Provided list of item keys contains duplicates";
  EXPECT_EQ(server.refusal("BatchWriteItem", write(put(1) + "," + put(1))), duplicates);
  EXPECT_EQ(server.refusal("BatchWriteItem", write(put(1) + "," + remove(1))), duplicates);
  EXPECT_NE(server.refusal("BatchWriteItem", write(puts(26))).find("less than or equal to 25"), std::string::npos);
  EXPECT_EQ(server.refusal("BatchWriteItem", write(puts(20), puts(6))),
            "Too many items requested for the BatchWriteItem call");
  EXPECT_EQ(server.refusal("BatchWriteItem", write(put(1) + ",{'PutRequest':{'Item':{'x':{'S':'y'}}}}")),
            "The provided key element does not match the schema");
  EXPECT_EQ(
      server.refusal("BatchWriteItem", write(put(1) + "," + put(2, ",'v':{'S':'" + std::string(409'600, 'x') + "'}"))),
      "Item size has exceeded the maximum allowed size");
  EXPECT_EQ(server.refusal("BatchWriteItem", "{'RequestItems':{'items':[" + put(1) + "],'absent':[" + put(1) + "]}}"),
            "Requested resource not found");
  EXPECT_EQ(server.refusal("BatchWriteItem", "{'RequestItems':{}}").find("1 validation error detected"), 0U);
  EXPECT_EQ(count("items"), "0");
}

// Goal: unprocessed entries are returned in the form of the request and not written; when sent again, they are written.
TEST_F(DynamoDbBatchTest, LeavesEntriesUnprocessed) {
  int asked = 0;
  server.refuse_entry = [&asked] { return asked++ % 2 == 1; };
  const std::string answer =
      server.call("BatchWriteItem", write(put(1) + "," + put(2, ",'v':{'N':'1'}") + "," + put(3), remove(9)));
  EXPECT_TRUE(same_json(member(answer, "UnprocessedItems"),
                        "{'items':[" + put(2, ",'v':{'N':'1'}") + "],'others':[" + remove(9) + "]}"));
  EXPECT_EQ(count("items"), "2");
  server.refuse_entry = nullptr;
  server.call("BatchWriteItem", "{'RequestItems':" + member(answer, "UnprocessedItems") + "}");
  EXPECT_EQ(count("items"), "3");
}

// Goal: if every entry is unprocessed the call fails, as on AWS.
TEST_F(DynamoDbBatchTest, FailsWhenAllIsRefused) {
  server.refuse_entry = [] { return true; };
  const http::HttpResponse response =
      server.send("BatchWriteItem", R"({"RequestItems":{"items":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}})");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("#ProvisionedThroughputExceededException"), std::string::npos);
  EXPECT_EQ(count("items"), "0");
}

// Goal: existing items of several tables are returned with a projection; missing ones are omitted; unprocessed keys are
// returned.
TEST_F(DynamoDbBatchTest, GetsSeveral) {
  server.call("BatchWriteItem", write(put(1, ",'v':{'N':'1'}") + "," + put(2, ",'v':{'N':'2'}"), put(5)));
  const std::string request =
      "{'RequestItems':{'items':{'Keys':[{'id':{'S':'k1'}},{'id':{'S':'k2'}},{'id':{'S':'k3'}}],"
      "'ProjectionExpression':'v'},'others':{'Keys':[{'id':{'S':'k5'}}]}}}";
  EXPECT_TRUE(same_json(server.call("BatchGetItem", request),
                        "{'Responses':{'items':[{'v':{'N':'1'}},{'v':{'N':'2'}}],'others':[{'id':{'S':'k5'}}]},"
                        "'UnprocessedKeys':{}}"));
  int asked = 0;
  server.refuse_entry = [&asked] { return asked++ == 1; };
  EXPECT_TRUE(same_json(member(server.call("BatchGetItem", request), "UnprocessedKeys"),
                        "{'items':{'Keys':[{'id':{'S':'k2'}}],'ProjectionExpression':'v'}}"));
  EXPECT_EQ(server.refusal("BatchGetItem", "{'RequestItems':{'items':{'Keys':[{'id':{'S':'k1'}},{'id':{'S':'k1'}}]}}}"),
            "Provided list of item keys contains duplicates");
}

// Goal: an answer ends at 16 MB; the other keys are unprocessed and can be requested again. Method: 45 items of 390 KB.
TEST_F(DynamoDbBatchTest, CapsTheAnswer) {
  std::string keys;
  for (int i = 0; i < 45; ++i) {
    server.call("BatchWriteItem", write(put(i, ",'v':{'S':'" + std::string(390'000, 'x') + "'}")));
    keys += (i == 0 ? "" : ",") + ("{'id':{'S':'k" + std::to_string(i) + "'}}");
  }
  const std::string answer = server.call("BatchGetItem", "{'RequestItems':{'items':{'Keys':[" + keys + "]}}}");
  EXPECT_TRUE(same_json(member(answer, "UnprocessedKeys"), "{'items':{'Keys':[{'id':{'S':'k44'}}]}}"));
}

}  // namespace
}  // namespace ekiden::local
