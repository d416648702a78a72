/// RetryBudget: limits how many retries one client makes.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <algorithm>

namespace ekiden::aws {

/// A budget of tokens. Each retry costs tokens, and each successful call adds some. If a service fails every call, the
/// client sends only a few more requests than there are calls. If a service fails now and then, the client makes all
/// retries of the policy.
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

  /// Pays for a retry. Returns false, and takes nothing, if there are too few tokens.
  bool pay(int cost) {
    if (cost > tokens_) {
      return false;
    }
    tokens_ -= cost;
    return true;
  }

  /// Call it after a successful call. `paid`: the cost of its last retry, which is returned to the budget; 0 if there
  /// was no retry, which earns one token.
  void answered(int paid) { tokens_ = std::min(kTokensMax, tokens_ + (paid == 0 ? 1 : paid)); }

  int tokens() const { return tokens_; }

 private:
  int tokens_ = kTokensMax;
};

}  // namespace ekiden::aws
