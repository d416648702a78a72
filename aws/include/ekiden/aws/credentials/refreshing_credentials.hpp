/// RefreshingCredentials: keys that expire, fetched ahead of time by one caller for all.
#pragma once

#include <ekiden/aws/credentials/clock_skew.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Where keys come from: a role of this machine, a service that lends them, a program.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// Asks the source anew. Throws ConfigurationError with a sentence that says what was asked and why it had no keys.
  virtual Task<Credentials> fetch() = 0;
  /// As CredentialsProvider::name().
  virtual std::string_view name() const = 0;
};

/// Caches what a source gives.
///
/// - Fetched anew from kRefreshAhead before they expire (from a third of their life, where that is shorter): the first
///   that asks then does it, and waits, kPatienceAhead at first; all others get the present keys meanwhile.
/// - Where that fails, the present keys serve until they have expired, with a try now and then (kRetryInitial, doubled
///   up to kRetryMax, with jitter), and one then. Stale and refused keys serve no longer: get() fails with the source's
///   words.
/// - Without valid keys all callers wait for one fetch, and share its failure for kRetryInitial.
/// - Keys right from the source are handed out although they look expired: this machine's clock may be wrong, which
///   shows only in an answer of AWS to a request that was sent. What that teaches (ClockSkew) is reckoned with.
/// - A failure is told once for each cause, and again when the present keys have run out.
/// - reject() makes the next get() fetch, and all callers wait for that; a source that has no others is asked no more
///   often than every kSamePause.
///
/// Source: the times are botocore's (credentials.py, RefreshableCredentials) and AWS's C library's.
class RefreshingCredentials final : public CredentialsProvider {
 public:
  static constexpr runtime::Duration kRefreshAhead = std::chrono::minutes(5);
  static constexpr runtime::Duration kRetryInitial = std::chrono::seconds(1);
  static constexpr runtime::Duration kRetryMax = std::chrono::minutes(1);
  static constexpr runtime::Duration kSamePause = std::chrono::seconds(2);
  /// Doubled with each failure: a lender that hangs must not cost a caller with valid keys its leases.
  static constexpr runtime::Duration kPatienceAhead = std::chrono::seconds(2);

  RefreshingCredentials(runtime::Env env, std::unique_ptr<CredentialSource> source);

  Task<std::shared_ptr<const Credentials>> get() override;
  void reject(const std::shared_ptr<const Credentials>& refused) override;
  std::string_view name() const override { return source_->name(); }

 private:
  runtime::WallTime time_of_aws() const;
  bool valid() const;
  bool serving() const;
  bool wants_refresh() const;
  Task<> refresh();
  Task<std::optional<Credentials>> fetch_in_time();
  void take(Credentials fetched);
  void fail(std::string why);

  runtime::Env env_;
  std::unique_ptr<CredentialSource> source_;
  std::shared_ptr<const Credentials> keys_;
  std::optional<runtime::WallTime> refresh_at_;   // Of keys_, if they expire.
  bool rejected_ = false;                         // keys_ were.
  std::optional<runtime::TimePoint> not_before_;  // The next fetch.
  std::string failure_;                           // Of the last fetch; empty: it succeeded.
  unsigned failures_ = 0;                         // In a row.
  bool was_serving_ = false;                      // When failure_ was told: there were keys all the same.
  bool fetching_ = false;
  runtime::Condition fetched_;
};

}  // namespace ekiden::aws
