/// Router: which handler answers a request, by its method and path.
#pragma once

#include <ekiden/http/handler.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::http {

/// A table of routes, filled at the start and then only read.
///
/// A path is compared byte for byte and without its query; nothing is percent-decoded. An exact path comes before a
/// prefix, a longer prefix before a shorter one; only then does the method count.
/// - HEAD is answered by the handler of GET, unless it has one of its own. The server leaves the body out.
/// - A known path with another method is answered with 405 and `Allow` (RFC 9110, section 15.5.6), an unknown path
///   with 404. What these answers say is the owner's to choose.
///
/// The Router must outlive the tasks that it returns. Adding a route twice is a bug and ends the process.
class Router {
 public:
  /// Answers at once, without a wait.
  using Page = std::function<HttpResponse(const HttpRequest&)>;
  /// Answers what lies below a prefix: gets the rest of the path, as in the URL and never empty.
  using RestHandler = std::function<Task<HttpResponse>(HttpRequest, std::string rest)>;

  /// What is said of requests that no route answers; each may choose another status.
  struct Refusals {
    Page not_found;     ///< Empty: 404, "not found".
    Page wrong_method;  ///< Empty: 405, with what is allowed. `Allow` is added to every 405 of it.
  };

  Router() = default;
  explicit Router(Refusals refusals) : refusals_(std::move(refusals)) {}

  /// Answers `method` for exactly `path`, which begins with '/'.
  Router& on(std::string method, std::string path, Handler handler);
  /// Answers GET and HEAD for exactly `path`.
  Router& page(std::string path, Page page);
  /// Answers `method` for every longer path that begins with `prefix`, which begins and ends with '/'.
  Router& below(std::string method, std::string prefix, RestHandler handler);

  /// Never throws itself; the task throws what the handler throws.
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
  std::vector<Place> places_;  // A handful: looking through them costs less than a map would.
};

}  // namespace ekiden::http
