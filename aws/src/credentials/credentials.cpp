#include <ekiden/aws/credentials/credentials.hpp>

#include "config/printable.hpp"

namespace ekiden::aws {

Task<std::shared_ptr<const Credentials>> StaticCredentials::get() { co_return credentials_; }

std::optional<Credentials> credentials_from_environment(const Environment& environment) {
  std::optional<std::string> id = non_empty(environment, "AWS_ACCESS_KEY_ID");
  std::optional<std::string> secret = non_empty(environment, "AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) {
    return std::nullopt;
  }
  if (!secret) {
    throw ConfigurationError("AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not; set both, or neither");
  }
  if (!id) {
    throw ConfigurationError("AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not; set both, or neither");
  }
  Credentials credentials;
  credentials.access_key_id = std::move(*id);
  credentials.secret_access_key = std::move(*secret);
  credentials.session_token = non_empty(environment, "AWS_SESSION_TOKEN").value_or("");
  require_printable(credentials.access_key_id, "AWS_ACCESS_KEY_ID");
  require_printable(credentials.secret_access_key, "AWS_SECRET_ACCESS_KEY");
  require_printable(credentials.session_token, "AWS_SESSION_TOKEN");
  return credentials;
}

}  // namespace ekiden::aws
