#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

struct Case {
  const char* expression;
  const char* values;    ///< Members of ExpressionAttributeValues.
  const char* expected;  ///< Attributes of UPDATED_NEW, or the error message.
};

class DynamoDbUpdateTest : public testing::Test {
 protected:
  DynamoDbUpdateTest() { server.create_hash_table("items"); }

  void reset() {
    server.call("PutItem",
                "{'TableName':'items','Item':{'id':{'S':'a'},'n':{'N':'2'},'s':{'S':'text'},'tags':{'SS':['p','q']},"
                "'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},'m':{'M':{'x':{'N':'1'}}}}}");
  }
  static std::string request(const Case& test, std::string_view returned, std::string_view id = "a") {
    const std::string values(test.values);
    return "{'TableName':'items','Key':{'id':{'S':'" + std::string(id) + "'}},'UpdateExpression':'" + test.expression +
           "'" + (values.empty() ? "" : ",'ExpressionAttributeValues':{" + values + "}") + ",'ReturnValues':'" +
           std::string(returned) + "'}";
  }

  DynamoDbServer server;
};

// Goal: each kind of action has the effect that the Developer Guide describes. Method: compares the changed attributes
// of one item.
TEST_F(DynamoDbUpdateTest, CarriesOutActions) {
  const std::vector<Case> cases{
      {"SET s = :v, q = n", "':v':{'S':'new'}", "{'q':{'N':'2'},'s':{'S':'new'}}"},
      {"SET n = n + :v", "':v':{'N':'0.5'}", "{'n':{'N':'2.5'}}"},
      {"SET n = :v - n", "':v':{'N':'1'}", "{'n':{'N':'-1'}}"},
      {"SET n = if_not_exists(absent, :v) + :v", "':v':{'N':'1'}", "{'n':{'N':'2'}}"},
      {"SET n = if_not_exists(n, :v)", "':v':{'N':'1'}", "{'n':{'N':'2'}}"},
      {"SET l = list_append(l, :v)", "':v':{'L':[{'N':'3'}]}", "{'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'N':'3'}]}}"},
      {"SET q = list_append(:v, if_not_exists(q, :v))", "':v':{'L':[{'N':'3'}]}", "{'q':{'L':[{'N':'3'},{'N':'3'}]}}"},
      {"SET l[0] = l[1], l[1] = l[0]", "", "{'l':{'L':[{'N':'1'},{'N':'0'}]}}"},
      {"SET l[9] = :b, l[5] = :a", "':a':{'S':'a'},':b':{'S':'b'}", ""},
      {"SET m.y = :v", "':v':{'S':'new'}", "{'m':{'M':{'y':{'S':'new'}}}}"},
      {"ADD n :v", "':v':{'N':'-5'}", "{'n':{'N':'-3'}}"},
      {"ADD q :v", "':v':{'N':'5'}", "{'q':{'N':'5'}}"},
      {"ADD tags :v", "':v':{'SS':['q','r']}", "{'tags':{'SS':['p','q','r']}}"},
      {"ADD m.x :v", "':v':{'N':'5'}", "{'m':{'M':{'x':{'N':'6'}}}}"},
      {"DELETE tags :v", "':v':{'SS':['q','r']}", "{'tags':{'SS':['p']}}"},
      {"set s = :v remove n add q :v2", "':v':{'S':'x'},':v2':{'N':'1'}", "{'q':{'N':'1'},'s':{'S':'x'}}"},
  };
  for (const Case& test : cases) {
    reset();
    const std::string attributes = member(server.call("UpdateItem", request(test, "UPDATED_NEW")), "Attributes");
    EXPECT_TRUE(attributes == test.expected || same_json(attributes, test.expected)) << test.expression << '\n'
                                                                                     << attributes;
  }
}

// Goal: indices refer to the list before the update, however many elements are removed; new elements beyond its end are
// appended in order.
TEST_F(DynamoDbUpdateTest, KeepsIndicesOfLists) {
  const auto list_after = [&](const Case& test) {
    reset();
    return member(member(server.call("UpdateItem", request(test, "ALL_NEW")), "Attributes"), "l");
  };
  EXPECT_TRUE(same_json(list_after({"REMOVE l[0], l[1]", "", ""}), "{'L':[{'N':'2'}]}"));
  EXPECT_TRUE(
      same_json(list_after({"REMOVE l[0] SET l[2] = :v", "':v':{'S':'x'}", ""}), "{'L':[{'N':'1'},{'S':'x'}]}"));
  EXPECT_TRUE(same_json(list_after({"SET l[9] = :b, l[5] = :a", "':a':{'S':'a'},':b':{'S':'b'}", ""}),
                        "{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'S':'a'},{'S':'b'}]}"));
}

