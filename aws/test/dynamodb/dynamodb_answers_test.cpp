// What counts as stored or read in DynamoDB's answers. DynamoDB always sends UnprocessedItems, {} if there are none
// (DynamoDB API Reference, BatchWriteItem), so an answer without it proves nothing.
#include <ekiden/aws/dynamodb/client.hpp>

#include <string>

#include "call/scripted_transport.hpp"

namespace ekiden::aws::dynamodb {
namespace {

class DynamoDbAnswersTest : public aws::ScriptedTest {
 protected:
  static aws::Target local() {
    aws::Target target;
    target.dynamodb = {"http://127.0.0.1:4566", true};
    target.region = "us-east-1";
    return target;
  }

  // "InvalidResponse", with "?" if a later call can succeed: "InvalidResponse?"; "" if the call succeeds.
  template <typename T>
  std::string verdict(const std::string& answer, Task<T> task) {
    wire_.answer(200, answer);
    try {
      loop_.run(std::move(task));
    } catch (const aws::Error& error) {
      return error.facts().code + (error.facts().retryable ? "?" : "");
    }
    return "";
  }

  std::shared_ptr<aws::CredentialsProvider> keys_ =
      std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", "", std::nullopt});
  DynamoDbClient client_{loop_.env(), wire_, keys_, local()};
  const Item item_{{"pk", "a"}};
  const std::vector<const Item*> items_{&item_};
};

// Goal: a batch is stored only if the answer says so. `{}` was taken as success: the message was deleted, and nothing
// was stored.
TEST_F(DynamoDbAnswersTest, ABatchIsStoredOnlyIfTheAnswerSaysSo) {
  for (const char* answer : {"",
                             "{}",
                             "[]",
                             "null",
                             "true",
                             "7",
                             R"("UnprocessedItems")",
                             "<html>",
                             R"([{"UnprocessedItems":{}}])",
                             R"({"unprocesseditems":{}})",
                             R"({"UnprocessedItems":null})",
                             R"({"UnprocessedItems":[]})",
                             R"({"UnprocessedItems":""})",
                             R"({"UnprocessedItems":false})",
                             R"({"UnprocessedItems":{"t":{}}})",
                             R"({"UnprocessedItems":{"t":[1]}})",
                             R"({"UnprocessedItems":{"t":[[]]}})",
                             R"({"UnprocessedItems":{"t":[{}]}})",
                             R"({"UnprocessedItems":{"t":[{"PutRequest":[]}]}})",
                             R"({"UnprocessedItems":{"t":[{"PutRequest":{"Item":[]}}]}})",
                             R"({"UnprocessedItems":{"u":[]}})",
                             R"({"Responses":{}})"}) {
    EXPECT_EQ(verdict(answer, client_.batch_put("t", items_)), "InvalidResponse?") << answer;
  }
  EXPECT_EQ(verdict(R"({"UnprocessedItems":{}})", client_.batch_put("t", items_)), "");
  EXPECT_EQ(verdict(R"({"UnprocessedItems":{},"ConsumedCapacity":[]})", client_.batch_put("t", items_)), "");
}

// Goal: if our own request cannot be read again, because an item is not UTF-8, every item counts as unprocessed. The
// process must not end.
TEST_F(DynamoDbAnswersTest, ARequestThatIsNotUtf8IsLeftAsAWhole) {
  const Item odd{{"pk", "\xff"}};
  const std::vector<const Item*> items{&item_, &odd};
  wire_.answer(200, R"({"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]}})");
  EXPECT_EQ(loop_.run(client_.batch_put("t", items)), (std::vector<std::size_t>{0, 1}));
}

// Goal: the answer to a put or a delete can be {}, but it is an object.
TEST_F(DynamoDbAnswersTest, TheAnswerToAPutIsAnObject) {
  for (const char* answer : {"{}", R"({"ConsumedCapacity":{"TableName":"t","CapacityUnits":1}})"}) {
    EXPECT_EQ(verdict(answer, client_.put_item("t", item_)), "") << answer;
    EXPECT_EQ(verdict(answer, client_.delete_item("t", item_)), "") << answer;
    EXPECT_EQ(verdict(answer, client_.get_item("t", item_)), "") << answer;
    EXPECT_EQ(verdict(answer, client_.update_item("t", item_, {})), "") << answer;
  }
  for (const char* answer : {"", "[]", "null", "1", R"("ok")", "<html>", "{", "{}x"}) {
    EXPECT_EQ(verdict(answer, client_.put_item("t", item_)), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.delete_item("t", item_)), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.get_item("t", item_)), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.update_item("t", item_, {})), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.delete_table("t")), "InvalidResponse?") << answer;
  }
  for (const char* item : {"[]", "null", "1", R"([{"pk":{"S":"a"}}])", R"({"pk":"a"})", R"({"pk":{}})"}) {
    EXPECT_EQ(verdict(std::string(R"({"Item":)") + item + "}", client_.get_item("t", item_)), "InvalidResponse?")
        << item;
  }
}

