/// What travels: requests and responses of HTTP/1.1, the same on the client's and on the server's side.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ekiden::http {

class BodyGate;

/// Header fields in the order of the wire. Names compare without case (RFC 9110, section 5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  /// The first field of that name, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Which requests wait for each other where a transport limits its connections: those of one lane only. The numbers
/// mean nothing here; whoever sends gives them names (aws/lanes.hpp). Each used one costs a transport some memory for
/// good.
enum class Lane : std::uint8_t {};

/// A request. A client gives an absolute URL; a server sees the origin form ("/path?query") and the Host header.
/// Content-Length and Host are the transport's to add.
struct HttpRequest {
  std::string method = "POST";
  std::string url;
  Headers headers;
  std::string body;
  // The client's affair: these do not travel.
  Lane lane{};
  std::shared_ptr<BodyGate> gate{};  ///< For the answer's body, where its length is told and is large; null: none.
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
};

/// An absolute http or https URL, taken apart.
struct Url {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< Without port; IPv6 without brackets.
  std::string port;    ///< As written; empty where the URL names none.
  std::string target;  ///< Path and query, at least "/".

  /// Host, and the port unless it is the scheme's own: what goes into the Host header and is signed.
  std::string authority() const;
  /// Nothing if the text is no absolute http(s) URL.
  static std::optional<Url> parse(std::string_view text);
};

}  // namespace ekiden::http
