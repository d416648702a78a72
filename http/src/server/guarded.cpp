#include <ekiden/http/browser_guard.hpp>
#include <ekiden/http/events.hpp>

#include <memory>
#include <set>
#include <utility>

namespace ekiden::http {
namespace {

/// Further reasons are not logged: a page can make up any number of them.
constexpr std::size_t kReasonsMax = 100;

Task<HttpResponse> ready(HttpResponse response) { co_return response; }

Task<HttpResponse> shared_answer(Handler handler, HttpRequest request) {
  const std::string origin(request.headers.find("origin").value_or(""));
  HttpResponse response = co_await handler(std::move(request));
  BrowserGuard::share(origin, response);
  co_return response;
}

class Gate {
 public:
  Gate(BrowserRules rules, std::shared_ptr<const std::string> address, runtime::Events& events, Handler handler,
       RefusalWriter writer)
      : guard_(std::move(rules)),
        address_(std::move(address)),
        events_(events),
        handler_(std::move(handler)),
        writer_(std::move(writer)) {}

  Task<HttpResponse> answer(HttpRequest request) {
    const BrowserGuard::Finding finding = guard_.look_at(request);
    switch (finding.verdict) {
      case BrowserGuard::Verdict::kRefuse:
        return ready(refuse(std::move(request), finding.reason));
      case BrowserGuard::Verdict::kPreflight:
        return ready(BrowserGuard::preflight(request));
      case BrowserGuard::Verdict::kShare:
        return shared_answer(handler_, std::move(request));
      case BrowserGuard::Verdict::kPass:
        break;
    }
    return handler_(std::move(request));
  }

 private:
  HttpResponse refuse(HttpRequest request, const std::string& reason) {
    if (reasons_.size() < kReasonsMax && reasons_.insert(reason).second) {
      events_.publish(events::kRequestRefused, {std::string_view(*address_), std::string_view(reason)});
    }
    HttpResponse response{403,
                          {{"Content-Type", "text/plain; charset=utf-8"},
                           {"Cache-Control", "no-store"},
                           {"X-Content-Type-Options", "nosniff"}},
                          "refused: " + reason + "\n"};
    return writer_ ? writer_(std::move(request), reason, std::move(response)) : response;
  }

  BrowserGuard guard_;
  std::shared_ptr<const std::string> address_;
  runtime::Events& events_;
  Handler handler_;
  RefusalWriter writer_;
  std::set<std::string> reasons_;
};

}  // namespace

Handler guarded(BrowserRules rules, std::shared_ptr<const std::string> address, runtime::Events& events,
                Handler handler, RefusalWriter writer) {
  const auto gate =
      std::make_shared<Gate>(std::move(rules), std::move(address), events, std::move(handler), std::move(writer));
  return [gate](HttpRequest request) { return gate->answer(std::move(request)); };
}

}  // namespace ekiden::http
