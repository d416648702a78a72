#include "dynamodb_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>

#include "dynamodb/tables/schema.hpp"
#include "front/route.hpp"

namespace ekiden::local {
namespace {

std::string swapped(std::string_view text, char from, char to) {
  std::string result(text);
  std::replace(result.begin(), result.end(), from, to);
  return result;
}

boost::json::value parsed(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 256;
  return boost::json::parse(swapped(text, '\'', '"'), {}, options);
}

}  // namespace

DynamoDbServer::DynamoDbServer() { dynamodb::create_tables(database); }

void DynamoDbServer::create_hash_table(std::string_view name) {
  call("CreateTable", "{'TableName':'" + std::string(name) +
                          "','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],"
                          "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}]}");
}

void DynamoDbServer::create_range_table(std::string_view name) {
  call("CreateTable", "{'TableName':'" + std::string(name) +
                          "','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'id','KeyType':'HASH'},"
                          "{'AttributeName':'ts','KeyType':'RANGE'}],'AttributeDefinitions':[{'AttributeName':'id',"
                          "'AttributeType':'S'},{'AttributeName':'ts','AttributeType':'N'}]}");
}

http::HttpResponse DynamoDbServer::send(std::string_view operation, std::string body) {
  http::HttpRequest request;
  request.headers.add("X-Amz-Target", "DynamoDB_20120810." + std::string(operation));
  request.body = std::move(body);
  effects = {};
  Session session{.database = database,
                  .random = random_,
                  .now = runtime::WallTime(std::chrono::milliseconds(1'700'000'000'042)),
                  .refuse_entry = refuse_entry};
  const SharedCall call = enter(std::move(request));
  http::HttpResponse response = call->frontend->apply(session, *call);
  effects = std::move(session.effects);
  return response;
}

std::string DynamoDbServer::call(std::string_view operation, std::string_view body) {
  const http::HttpResponse response = send(operation, swapped(body, '\'', '"'));
  EXPECT_EQ(response.status, 200) << operation << ' ' << body << '\n' << response.body;
  return swapped(response.body, '"', '\'');
}

std::string DynamoDbServer::refusal(std::string_view operation, std::string_view body) {
  const http::HttpResponse response = send(operation, swapped(body, '\'', '"'));
  EXPECT_EQ(response.status, 400) << operation << ' ' << body << '\n' << response.body;
  const boost::json::object error = boost::json::parse(response.body).as_object();
  const boost::json::value* message = error.if_contains("message");
  message = message == nullptr ? error.if_contains("Message") : message;
  return message == nullptr ? std::string() : std::string(message->as_string());
}

bool same_json(std::string_view a, std::string_view b) { return parsed(a) == parsed(b); }

std::string error_type(const http::HttpResponse& response) {
  boost::json::parse_options options;
  options.max_depth = 256;
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(response.body, error, {}, options);
  EXPECT_TRUE(!error && value.is_object()) << response.body;
  const boost::json::value* type = error ? nullptr : value.as_object().if_contains("__type");
  return type == nullptr ? std::string() : std::string(type->as_string());
}

std::string member(std::string_view json, std::string_view name) {
  const boost::json::value value = parsed(json);
  const boost::json::value* found = value.as_object().if_contains(name);
  return found == nullptr ? "" : swapped(boost::json::serialize(*found), '"', '\'');
}

}  // namespace ekiden::local