// Goal: a set that becomes empty is removed, because there are no empty sets.
TEST_F(DynamoDbUpdateTest, RemovesEmptiedSets) {
  reset();
  const Case all{"DELETE tags :v", "':v':{'SS':['q','p']}", ""};
  EXPECT_EQ(member(member(server.call("UpdateItem", request(all, "ALL_NEW")), "Attributes"), "tags"), "");
}

// Goal: a missing item is created with its key, unless the update only removes attributes.
TEST_F(DynamoDbUpdateTest, CreatesMissingItems) {
  EXPECT_TRUE(same_json(server.call("UpdateItem", request({"ADD n :v", "':v':{'N':'1'}", ""}, "ALL_NEW", "new")),
                        "{'Attributes':{'id':{'S':'new'},'n':{'N':'1'}}}"));
  EXPECT_EQ(server.call("UpdateItem", request({"REMOVE n", "", ""}, "ALL_NEW", "none")), "{}");
  EXPECT_EQ(server.effects.items_written, 0);
  EXPECT_EQ(member(server.call("Scan", "{'TableName':'items'}"), "Count"), "1");
}

// Goal: each value of ReturnValues returns the right attributes, from before or after the update.
TEST_F(DynamoDbUpdateTest, ReturnsWhatIsAskedFor) {
  const Case test{"SET n = :v REMOVE s", "':v':{'N':'7'}", ""};
  const auto attributes = [&](std::string_view returned) {
    reset();
    return member(server.call("UpdateItem", request(test, returned)), "Attributes");
  };
  EXPECT_EQ(attributes("NONE"), "");
  EXPECT_TRUE(same_json(attributes("UPDATED_OLD"), "{'n':{'N':'2'},'s':{'S':'text'}}"));
  EXPECT_TRUE(same_json(attributes("UPDATED_NEW"), "{'n':{'N':'7'}}"));
  EXPECT_EQ(member(attributes("ALL_OLD"), "n"), "{'N':'2'}");
  EXPECT_EQ(member(attributes("ALL_NEW"), "n"), "{'N':'7'}");
}

// Goal: invalid updates are rejected in AWS's words and change nothing.
TEST_F(DynamoDbUpdateTest, RefusesBadUpdates) {
  const std::string invalid = "Invalid UpdateExpression: ";
  const std::vector<std::pair<Case, std::string>> cases{
      {{"SET id = :v", "':v':{'S':'b'}", ""},
       "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"},
      {{"SET n = n + s", "", ""}, "An operand in the update expression has an incorrect data type"},
      {{"ADD s :v", "':v':{'N':'1'}", ""}, "An operand in the update expression has an incorrect data type"},
      {{"SET n = absent", "", ""}, "The provided expression refers to an attribute that does not exist in the item"},
      {{"SET absent.x = n", "", ""}, "The document path provided in the update expression is invalid for update"},
      {{"SET s[0] = n", "", ""}, "The document path provided in the update expression is invalid for update"},
      {{"REMOVE n, n", "", ""},
       invalid + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: "
                 "[n], path two: [n]"},
      {{"REMOVE m.x, m[0]", "", ""},
       invalid + "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: "
                 "[m, x], path two: [m, [0]]"},
      {{"REMOVE n REMOVE s", "", ""},
       invalid + "The \"REMOVE\" section can only be used once in an update expression;"},
      {{"ADD n :v", "':v':{'S':'1'}", ""},
       invalid + "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"},
      {{"DELETE tags :v", "':v':{'N':'1'}", ""},
       invalid + "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
      {{"SET n = foo(s)", "", ""}, invalid + "Invalid function name; function: foo"},
      {{"SET n", "", ""}, invalid + "Syntax error; token: \"<EOF>\", near: \"n\""},
      {{"SET n = 5", "", ""}, invalid + "Syntax error; token: \"5\", near: \"= 5\""},
  };
  reset();
  const std::string before = server.call("Scan", "{'TableName':'items'}");
  for (const auto& [test, expected] : cases) {
    EXPECT_EQ(server.refusal("UpdateItem", request(test, "NONE")), expected) << test.expression;
  }
  EXPECT_EQ(server.call("Scan", "{'TableName':'items'}"), before);
}

// Goal: an update cannot nest an item deeper than a put. Method: puts a map into itself again and again.
TEST_F(DynamoDbUpdateTest, BoundsNesting) {
  reset();
  const Case wrap{"SET m.x = m", "", ""};
  int wrapped = 0;
  while (server.send("UpdateItem", R"({"TableName":"items","Key":{"id":{"S":"a"}},"UpdateExpression":"SET m.x = m"})")
             .status == 200) {
    ASSERT_LT(++wrapped, 64);
  }
  EXPECT_EQ(server.refusal("UpdateItem", request(wrap, "NONE")), "Nesting Levels have exceeded supported limits");
  EXPECT_EQ(member(server.call("Scan", "{'TableName':'items'}"), "Count"), "1");
}

}  // namespace
}  // namespace ekiden::local
