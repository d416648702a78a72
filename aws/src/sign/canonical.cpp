#include "canonical.hpp"

#include <ekiden/base/ascii.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/percent.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::aws {
namespace {

// Strips both ends and replaces inner white space with one space. Keeps the case.
void append_trimmed(std::string& out, std::string_view value) {
  bool pending_space = false;
  bool any = false;
  for (const char c : value) {
    if (base::is_space(c)) {
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

}  // namespace

void sort_headers(std::vector<SignedHeader>& headers) {
  const auto by_name = [](const SignedHeader& a, const SignedHeader& b) { return a.name < b.name; };
  // Insertion sort: it is stable, and a request has few headers. (std::stable_sort is deprecated inside libstdc++ 12.)
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
    base::append_percent_encoded(out, segment, "/");
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
    base::append_percent_encoded(encoded.first, base::percent_decode(parameter.substr(0, equals)));
    base::append_percent_encoded(encoded.second,
                                 base::percent_decode(parameter.substr(std::min(equals + 1, parameter.size()))));
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
                           const base::DigestValue& canonical_hash) {
  out.append(kAlgorithm).append("\n").append(timestamp).append("\n").append(scope).append("\n");
  base::append_hex(out, canonical_hash);
}

base::DigestValue signing_key(base::Digest& sha256, std::string_view secret, std::string_view date,
                              std::string_view region, std::string_view service) {
  const base::DigestValue date_key = sha256.hmac(std::string("AWS4").append(secret), date);
  const base::DigestValue region_key = sha256.hmac(date_key, region);
  const base::DigestValue service_key = sha256.hmac(region_key, service);
  return sha256.hmac(service_key, "aws4_request");
}

}  // namespace ekiden::aws
