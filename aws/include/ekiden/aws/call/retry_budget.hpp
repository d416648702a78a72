/// RetryBudget: what one client may spend on trying again.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <algorithm>

namespace ekiden::aws {

/// Tokens that retries cost and answers give back. A service that fails every call gets few requests more than there
/// are calls, instead of a multiple; one that fails now and then is tried again as often as the policy says.
///
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior", mode standard as of 2026.
class RetryBudget {
 public:
  static constexpr int kTokensMax = 500;
  static constexpr int kTransientCost = 14;
  static constexpr int kThrottlingCost = 5;

  static constexpr int cost(ErrorClass error_class) {
    return error_class == ErrorClass::kThrottling ? kThrottlingCost : kTransientCost;
  }

  /// Pays for a retry; false, and nothing paid, if there is not enough.
  bool pay(int cost) {
    if (cost > tokens_) {
      return false;
    }
    tokens_ -= cost;
    return true;
  }

  /// A call was answered. `paid`: for its last retry; 0 if it needed none, which earns a token.
  void answered(int paid) { tokens_ = std::min(kTokensMax, tokens_ + (paid == 0 ? 1 : paid)); }

  int tokens() const { return tokens_; }

 private:
  int tokens_ = kTokensMax;
};

}  // namespace ekiden::aws
