/// Requests and responses of HTTP/1.1, for clients and servers.
#pragma once

#include <ekiden/http/patience.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::http {

class BodyGate;

/// Header fields in their order on the wire. Names are case-insensitive (RFC 9110, section 5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  /// The value of the first field of that name; empty if there is none.
  std::optional<std::string_view> find(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A transport limits the connections of each lane separately, so requests wait only for requests of the same lane.
/// The numbers have no meaning here; the users of a transport name them (aws/call/lanes.hpp). A transport keeps a
/// little memory for each lane that was used.
enum class Lane : std::uint8_t {};

/// A request. In a client, `url` is an absolute URL; in a server, it is the origin form ("/path?query"), and the host
/// is in the Host header. The transport adds Content-Length and Host.
struct HttpRequest {
  std::string method = "POST";
  std::string url;
  Headers headers;
  std::string body;
  // Only for the client's transport; not sent.
  Lane lane{};
  std::shared_ptr<BodyGate> gate{};    ///< For a large body of known length in the answer; null: no gate.
  std::optional<Patience> patience{};  ///< Empty: the transport waits until the caller cancels the task.
  /// The peer must not see it twice. The transport then does not repeat it when a kept connection turns out to be
  /// closed after it was sent.
  bool once = false;
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  /// In a client, when the first byte arrived, on its monotonic clock. Empty: together with the last one.
  std::optional<runtime::TimePoint> began{};
};

/// An absolute http or https URL, taken apart.
struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< Without port; IPv6 without brackets.
  std::string port;    ///< As written; empty if the URL has none.
  std::string target;  ///< Path and query, at least "/".

  /// Host, and the port unless it is the scheme's default. The Host header and signatures use it.
  std::string authority() const;
  /// Returns nothing if the text is not an absolute http(s) URL, or if it has a user name or password.
  static std::optional<Url> parse(std::string_view text);
};

}  // namespace ekiden::http
