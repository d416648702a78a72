#include <ekiden/runtime/random.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

constexpr std::array kOperations{"BatchWriteItem",   "PutItem",           "UpdateItem",  "GetItem",
                                 "DeleteItem",       "BatchGetItem",      "Query",       "Scan",
                                 "CreateTable",      "DescribeTable",     "DeleteTable", "ListTables",
                                 "UpdateTimeToLive", "DescribeTimeToLive"};

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

// Goal: a body that is not a JSON object gives a SerializationException in every operation.
TEST(DynamoDbRobustnessTest, RefusesBodiesThatAreNoObjects) {
  DynamoDbServer server;
  for (const char* operation : kOperations) {
    for (const char* body :
         {"", "null", "[]", "5", "\"x\"", "true", "{", "{}x", "{\"a\":\"\xff\"}", "\xef\xbb\xbf{}"}) {
      const http::HttpResponse response = server.send(operation, body);
      EXPECT_EQ(response.status, 400) << operation << ' ' << body;
      EXPECT_NE(response.body.find("SerializationException"), std::string::npos) << operation << ' ' << body;
    }
  }
}

// Goal: nesting that could exhaust the stack is rejected; 32 levels are accepted.
TEST(DynamoDbRobustnessTest, BoundsNesting) {
  DynamoDbServer server;
  server.create_hash_table("items");
  const auto item = [](int levels) {
    return R"({"TableName":"items","Item":{"id":{"S":"a"},"v":)" + repeated(R"({"M":{"k":)", levels) + R"({"N":"1"})" +
           repeated("}}", levels) + "}}";
  };
  EXPECT_EQ(server.send("PutItem", item(32)).status, 200);
  EXPECT_NE(server.call("GetItem", "{'TableName':'items','Key':{'id':{'S':'a'}}}"), "{}");
  for (const int levels : {33, 40, 100, 100'000}) {
    const http::HttpResponse response = server.send("PutItem", item(levels));
    EXPECT_EQ(response.status, 400);
    EXPECT_NE(response.body.find("Nesting Levels have exceeded supported limits"), std::string::npos) << levels;
  }
  EXPECT_EQ(server.send("PutItem", repeated("[", 1'000'000)).status, 400);
}

// Goal: a body of more than 16 MB is rejected as by AWS.
TEST(DynamoDbRobustnessTest, BoundsTheBody) {
  DynamoDbServer server;
  EXPECT_EQ(server.send("PutItem", std::string(16 * 1024 * 1024 + 1, ' ')).status, 413);
}

// Goal: every damaged request gets an answer in JSON with status 200 or 400. Method: valid requests with random bytes
// changed, removed, doubled, or replaced by meaningful fragments.
TEST(DynamoDbRobustnessTest, AnswersDamagedRequests) {
  constexpr std::array<std::string_view, 8> kRequests{
      R"json({"TableName":"items","Item":{"id":{"S":"a"},"n":{"N":"1.5"},"l":{"L":[{"SS":["x","y"]},{"B":"AAEC"}]}},"ConditionExpression":"attribute_not_exists(id) OR #n < :v AND size(l) = :v","ExpressionAttributeNames":{"#n":"n"},"ExpressionAttributeValues":{":v":{"N":"2"}}})json",
      R"json({"TableName":"items","Key":{"id":{"S":"a"}},"UpdateExpression":"SET n = if_not_exists(n, :v) + :v, l[0] = :v REMOVE m.x ADD c :v DELETE s :s","ExpressionAttributeValues":{":v":{"N":"2"},":s":{"SS":["a"]}},"ReturnValues":"UPDATED_NEW"})json",
      R"json({"TableName":"items","KeyConditionExpression":"id = :id","FilterExpression":"n BETWEEN :id AND :id OR contains(l, :id)","ExpressionAttributeValues":{":id":{"S":"a"}},"ProjectionExpression":"l[0], m.x","Limit":3,"ExclusiveStartKey":{"id":{"S":"a"}}})json",
      R"json({"TableName":"items","FilterExpression":"NOT n IN (:v, :w)","ExpressionAttributeValues":{":v":{"N":"2"},":w":{"NULL":true}},"Segment":0,"TotalSegments":2,"Select":"COUNT"})json",
      R"json({"RequestItems":{"items":[{"PutRequest":{"Item":{"id":{"S":"b"},"v":{"M":{"x":{"BOOL":true}}}}}},{"DeleteRequest":{"Key":{"id":{"S":"c"}}}}]},"ReturnConsumedCapacity":"TOTAL"})json",
      R"json({"RequestItems":{"items":{"Keys":[{"id":{"S":"b"}},{"id":{"S":"c"}}],"ProjectionExpression":"v.x"}}})json",
      R"json({"TableName":"made","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})json",
      R"json({"TableName":"items","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"x"}})json"};
  constexpr std::array<std::string_view, 14> kFragments{
      "null", "{}", "[]",   "5", "\"\"", "{\"N\":\"1e125\"}", "{\"L\":[]}", "(", ")", "[99999999999999999999]",
      ":v",   "#n", "NOT ", "-1"};
  DynamoDbServer server;
  runtime::Random random(3);
  int accepted = 0;
  for (int round = 0; round < 6'000; ++round) {
    if (round % 500 == 0) {
      server.send("CreateTable",
                  R"({"TableName":"items","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id",)"
                  R"("KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})");
    }
    std::string body(kRequests[random.below(kRequests.size())]);
    for (std::uint64_t damage = random.below(4); damage != 0; --damage) {
      const std::size_t at = random.below(body.size());
      const std::size_t length = random.below(12);
      switch (random.below(4)) {
        case 0:
          body[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          body.erase(at, length);
          break;
        case 2:
          body.insert(at, std::string(body.substr(at, length)));
          break;
        default:
          body.replace(at, length, kFragments[random.below(kFragments.size())]);
      }
      body += body.empty() ? " " : "";
    }
    const http::HttpResponse response = server.send(kOperations[random.below(kOperations.size())], body);
    ASSERT_TRUE(response.status == 200 || response.status == 400) << body;
    ASSERT_EQ(error_type(response).empty(), response.status == 200) << body;
    accepted += response.status == 200 ? 1 : 0;
  }
  EXPECT_GT(accepted, 100) << "the damage must leave enough requests that reach the operations";
}

}  // namespace
}  // namespace ekiden::local
