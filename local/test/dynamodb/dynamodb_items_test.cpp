#include <gtest/gtest.h>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

class DynamoDbItemsTest : public testing::Test {
 protected:
  DynamoDbItemsTest() { server.create_range_table("items"); }

  std::string get(const std::string& more = "") {
    return server.call("GetItem", "{'TableName':'items','Key':{'id':{'S':'a'},'ts':{'N':'1'}}" + more + "}");
  }
  std::string put(const std::string& attributes, const std::string& more = "") {
    return server.call("PutItem",
                       "{'TableName':'items','Item':{'id':{'S':'a'},'ts':{'N':'1'}" + attributes + "}" + more + "}");
  }
  std::string refused_put(const std::string& attributes, const std::string& more = "") {
    return server.refusal("PutItem",
                          "{'TableName':'items','Item':{'id':{'S':'a'},'ts':{'N':'1'}" + attributes + "}" + more + "}");
  }

  DynamoDbServer server;
};

// Goal: every type is returned as it was stored, numbers in plain notation.
TEST_F(DynamoDbItemsTest, ReturnsWhatWasPut) {
  EXPECT_EQ(put(",'n':{'N':'1.50e1'},'b':{'B':'AAEC'},'t':{'BOOL':true},'z':{'NULL':true},'ss':{'SS':['p','q']},"
                "'ns':{'NS':['1.0','2']},'l':{'L':[{'S':''},{'M':{'k':{'N':'007'}}}]}"),
            "{}");
  EXPECT_EQ(server.effects.items_written, 1);
  EXPECT_TRUE(same_json(get(),
                        "{'Item':{'id':{'S':'a'},'ts':{'N':'1'},'n':{'N':'15'},'b':{'B':'AAEC'},"
                        "'t':{'BOOL':true},'z':{'NULL':true},'ss':{'SS':['p','q']},'ns':{'NS':['1','2']},"
                        "'l':{'L':[{'S':''},{'M':{'k':{'N':'7'}}}]}}}"));
  EXPECT_EQ(server.call("GetItem", "{'TableName':'items','Key':{'id':{'S':'a'},'ts':{'N':'2'}}}"), "{}");
}

// Goal: equal numbers are the same key, in any notation.
TEST_F(DynamoDbItemsTest, FindsNumberKeysInAnyNotation) {
  put(",'x':{'S':'1'}");
  EXPECT_NE(member(server.call("GetItem", "{'TableName':'items','Key':{'id':{'S':'a'},'ts':{'N':'10e-1'}}}"), "Item"),
            "");
}

// Goal: a projection returns only the requested paths.
TEST_F(DynamoDbItemsTest, ProjectsPaths) {
  put(",'m':{'M':{'x':{'N':'1'},'y':{'L':[{'S':'p'},{'S':'q'},{'S':'r'}]}}},'s':{'S':'t'}");
  EXPECT_TRUE(same_json(get(",'ProjectionExpression':'m.y[2],#s, m.y[0]','ExpressionAttributeNames':{'#s':'s'}"),
                        "{'Item':{'m':{'M':{'y':{'L':[{'S':'p'},{'S':'r'}]}}},'s':{'S':'t'}}}"));
  EXPECT_TRUE(same_json(get(",'ProjectionExpression':'absent'"), "{'Item':{}}"));
}

// Goal: ALL_OLD returns the replaced or deleted item, and nothing if there was none.
TEST_F(DynamoDbItemsTest, ReturnsTheOldItem) {
  EXPECT_EQ(put(",'v':{'N':'1'}", ",'ReturnValues':'ALL_OLD'"), "{}");
  EXPECT_TRUE(same_json(put(",'v':{'N':'2'}", ",'ReturnValues':'ALL_OLD'"),
                        "{'Attributes':{'id':{'S':'a'},'ts':{'N':'1'},'v':{'N':'1'}}}"));
  const std::string remove = "{'TableName':'items','Key':{'id':{'S':'a'},'ts':{'N':'1'}},'ReturnValues':'ALL_OLD'}";
  EXPECT_TRUE(
      same_json(server.call("DeleteItem", remove), "{'Attributes':{'id':{'S':'a'},'ts':{'N':'1'},'v':{'N':'2'}}}"));
  EXPECT_EQ(server.call("DeleteItem", remove), "{}");
  EXPECT_EQ(server.effects.items_written, 0);
  EXPECT_EQ(refused_put("", ",'ReturnValues':'ALL_NEW'"), "ReturnValues can only be ALL_OLD or NONE");
}

// Goal: a put with attribute_not_exists fails the second time, and returns the existing item if requested.
TEST_F(DynamoDbItemsTest, PutsOnlyIfAbsent) {
  const std::string once = ",'ConditionExpression':'attribute_not_exists(id)'";
  put(",'v':{'N':'1'}", once);
  EXPECT_EQ(refused_put(",'v':{'N':'2'}", once), "The conditional request failed");
  const http::HttpResponse response = server.send(
      "PutItem",
      R"json({"TableName":"items","Item":{"id":{"S":"a"},"ts":{"N":"1"}},"ConditionExpression":"attribute_not_exists(id)",)json"
      R"json("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})json");
  EXPECT_EQ(response.body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("message":"The conditional request failed","Item":{"id":{"S":"a"},"ts":{"N":"1"},"v":{"N":"1"}}})");
  EXPECT_NE(get().find("'v':{'N':'1'}"), std::string::npos);
}

