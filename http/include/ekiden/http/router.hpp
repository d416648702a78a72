/// Router: chooses the handler of a request by method and path.
#pragma once

#include <ekiden/http/handler.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::http {

/// A table of routes: filled at the start, then only read.
///
/// Paths are compared byte for byte, without the query and without percent-decoding. An exact path wins over a prefix,
/// and a longer prefix over a shorter one. The method is compared last.
/// - HEAD is answered by the handler of GET, unless HEAD has a handler of its own. The server omits the body.
/// - A known path with another method is answered with 405 and `Allow` (RFC 9110, section 15.5.6), an unknown path
///   with 404. The owner can replace both answers.
///
/// Example:
///
///   http::Router router;
///   router.page("/healthz", [](const http::HttpRequest&) { return http::HttpResponse{200, {}, "ok\n"}; });
///
/// Lifetime: the Router must outlive the tasks that it returns. Adding a route twice is a bug and ends the process.
class Router {
 public:
  /// A handler that returns its answer without waiting.
  using Page = std::function<HttpResponse(const HttpRequest&)>;
  /// A handler of all paths below a prefix. `rest` is the path after the prefix, as in the URL; never empty.
  using RestHandler = std::function<Task<HttpResponse>(HttpRequest, std::string rest)>;

  /// Answers to requests without a route. Each can set another status.
  struct Refusals {
    Page not_found;     ///< Empty: 404, "not found".
    Page wrong_method;  ///< Empty: 405, with the allowed methods. `Allow` is added to every 405.
  };

  Router() = default;
  explicit Router(Refusals refusals) : refusals_(std::move(refusals)) {}

  /// Answers `method` for exactly `path`, which begins with '/'.
  Router& on(std::string method, std::string path, Handler handler);
  /// Answers GET and HEAD for exactly `path`.
  Router& page(std::string path, Page page);
  /// Answers `method` for every longer path that begins with `prefix`, which begins and ends with '/'.
  Router& below(std::string method, std::string prefix, RestHandler handler);

  /// Calls the handler of the request. The task throws what the handler throws.
  Task<HttpResponse> answer(HttpRequest request) const;

  /// The path of an origin-form URL, without its query.
  static std::string_view path_of(const HttpRequest& request);

 private:
  struct Route {
    std::string method;
    RestHandler handler;
  };
  struct Place {
    std::string path;
    bool is_prefix;
    std::vector<Route> routes;
  };

  Router& add(std::string method, std::string path, bool is_prefix, RestHandler handler);
  const Place* place_of(std::string_view path) const;
  HttpResponse refuse(const HttpRequest& request, const Place* place) const;

  Refusals refusals_;
  std::vector<Place> places_;  // Only a few: a linear search costs less than a map.
};

}  // namespace ekiden::http
