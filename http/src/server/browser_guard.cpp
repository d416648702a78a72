#include <ekiden/base/ascii.hpp>
#include <ekiden/http/browser_guard.hpp>

#include <algorithm>
#include <utility>

#include "host_name.hpp"

namespace ekiden::http {
namespace {

constexpr std::size_t kShownMax = 100;  // Of a peer's text in a reason.

/// A header can have any bytes. A reason is text, also in JSON and XML.
std::string shown(std::string_view text) {
  std::string printable(text.substr(0, kShownMax));
  std::ranges::replace_if(printable, [](char c) { return c < ' ' || c > '~'; }, '?');
  return printable + (text.size() > kShownMax ? "..." : "");
}

bool is_read(const HttpRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

/// All browsers begin their User-Agent like this.
bool is_browser(std::string_view agent) { return agent.starts_with("Mozilla/") || agent.starts_with("Opera/"); }

bool is_scheme(std::string_view text) {
  return !text.empty() && base::is_letter(text.front()) && base::consists_of_alphanumerics_and(text, "+-.");
}

/// "http://example.com/path" without its path.
std::string_view origin_of(std::string_view url) {
  const std::size_t authority = url.find("://");
  return authority == std::string_view::npos ? url : url.substr(0, url.find('/', authority + 3));
}

/// Name and port as an origin has them.
std::string authority_of(const HostName& host, std::string_view scheme) {
  const bool is_default =
      host.port.empty() || (scheme == "http" && host.port == "80") || (scheme == "https" && host.port == "443");
  return host.normal() + (is_default ? "" : ":" + std::string(host.port));
}

}  // namespace

/// The headers that matter, from one pass over all.
struct BrowserGuard::Seen {
  explicit Seen(const Headers& headers) {
    for (const auto& [name, value] : headers) {
      note(name, value);
    }
  }

  void note(std::string_view name, std::string_view value) {
    const auto is = [name](std::string_view lower_case) { return base::equal_without_case(name, lower_case); };
    switch (name.size()) {  // Most names have another size than these.
      case 4:
        host = is("host") ? std::optional(value) : host;
        break;
      case 6:
        if (is("origin")) {
          ++origins;
          origin = value;
        }
        break;
      case 7:
        referer = is("referer") ? value : referer;
        break;
      case 10:
        agent = is("user-agent") ? value : agent;
        break;
      case 12:
        asks_first = asks_first || is("x-amz-target");
        break;
      case 13:
        asks_first = asks_first || is("authorization");
        break;
      case 14:
        if (is("sec-fetch-site")) {
          site = site ? "several values" : value;
        } else if (is("sec-fetch-mode")) {
          mode = value;
        } else if (is("sec-fetch-dest")) {
          destination = value;
        }
        break;
      default:
        break;
    }
  }

