/// call_http: calls another service for each message. An option of this program sets the URL of the service.
///
/// README.md beside this file has the commands that run it. To try: send the path "/nowhere", and start the worker with
/// a --site where no server listens.
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/worker.hpp>

#include <iostream>

namespace {

using namespace std::chrono_literals;
constexpr ekiden::app::OptionName<ekiden::app::OptionType::kString> kSite{"site"};

struct Page {
  std::string path;
  std::optional<std::int64_t> bytes;  // Not in the message: the handler sets it.
};
BOOST_DESCRIBE_STRUCT(Page, (), (path, bytes))

ekiden::Task<ekiden::Outcome> fetch(Page page, ekiden::Context context) {
  ekiden::http::HttpRequest request;
  request.method = "GET";  // For a POST set request.body, too, and an idempotency key: a handler can run twice.
  request.url = context.option(kSite.text()).value_or("") + page.path;
  // Other handlers run while this one waits. The request has no time limit of its own, so give it one. If there is no
  // answer at all, send() throws http::TransportError, and the message is retried as after any exception.
  ekiden::Task<ekiden::http::HttpResponse> sending = context.http().send(std::move(request));
  const auto answer = co_await ekiden::runtime::with_deadline(context.clock(), 10s, std::move(sending));
  if (!answer || answer->status == 429 || answer->status >= 500) {
    co_return ekiden::Outcome::retry(1min);  // The service is slow, busy or broken. It can work later.
  }
  if (answer->status != 200) {
    co_return ekiden::Outcome::reject("the site answered " + std::to_string(answer->status));
  }
  page.bytes = static_cast<std::int64_t>(answer->body.size());
  co_await context.table().put(page);
  std::cout << "fetched " << page.path << std::endl;
  co_return ekiden::Outcome::done();
}

}  // namespace

int main(int argc, char** argv) {
  ekiden::App app("call-http", "fetches pages of a site");
  // A flag --site, a variable EKIDEN_SITE and a key `site` of the configuration file. --help shows it.
  app.option(kSite, {.help = "URL of the site, without a slash at its end", .fallback = "http://127.0.0.1:8080"});
  app.consume({.queue = "pages", .table = "pages"}, fetch);
  return app.run(argc, argv);
}
