/// news-worker: delivers news to members. A message names a member and an article; the handler writes the delivery to a
/// table whose key is both. `feed MEMBER` reads the deliveries from that table.
#include <ekiden/app/option_names.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/worker.hpp>

#include "feed.hpp"
#include "news_delivery.hpp"

namespace news {
namespace {

constexpr ekiden::app::OptionName<ekiden::app::OptionType::kInteger> kHandlerDelay{"handler-delay"};

/// One instance handles every message, so it keeps no state of a message.
class Deliver {
 public:
  ekiden::Task<> operator()(NewsDelivery news, ekiden::Context context) const {
    if (const auto delay = context.option(kHandlerDelay.text())) {
      co_await context.clock().sleep_for(
          std::chrono::milliseconds(ekiden::base::parse<std::int64_t>(*delay).value_or(0)));
    }
    const ekiden::Table table = context.table();
    co_await table.put(news);
  }
};

}  // namespace
}  // namespace news

int main(int argc, char** argv) {
  namespace option = ekiden::app::option;
  ekiden::App app(
      "news-worker",
      "Example worker: reads news messages from an SQS queue and writes an item for each of them to a DynamoDB table");
  app.option(news::kHandlerDelay,
             {.help = "milliseconds that each delivery takes; for measurements", .minimum = "0", .hidden = true});
  app.command({.name = "feed",
               .help = "print the news that was delivered to a member, newest first",
               .arguments = {{.name = "MEMBER", .help = "id of the member, such as u0000001"}},
               .examples = {"{program} feed u0000001 --local"},
               .inherits = ekiden::app::names_of(
                   {option::kTable, option::kLocal, option::kEndpoint, option::kRegion, option::kConfig})},
              news::feed);
  app.consume({.queue = "news", .table = "news-deliveries"}, news::Deliver{});
  return app.run(argc, argv);
}