  std::optional<std::string_view> host;
  std::optional<std::string_view> site;
  std::string_view origin, referer, agent, mode, destination;
  int origins = 0;
  bool asks_first = false;  ///< A page of another origin can send such a request only after a preflight.
};

std::optional<std::string> normal_origin(std::string_view text) {
  if (text == "null" || text == "*") {
    return std::string(text);
  }
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || !is_scheme(text.substr(0, end))) {
    return std::nullopt;
  }
  const std::string scheme = base::lower_case(text.substr(0, end));
  const std::optional<HostName> host = HostName::parse(text.substr(end + 3));
  if (!host || (host->name.empty() && scheme != "file")) {
    return std::nullopt;
  }
  return scheme + "://" + authority_of(*host, scheme);
}

bool is_host_name(std::string_view text) {
  const std::optional<HostName> host = HostName::parse(text);
  return host && !host->name.empty() && host->name.size() == text.size();
}

BrowserGuard::BrowserGuard(BrowserRules rules) : rules_(std::move(rules)) {
  for (std::string& origin : rules_.allowed_origins) {
    origin = normal_origin(origin).value_or(origin);
  }
  for (std::string& host : rules_.allowed_hosts) {
    host = HostName{.name = host, .port = {}}.normal();
  }
}

bool BrowserGuard::knows(std::string_view host) const {
  const std::optional<HostName> parsed = HostName::parse(host);
  if (!parsed) {
    return false;
  }
  const std::string name = parsed->normal();
  return is_own_name(name) || std::ranges::find(rules_.allowed_hosts, name) != rules_.allowed_hosts.end();
}

bool BrowserGuard::allows(std::string_view origin) const {
  if (rules_.allowed_origins.empty()) {
    return false;
  }
  const std::string normal = normal_origin(origin).value_or("");
  return std::ranges::any_of(rules_.allowed_origins,
                             [&normal](const std::string& each) { return each == "*" || each == normal; });
}

// The name must be one that no other site can have, too: with DNS rebinding, Origin and Host are the same.
bool BrowserGuard::is_own(std::string_view origin, std::string_view host) const {
  const std::optional<HostName> parsed = HostName::parse(host);
  if (!parsed || !(knows(host) || is_address(parsed->normal()))) {
    return false;
  }
  const std::string normal = normal_origin(origin).value_or("");
  const std::string scheme = normal.substr(0, normal.find("://"));
  // https: a proxy in front of the server can speak it.
  return (scheme == "http" || scheme == "https") && normal == scheme + "://" + authority_of(*parsed, scheme);
}

std::string BrowserGuard::host_reason(const Seen& seen) {
  // Every browser sends Host; programs that speak HTTP/1.0 can omit it.
  if (!rules_.on_loopback || !seen.host || (*seen.host == known_host_ && !known_host_.empty())) {
    return "";
  }
  if (knows(*seen.host)) {
    known_host_ = *seen.host;
    return "";
  }
  const std::optional<HostName> host = HostName::parse(*seen.host);
  const std::string name = host ? host->normal() : std::string(*seen.host);
  return "the request is for the host \"" + shown(name) +
         "\", which is not a name of this machine, so another web site can have sent it (DNS rebinding); if the name "
         "is yours, add --allow-host " +
         (name.empty() ? "NAME" : shown(name));
}

std::string BrowserGuard::site_reason(const Seen& seen, const HttpRequest& request) const {
  if (seen.origins > 1) {
    return "the request has more than one Origin header; send one, of a page that --allow-origin names";
  }
  const bool is_from_here = seen.site == "none" || seen.site == "same-origin";
  if (seen.origins == 1) {
    const bool is_ours = (!seen.site || is_from_here) && is_own(seen.origin, seen.host.value_or(""));
    return is_ours
               ? ""
               : "web pages of " + shown(seen.origin) +
                     " are not allowed to use this server; if they are yours, add --allow-origin " + shown(seen.origin);
  }
  if (seen.site) {
    const bool leads_here = rules_.reads && seen.site == "same-site" && is_read(request) && seen.mode == "navigate" &&
                            seen.destination == "document";
    return is_from_here || leads_here
               ? ""
               : "a page of another web site made a browser send this request (Sec-Fetch-Site: " + shown(*seen.site) +
                     "); type the address into the browser, or use a script of a page that --allow-origin names";
  }
  const bool can_change = !rules_.reads && !(is_read(request) && request.url == "/");
  if (!can_change || seen.asks_first) {
    return "";
  }
  const std::string_view referer = origin_of(seen.referer);
  const bool can_be_forged =
      seen.referer.empty() ? is_browser(seen.agent) : !allows(referer) && !is_own(referer, seen.host.value_or(""));
  return can_be_forged ? "a browser sent this request without Origin and Sec-Fetch-Site, so a page of another web site "
                         "can have made it; use a program, or a script of a page that --allow-origin names"
                       : "";
}

BrowserGuard::Finding BrowserGuard::look_at(const HttpRequest& request) {
  const Seen seen(request.headers);
  if (std::string reason = host_reason(seen); !reason.empty()) {
    return {.verdict = Verdict::kRefuse, .reason = std::move(reason)};
  }
  if (seen.origins == 1 && allows(seen.origin)) {
    return {.verdict = request.method == "OPTIONS" ? Verdict::kPreflight : Verdict::kShare};
  }
  if (std::string reason = site_reason(seen, request); !reason.empty()) {
    return {.verdict = Verdict::kRefuse, .reason = std::move(reason)};
  }
  return {};
}

HttpResponse BrowserGuard::preflight(const HttpRequest& request) {
  HttpResponse response;
  share(std::string(request.headers.find("origin").value_or("")), response);
  const auto echo = [&](std::string_view asked, std::string allowed) {
    if (const auto value = request.headers.find(asked)) {
      response.headers.add(std::move(allowed), std::string(*value));
    }
  };
  echo("access-control-request-method", "Access-Control-Allow-Methods");
  echo("access-control-request-headers", "Access-Control-Allow-Headers");
  echo("access-control-request-private-network", "Access-Control-Allow-Private-Network");
  response.headers.add("Access-Control-Max-Age", "172800");
  return response;
}

void BrowserGuard::share(const std::string& origin, HttpResponse& response) {
  response.headers.add("Access-Control-Allow-Origin", origin);
  response.headers.add("Access-Control-Expose-Headers",
                       "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,x-amzn-query-error,Date");
  response.headers.add("Vary", "Origin");
}

}  // namespace ekiden::http
