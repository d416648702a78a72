// What the DynamoDB client sends, and how it reads DynamoDB's answers. The expected texts follow the DynamoDB API
// Reference. Tests of DynamoDB's behaviour use the local server.
#include <ekiden/aws/dynamodb/client.hpp>

#include "call/scripted_transport.hpp"
#include "dynamodb/unprocessed.hpp"

namespace ekiden::aws::dynamodb {
namespace {

class DynamoDbClientTest : public aws::ScriptedTest {
 protected:
  static aws::Target local() {
    aws::Target target;
    target.dynamodb = {"http://127.0.0.1:4566", true};
    target.region = "us-east-1";
    return target;
  }

  // The last request, as "Operation body".
  std::string sent() const {
    return wire_.target().substr(std::string_view("DynamoDB_20120810.").size()) + " " + wire_.requests().back().body;
  }

  std::shared_ptr<aws::CredentialsProvider> keys_ =
      std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", "", std::nullopt});
  DynamoDbClient client_{loop_.env(), wire_, keys_, local()};
};

// Goal: a put sends its whole condition, and a failed condition is a return value.
TEST_F(DynamoDbClientTest, PutsUnderACondition) {
  Expression if_new;
  if_new.text = "attribute_not_exists(#k) OR n < :max";
  if_new.names["#k"] = "pk";
  if_new.values.set(":max", 5);
  wire_.answer(200, "{}");
  EXPECT_TRUE(loop_.run(client_.put_item("t", {{"pk", "a"}}, if_new)));
  EXPECT_EQ(sent(),
            R"x(PutItem {"TableName":"t","Item":{"pk":{"S":"a"}},)x"
            R"x("ConditionExpression":"attribute_not_exists(#k) OR n < :max","ExpressionAttributeNames":{"#k":"pk"},)x"
            R"x("ExpressionAttributeValues":{":max":{"N":"5"}}})x");
  wire_.answer(400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"})");
  EXPECT_FALSE(loop_.run(client_.put_item("t", {{"pk", "a"}}, if_new)));
}

// Goal: a batch is sent correctly, and the positions of unprocessed items are returned.
TEST_F(DynamoDbClientTest, PutsABatchAndNamesWhatWasLeft) {
  const Item first{{"pk", "a"}};
  const Item second{{"pk", "b"}};
  const std::vector<const Item*> items{&first, &second};
  wire_.answer(200, R"({"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"b"}}}}]}})");
  EXPECT_EQ(loop_.run(client_.batch_put("t", items)), (std::vector<std::size_t>{1}));
  EXPECT_EQ(sent(), R"(BatchWriteItem {"RequestItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},)"
                    R"({"PutRequest":{"Item":{"pk":{"S":"b"}}}}]}})");
  wire_.answer(200, R"({"UnprocessedItems":{}})");
  EXPECT_TRUE(loop_.run(client_.batch_put("t", items)).empty());
}

// Goal: if the list of unprocessed items cannot be read, the call fails: no item is taken as written.
TEST_F(DynamoDbClientTest, TakesNothingForWrittenThatItCannotRead) {
  const Item item{{"pk", "a"}};
  const std::vector<const Item*> items{&item};
  for (const char* left : {"[]", "1", R"({"t":{}})", R"({"t":null})", R"({"other":[{"PutRequest":{"Item":{}}}]})",
                           R"({"t":[],"other":[]})", R"({"t":[{"DeleteRequest":{}}]})"}) {
    wire_.answer(200, std::string(R"({"UnprocessedItems":)") + left + "}");
    EXPECT_THROW(loop_.run(client_.batch_put("t", items, {.attempts = 1})), aws::Error) << left;
  }
}

// Goal: no item is taken as written because a number came back in another format, or because another item looks like
// it.
TEST(UnprocessedTest, NeverMissesAnItemThatWasLeft) {
  const auto entry = [](const char* number) { return Item{{"pk", "a"}, {"n", Number{number}}}; };
  const std::vector<Item> sent{entry("1.0"), entry("2"), Item{{"pk", "b"}}};
  using Positions = std::vector<std::size_t>;
  EXPECT_EQ(unprocessed_positions(sent, {entry("2")}), (Positions{1}));
  EXPECT_EQ(unprocessed_positions(sent, {entry("1")}), (Positions{0, 1}));
  EXPECT_EQ(unprocessed_positions(sent, {Item{{"pk", "b"}}, entry("2")}), (Positions{1, 2}));
  EXPECT_EQ(unprocessed_positions(sent, {Item{{"pk", "other"}}}), (Positions{0, 1, 2}));
  EXPECT_EQ(unprocessed_positions(sent, {}), Positions());
}

// Goal: unprocessed keys, and only those, are requested again.
TEST_F(DynamoDbClientTest, AsksAgainForUnprocessedKeys) {
  wire_.answer(200, R"({"Responses":{"t":[{"pk":{"S":"a"}}]},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"b"}}]}}})");
  wire_.answer(200, R"({"Responses":{"t":[{"pk":{"S":"b"}}]},"UnprocessedKeys":{}})");
  const std::vector<Item> keys{{{"pk", "a"}}, {{"pk", "b"}}};
  EXPECT_EQ(loop_.run(client_.batch_get("t", keys)), keys);
  EXPECT_EQ(sent(), R"(BatchGetItem {"RequestItems":{"t":{"ConsistentRead":true,"Keys":[{"pk":{"S":"b"}}]}}})");
  for (int i = 0; i < 10; ++i) {
    wire_.answer(200, R"({"Responses":{"t":[]},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"b"}}]}}})");
  }
  EXPECT_THROW(loop_.run(client_.batch_get("t", keys)), aws::Error);
  EXPECT_EQ(wire_.left(), 0U);
}

