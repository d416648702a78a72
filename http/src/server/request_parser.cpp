#include "request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>

#include "chunks.hpp"
#include "host_name.hpp"

namespace ekiden::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

std::string to_string(beast::string_view text) { return std::string(text.data(), text.size()); }

// Reserved at once for a body of known length. Limited, because a peer can announce a length that it never sends.
constexpr std::size_t kBodyReserveMax = std::size_t{256} << 10;

// Writes directly into our request: Beast's message container costs more than the rest of the parser.
class Parser final : public beast::http::basic_parser<true> {
 public:
  HttpRequest request;
  bool expects_continue = false;
  bool is_http11 = false;
  int hosts = 0;
  bool has_malformed_host = false;

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    is_http11 = version >= 11;
    request.method.assign(method.data(), method.size());
    request.url.assign(target.data(), target.size());
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field name, beast::string_view text, beast::string_view value, error_code&) override {
    if (name == beast::http::field::expect && beast::iequals(value, "100-continue")) {
      expects_continue = true;
    } else if (name == beast::http::field::host) {
      ++hosts;
      has_malformed_host = has_malformed_host || !HostName::parse({value.data(), value.size()});
    }
    request.headers.add(to_string(text), to_string(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) {
      request.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kBodyReserveMax)));
    }
  }
  std::size_t on_body_impl(beast::string_view body, error_code&) override {
    expects_continue = false;
    request.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(error_code&) override {}
};

}  // namespace

class RequestParser::Machine {
 public:
  std::optional<Parser> parser;
};

RequestParser::RequestParser(Limits limits) : limits_(limits), machine_(std::make_unique<Machine>()) {}

RequestParser::~RequestParser() = default;

RequestParser::Result RequestParser::fail(int status, std::string_view reason) {
  error_status_ = status;
  error_reason_ = reason;
  return Result::kFailed;
}

RequestParser::Result RequestParser::feed(std::string_view& bytes) {
  if (!started_) {
    // A blank line before a request is skipped (RFC 9112, section 2.2).
    while (!bytes.empty() && (bytes.front() == '\r' || bytes.front() == '\n')) {
      bytes.remove_prefix(1);
    }
    if (bytes.empty()) {
      return Result::kNeedMore;
    }
    started_ = true;
    machine_->parser.emplace();
    machine_->parser->eager(true);
    machine_->parser->header_limit(static_cast<std::uint32_t>(limits_.header_max));
    machine_->parser->body_limit(limits_.body_max);
  }
  Parser& parser = *machine_->parser;
  error_code error;
  // Each call parses one part. If it consumes nothing although bytes are left, it needs more bytes.
  while (!parser.is_done() && !bytes.empty() && !waits_for_last_chunk(parser, bytes)) {
    const std::size_t taken = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(taken);
    if (error == beast::http::error::need_more || (!error && taken == 0)) {
      break;
    }
    if (error == beast::http::error::header_limit) {
      return fail(431, "request header too large");
    }
    if (error == beast::http::error::body_limit) {
      return fail(413, "request body too large");
    }
    if (error == beast::http::error::bad_version) {
      return fail(505, "only HTTP/1.1 and HTTP/1.0 are supported");
    }
    if (error) {
      return fail(400, "malformed request");
    }
  }
  if (!parser.is_done()) {
    return Result::kNeedMore;
  }
  return check();
}

// RFC 9112, sections 3.2 and 3.2.2.
RequestParser::Result RequestParser::check() {
  const Parser& parser = *machine_->parser;
  if (parser.is_http11 && parser.hosts == 0) {
    return fail(400, "the Host header is missing");
  }
  if (parser.hosts > 1 || parser.has_malformed_host) {
    return fail(400, "the Host header must be one name, with or without a port");
  }
  const std::string& target = parser.request.url;
  if (!target.starts_with('/') && target != "*" && !Url::parse(target)) {
    return fail(400, "the target of the request must be a path, or an http URL without a user name");
  }
  return Result::kDone;
}

// HTTP/1.0 has no keep-alive of its own, and its "Connection: keep-alive" is not supported.
bool RequestParser::keep_alive() const { return machine_->parser->is_http11 && machine_->parser->keep_alive(); }

bool RequestParser::take_expectation() {
  if (!started_ || !machine_->parser->is_header_done()) {
    return false;
  }
  return std::exchange(machine_->parser->expects_continue, false);
}

HttpRequest RequestParser::take() {
  HttpRequest request = std::move(machine_->parser->request);
  machine_->parser.reset();
  started_ = false;
  if (!request.url.starts_with('/') && request.url != "*") {
    if (const std::optional<Url> absolute = Url::parse(request.url)) {
      request.headers.set("Host", absolute->authority());
      request.url = absolute->target;
    }
  }
  return request;
}

}  // namespace ekiden::http
