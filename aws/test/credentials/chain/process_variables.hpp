// ProcessVariables: sets variables of this process during a test, because AWS's library reads some itself.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <stdlib.h>

#include <map>
#include <optional>
#include <string>

namespace ekiden::aws::test {

class ProcessVariables {
 public:
  ProcessVariables() {
    for (const char* name : {"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID",
                             "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE",
                             "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
                             "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                             "AWS_EC2_METADATA_DISABLED", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"}) {
      set(name, std::nullopt);
    }
  }
  ~ProcessVariables() {
    for (const auto& [name, value] : before_) {
      assign(name, value);
    }
  }
  ProcessVariables(const ProcessVariables&) = delete;
  ProcessVariables& operator=(const ProcessVariables&) = delete;

  void set(const std::string& name, std::optional<std::string> value) {
    const char* const present = ::getenv(name.c_str());
    before_.try_emplace(name, present == nullptr ? std::nullopt : std::optional<std::string>(present));
    assign(name, value);
  }

  static Environment environment() {
    return [](std::string_view name) -> std::optional<std::string> {
      const char* const value = ::getenv(std::string(name).c_str());
      return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
  }

 private:
  static void assign(const std::string& name, const std::optional<std::string>& value) {
    if (value) {
      ::setenv(name.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }
  std::map<std::string, std::optional<std::string>> before_;
};

}  // namespace ekiden::aws::test
