// The canonical texts of Signature Version 4. Shared by signing and verifying; tests use them, too.
#pragma once

#include <ekiden/base/digest.hpp>
#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::aws {

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// A header to sign. Its name is in lower case.
struct SignedHeader {
  std::string name;
  std::string_view value;
};

/// Sorts by name; equal names stay in their order on the wire.
void sort_headers(std::vector<SignedHeader>& headers);
/// "host;x-amz-date"
void append_names(std::string& out, const std::vector<SignedHeader>& headers);

struct UrlView {
  std::string_view authority;  ///< Empty for the origin form; without the scheme's default port.
  std::string_view path;       ///< At least "/".
  std::string_view query;      ///< Without the question mark.
};
UrlView split_url(std::string_view url);

/// Removes `.`, `..` and empty segments, then percent-encodes. An already encoded path is encoded twice, as every
/// service except S3 requires.
void append_canonical_path(std::string& out, std::string_view path);
/// Decodes, encodes, and sorts by name, then value.
void append_canonical_query(std::string& out, std::string_view query);

void append_canonical_request(std::string& out, std::string_view method, const UrlView& url,
                              const std::vector<SignedHeader>& sorted_headers, std::string_view payload_hash);

/// `scope` is "DATE/REGION/SERVICE/aws4_request".
void append_string_to_sign(std::string& out, std::string_view timestamp, std::string_view scope,
                           const base::DigestValue& canonical_hash);

base::DigestValue signing_key(base::Digest& sha256, std::string_view secret, std::string_view date,
                              std::string_view region, std::string_view service);

}  // namespace ekiden::aws