// Goal: keys that do not fit the table are rejected in AWS's words.
TEST_F(DynamoDbItemsTest, RefusesBadKeys) {
  const auto get_refusal = [&](const std::string& key) {
    return server.refusal("GetItem", "{'TableName':'items','Key':{" + key + "}}");
  };
  const std::string mismatch = "The provided key element does not match the schema";
  EXPECT_EQ(get_refusal("'id':{'S':'a'}"), mismatch);
  EXPECT_EQ(get_refusal("'id':{'S':'a'},'ts':{'S':'1'}"), mismatch);
  EXPECT_EQ(get_refusal("'id':{'S':'a'},'ts':{'N':'1'},'x':{'N':'1'}"), mismatch);
  EXPECT_EQ(get_refusal("'id':{'S':''},'ts':{'N':'1'}"),
            "One or more parameter values were invalid: The AttributeValue for a key attribute cannot contain an "
            "empty string value. Key: id");
  EXPECT_EQ(get_refusal("'id':{'S':'" + std::string(2049, 'k') + "'},'ts':{'N':'1'}"),
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 "
            "bytes");
  EXPECT_EQ(server.refusal("PutItem", "{'TableName':'items','Item':{'id':{'S':'a'}}}"),
            "One or more parameter values were invalid: Missing the key ts in the item");
  EXPECT_EQ(server.refusal("PutItem", "{'TableName':'items','Item':{'id':{'S':'a'},'ts':{'S':'1'}}}"),
            "One or more parameter values were invalid: Type mismatch for key ts expected: N actual: S");
}

// Goal: an item can have at most 400 KB, including names.
TEST_F(DynamoDbItemsTest, LimitsTheSize) {
  // id + a, ts + 1 (a number of one digit has 2 bytes), big.
  const std::size_t room = 409'600 - 3 - 4 - 3;
  EXPECT_EQ(put(",'big':{'S':'" + std::string(room, 'x') + "'}"), "{}");
  EXPECT_EQ(refused_put(",'big':{'S':'" + std::string(room + 1, 'x') + "'}"),
            "Item size has exceeded the maximum allowed size");
  EXPECT_EQ(server.refusal("UpdateItem",
                           "{'TableName':'items','Key':{'id':{'S':'a'},'ts':{'N':'1'}},'UpdateExpression':'SET x = "
                           ":x','ExpressionAttributeValues':{':x':{'S':'y'}}}"),
            "Item size to update has exceeded the maximum allowed size");
}

// Goal: malformed values are rejected in AWS's words. Method: one attribute each.
TEST_F(DynamoDbItemsTest, RefusesMalformedValues) {
  const auto refused = [&](const std::string& value) { return refused_put(",'v':" + value); };
  EXPECT_EQ(refused("{}"), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  EXPECT_EQ(refused("null"), refused("{}"));
  EXPECT_EQ(refused("{'S':'a','N':'1'}"),
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
            "datatypes");
  EXPECT_EQ(refused("{'S':5}"), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(refused("5"), "Unexpected value type in payload");
  EXPECT_EQ(refused("{'N':'x'}"), "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(refused("{'B':'abc'}"), "Base64 encoded length is expected a multiple of 4 bytes but found: 3");
  EXPECT_EQ(refused("{'SS':[]}"), "One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(refused("{'NS':['1','1.0']}"), "Input collection contains duplicates");
  EXPECT_EQ(refused("{'SS':['a','a']}"),
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates.");
  EXPECT_EQ(refused("{'NULL':false}"),
            "One or more parameter values were invalid: Null attribute value types must have the value of true");
  EXPECT_EQ(put(",'v':{'S':'a','N':null,'Unknown':1}"), "{}") << "null is absent, the unknown is ignored";
}

// Goal: capacity is reported only on request.
TEST_F(DynamoDbItemsTest, ReportsCapacityOnRequest) {
  EXPECT_TRUE(same_json(put("", ",'ReturnConsumedCapacity':'TOTAL'"),
                        "{'ConsumedCapacity':{'TableName':'items','CapacityUnits':1.0}}"));
  EXPECT_TRUE(same_json(member(get(",'ReturnConsumedCapacity':'TOTAL'"), "ConsumedCapacity"),
                        "{'TableName':'items','CapacityUnits':0.5}"));
}

// Goal: the old parameters that expressions replaced are rejected, not ignored.
TEST_F(DynamoDbItemsTest, RefusesLegacyParameters) {
  EXPECT_NE(refused_put("", ",'Expected':{'id':{'Exists':false}}").find("Expected is not supported"),
            std::string::npos);
}

// Goal: each answer has a checksum (boto3 verifies it), a request id and a content type.
TEST_F(DynamoDbItemsTest, SendsAwsHeaders) {
  const http::HttpResponse response = server.send("ListTables", "{\"ExclusiveStartTableName\":\"zzz\"}");
  EXPECT_EQ(response.body, "{\"TableNames\":[]}");
  EXPECT_EQ(response.headers.find("x-amz-crc32"), "1315925753");
  EXPECT_EQ(response.headers.find("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(response.headers.find("x-amzn-requestid").value_or("").size(), 52U);
}

}  // namespace
}  // namespace ekiden::local
