#include <ekiden/base/assert.hpp>
#include <ekiden/base/words.hpp>
#include <ekiden/http/router.hpp>

#include <algorithm>

namespace ekiden::http {
namespace {

HttpResponse plain(int status, std::string body) {
  return HttpResponse{status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

// `page` belongs to the Router.
Task<HttpResponse> show(const Router::Page& page, HttpRequest request) { co_return page(request); }

}  // namespace

Router& Router::on(std::string method, std::string path, Handler handler) {
  return add(std::move(method), std::move(path), false,
             [handler = std::move(handler)](HttpRequest request, std::string) { return handler(std::move(request)); });
}

Router& Router::page(std::string path, Page page) {
  return add("GET", std::move(path), false,
             [page = std::move(page)](HttpRequest request, std::string) { return show(page, std::move(request)); });
}

Router& Router::below(std::string method, std::string prefix, RestHandler handler) {
  EKIDEN_ASSERT(prefix.ends_with('/'));
  return add(std::move(method), std::move(prefix), true, std::move(handler));
}

Router& Router::add(std::string method, std::string path, bool is_prefix, RestHandler handler) {
  EKIDEN_ASSERT(path.starts_with('/'));
  auto place = std::ranges::find_if(
      places_, [&](const Place& known) { return known.path == path && known.is_prefix == is_prefix; });
  if (place == places_.end()) {
    place = places_.insert(places_.end(), Place{std::move(path), is_prefix, {}});
  }
  EKIDEN_ASSERT(std::ranges::find(place->routes, method, &Route::method) == place->routes.end());
  place->routes.push_back({std::move(method), std::move(handler)});
  return *this;
}

const Router::Place* Router::place_of(std::string_view path) const {
  const Place* best = nullptr;
  for (const Place& place : places_) {
    if (!place.is_prefix && place.path == path) {
      return &place;
    }
    if (place.is_prefix && path.size() > place.path.size() && path.starts_with(place.path) &&
        (best == nullptr || place.path.size() > best->path.size())) {
      best = &place;
    }
  }
  return best;
}

Task<HttpResponse> Router::answer(HttpRequest request) const {
  const std::string_view path = path_of(request);
  const Place* place = place_of(path);
  if (place != nullptr) {
    auto route = std::ranges::find(place->routes, request.method, &Route::method);
    if (route == place->routes.end() && request.method == "HEAD") {
      route = std::ranges::find(place->routes, "GET", &Route::method);
    }
    if (route != place->routes.end()) {
      std::string rest(place->is_prefix ? path.substr(place->path.size()) : std::string_view());
      co_return co_await route->handler(std::move(request), std::move(rest));
    }
  }
  co_return refuse(request, place);
}

HttpResponse Router::refuse(const HttpRequest& request, const Place* place) const {
  if (place == nullptr) {
    return refusals_.not_found ? refusals_.not_found(request) : plain(404, "not found\n");
  }
  std::vector<std::string_view> methods;
  for (const Route& route : place->routes) {
    methods.push_back(route.method);
    if (route.method == "GET" && std::ranges::find(place->routes, "HEAD", &Route::method) == place->routes.end()) {
      methods.emplace_back("HEAD");
    }
  }
  const std::string allow = base::join(methods, ", ");
  HttpResponse response =
      refusals_.wrong_method ? refusals_.wrong_method(request) : plain(405, "method not allowed; use " + allow + "\n");
  if (response.status == 405) {
    response.headers.set("Allow", allow);
  }
  return response;
}

std::string_view Router::path_of(const HttpRequest& request) {
  return std::string_view(request.url).substr(0, request.url.find('?'));
}

}  // namespace ekiden::http
