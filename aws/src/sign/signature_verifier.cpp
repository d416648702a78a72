#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/calendar.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>
#include <ekiden/base/words.hpp>

#include <openssl/crypto.h>

#include <map>
#include <tuple>
#include <utility>

#include "canonical.hpp"
#include "header_names.hpp"

namespace ekiden::aws {
namespace {

using runtime::WallTime;

constexpr std::chrono::minutes kSkewMax(5);  // IAM User Guide, "Troubleshoot Signature Version 4".
constexpr std::size_t kSigningKeysMax = 64;

SignatureRefusal missing_token() {
  return {"MissingAuthenticationTokenException", "MissingAuthenticationToken",
          "Request is missing Authentication Token", 403};
}
SignatureRefusal incomplete(std::string message) {
  return {"IncompleteSignatureException", "IncompleteSignature", std::move(message), 400};
}
SignatureRefusal invalid(std::string message) {
  return {"InvalidSignatureException", "SignatureDoesNotMatch", std::move(message), 403};
}
SignatureRefusal unknown_key() {
  return {"UnrecognizedClientException", "InvalidClientTokenId",
          "The security token included in the request is invalid.", 403};
}
SignatureRefusal expired_token() {
  return {"ExpiredTokenException", "ExpiredToken", "The security token included in the request is expired", 403};
}

// Compares in constant time, so that the time does not show how much of the text was right.
bool same_text(std::string_view expected, std::string_view given) {
  return expected.size() == given.size() && CRYPTO_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

struct Authorization {
  std::string_view credential;
  std::string_view signed_headers;
  std::string_view signature;
};

Authorization parse_authorization(std::string_view value) {
  Authorization parsed;
  value.remove_prefix(kAlgorithm.size());
  for (const std::string_view part : base::split(value, ',')) {
    const std::string_view parameter = base::trim(part);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) {
      continue;
    }
    const std::string_view name = parameter.substr(0, equals);
    const std::string_view text = parameter.substr(equals + 1);
    if (name == "Credential") {
      parsed.credential = text;
    } else if (name == "SignedHeaders") {
      parsed.signed_headers = text;
    } else if (name == "Signature") {
      parsed.signature = text;
    }
  }
  return parsed;
}

std::optional<SignatureRefusal> check_complete(const Authorization& authorization, bool has_date) {
  std::string missing;
  const auto need = [&missing](std::string_view value, std::string_view name) {
    if (value.empty()) {
      missing.append("Authorization header requires '").append(name).append("' parameter. ");
    }
  };
  need(authorization.credential, "Credential");
  need(authorization.signature, "Signature");
  need(authorization.signed_headers, "SignedHeaders");
  if (!has_date) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (missing.empty()) {
    return std::nullopt;
  }
  missing.pop_back();
  return incomplete(std::move(missing));
}

std::optional<SignatureRefusal> check_time(std::string_view timestamp, WallTime signed_at, WallTime now) {
  const std::string present = base::format_basic_time(now);
  if (signed_at + kSkewMax < now) {
    return invalid("Signature expired: " + std::string(timestamp) + " is now earlier than " +
                   base::format_basic_time(now - kSkewMax) + " (" + present + " - 5 min.)");
  }
  if (signed_at - kSkewMax > now) {
    return invalid("Signature not yet current: " + std::string(timestamp) + " is still later than " +
                   base::format_basic_time(now + kSkewMax) + " (" + present + " + 5 min.)");
  }
  return std::nullopt;
}

// The headers that the signature covers, or why they are invalid.
std::optional<SignatureRefusal> collect_headers(const http::HttpRequest& request, std::string_view names,
                                                std::vector<SignedHeader>& out) {
  const std::vector<std::string_view> wanted = base::split(names, ';');
  const auto is_signed = [&wanted](std::string_view name) {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  if (!is_signed("host")) {
    return invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const auto& [name, value] : request.headers) {
    std::string lower = base::lower_case(name);
    if (is_signed(lower)) {
      out.push_back({std::move(lower), value});
    } else if (lower.starts_with("x-amz-")) {
      return invalid("'" + lower + "' must be a 'SignedHeader' in the AWS Authorization.");
    }
  }
  sort_headers(out);
  std::string present;
  append_names(present, out);
  if (present != names) {
    return invalid("The signed headers are not in order, or some of them were not sent: '" + std::string(names) +
                   "' is not '" + present + "'.");
  }
  return std::nullopt;
}

}  // namespace

struct SignatureVerifier::State {
  using KeyName = std::tuple<std::string, std::string, std::string, std::string, std::string>;

