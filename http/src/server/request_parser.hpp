/// RequestParser: parses requests. Only its source uses Beast.
#pragma once

#include <ekiden/http/messages.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace ekiden::http {

class RequestParser {
 public:
  struct Limits {
    std::size_t header_max;
    std::size_t body_max;
  };
  enum class Result { kNeedMore, kDone, kFailed };

  explicit RequestParser(Limits limits);
  ~RequestParser();

  /// Consumes bytes from the front of `bytes`. Bytes that it leaves must be passed again, with more bytes, in the next
  /// call.
  Result feed(std::string_view& bytes);

  /// After kDone: the request in origin form. The parser is then ready for the next one.
  HttpRequest take();
  /// After kDone, before take(): the client wants to keep the connection.
  bool keep_alive() const;

  /// After kFailed: the status and the reason.
  int error_status() const { return error_status_; }
  std::string_view error_reason() const { return error_reason_; }

  /// At least one byte of a request has arrived.
  bool started() const { return started_; }
  /// True once if the client waits for "100 Continue" before it sends the body.
  bool take_expectation();

 private:
  class Machine;
  Result check();
  Result fail(int status, std::string_view reason);

  Limits limits_;
  std::unique_ptr<Machine> machine_;
  bool started_ = false;
  int error_status_ = 0;
  std::string_view error_reason_;
};

}  // namespace ekiden::http
