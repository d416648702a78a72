/// Profile::Files: both files, parsed and merged.
#pragma once

#include <ekiden/aws/config/profile.hpp>

#include <aws/sdkutils/aws_profile.h>

#include <memory>
#include <string>

namespace ekiden::aws {

struct Profile::Files {
  struct Release {
    void operator()(aws_profile_collection* files) const { aws_profile_collection_release(files); }
  };
  std::unique_ptr<aws_profile_collection, Release> merged;  // Null: neither file exists.
  std::string config_path;
  std::string credentials_path;

  const aws_profile* find(const std::string& name) const;
};

}  // namespace ekiden::aws
