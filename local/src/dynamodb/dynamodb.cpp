#include "dynamodb.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <string>

#include "context.hpp"
#include "dynamodb/items/batch.hpp"
#include "dynamodb/items/items.hpp"
#include "dynamodb/items/query.hpp"
#include "dynamodb/tables/tables.hpp"
#include "errors.hpp"
#include "text.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kBodySizeMax = 16 * 1024 * 1024;
// Two levels of JSON for each of an attribute, and what stands around the attributes of a BatchWriteItem.
constexpr std::size_t kJsonDepthMax = 2 * static_cast<std::size_t>(kNestingMax + 1) + 8;
constexpr int kRequestIdLength = 52;

struct Named {
  std::string_view name;
  Operation operation;
};
constexpr std::array kOperations{
    Named{"BatchWriteItem", batch_write_item},
    Named{"PutItem", put_item},
    Named{"UpdateItem", update_item},
    Named{"GetItem", get_item},
    Named{"DeleteItem", delete_item},
    Named{"BatchGetItem", batch_get_item},
    Named{"Query", query},
    Named{"Scan", scan},
    Named{"DescribeTable", describe_table},
    Named{"CreateTable", create_table},
    Named{"DeleteTable", delete_table},
    Named{"ListTables", list_tables},
    Named{"DescribeTimeToLive", describe_time_to_live},
    Named{"UpdateTimeToLive", update_time_to_live},
};

Operation find_operation(std::string_view name) {
  for (const Named& named : kOperations) {
    if (named.name == name) {
      return named.operation;
    }
  }
  refuse_unknown_operation();
}

/// The Region that the client signed for: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
std::string region_of(const http::HttpRequest& request) {
  std::string_view rest = request.headers.find("Authorization").value_or("");
  const std::size_t credential = rest.find("Credential=");
  if (credential == std::string_view::npos) {
    return "us-east-1";
  }
  rest.remove_prefix(credential);
  for (int slashes = 0; slashes < 2; ++slashes) {
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
      return "us-east-1";
    }
    rest.remove_prefix(slash + 1);
  }
  return std::string(rest.substr(0, rest.find_first_of("/, ")));
}

json::object& parse_body(std::string_view text, json::value& storage) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::system::error_code error;
  storage = json::parse(text, error, storage.storage(), options);
  if (error == json::error::too_deep) {
    refuse_validation("Nesting Levels have exceeded supported limits");
  }
  if (error || !storage.is_object()) {
    refuse_serialization({});
  }
  return storage.get_object();
}

std::string request_id(runtime::Random& random) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id;
  id.reserve(kRequestIdLength);
  // Ten characters of 36 fit into one number with room to spare.
  while (id.size() < kRequestIdLength) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 10 && id.size() < kRequestIdLength; ++i) {
      id += kAlphabet[bits % kAlphabet.size()];
      bits /= kAlphabet.size();
    }
  }
  return id;
}

Answer answer(Context& context, std::string_view operation_name, std::string_view text) {
  // A BatchWriteItem of 25 small items needs no more than this.
  std::array<unsigned char, 64 * 1024> buffer;
  json::monotonic_resource resource(buffer.data(), buffer.size());
  try {
    const Operation operation = find_operation(operation_name);
    json::value body(&resource);
    return operation(context, parse_body(text, body));
  } catch (const Refusal& refusal) {
    return {400, error_body(refusal)};
  }
}

}  // namespace

http::HttpResponse handle(Database& database, std::string_view operation, const http::HttpRequest& request,
                          runtime::WallTime now, runtime::Random& random, Effects& effects,
                          const std::function<bool()>& refuse_entry) {
  http::HttpResponse response;
  response.headers.add("x-amzn-RequestId", request_id(random));
  if (request.body.size() > kBodySizeMax) {
    response.status = 413;
    return response;
  }
  Context context{database, now, random, effects, refuse_entry, region_of(request)};
  Answer result = answer(context, operation, request.body);
  response.status = result.status;
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  response.headers.add("x-amz-crc32", crc32_text(result.body));
  response.body = std::move(result.body);
  return response;
}

}  // namespace ekiden::local::dynamodb
