/// BrowserGuard: keeps other web sites from using a server through the browser of a user.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/runtime/events.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::http {

/// Which requests of browsers a server accepts. Programs that are not browsers send none of these headers, except Host.
///
/// - Origin (RFC 6454): refused, unless it is in `allowed_origins`, or is the server's own.
/// - Sec-Fetch-Site (W3C, Fetch Metadata): only "none" and "same-origin", unless the Origin is allowed. A page of this
///   machine may also lead to a page of a server that only `reads`.
/// - A browser that sends neither, because it is old or because the address is not loopback: refused if the request can
///   change something and a page of another site could have made it.
/// - Host: on a loopback address, only names that no other site can have (http/src/server/host_name.hpp), and
///   `allowed_hosts`. Otherwise a site could give its own name the address 127.0.0.1 (DNS rebinding).
struct BrowserRules {
  /// Origins as browsers write them, such as "http://localhost:5173"; also "null", and "*" for every origin.
  std::vector<std::string> allowed_origins{};
  /// Names or addresses, without port.
  std::vector<std::string> allowed_hosts{};
  bool on_loopback = false;  ///< Only this machine can connect.
  bool reads = false;        ///< No request changes anything.
};

/// The origin in the form of `allowed_origins`: lower case, without the default port. Returns nothing if the text is
/// not an origin, for example because it has a path.
std::optional<std::string> normal_origin(std::string_view text);
/// True for a host name or an address without port, as in `allowed_hosts`.
bool is_host_name(std::string_view text);

class BrowserGuard {
 public:
  explicit BrowserGuard(BrowserRules rules);

  enum class Verdict {
    kPass,       ///< Not from another site.
    kShare,      ///< From an allowed origin: answer with share().
    kPreflight,  ///< An allowed origin asks what it can send: answer with preflight().
    kRefuse      ///< Answer 403 with `reason`.
  };
  struct Finding {
    Verdict verdict = Verdict::kPass;
    std::string reason{};  ///< One sentence that names the option to use.
  };
  Finding look_at(const HttpRequest& request);

  /// The answer to an OPTIONS request of an allowed origin, as DynamoDB gives it: what was asked for is allowed.
  static HttpResponse preflight(const HttpRequest& request);
  /// Lets the page of `origin` read the answer.
  static void share(const std::string& origin, HttpResponse& response);

 private:
  struct Seen;
  bool knows(std::string_view host) const;
  bool allows(std::string_view origin) const;
  bool is_own(std::string_view origin, std::string_view host) const;
  std::string host_reason(const Seen& seen);
  std::string site_reason(const Seen& seen, const HttpRequest& request) const;

  BrowserRules rules_;
  std::string known_host_;  // The last Host that was accepted. Most requests have the same.
};

/// Writes the answer to a refused request. `answer` has status 403 and the reason as text.
using RefusalWriter = std::function<HttpResponse(HttpRequest request, const std::string& reason, HttpResponse answer)>;

/// `handler` behind a guard. Publishes kRequestRefused (http/events.hpp) once for each reason, with the text of
/// `address`: fill it in as soon as the server listens. `events` must outlive the handler. `writer` can be empty.
Handler guarded(BrowserRules rules, std::shared_ptr<const std::string> address, runtime::Events& events,
                Handler handler, RefusalWriter writer = {});

}  // namespace ekiden::http