  KeyLookup lookup;
  base::Digest sha = base::Digest::sha256();
  std::map<KeyName, base::DigestValue> keys;

  const base::DigestValue& key(const std::string& secret, const std::vector<std::string_view>& scope) {
    KeyName name{scope[0], secret, scope[1], scope[2], scope[3]};
    const auto found = keys.find(name);
    if (found != keys.end()) {
      return found->second;
    }
    if (keys.size() >= kSigningKeysMax) {
      keys.clear();
    }
    return keys.emplace(std::move(name), signing_key(sha, secret, scope[1], scope[2], scope[3])).first->second;
  }

  std::optional<SignatureRefusal> compare(const http::HttpRequest& request, const std::vector<SignedHeader>& headers,
                                          const Authorization& authorization,
                                          const std::vector<std::string_view>& scope, std::string_view timestamp,
                                          const std::string& secret);
};

SignatureVerifier::SignatureVerifier(KeyLookup keys) : state_(std::make_unique<State>()) {
  state_->lookup = std::move(keys);
}
SignatureVerifier::~SignatureVerifier() = default;

std::optional<SignatureRefusal> SignatureVerifier::verify(const http::HttpRequest& request, std::string_view service,
                                                          WallTime now) {
  const std::optional<std::string_view> header = request.headers.find("Authorization");
  if (!header || header->empty()) {
    return missing_token();
  }
  if (!header->starts_with(kAlgorithm)) {
    return incomplete("Authorization header requires the algorithm 'AWS4-HMAC-SHA256'.");
  }
  const Authorization authorization = parse_authorization(*header);
  const std::optional<std::string_view> timestamp = request.headers.find("X-Amz-Date");
  if (auto refusal = check_complete(authorization, timestamp.has_value())) {
    return refusal;
  }
  const std::vector<std::string_view> scope = base::split(authorization.credential, '/');
  if (scope.size() != 5 || scope[4] != "aws4_request") {
    return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.");
  }
  const std::optional<WallTime> signed_at = base::parse_basic_time(*timestamp);
  if (!signed_at) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got '" + std::string(*timestamp) + "'.");
  }
  if (scope[3] != service) {
    return invalid("Credential should be scoped to correct service: '" + std::string(service) + "'.");
  }
  if (scope[1] != timestamp->substr(0, 8)) {
    return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.");
  }
  if (auto refusal = check_time(*timestamp, *signed_at, now)) {
    return refusal;
  }
  std::vector<SignedHeader> headers;
  if (auto refusal = collect_headers(request, authorization.signed_headers, headers)) {
    return refusal;
  }
  const std::optional<Credentials> known = state_->lookup(scope[0]);
  if (!known || !same_text(known->session_token, request.headers.find("X-Amz-Security-Token").value_or(""))) {
    return unknown_key();
  }
  if (known->expiration && *known->expiration <= now) {
    return expired_token();
  }
  return state_->compare(request, headers, authorization, scope, *timestamp, known->secret_access_key);
}

std::optional<SignatureRefusal> SignatureVerifier::State::compare(
    const http::HttpRequest& request, const std::vector<SignedHeader>& headers, const Authorization& authorization,
    const std::vector<std::string_view>& scope, std::string_view timestamp, const std::string& secret) {
  std::string body_hash;
  base::append_hex(body_hash, sha.of(request.body));
  const std::string_view declared = request.headers.find("X-Amz-Content-Sha256").value_or(body_hash);
  if (declared != body_hash && declared != "UNSIGNED-PAYLOAD") {
    return invalid("The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  std::string canonical;
  append_canonical_request(canonical, request.method, split_url(request.url), headers, declared);
  std::string to_sign;
  const std::string_view scope_text = authorization.credential.substr(scope[0].size() + 1);
  append_string_to_sign(to_sign, timestamp, scope_text, sha.of(canonical));
  std::string expected;
  base::append_hex(expected, sha.hmac(key(secret, scope), to_sign));
  if (!same_text(expected, authorization.signature)) {
    return invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details.");
  }
  return std::nullopt;
}

}  // namespace ekiden::aws
