/// Profile: what a person has set up in ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// The profile that AWS_PROFILE names, else `default`, of both files; read by AWS's own parser (aws-c-sdkutils).
/// A value: copies share what was read. An empty one has nothing and costs nothing.
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
class Profile {
 public:
  Profile() = default;

  /// Reads AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/config and ~/.aws/credentials. A file that does
  /// not exist is silence, as in a container. Throws ConfigurationError where AWS_PROFILE names a profile that is not
  /// there, or a file cannot be read or understood.
  static Profile load(const Environment& environment);

  /// "default", or what AWS_PROFILE says; empty for an empty Profile.
  const std::string& name() const;
  /// One of the files has it.
  bool exists() const;

  /// The value of a key; nothing where it is absent or empty.
  std::optional<std::string> get(std::string_view key) const;
  /// endpoint_url of "sqs", as the profile's `services` section says; else the profile's own endpoint_url.
  std::optional<std::string> endpoint_url(std::string_view service) const;

  /// The files have a section [sso-session NAME].
  bool has_sso_session(std::string_view name) const;

  /// The same for another profile of these files: a source_profile.
  Profile named(std::string_view name) const;

  struct Files;
  /// For the credential chain.
  const std::shared_ptr<const Files>& files() const { return files_; }

 private:
  std::shared_ptr<const Files> files_;
  std::string name_;
};

}  // namespace ekiden::aws
