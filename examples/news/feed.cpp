#include "feed.hpp"

#include <ekiden/app/option_names.hpp>
#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/base/exit_status.hpp>

#include <cstdio>

namespace news {

namespace {

std::string text(const ekiden::aws::dynamodb::Item& item, std::string_view name) {
  const ekiden::aws::dynamodb::AttributeValue* const value = item.find(name);
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

}  // namespace

ekiden::Task<int> feed(ekiden::app::CommandContext context) {
  ekiden::aws::dynamodb::DynamoDbClient table(context.env, context.transport, context.credentials, context.target);
  const std::string& member = context.call.arguments.front();
  ekiden::aws::dynamodb::QueryRequest request{
      .table = context.call.options.get(ekiden::app::option::kTable, "news"),
      .condition = {.text = "user_id = :member", .values = {{":member", member}}},
      .forward = false};
  int deliveries = 0;
  do {
    const ekiden::aws::dynamodb::Page page = co_await table.query(request);
    for (const ekiden::aws::dynamodb::Item& item : page.items) {
      std::printf("%s  %s  %s\n", text(item, "published_at").c_str(), text(item, "news_id").c_str(),
                  text(item, "title").c_str());
      ++deliveries;
    }
    request.start_key = page.last_key;
  } while (!request.start_key.empty());
  if (deliveries == 0) {
    std::fprintf(stderr, "no news was delivered to %s\n", member.c_str());
  }
  co_return deliveries == 0 ? ekiden::base::kExitFailed : ekiden::base::kExitDone;
}

}  // namespace news
