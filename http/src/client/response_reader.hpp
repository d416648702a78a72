/// ResponseReader: parses one response. Only its source uses Beast.
#pragma once

#include <ekiden/http/messages.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::http {

class ResponseReader {
 public:
  enum class Result { kNeedMore, kDone, kTooLarge, kMalformed };

  explicit ResponseReader(std::size_t body_max);
  ~ResponseReader();

  /// Starts a new answer. The answer to HEAD has no body, whatever its header says.
  void start(bool to_head);
  Result feed(std::string_view bytes);
  /// The connection ended. Returns kNeedMore if the answer is incomplete.
  Result end();

  /// After the header: the length of the body, if the header has it.
  std::optional<std::uint64_t> body_length() const;
  /// Reserves memory for a body of that length, also if the peer never sends it.
  void reserve_body(std::uint64_t length);

  /// At least one byte of the answer has arrived.
  bool started() const { return started_; }
  /// At least one byte of the final answer has arrived; informational answers (100) do not count.
  bool answering() const { return answering_; }
  /// After kMalformed: the reason.
  const std::string& reason() const { return reason_; }
  /// After kDone: the connection can carry another request.
  bool keeps_connection() const;
  /// After kDone.
  HttpResponse take();

 private:
  class Machine;
  Result step(std::string_view& bytes);

  std::size_t body_max_;
  std::unique_ptr<Machine> machine_;
  std::string rest_;  // Bytes that can be parsed only together with the next ones.
  std::string reason_;
  std::size_t header_bytes_ = 0;
  bool to_head_ = false;
  bool started_ = false;
  bool answering_ = false;
};

}  // namespace ekiden::http
