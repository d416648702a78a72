/// news-worker: news for members. The message names the member and the article; the delivery lands in a table keyed by
/// both, from where `feed MEMBER` reads it back.
#include <ekiden/app/option_names.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/worker.hpp>

#include "feed.hpp"
#include "news_delivery.hpp"

namespace news {
namespace {

constexpr ekiden::app::OptionName<ekiden::app::OptionType::kInteger> kHandlerDelay{"handler-delay"};

/// One instance serves every message; its member is what the application was configured with.
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
  ekiden::App app("news-worker", "delivers news to members: from an SQS queue into a DynamoDB table");
  app.option(news::kHandlerDelay,
             {.help = "milliseconds that each delivery takes, for measurements", .minimum = "0", .hidden = true});
  app.command({.name = "feed",
               .help = "print the news that were delivered to a member, newest first",
               .arguments = {{.name = "MEMBER", .help = "the member's id, as u0000001"}},
               .examples = {"{program} feed u0000001 --local"},
               .inherits = ekiden::app::names_of(
                   {option::kTable, option::kLocal, option::kEndpoint, option::kRegion, option::kConfig})},
              news::feed);
  app.consume({.queue = "news", .table = "news-deliveries"}, news::Deliver{});
  return app.run(argc, argv);
}
