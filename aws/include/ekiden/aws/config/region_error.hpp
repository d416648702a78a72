/// RegionError: the region is missing or not a region.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <string>
#include <utility>

namespace ekiden::aws {

/// Thrown by Target::resolve(). what() is "REASON: ADVICE"; programs that show them apart, such as the doctor, read
/// them here instead of searching the text for a separator.
class RegionError : public ConfigurationError {
 public:
  RegionError(std::string reason, std::string advice)
      : ConfigurationError(reason + ": " + advice), reason_(std::move(reason)), advice_(std::move(advice)) {}

  /// "AWS_REGION is 'mars', which is not an AWS region"
  const std::string& reason() const { return reason_; }
  /// "set a region such as us-east-1"
  const std::string& advice() const { return advice_; }

 private:
  std::string reason_;
  std::string advice_;
};

}  // namespace ekiden::aws
