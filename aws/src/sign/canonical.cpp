#include "canonical.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ekiden::aws {
namespace {

constexpr bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text, bool keep_slash) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
}

std::optional<unsigned char> hex_byte(std::string_view two) {
  unsigned char byte = 0;
  const auto [end, error] = std::from_chars(two.data(), two.data() + two.size(), byte, 16);
  if (two.size() != 2 || error != std::errc() || end != two.data() + two.size()) {
    return std::nullopt;
  }
  return byte;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::optional<unsigned char> byte = text[i] == '%' ? hex_byte(text.substr(i + 1, 2)) : std::nullopt;
    if (byte) {
      out.push_back(static_cast<char>(*byte));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Ends stripped, inner runs of white space as one space, case kept.
void append_trimmed(std::string& out, std::string_view value) {
  bool pending_space = false;
  bool any = false;
  for (const char c : value) {
    if (is_space(c)) {
      pending_space = any;
      continue;
    }
    if (pending_space) {
      out.push_back(' ');
      pending_space = false;
    }
    out.push_back(c);
    any = true;
  }
}

void append_number(std::string& out, int value, int width) {
  std::array<char, 8> digits{};
  for (int i = width - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

}  // namespace

void sort_headers(std::vector<SignedHeader>& headers) {
  const auto by_name = [](const SignedHeader& a, const SignedHeader& b) { return a.name < b.name; };
  // Insertion: stable, and a request has a handful of headers. (std::stable_sort is deprecated inside libstdc++ 12.)
  for (auto next = headers.begin(); next != headers.end(); ++next) {
    std::rotate(std::upper_bound(headers.begin(), next, *next, by_name), next, next + 1);
  }
}

void append_names(std::string& out, const std::vector<SignedHeader>& headers) {
  std::string_view last;
  for (const SignedHeader& header : headers) {
    if (header.name == last) {
      continue;
    }
    if (!last.empty()) {
      out.push_back(';');
    }
    out.append(header.name);
    last = header.name;
  }
}

UrlView split_url(std::string_view url) {
  UrlView view;
  if (const std::size_t scheme_end = url.find("://"); scheme_end != std::string_view::npos && url.front() != '/') {
    const std::string_view own_port = url.starts_with("https:") ? ":443" : ":80";
    url.remove_prefix(scheme_end + 3);
    const std::size_t end = std::min(url.find_first_of("/?"), url.size());
    view.authority = url.substr(0, end);
    url.remove_prefix(end);
    if (const std::size_t at = view.authority.rfind('@'); at != std::string_view::npos) {
      view.authority.remove_prefix(at + 1);
    }
    if (view.authority.ends_with(own_port)) {
      view.authority.remove_suffix(own_port.size());
    }
  }
  const std::size_t mark = std::min(url.find('?'), url.size());
  view.path = mark == 0 ? std::string_view("/") : url.substr(0, mark);
  view.query = url.substr(std::min(mark + 1, url.size()));
  return view;
}

void append_canonical_path(std::string& out, std::string_view path) {
  if (path == "/" || path.empty()) {
    out.push_back('/');
    return;
  }
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) {
        segments.pop_back();
      }
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  const bool slash_at_end = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  for (const std::string_view segment : segments) {
    out.push_back('/');
    append_encoded(out, segment, true);
  }
  if (segments.empty() || slash_at_end) {
    out.push_back('/');
  }
}

void append_canonical_query(std::string& out, std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view parameter = query.substr(begin, end - begin);
    begin = end + 1;
    if (parameter.empty()) {
      continue;
    }
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    std::pair<std::string, std::string> encoded;
    append_encoded(encoded.first, decode(parameter.substr(0, equals)), false);
    append_encoded(encoded.second, decode(parameter.substr(std::min(equals + 1, parameter.size()))), false);
    parameters.push_back(std::move(encoded));
  }
  std::sort(parameters.begin(), parameters.end());
  for (const auto& parameter : parameters) {
    if (&parameter != &parameters.front()) {
      out.push_back('&');
    }
    out.append(parameter.first).append("=").append(parameter.second);
  }
}

void append_canonical_request(std::string& out, std::string_view method, const UrlView& url,
                              const std::vector<SignedHeader>& sorted_headers, std::string_view payload_hash) {
  out.append(method).push_back('\n');
  append_canonical_path(out, url.path);
  out.push_back('\n');
  append_canonical_query(out, url.query);
  std::string_view last;
  for (const SignedHeader& header : sorted_headers) {
    if (header.name == last) {
      out.push_back(',');
    } else {
      out.append("\n").append(header.name).push_back(':');
    }
    append_trimmed(out, header.value);
    last = header.name;
  }
  out.append("\n\n");
  append_names(out, sorted_headers);
  out.push_back('\n');
  out.append(payload_hash);
}

void append_string_to_sign(std::string& out, std::string_view timestamp, std::string_view scope,
                           const Digest& canonical_hash) {
  out.append(kAlgorithm).append("\n").append(timestamp).append("\n").append(scope).append("\n");
  append_hex(out, canonical_hash);
}

Digest signing_key(Sha256& sha, std::string_view secret, std::string_view date, std::string_view region,
                   std::string_view service) {
  const Digest date_key = sha.hmac(std::string("AWS4").append(secret), date);
  const Digest region_key = sha.hmac(bytes_of(date_key), region);
  const Digest service_key = sha.hmac(bytes_of(region_key), service);
  return sha.hmac(bytes_of(service_key), "aws4_request");
}

std::string timestamp_of(runtime::WallTime when) {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(when - day));
  std::string text;
  text.reserve(16);
  append_number(text, static_cast<int>(date.year()), 4);
  append_number(text, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  append_number(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text.push_back('T');
  append_number(text, static_cast<int>(time.hours().count()), 2);
  append_number(text, static_cast<int>(time.minutes().count()), 2);
  append_number(text, static_cast<int>(time.seconds().count()), 2);
  text.push_back('Z');
  return text;
}

std::optional<runtime::WallTime> parse_timestamp(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') {
    return std::nullopt;
  }
  const auto number = [&text](std::size_t at, std::size_t width) -> int {
    int value = -1;
    const char* const begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + width, value);
    return error == std::errc() && end == begin + width ? value : -1;
  };
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(6, 2))));
  const int year = number(0, 4);
  const int hours = number(9, 2);
  const int minutes = number(11, 2);
  const int seconds = number(13, 2);
  // WallTime counts nanoseconds in 64 bits: it ends in 2262.
  const bool in_range = year >= 1970 && year <= 2200 && hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 &&
                        seconds >= 0 && seconds < 61;
  if (!date.ok() || !in_range) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds);
}

}  // namespace ekiden::aws
