/// Sessions: temporary credentials, as a token service issues them.
#pragma once

#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/aws/credentials/refreshing_credentials.hpp>
#include <ekiden/aws/names.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/runtime/clock.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ekiden::worker::test {

/// The sessions that the token service and the server know. The credentials local/local never expire.
class Sessions {
 public:
  runtime::Duration life = std::chrono::hours(1);
  bool broken = false;  ///< True: no new sessions.

  /// Issues a session. Throws aws::ConfigurationError while broken.
  std::shared_ptr<const aws::Credentials> make(runtime::WallTime now) {
    if (broken) {
      throw aws::ConfigurationError("the token service does not answer");
    }
    const std::string id = "session-" + std::to_string(++made_);
    const aws::Credentials keys{id, "secret of " + id, "token of " + id, now + life};
    known_.insert_or_assign(id, keys);
    return std::make_shared<const aws::Credentials>(keys);
  }
  void end_all(runtime::WallTime now) {
    for (auto& [id, keys] : known_) {
      if (keys.expiration) {
        keys.expiration = now;
      }
    }
  }
  unsigned made() const { return made_; }

  /// For local::ServiceOptions::keys.
  std::optional<aws::Credentials> find(std::string_view id) const {
    const auto found = known_.find(id);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, aws::Credentials, std::less<>> known_{{"local", {"local", "local", "", std::nullopt}}};
  unsigned made_ = 0;
};

/// The source from which a worker gets new sessions. Each takes `delay`.
class SessionSource final : public aws::CredentialSource {
 public:
  /// `wall_now` is the token service's clock.
  SessionSource(
      std::shared_ptr<Sessions> sessions, runtime::Clock& clock, std::function<runtime::WallTime()> wall_now,
      std::function<runtime::Duration()> delay = [] { return std::chrono::milliseconds(1); })
      : sessions_(std::move(sessions)), clock_(clock), wall_now_(std::move(wall_now)), delay_(std::move(delay)) {}

  Task<aws::Credentials> fetch() override {
    co_await clock_.sleep_for(delay_());
    co_return *sessions_->make(wall_now_());
  }
  std::string_view name() const override { return "sessions"; }

 private:
  std::shared_ptr<Sessions> sessions_;
  runtime::Clock& clock_;
  std::function<runtime::WallTime()> wall_now_;
  std::function<runtime::Duration()> delay_;
};

}  // namespace ekiden::worker::test