// Goal: a page is read, and the key at which the next page starts.
TEST_F(DynamoDbClientTest, QueriesPageByPage) {
  wire_.answer(200, R"({"Items":[{"pk":{"S":"a"}}],"Count":1,"ScannedCount":2,"LastEvaluatedKey":{"pk":{"S":"a"}}})");
  QueryRequest request;
  request.table = "t";
  request.condition.text = "pk = :p";
  request.condition.values.set(":p", "a");
  request.limit = 2;
  request.start_key = {{"pk", "0"}};
  request.forward = false;
  const Page page = loop_.run(client_.query(request));
  EXPECT_EQ(
      sent(),
      R"(Query {"TableName":"t","ConsistentRead":true,"ScanIndexForward":false,"KeyConditionExpression":"pk = :p",)"
      R"("ExpressionAttributeValues":{":p":{"S":"a"}},"Limit":2,"ExclusiveStartKey":{"pk":{"S":"0"}}})");
  EXPECT_EQ(page.items, (std::vector<Item>{{{"pk", "a"}}}));
  EXPECT_EQ(page.last_key, (Item{{"pk", "a"}}));

  wire_.answer(200, R"({"Count":7,"ScannedCount":7})");
  ScanRequest counting;
  counting.table = "t";
  counting.count_only = true;
  const Page counted = loop_.run(client_.scan(counting));
  EXPECT_EQ(sent(), R"(Scan {"TableName":"t","ConsistentRead":true,"Select":"COUNT"})");
  EXPECT_EQ(counted.count, 7);
  EXPECT_TRUE(counted.last_key.empty());
}

// Goal: the key of a table is read from its description, hash key first, in any order of the answer.
TEST_F(DynamoDbClientTest, DescribesATable) {
  const std::string table =
      R"({"TableName":"t","TableStatus":"ACTIVE","TableArn":"arn:t","ItemCount":3,)"
      R"("AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"},{"AttributeName":"u","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"n","KeyType":"RANGE"},{"AttributeName":"u","KeyType":"HASH"}]})";
  wire_.answer(200, R"({"Table":)" + table + "}");
  const TableDescription found = loop_.run(client_.describe_table("t"));
  EXPECT_EQ(sent(), R"(DescribeTable {"TableName":"t"})");
  EXPECT_EQ(found.status, "ACTIVE");
  EXPECT_EQ(found.item_count, 3);
  EXPECT_EQ(found.key, (std::vector<KeyAttribute>{{"u", "S"}, {"n", "N"}}));
  EXPECT_EQ(found.key_attributes(), (std::vector<std::string>{"u", "n"}));

  wire_.answer(200, R"({"TableDescription":)" + table + "}");
  loop_.run(client_.create_table("t", found.key));
  EXPECT_EQ(
      sent(),
      R"(CreateTable {"TableName":"t","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"u",)"
      R"("AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],"KeySchema":[{"AttributeName":"u",)"
      R"("KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]})");
}

// Goal: the requests of the smaller calls.
TEST_F(DynamoDbClientTest, SpeaksTheOtherCalls) {
  wire_.answer(200, R"({"Item":{"pk":{"S":"a"}}})");
  EXPECT_EQ(loop_.run(client_.get_item("t", {{"pk", "a"}})), (Item{{"pk", "a"}}));
  EXPECT_EQ(sent(), R"(GetItem {"TableName":"t","ConsistentRead":true,"Key":{"pk":{"S":"a"}}})");
  wire_.answer(200, "{}");
  EXPECT_EQ(loop_.run(client_.get_item("t", {{"pk", "b"}})), std::nullopt);
  Expression update;
  update.text = "ADD n :one";
  update.values.set(":one", 1);
  wire_.answer(200, R"({"Attributes":{"n":{"N":"2"}}})");
  EXPECT_EQ(loop_.run(client_.update_item("t", {{"pk", "a"}}, update)), (Item{{"n", 2}}));
  EXPECT_EQ(sent(), R"(UpdateItem {"TableName":"t","ReturnValues":"ALL_NEW","Key":{"pk":{"S":"a"}},)"
                    R"("UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}})");
  wire_.answer(200, "{}");
  loop_.run(client_.delete_item("t", {{"pk", "a"}}));
  EXPECT_EQ(sent(), R"(DeleteItem {"TableName":"t","Key":{"pk":{"S":"a"}}})");
  wire_.answer(200, R"({"TableNames":["t","u"]})");
  EXPECT_EQ(loop_.run(client_.list_tables()), (std::vector<std::string>{"t", "u"}));
  EXPECT_EQ(sent(), "ListTables {}");
}

// Goal: an answer with another form is a failed call.
TEST_F(DynamoDbClientTest, RefusesAnAnswerOfAnotherShape) {
  wire_.answer(200, R"({"Item":{"pk":{"S":7}}})");
  try {
    loop_.run(client_.get_item("t", {{"pk", "a"}}));
    FAIL();
  } catch (const aws::Error& error) {
    EXPECT_STREQ(error.what(),
                 "dynamodb.GetItem on t: InvalidResponse (HTTP 200): the value of S is a number, not a string");
  }
  wire_.answer(200, "{}");
  EXPECT_THROW(loop_.run(client_.describe_table("t")), aws::Error);
}

}  // namespace
}  // namespace ekiden::aws::dynamodb
