// Our signer against AWS's own library, on thousands of random requests.
#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/runtime/random.hpp>

#include <aws/auth/credentials.h>
#include <aws/auth/signable.h>
#include <aws/auth/signing.h>
#include <aws/auth/signing_config.h>
#include <aws/auth/signing_result.h>
#include <aws/common/string.h>
#include <aws/http/request_response.h>
#include <aws/io/stream.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "credentials/crt/library.hpp"
#include "sign/header_names.hpp"

namespace ekiden::aws {
namespace {

using crt::cursor;

struct Case {
  http::HttpRequest request;
  std::string host;
  std::string target;
  Credentials keys;
  std::string region;
  std::string service;
  std::int64_t time = 0;
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  Case make() {
    Case made;
    made.host = pick({"sqs.us-east-1.amazonaws.com", "127.0.0.1:4566", "dynamodb.eu-west-1.amazonaws.com"});
    made.target = path() + query();
    made.request.method = pick({"POST", "GET", "PUT"});
    made.request.url = "http://" + made.host + made.target;
    for (std::int64_t count = number(0, 6); count > 0; --count) {
      made.request.headers.add(header_name(), header_value());
    }
    made.request.body = bytes(number(0, 400), 0, 255);
    made.keys.access_key_id = bytes(20, 'A', 'Z');
    made.keys.secret_access_key = bytes(40, '!', '~');
    if (number(0, 1) == 1) {
      made.keys.session_token = bytes(number(10, 900), '+', 'z');
    }
    made.region = pick({"us-east-1", "ap-northeast-1", "cn-north-1"});
    made.service = pick({"sqs", "dynamodb", "sts", "service"});
    made.time = number(946'684'800, 4'102'444'799);
    return made;
  }

 private:
  std::int64_t number(std::int64_t least, std::int64_t most) { return random_.between(least, most); }
  template <std::size_t n>
  std::string pick(const char* const (&texts)[n]) {
    return texts[static_cast<std::size_t>(number(0, n - 1))];
  }
  std::string bytes(std::int64_t count, int least, int most) {
    std::string text;
    for (; count > 0; --count) {
      text.push_back(static_cast<char>(number(least, most)));
    }
    return text;
  }
  // Without a colon, which the library reads as the end of a scheme.
  std::string part() {
    std::string text;
    for (std::int64_t count = number(0, 6); count > 0; --count) {
      text += pick({"a", "Z", "0", "-", ".", "_", "~", "%20", "%C3%A9", "%2F", "!", "*", "$", "@", "+"});
    }
    return text;
  }
  std::string path() {
    std::string text = "/";
    for (std::int64_t count = number(0, 4); count > 0; --count) {
      text += pick({"", ".", "..", "a", "B9"}) + part() + (number(0, 2) > 0 ? "/" : "");
    }
    if (text.ends_with("/.") || text.ends_with("/..")) {
      text += "/a";  // At a final dot segment RFC 3986 keeps the slash, as we do; the library does not.
    }
    // The library reads two slashes at the beginning as the start of a host.
    return text.starts_with("//") ? "/a" + text.substr(1) : text;
  }
  std::string query() {
    std::string text;
    for (std::int64_t count = number(0, 4); count > 0; --count) {
      text +=
          (text.empty() ? "?" : "&") + pick({"k", "K", "key", "a-b", "%20x"}) + (number(0, 4) > 0 ? "=" + value() : "");
    }
    return text;
  }
  std::string value() { return pick({"", "1", "v%20w", "%C3%A9", "~", "A.b"}); }
  // Names that repeat, differ in case, or are never signed.
  std::string header_name() {
    return pick({"Content-Type", "X-Amz-Target", "x-amz-meta-b", "X-Amz-Meta-A", "my-header", "My-Header", "Accept",
                 "User-Agent", "X-Amzn-Trace-Id", "Expect", "Connection", "amz-sdk-request"});
  }
  std::string header_value() {
    std::string text;
    for (std::int64_t count = number(0, 12); count > 0; --count) {
      text += pick({"a", "B", " ", "  ", "\t", "=", ",", ";", "\"", "é", "7"});
    }
    return text;
  }

  runtime::Random random_;
};

struct Signed {
  std::string authorization;
  int error = 0;
};

void on_signed(aws_signing_result* result, int error_code, void* user_data) {
  auto& out = *static_cast<Signed*>(user_data);
  out.error = error_code;
  aws_string* value = nullptr;
  aws_array_list* headers = nullptr;
  if (result == nullptr) {
    return;
  }
  aws_signing_result_get_property_list(result, g_aws_http_headers_property_list_name, &headers);
  for (std::size_t i = 0; headers != nullptr && i < aws_array_list_length(headers); ++i) {
    aws_signing_result_property header{};
    aws_array_list_get_at(headers, &header, i);
    if (crt::view(*header.name) == "Authorization") {
      value = header.value;
    }
  }
  out.authorization = value == nullptr ? "" : std::string(crt::view(*value));
}

// The library lets its caller choose unsigned headers. We do not sign hop-by-hop headers, as botocore does.
bool is_to_be_signed(const aws_byte_cursor* name, void*) {
  return !is_never_signed(base::lower_case(crt::view(*name)));
}

// The Authorization header of AWS's library.
Signed sign_there(const Case& one) {
  aws_allocator* const allocator = crt::Library::get().providers();
  aws_http_message* const message = aws_http_message_new_request(allocator);
  aws_http_message_set_request_method(message, cursor(one.request.method));
  aws_http_message_set_request_path(message, cursor(one.target));
  const auto add = [message](std::string_view name, std::string_view value) {
    aws_http_header header{};
    header.name = cursor(name);
    header.value = cursor(value);
    aws_http_message_add_header(message, header);
  };
  add("Host", one.host);
  for (const auto& [name, value] : one.request.headers) {
    add(name, value);
  }
  const aws_byte_cursor body = cursor(one.request.body);
  aws_input_stream* const stream = aws_input_stream_new_from_cursor(allocator, &body);
  aws_http_message_set_body_stream(message, stream);
  aws_credentials* const keys =
      aws_credentials_new(allocator, cursor(one.keys.access_key_id), cursor(one.keys.secret_access_key),
                          cursor(one.keys.session_token), UINT64_MAX);
  aws_signing_config_aws config{};
  config.config_type = AWS_SIGNING_CONFIG_AWS;
  config.algorithm = AWS_SIGNING_ALGORITHM_V4;
  config.signature_type = AWS_ST_HTTP_REQUEST_HEADERS;
  config.region = cursor(one.region);
  config.service = cursor(one.service);
  aws_date_time_init_epoch_secs(&config.date, static_cast<double>(one.time));
  config.flags.use_double_uri_encode = true;
  config.flags.should_normalize_uri_path = true;
  config.should_sign_header = is_to_be_signed;
  config.credentials = keys;
  aws_signable* const signable = aws_signable_new_http_request(allocator, message);
  Signed out;
  if (aws_sign_request_aws(allocator, signable, reinterpret_cast<aws_signing_config_base*>(&config), on_signed, &out) !=
      AWS_OP_SUCCESS) {
    out.error = aws_last_error();
  }
  aws_signable_destroy(signable);
  aws_credentials_release(keys);
  aws_input_stream_release(stream);
  aws_http_message_release(message);
  return out;
}

std::string sign_here(const Case& one) {
  http::HttpRequest request = one.request;
  Sigv4 signer(one.region, one.service);
  signer.sign(request, one.keys, runtime::WallTime(std::chrono::seconds(one.time)));
  return std::string(request.headers.find("Authorization").value_or("none"));
}

// Goal: the signature equals that of AWS's own signer, for any request. Method: random requests; the seed and the
// number of the case reproduce a failure.
TEST(SigningOracleTest, AgreesWithTheLibraryOfAws) {
  constexpr int kCases = 5'000;
  const char* const given = std::getenv("EKIDEN_SEED");
  const std::uint64_t seed = given == nullptr ? 20'150'830 : std::strtoull(given, nullptr, 10);
  Maker maker(seed);
  for (int i = 0; i < kCases; ++i) {
    const Case one = maker.make();
    const Signed there = sign_there(one);
    ASSERT_EQ(there.error, 0) << crt::describe(there.error) << " in case " << i << " of seed " << seed << ": "
                              << one.request.url;
    ASSERT_EQ(sign_here(one), there.authorization)
        << "case " << i << " of seed " << seed << ": " << one.request.method << " " << one.request.url;
  }
}

}  // namespace
}  // namespace ekiden::aws
