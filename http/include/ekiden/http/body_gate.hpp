/// BodyGate: room for an answer's body, granted before it is read.
#pragma once

#include <cstdint>
#include <functional>

namespace ekiden::http {

/// How large an answer is only its header tells. A client that may use little memory gives its request a gate, and a
/// transport leaves a body that finds no room in the network, where it costs this process nothing.
class BodyGate {
 public:
  virtual ~BodyGate() = default;

  /// A body of `length` bytes comes. True: read it. False: leave it, until `granted` is called, once, or never. From
  /// within `granted` nothing may come back here: post what is to be done. Called again where the request was sent
  /// again.
  virtual bool admit(std::uint64_t length, std::function<void()> granted) = 0;
};

}  // namespace ekiden::http
