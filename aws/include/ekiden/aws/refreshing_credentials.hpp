/// RefreshingCredentials: keys that expire, fetched ahead of time by one caller for all.
#pragma once

#include <ekiden/aws/credentials.hpp>
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
///   that asks then does it, and waits; all others get the present keys meanwhile.
/// - Where that fails, the present keys serve until they have expired, with a try now and then (kRetryInitial, doubled
///   up to kRetryMax, with jitter). Expired keys are never handed out: get() then fails with the source's words.
/// - Without valid keys all callers wait for one fetch, and share its failure for kRetryInitial.
/// - A failure is told once for each cause, and again when the present keys have run out.
/// - reject() makes the next get() fetch; a source that has no others is asked no more often than every kRejectedPause.
///
/// Source: the times are botocore's (credentials.py, RefreshableCredentials) and AWS's C library's.
class RefreshingCredentials final : public CredentialsProvider {
 public:
  static constexpr runtime::Duration kRefreshAhead = std::chrono::minutes(5);
  static constexpr runtime::Duration kRetryInitial = std::chrono::seconds(1);
  static constexpr runtime::Duration kRetryMax = std::chrono::minutes(1);
  static constexpr runtime::Duration kRejectedPause = std::chrono::seconds(2);

  RefreshingCredentials(runtime::Env env, std::unique_ptr<CredentialSource> source);

  Task<std::shared_ptr<const Credentials>> get() override;
  void reject(const std::shared_ptr<const Credentials>& refused) override;
  std::string_view name() const override { return source_->name(); }

 private:
  bool valid() const;
  bool wants_refresh() const;
  Task<> refresh();
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
