#include "response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "chunks.hpp"

namespace ekiden::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

// Limit for all headers of one answer, including those of "100 Continue". AWS's headers are below 4 KiB.
constexpr std::size_t kHeaderMax = std::size_t{256} << 10;
// Reserved at once for a body of known length. Limited, because a peer can announce a length that it never sends.
constexpr std::size_t kBodyReserveMax = std::size_t{256} << 10;

std::string to_string(beast::string_view text) { return std::string(text.data(), text.size()); }

// Writes directly into our response: Beast's message container costs more than the rest of the parser.
class Parser final : public beast::http::basic_parser<false> {
 public:
  HttpResponse response;

 private:
  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
  void on_response_impl(int status, beast::string_view, int, error_code&) override { response.status = status; }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code&) override {
    response.headers.add(to_string(name), to_string(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) {
      response.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kBodyReserveMax)));
    }
  }
  std::size_t on_body_impl(beast::string_view body, error_code&) override {
    response.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(error_code&) override {}
};

}  // namespace

class ResponseReader::Machine {
 public:
  std::optional<Parser> parser;
};

ResponseReader::ResponseReader(std::size_t body_max) : body_max_(body_max), machine_(std::make_unique<Machine>()) {}

ResponseReader::~ResponseReader() = default;

void ResponseReader::start(bool to_head) {
  to_head_ = to_head;
  started_ = false;
  answering_ = false;
  header_bytes_ = 0;
  rest_.clear();
  reason_.clear();
  machine_->parser.reset();
}

ResponseReader::Result ResponseReader::feed(std::string_view bytes) {
  started_ = started_ || !bytes.empty();
  answering_ = answering_ || !bytes.empty();
  if (rest_.empty()) {
    const Result result = step(bytes);
    rest_.assign(bytes);
    return result;
  }
  rest_.append(bytes);
  std::string_view left = rest_;
  const Result result = step(left);
  rest_.erase(0, rest_.size() - left.size());
  return result;
}

ResponseReader::Result ResponseReader::step(std::string_view& bytes) {
  std::optional<Parser>& parser = machine_->parser;
  for (;;) {
    if (!parser) {
      parser.emplace();
      parser->eager(true);
      parser->header_limit(kHeaderMax);
      parser->body_limit(body_max_);
      parser->skip(to_head_);
    }
    error_code error;
    // Each call parses one part. If it consumes nothing although bytes are left, it needs more bytes.
    while (!parser->is_done() && !bytes.empty() && !waits_for_last_chunk(*parser, bytes)) {
      const bool in_header = !parser->is_header_done();
      const std::size_t taken = parser->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
      bytes.remove_prefix(taken);
      // Body bytes in the same step as the header are at most a buffer.
      header_bytes_ += in_header && !parser->is_header_done() ? taken : 0;
      if (error == beast::http::error::header_limit || error == beast::http::error::body_limit ||
          header_bytes_ > kHeaderMax) {
        return Result::kTooLarge;
      }
      if (error && error != beast::http::error::need_more) {
        reason_ = error.message();
        return Result::kMalformed;
      }
      if (error || taken == 0) {
        break;
      }
    }
    if (!parser->is_done()) {
      // The parser limits the header, but not the description of a chunk.
      return bytes.size() > kHeaderMax ? Result::kTooLarge : Result::kNeedMore;
    }
    const int status = parser->response.status;
    if (status / 100 != 1) {
      return Result::kDone;
    }
    if (status == 101) {
      reason_ = "it switches to another protocol, which was not requested";
      return Result::kMalformed;
    }
    header_bytes_ += sizeof("HTTP/1.1 100\r\n\r\n");  // At least this long: bounds how many of them are accepted.
    parser.reset();                                   // The final answer follows.
    answering_ = !bytes.empty();
  }
}

std::optional<std::uint64_t> ResponseReader::body_length() const {
  const std::optional<Parser>& parser = machine_->parser;
  if (!parser || !parser->is_header_done()) {
    return std::nullopt;
  }
  const boost::optional<std::uint64_t> length = parser->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

void ResponseReader::reserve_body(std::uint64_t length) {
  machine_->parser->response.body.reserve(static_cast<std::size_t>(length));
}

ResponseReader::Result ResponseReader::end() {
  std::optional<Parser>& parser = machine_->parser;
  if (!parser || !parser->is_header_done() || !parser->need_eof()) {
    return Result::kNeedMore;
  }
  error_code error;
  parser->put_eof(error);
  return error ? Result::kNeedMore : Result::kDone;
}

// Bytes after the answer mean that the peer is faulty.
bool ResponseReader::keeps_connection() const { return rest_.empty() && machine_->parser->keep_alive(); }

HttpResponse ResponseReader::take() {
  HttpResponse response = std::move(machine_->parser->response);
  machine_->parser.reset();
  return response;
}

}  // namespace ekiden::http
