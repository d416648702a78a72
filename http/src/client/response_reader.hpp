/// ResponseReader: bytes in, one response out. Names Beast in its source only.
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

  /// For the answer to a new request; one to HEAD has no body whatever it says.
  void start(bool to_head);
  Result feed(std::string_view bytes);
  /// The connection ended. kNeedMore: before the answer did.
  Result end();

  /// Once the header is read: how long the body is, where the header says so.
  std::optional<std::uint64_t> body_length() const;
  /// Takes room for a body of that length at once: whoever announced it is believed.
  void reserve_body(std::uint64_t length);

  /// A byte of the answer was seen.
  bool started() const { return started_; }
  /// After kMalformed: what is wrong.
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
  std::string rest_;  // Came already, and means something only with what follows.
  std::string reason_;
  std::size_t header_bytes_ = 0;
  bool to_head_ = false;
  bool started_ = false;
};

}  // namespace ekiden::http
