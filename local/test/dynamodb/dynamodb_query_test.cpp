#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

class DynamoDbQueryTest : public testing::Test {
 protected:
  DynamoDbQueryTest() {
    server.create_range_table("items");
    for (const char* at : {"10", "-3", "0.5", "2", "-0.25"}) {
      put("a", at);
    }
    put("b", "1");
  }

  void put(const std::string& id, const std::string& at, const std::string& more = "") {
    server.call("PutItem", "{'TableName':'items','Item':{'id':{'S':'" + id + "'},'ts':{'N':'" + at + "'},'v':{'N':'" +
                               at + "'}" + more + "}}");
  }
  static std::string query(const std::string& more, const std::string& condition = "id = :id",
                           const std::string& values = "") {
    return "{'TableName':'items','KeyConditionExpression':'" + condition + "','ExpressionAttributeValues':{" +
           "':id':{'S':'a'}" + values + "}" + more + "}";
  }
  /// The range keys of an answer.
  static std::string ats(const std::string& answer) {
    std::string list;
    const std::string mark = "'ts':{'N':'";
    const std::string items = member(answer, "Items");
    for (std::size_t at = items.find(mark); at != std::string::npos; at = items.find(mark, at + 1)) {
      const std::size_t begin = at + mark.size();
      list += (list.empty() ? "" : " ") + items.substr(begin, items.find('\'', begin) - begin);
    }
    return list;
  }

  DynamoDbServer server;
};

// Goal: items are returned in the order of their numbers, in both directions.
TEST_F(DynamoDbQueryTest, OrdersByRangeKey) {
  EXPECT_EQ(ats(server.call("Query", query(""))), "-3 -0.25 0.5 2 10");
  EXPECT_EQ(ats(server.call("Query", query(",'ScanIndexForward':false"))), "10 2 0.5 -0.25 -3");
}

// Goal: each condition on the range key selects exactly its interval.
TEST_F(DynamoDbQueryTest, SelectsByRangeKey) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"ts = :x", "0.5"},       {"ts < :x", "-3 -0.25"}, {"ts <= :x", "-3 -0.25 0.5"},      {"ts > :x", "2 10"},
      {"ts >= :x", "0.5 2 10"}, {":x < ts", "2 10"},     {"ts BETWEEN :x AND :y", "0.5 2"},
  };
  for (const auto& [condition, expected] : cases) {
    const std::string values =
        ",':x':{'N':'0.5'}" +
        std::string(std::string(condition).find(":y") == std::string::npos ? "" : ",':y':{'N':'2'}");
    EXPECT_EQ(ats(server.call("Query", query("", "id = :id AND " + std::string(condition), values))), expected)
        << condition;
  }
}

// Goal: begins_with selects only items with the prefix, also at the end of the byte range.
TEST_F(DynamoDbQueryTest, SelectsByPrefix) {
  server.call("CreateTable",
              "{'TableName':'bytes','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'id','KeyType':"
              "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],'AttributeDefinitions':[{'AttributeName':'id',"
              "'AttributeType':'S'},{'AttributeName':'b','AttributeType':'B'}]}");
  for (const char* b : {"/v8=", "//8=", "////", "/wA=", "AA=="}) {  // fefe, ffff, ffffff, ff00, 00.
    server.call("PutItem", "{'TableName':'bytes','Item':{'id':{'S':'a'},'b':{'B':'" + std::string(b) + "'}}}");
  }
  const auto count = [&](const std::string& prefix) {
    return member(server.call("Query",
                              "{'TableName':'bytes','KeyConditionExpression':'id = :id AND begins_with(b, :p)',"
                              "'ExpressionAttributeValues':{':id':{'S':'a'},':p':{'B':'" +
                                  prefix + "'}}}"),
                  "Count");
  };
  EXPECT_EQ(count("/w=="), "3");
  EXPECT_EQ(count("//8="), "2");
  EXPECT_EQ(count("AA=="), "1");
}

// Goal: pages of any size together are the whole result, in both directions.
TEST_F(DynamoDbQueryTest, GoesOnWhereThePageEnded) {
  for (const char* direction : {"true", "false"}) {
    std::string all;
    std::string start;
    int pages = 0;
    do {
      const std::string answer = server.call("Query", query(",'Limit':2,'ScanIndexForward':" + std::string(direction) +
                                                            (start.empty() ? "" : ",'ExclusiveStartKey':" + start)));
      all += (all.empty() ? "" : " ") + ats(answer);
      start = member(answer, "LastEvaluatedKey");
      ASSERT_LT(++pages, 5);
    } while (!start.empty());
    EXPECT_EQ(all, direction == std::string("true") ? "-3 -0.25 0.5 2 10" : "10 2 0.5 -0.25 -3");
  }
}

