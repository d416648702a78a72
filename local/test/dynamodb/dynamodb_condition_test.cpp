#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

constexpr std::string_view kValues =
    "':one':{'N':'1'},':two':{'N':'2.0'},':nine':{'N':'9'},':s':{'S':'text'},':te':{'S':'te'},':p':{'S':'p'},"
    "':t':{'BOOL':true},':l':{'L':[{'N':'1'},{'M':{'k':{'S':'v'}}}]},':set':{'SS':['q','p']},':SS':{'S':'SS'},"
    "':b':{'B':'AAE='},':null':{'NULL':true}";

class DynamoDbConditionTest : public testing::Test {
 protected:
  DynamoDbConditionTest() {
    server.create_hash_table("items");
    server.call("PutItem",
                "{'TableName':'items','Item':{'id':{'S':'a'},'n':{'N':'2'},'s':{'S':'text'},'b':{'B':'AAEC'},"
                "'t':{'BOOL':true},'z':{'NULL':true},'tags':{'SS':['p','q']},'l':{'L':[{'N':'1'},{'M':{'k':{'S':'v'}}}]"
                "},'m':{'M':{'x':{'N':'1'}}}}}");
  }

  /// A Scan with the condition as filter, and the values that the condition uses.
  std::string request(const std::string& condition) const {
    std::string values;
    const std::string all(kValues);
    for (std::size_t at = 0; at != std::string::npos;) {
      const std::size_t end = all.find(",':", at);
      const std::string entry = all.substr(at, end - at);
      const std::string name = entry.substr(1, entry.find('\'', 1) - 1);
      const std::size_t used = condition.find(name);
      const bool whole = used != std::string::npos &&
                         (used + name.size() == condition.size() || !std::isalnum(condition[used + name.size()]));
      values += whole ? (values.empty() ? "" : ",") + entry : "";
      at = end == std::string::npos ? end : end + 1;
    }
    return "{'TableName':'items','FilterExpression':'" + condition + "'" +
           (values.empty() ? "" : ",'ExpressionAttributeValues':{" + values + "}") + "}";
  }
  bool holds(const std::string& condition) { return member(server.call("Scan", request(condition)), "Count") == "1"; }
  std::string refusal(const std::string& condition) { return server.refusal("Scan", request(condition)); }

  DynamoDbServer server;
};

// Goal: each operator and function works as documented, for present, missing and wrongly typed attributes.
TEST_F(DynamoDbConditionTest, EvaluatesOperatorsAndFunctions) {
  const std::vector<std::pair<const char*, bool>> cases{
      {"n = :two", true},
      {"n <> :two", false},
      {"absent = :two", false},
      {"absent <> :two", true},
      {"n < :nine", true},
      {"n <= :two", true},
      {"n > :one", true},
      {"n >= :nine", false},
      {"s < :nine", false},
      {"s > :te", true},
      {":one < n", true},
      {"n BETWEEN :one AND :nine", true},
      {"s BETWEEN :one AND :nine", false},
      {"n IN (:one, :two)", true},
      {"n IN (:one)", false},
      {"absent IN (:one)", false},
      {"tags = :set", true},
      {"l = :l", true},
      {"t = :t", true},
      {"z = :null", true},
      {"attribute_exists(m.x)", true},
      {"attribute_exists(m.y)", false},
      {"attribute_exists(l[1].k)", true},
      {"attribute_not_exists(l[2])", true},
      {"attribute_type(tags, :SS)", true},
      {"attribute_type(s, :SS)", false},
      {"begins_with(s, :te)", true},
      {"begins_with(b, :b)", true},
      {"begins_with(n, :te)", false},
      {"contains(s, :te)", true},
      {"contains(tags, :p)", true},
      {"contains(l, :one)", true},
      {"contains(b, :b)", true},
      {"contains(n, :one)", false},
      {"size(tags) = :two", true},
      {"size(s) > :two", true},
      {"size(b) > size(tags)", true},
      {"size(n) = :one", false},
      {"size(absent) = :one", false},
  };
  for (const auto& [condition, expected] : cases) {
    EXPECT_EQ(holds(condition), expected) << condition;
  }
}

