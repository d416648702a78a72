#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/http/messages.hpp>

#include <algorithm>

namespace ekiden::http {
namespace {

bool takes_prefix(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || !base::equal_without_case(text.substr(0, prefix.size()), prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

bool is_port(std::string_view text) { return text.size() <= 5 && base::parse<std::uint16_t>(text).value_or(0) >= 1; }

// A space or a control character could add header lines.
bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

}  // namespace

void Headers::set(std::string_view name, std::string value) {
  const auto matches = [name](const auto& field) { return base::equal_without_case(field.first, name); };
  const auto first = std::find_if(fields_.begin(), fields_.end(), matches);
  if (first == fields_.end()) {
    fields_.emplace_back(std::string(name), std::move(value));
    return;
  }
  first->second = std::move(value);
  fields_.erase(std::remove_if(first + 1, fields_.end(), matches), fields_.end());
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (base::equal_without_case(field, name)) {
      return value;
    }
  }
  return std::nullopt;
}

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool is_default = port.empty() || (scheme == "http" && port == "80") || (scheme == "https" && port == "443");
  if (!is_default) {
    text += ":" + port;
  }
  return text;
}

std::optional<Url> Url::parse(std::string_view text) {
  Url url;
  if (takes_prefix(text, "https://")) {
    url.scheme = "https";
  } else if (takes_prefix(text, "http://")) {
    url.scheme = "http";
  } else {
    return std::nullopt;
  }
  if (!is_printable(text)) {
    return std::nullopt;
  }
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  std::string_view target = text.substr(end);
  target = target.substr(0, target.find('#'));  // A fragment is never sent.

  if (authority.find('@') != std::string_view::npos) {
    return std::nullopt;  // Credentials in a URL would appear in logs.
  }
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) {
      return std::nullopt;
    }
    url.host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, colon);
    authority.remove_prefix(colon);
  }
  if (!authority.empty()) {
    if (authority.front() != ':' || !is_port(authority.substr(1))) {
      return std::nullopt;
    }
    url.port = authority.substr(1);
  }
  if (url.host.empty()) {
    return std::nullopt;
  }
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

}  // namespace ekiden::http