// Goal: the description of a table is read, or the call fails. A KeySchema that is an object ended the process; one
// that is missing would leave a table without a key.
TEST_F(DynamoDbAnswersTest, ATablesKeyIsReadOrRefused) {
  const auto describe = [this](const std::string& schema, const std::string& definitions, const std::string& more) {
    return verdict(R"({"Table":{"TableName":"t","KeySchema":)" + schema + R"(,"AttributeDefinitions":)" + definitions +
                       more + "}}",
                   client_.describe_table("t"));
  };
  const std::string schema = R"([{"AttributeName":"pk","KeyType":"HASH"}])";
  const std::string definitions = R"([{"AttributeName":"pk","AttributeType":"S"}])";
  const std::string active = R"(,"TableStatus":"ACTIVE")";
  EXPECT_EQ(describe(schema, definitions, active), "");
  for (const char* bad : {"{}", R"({"a":1})", "[]", "null", "7", R"("pk")", "[1]", "[[1]]", "[{}]",
                          R"([{"AttributeName":"pk"}])", R"([{"AttributeName":7,"KeyType":"HASH"}])",
                          R"([{"AttributeName":"","KeyType":"HASH"}])", R"([{"AttributeName":"pk","KeyType":"RANGE"}])",
                          R"([{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"q","KeyType":"HASH"}])",
                          R"([{"AttributeName":"pk","KeyType":"HASH"},7])"}) {
    EXPECT_EQ(describe(bad, definitions, active), "InvalidResponse?") << bad;
  }
  for (const char* bad :
       {"{}", R"({"a":1})", "[]", "null", "[1]", R"([{"AttributeName":"pk"}])",
        R"([{"AttributeName":"pk","AttributeType":"BOOL"}])", R"([{"AttributeName":"other","AttributeType":"S"}])"}) {
    EXPECT_EQ(describe(schema, bad, active), "InvalidResponse?") << bad;
  }
  EXPECT_EQ(describe(schema, definitions, ""), "InvalidResponse?");
  EXPECT_EQ(describe(schema, definitions, R"(,"TableStatus":1)"), "InvalidResponse?");
  for (const char* answer : {"{}", R"({"Table":null})", R"({"Table":[]})", R"({"Table":"t"})", R"({"Table":{}})"}) {
    EXPECT_EQ(verdict(answer, client_.describe_table("t")), "InvalidResponse?") << answer;
  }
}

// Goal: pages, lists of names and batches of items are read, or the call fails.
TEST_F(DynamoDbAnswersTest, ListsOfAnotherKindAreAFailedCall) {
  const std::vector<Item> keys{item_};
  for (const char* answer :
       {"{}", R"({"Items":{},"Count":0})", R"({"Items":[1],"Count":1})", R"({"Items":null,"Count":0})",
        R"({"Items":[{"pk":1}],"Count":1})", R"({"Items":[],"Count":0,"LastEvaluatedKey":[]})",
        R"({"Items":[],"Count":"0"})", R"({"Items":[]})", R"({"Count":0})"}) {
    EXPECT_EQ(verdict(answer, client_.scan({.table = "t"})), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.query({.table = "t", .condition = {}})), "InvalidResponse?") << answer;
  }
  EXPECT_EQ(verdict(R"({"Count":7})", client_.scan({.table = "t", .count_only = true})), "");
  EXPECT_EQ(verdict("{}", client_.scan({.table = "t", .count_only = true})), "InvalidResponse?");
  for (const char* answer : {"{}", R"({"TableNames":{}})", R"({"TableNames":[1]})", R"({"TableNames":null})"}) {
    EXPECT_EQ(verdict(answer, client_.list_tables()), "InvalidResponse?") << answer;
  }
  for (const char* answer :
       {"{}", R"({"Responses":[]})", R"({"Responses":{"t":{}}})", R"({"Responses":{"t":[1]}})",
        R"({"Responses":{"t":[]},"UnprocessedKeys":[]})", R"({"Responses":{"t":[]},"UnprocessedKeys":{"t":[]}})",
        R"({"Responses":{"t":[]},"UnprocessedKeys":{"t":{"Keys":{}}}})",
        R"({"Responses":{"t":[]},"UnprocessedKeys":{"t":{"Keys":[1]}}})"}) {
    EXPECT_EQ(verdict(answer, client_.batch_get("t", keys)), "InvalidResponse?") << answer;
  }
  EXPECT_EQ(verdict(R"({"Responses":{},"UnprocessedKeys":{}})", client_.batch_get("t", keys)), "");
}

}  // namespace
}  // namespace ekiden::aws::dynamodb