// Goal: NOT binds tighter than AND, AND tighter than OR; keywords are case-insensitive.
TEST_F(DynamoDbConditionTest, KnowsPrecedence) {
  EXPECT_TRUE(holds("n = :two OR n = :one AND s = :p"));
  EXPECT_FALSE(holds("(n = :two OR n = :one) AND s = :p"));
  EXPECT_FALSE(holds("NOT n = :two AND s = :s"));
  EXPECT_TRUE(holds("NOT (n = :one AND s = :s)"));
  EXPECT_TRUE(holds("not n = :one and n between :one and :nine or s in (:p)"));
  EXPECT_TRUE(holds("(n) = :two"));
}

// Goal: an invalid expression is rejected in AWS's words.
TEST_F(DynamoDbConditionTest, RefusesBadExpressions) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"", "The expression can not be empty;"},
      {"n = ", "Syntax error; token: \"<EOF>\", near: \"=\""},
      {"n = :one)", "Syntax error; token: \")\", near: \":one)\""},
      {"n $ :one", "Syntax error; token: \"$\", near: \"n $ :one\""},
      {"n", "Syntax error; token: \"<EOF>\", near: \"n\""},
      {"((n = :one))", "The expression has redundant parentheses;"},
      {"name = :one", "Attribute name is a reserved keyword; reserved keyword: name"},
      {"foo(n)", "Invalid function name; function: foo"},
      {"size(s)", "The function is not allowed to be used this way in an expression; function: size"},
      {"attribute_exists(s) = :t",
       "The function is not allowed to be used this way in an expression; function: attribute_exists"},
      {"contains(s)",
       "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1"},
      {"attribute_exists(:one)",
       "Operator or function requires a document path; operator or function: attribute_exists"},
      {"attribute_type(s, :s)",
       "Invalid attribute type name found; type: text, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
      {"begins_with(s, :one)",
       "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
      {"s = s",
       "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
       "first operand: [s]"},
      {"n BETWEEN :nine AND :one",
       "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
       "AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:1}"},
      {"s = :undefined",
       "An expression attribute value used in expression is not defined; attribute value: :undefined"},
      {"#n = :one", "An expression attribute name used in the document path is not defined; attribute name: #n"},
  };
  for (const auto& [condition, expected] : cases) {
    EXPECT_EQ(refusal(condition), "Invalid FilterExpression: " + std::string(expected)) << condition;
  }
}

// Goal: unused placeholders, and placeholders without an expression, are rejected.
TEST_F(DynamoDbConditionTest, RefusesUnusedPlaceholders) {
  const std::string scan = "{'TableName':'items',";
  EXPECT_EQ(server.refusal("Scan", scan + "'FilterExpression':'n = :a','ExpressionAttributeValues':{':a':{'N':'1'},"
                                          "':b':{'N':'1'}}}"),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}");
  EXPECT_EQ(server.refusal("Scan", scan + "'FilterExpression':'attribute_exists(#a)','ExpressionAttributeNames':{"
                                          "'#a':'n','#b':'n','#c':'n'}}"),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #c}");
  EXPECT_EQ(server.refusal("Scan", scan + "'ExpressionAttributeNames':{'#a':'n'}}"),
            "ExpressionAttributeNames can only be specified when using expressions");
  EXPECT_EQ(server.refusal("Scan", scan + "'FilterExpression':'attribute_exists(#a)','ExpressionAttributeNames':{"
                                          "'a':'n'}}"),
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
}

// Goal: AWS's limits of expressions are enforced, so that no request can exhaust the stack.
TEST_F(DynamoDbConditionTest, BoundsExpressions) {
  const auto repeated = [](std::string_view text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) {
      result += text;
    }
    return result;
  };
  EXPECT_TRUE(holds(repeated("NOT ", 200) + "n = :two"));
  EXPECT_NE(refusal(repeated("NOT ", 301) + "n = :two").find("too many operators"), std::string::npos);
  EXPECT_NE(refusal(repeated("(", 3000) + "n = :two").find("nested too deeply"), std::string::npos);
  EXPECT_NE(refusal(repeated("size(", 700) + "n").find("nested too deeply"), std::string::npos);
  EXPECT_NE(refusal(repeated("n = :two AND ", 320) + "n = :two").find("maximum allowed size"), std::string::npos);
  EXPECT_NE(refusal("a" + repeated(".a", 33) + " = :two").find("too many nesting elements"), std::string::npos);
}

}  // namespace
}  // namespace ekiden::local
