#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/calendar.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>

#include <utility>

#include "canonical.hpp"
#include "header_names.hpp"

namespace ekiden::aws {

struct Sigv4::State {
  std::string region;
  std::string service;
  base::Digest sha = base::Digest::sha256();

  // The signing key and its inputs.
  std::string secret;
  std::string date;
  base::DigestValue key{};

  // Reused for each request.
  std::vector<SignedHeader> headers;
  std::string canonical;
  std::string to_sign;
  std::string scope;

  void refresh_key(const std::string& new_secret, std::string_view new_date) {
    if (new_date == date && new_secret == secret) {
      return;
    }
    key = signing_key(sha, new_secret, new_date, region, service);
    secret = new_secret;
    date = new_date;
    scope.assign(date).append("/").append(region).append("/").append(service).append("/aws4_request");
  }
};

Sigv4::Sigv4(std::string region, std::string service) : state_(std::make_unique<State>()) {
  state_->region = std::move(region);
  state_->service = std::move(service);
}
Sigv4::~Sigv4() = default;
Sigv4::Sigv4(Sigv4&&) noexcept = default;
Sigv4& Sigv4::operator=(Sigv4&&) noexcept = default;

const std::string& Sigv4::region() const { return state_->region; }
const std::string& Sigv4::service() const { return state_->service; }

void Sigv4::sign(http::HttpRequest& request, const Credentials& credentials, runtime::WallTime when) {
  State& state = *state_;
  std::string timestamp = base::format_basic_time(when);
  state.refresh_key(credentials.secret_access_key, std::string_view(timestamp).substr(0, 8));
  request.headers.set("X-Amz-Date", timestamp);
  if (!credentials.session_token.empty()) {
    request.headers.set("X-Amz-Security-Token", credentials.session_token);
  }

  const UrlView url = split_url(request.url);
  state.headers.clear();
  bool has_host = false;
  std::string_view payload_hash;
  for (const auto& [name, value] : request.headers) {
    std::string lower = base::lower_case(name);
    if (is_never_signed(lower)) {
      continue;
    }
    has_host = has_host || lower == "host";
    if (lower == "x-amz-content-sha256") {
      payload_hash = value;
    }
    state.headers.push_back({std::move(lower), value});
  }
  if (!has_host) {
    state.headers.push_back({"host", url.authority});
  }
  sort_headers(state.headers);

  std::string body_hash;
  if (payload_hash.empty()) {
    base::append_hex(body_hash, state.sha.of(request.body));
    payload_hash = body_hash;
  }
  state.canonical.clear();
  append_canonical_request(state.canonical, request.method, url, state.headers, payload_hash);
  state.to_sign.clear();
  append_string_to_sign(state.to_sign, timestamp, state.scope, state.sha.of(state.canonical));

  std::string authorization;
  authorization.reserve(320);
  authorization.append(kAlgorithm).append(" Credential=").append(credentials.access_key_id).append("/");
  authorization.append(state.scope).append(", SignedHeaders=");
  append_names(authorization, state.headers);
  authorization.append(", Signature=");
  base::append_hex(authorization, state.sha.hmac(state.key, state.to_sign));
  request.headers.set("Authorization", authorization);
}

}  // namespace ekiden::aws
