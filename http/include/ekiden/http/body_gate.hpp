/// BodyGate: decides when a transport reads the body of an answer.
#pragma once

#include <cstdint>
#include <functional>

namespace ekiden::http {

/// The size of an answer is known only when its header arrives. A client with little memory gives its request a gate.
/// The transport then leaves a body in the network until the gate has room for it.
class BodyGate {
 public:
  virtual ~BodyGate() = default;

  /// Called when a body of `length` bytes arrives. Return true to read it now. Return false to leave it unread until
  /// the gate calls `granted`: once, or never. `granted` must not call back into the gate; it posts its work to the
  /// loop. Called again if the request is sent again.
  virtual bool admit(std::uint64_t length, std::function<void()> granted) = 0;
};

}  // namespace ekiden::http