// Goal: a filter removes items after they were counted towards the limit.
TEST_F(DynamoDbQueryTest, FiltersAfterTheLimit) {
  const std::string answer =
      server.call("Query", query(",'FilterExpression':'v > :zero','Limit':3", "id = :id", ",':zero':{'N':'0'}"));
  EXPECT_EQ(ats(answer), "0.5");
  EXPECT_EQ(member(answer, "ScannedCount"), "3");
  EXPECT_TRUE(same_json(member(answer, "LastEvaluatedKey"), "{'id':{'S':'a'},'ts':{'N':'0.5'}}"));
  EXPECT_EQ(server.refusal("Query", query(",'FilterExpression':'ts > :zero'", "id = :id", ",':zero':{'N':'0'}")),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: ts");
}

// Goal: COUNT returns no items; a projection returns parts of them.
TEST_F(DynamoDbQueryTest, CountsAndProjects) {
  EXPECT_TRUE(same_json(server.call("Query", query(",'Select':'COUNT'")), "{'Count':5,'ScannedCount':5}"));
  EXPECT_TRUE(same_json(member(server.call("Query", query(",'Limit':1,'ProjectionExpression':'v'")), "Items"),
                        "[{'v':{'N':'-3'}}]"));
}

// Goal: conditions that cannot use a key are rejected in AWS's words.
TEST_F(DynamoDbQueryTest, RefusesOtherConditions) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"id > :id", "Query key condition not supported"},
      {"ts = :one AND v = :one", "Query condition missed key schema element: id"},
      {"id = :id AND v = :one", "Query condition missed key schema element: ts"},
      {"id = :id OR ts = :one", "Invalid operator used in KeyConditionExpression: OR"},
      {"id = :id AND ts <> :one", "Invalid operator used in KeyConditionExpression: <>"},
      {"id = :id AND id = :id", "KeyConditionExpressions must only contain one condition per key"},
      {"id = :id AND ts.x = :one", "KeyConditionExpressions cannot have conditions on nested attributes"},
      {"id = :one", "One or more parameter values were invalid: Condition parameter type does not match schema type"},
  };
  for (const auto& [condition, expected] : cases) {
    const std::string text(condition);
    const std::string values = std::string(text.find(":one") == std::string::npos ? "" : "':one':{'N':'1'}") +
                               (text.find(":id") == std::string::npos    ? ""
                                : text.find(":one") == std::string::npos ? "':id':{'S':'a'}"
                                                                         : ",':id':{'S':'a'}");
    EXPECT_EQ(server.refusal("Query", "{'TableName':'items','KeyConditionExpression':'" + text +
                                          "','ExpressionAttributeValues':{" + values + "}}"),
              expected)
        << condition;
  }
  EXPECT_EQ(server.refusal("Query", "{'TableName':'items'}"),
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  EXPECT_EQ(server.refusal("Query", query(",'ExclusiveStartKey':{'id':{'S':'b'},'ts':{'N':'1'}}")),
            "The provided starting key is outside query boundaries based on provided conditions");
}

// Goal: a page has up to 1 MB of items, however few match the filter.
TEST_F(DynamoDbQueryTest, EndsAPageAtOneMegabyte) {
  for (int i = 0; i < 5; ++i) {
    put("big", std::to_string(i), ",'s':{'S':'" + std::string(300'000, 'x') + "'}");
  }
  const std::string answer = server.call("Scan", "{'TableName':'items','Select':'COUNT'}");
  EXPECT_EQ(member(answer, "ScannedCount"), "9") << "6 small ones and 3 of 300 KB";
  EXPECT_TRUE(same_json(member(answer, "LastEvaluatedKey"), "{'id':{'S':'big'},'ts':{'N':'2'}}"));
  const std::string rest = server.call(
      "Scan", "{'TableName':'items','Select':'COUNT','ExclusiveStartKey':" + member(answer, "LastEvaluatedKey") + "}");
  EXPECT_TRUE(same_json(rest, "{'Count':2,'ScannedCount':2}"));
}

// Goal: the segments of a scan together have every item once.
TEST_F(DynamoDbQueryTest, ScansInSegments) {
  for (int i = 0; i < 40; ++i) {
    put("user" + std::to_string(i), "1");
  }
  int total = 0;
  for (int segment = 0; segment < 4; ++segment) {
    total += std::stoi(member(server.call("Scan", "{'TableName':'items','Select':'COUNT','TotalSegments':4,'Segment':" +
                                                      std::to_string(segment) + "}"),
                              "Count"));
  }
  EXPECT_EQ(total, 46);
  EXPECT_EQ(server.refusal("Scan", "{'TableName':'items','TotalSegments':4,'Segment':4}"),
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 4 is not less "
            "than TotalSegments: 4");
}

}  // namespace
}  // namespace ekiden::local
