/// own_command: a worker with two commands of its own. One sends a message, the other one reads the table.
///
/// README.md beside this file has the commands that run it. To try: add a command that prints the entry of one guest.
#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/worker.hpp>

#include <iostream>

namespace {

namespace option = ekiden::app::option;
constexpr ekiden::app::OptionName<ekiden::app::OptionType::kString> kGreeting{"greeting"};

// The body is the name; an attribute of the message has the greeting.
ekiden::Task<> store(ekiden::Message message, ekiden::Context context) {
  ekiden::aws::dynamodb::Item item{{"name", message.body}, {"greeting", message.attributes["greeting"].value}};
  co_await context.table().put(std::move(item));
  std::cout << message.body << " has signed" << std::endl;
}

// A command returns the exit status. It has the credentials, the region and the endpoint that the worker would have.
ekiden::Task<int> sign(ekiden::app::CommandContext context) {
  ekiden::aws::sqs::SqsClient sqs(context.env, context.transport, context.credentials, context.target);
  const auto queue = co_await sqs.find_queue(context.call.options.get(option::kQueue, "guests"));
  ekiden::aws::sqs::OutgoingMessage message{.body = context.call.arguments.front()};
  message.attributes["greeting"].value = context.call.options.get(kGreeting);
  co_await sqs.send(queue, message);
  co_return 0;
}

ekiden::Task<int> list(ekiden::app::CommandContext context) {
  ekiden::aws::dynamodb::DynamoDbClient table(context.env, context.transport, context.credentials, context.target);
  ekiden::aws::dynamodb::ScanRequest request{.table = context.call.options.get(option::kTable, "guests")};
  do {  // A table comes in pages of up to 1 MB.
    const ekiden::aws::dynamodb::Page page = co_await table.scan(request);
    for (const ekiden::aws::dynamodb::Item& item : page.items) {
      std::cout << *item.find("name")->string() << ": " << *item.find("greeting")->string() << '\n';
    }
    request.start_key = page.last_key;
  } while (!request.start_key.empty());
  co_return 0;
}

}  // namespace

int main(int argc, char** argv) {
  ekiden::App app("own-command", "keeps a guest book");
  app.option(kGreeting, {.help = "what the guest says", .fallback = "hello"});
  app.command({.name = "sign", .help = "send an entry to the queue", .arguments = {{.name = "NAME"}}}, sign);
  app.command({.name = "list", .help = "print all entries"}, list);
  app.consume({.queue = "guests", .table = "guests"}, store);
  return app.run(argc, argv);
}
