/// RequestParser: bytes in, requests out. The one place that names Beast.
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

  /// Takes what it can from the front of `bytes`. What it leaves must be there again, longer, at the next call.
  Result feed(std::string_view& bytes);

  /// After kDone: the request, in origin form; the parser is then ready for the next.
  HttpRequest take();
  /// After kDone, before take(): the client wants the connection kept.
  bool keep_alive() const;

  /// After kFailed: what to answer, and why.
  int error_status() const { return error_status_; }
  std::string_view error_reason() const { return error_reason_; }

  /// Something of a request was seen.
  bool started() const { return started_; }
  /// The client waits for "100 Continue" before it sends the body; true once.
  bool take_expectation();

 private:
  class Machine;
  Result fail(int status, std::string_view reason);

  Limits limits_;
  std::unique_ptr<Machine> machine_;
  bool started_ = false;
  int error_status_ = 0;
  std::string_view error_reason_;
};

}  // namespace ekiden::http
