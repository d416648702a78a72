#include <gtest/gtest.h>

#include "dynamodb_server.hpp"

namespace ekiden::local {
namespace {

// Goal: the description of a table has AWS's form, and a client that waits for ACTIVE does not wait.
TEST(DynamoDbTablesTest, DescribesWhatWasCreated) {
  DynamoDbServer server;
  const std::string created = server.call(
      "CreateTable",
      "{'TableName':'news','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':2,"
      "'WriteCapacityUnits':3},'KeySchema':[{'AttributeName':'user','KeyType':'HASH'},{'AttributeName':'at',"
      "'KeyType':'RANGE'}],'AttributeDefinitions':[{'AttributeName':'user','AttributeType':'S'},"
      "{'AttributeName':'at','AttributeType':'N'}]}");
  EXPECT_EQ(member(member(created, "TableDescription"), "TableStatus"), "'CREATING'");

  server.call("PutItem", "{'TableName':'news','Item':{'user':{'S':'u1'},'at':{'N':'1'}}}");
  const std::string table = member(server.call("DescribeTable", "{'TableName':'news'}"), "Table");
  EXPECT_EQ(member(table, "TableStatus"), "'ACTIVE'");
  EXPECT_EQ(member(table, "TableArn"), "'arn:aws:dynamodb:us-east-1:000000000000:table/news'");
  EXPECT_EQ(member(table, "ItemCount"), "1");
  EXPECT_EQ(member(table, "TableSizeBytes"), "10");
  EXPECT_TRUE(same_json(member(table, "KeySchema"),
                        "[{'AttributeName':'user','KeyType':'HASH'},{'AttributeName':'at','KeyType':'RANGE'}]"));
  EXPECT_TRUE(same_json(member(table, "ProvisionedThroughput"),
                        "{'NumberOfDecreasesToday':0,'ReadCapacityUnits':2,'WriteCapacityUnits':3}"));
  EXPECT_TRUE(same_json(member(table, "CreationDateTime"), "1700000000.042"));
}

// Goal: the counts follow puts, replacements and deletes.
TEST(DynamoDbTablesTest, CountsItemsAndBytes) {
  DynamoDbServer server;
  server.create_hash_table("counted");
  const auto counts = [&server] {
    const std::string table = member(server.call("DescribeTable", "{'TableName':'counted'}"), "Table");
    return member(table, "ItemCount") + " " + member(table, "TableSizeBytes");
  };
  server.call("PutItem", "{'TableName':'counted','Item':{'id':{'S':'a'},'t':{'S':'12345'}}}");
  EXPECT_EQ(counts(), "1 9");
  server.call("PutItem", "{'TableName':'counted','Item':{'id':{'S':'a'},'t':{'S':'1'}}}");
  EXPECT_EQ(counts(), "1 5");
  server.call("UpdateItem", "{'TableName':'counted','Key':{'id':{'S':'b'}}}");
  EXPECT_EQ(counts(), "2 8");
  server.call("DeleteItem", "{'TableName':'counted','Key':{'id':{'S':'a'}}}");
  server.call("DeleteItem", "{'TableName':'counted','Key':{'id':{'S':'absent'}}}");
  EXPECT_EQ(counts(), "1 3");
}

// Goal: the items of a deleted table are not in a new table of the same name.
TEST(DynamoDbTablesTest, DeletesTheItemsToo) {
  DynamoDbServer server;
  server.create_hash_table("gone");
  server.call("PutItem", "{'TableName':'gone','Item':{'id':{'S':'a'}}}");
  EXPECT_EQ(member(member(server.call("DeleteTable", "{'TableName':'gone'}"), "TableDescription"), "TableStatus"),
            "'DELETING'");
  EXPECT_EQ(server.refusal("DescribeTable", "{'TableName':'gone'}"),
            "Requested resource not found: Table: gone not found");
  EXPECT_EQ(server.refusal("Scan", "{'TableName':'gone'}"), "Requested resource not found");
  server.create_hash_table("gone");
  EXPECT_EQ(member(server.call("Scan", "{'TableName':'gone'}"), "Count"), "0");
}

// Goal: table names are listed in order, in pages.
TEST(DynamoDbTablesTest, ListsInPages) {
  DynamoDbServer server;
  for (const char* name : {"ccc", "aaa", "bbb"}) {
    server.create_hash_table(name);
  }
  EXPECT_TRUE(same_json(server.call("ListTables", "{}"), "{'TableNames':['aaa','bbb','ccc']}"));
  EXPECT_TRUE(same_json(server.call("ListTables", "{'Limit':2}"),
                        "{'TableNames':['aaa','bbb'],'LastEvaluatedTableName':'bbb'}"));
  EXPECT_TRUE(
      same_json(server.call("ListTables", "{'Limit':2,'ExclusiveStartTableName':'bbb'}"), "{'TableNames':['ccc']}"));
}

// Goal: an unsupported parameter is rejected, not ignored.
TEST(DynamoDbTablesTest, RefusesWhatItCannotDo) {
  DynamoDbServer server;
  const std::string table =
      "{'TableName':'new','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
      "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}]";
  EXPECT_EQ(server.refusal("CreateTable", table + ",'GlobalSecondaryIndexes':[{'IndexName':'i'}]}"),
            "GlobalSecondaryIndexes is not supported by this local server: only the table's own key can be queried. "
            "Remove it, or use Amazon DynamoDB");
  EXPECT_NE(server.refusal("CreateTable", table + ",'StreamSpecification':{'StreamEnabled':true}}"), "");
  EXPECT_EQ(server.refusal("CreateTable", "{'TableName':'x'}"),
            "TableName must be at least 3 characters long and at most 255 characters long");
  server.call("CreateTable", table + "}");
  EXPECT_EQ(server.refusal("CreateTable", table + "}"), "Table already exists: new");
  EXPECT_NE(server.send("TransactWriteItems", "{}").body.find("UnknownOperationException"), std::string::npos);
}

// Goal: the time-to-live setting is stored, and cannot be set twice.
TEST(DynamoDbTablesTest, KeepsTimeToLive) {
  DynamoDbServer server;
  server.create_hash_table("ttl");
  const std::string on = "{'TableName':'ttl','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'expires'}}";
  server.call("UpdateTimeToLive", on);
  EXPECT_TRUE(same_json(server.call("DescribeTimeToLive", "{'TableName':'ttl'}"),
                        "{'TimeToLiveDescription':{'TimeToLiveStatus':'ENABLED','AttributeName':'expires'}}"));
  EXPECT_EQ(server.refusal("UpdateTimeToLive", on), "TimeToLive is already enabled");
}

}  // namespace
}  // namespace ekiden::local
