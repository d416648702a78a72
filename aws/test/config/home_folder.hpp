// HomeFolder: a temporary home folder with ~/.aws, for a test.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "variables.hpp"

namespace ekiden::aws::test {

class HomeFolder {
 public:
  HomeFolder() {
    std::string pattern = testing::TempDir() + "ekiden-home-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(path_ + "/.aws");
  }
  ~HomeFolder() { std::filesystem::remove_all(path_); }
  HomeFolder(const HomeFolder&) = delete;
  HomeFolder& operator=(const HomeFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

  /// `name` is relative: ".aws/config".
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
    std::ofstream(file(name)) << text;
    return file(name);
  }

  /// HOME, and the given variables.
  Environment environment(Variables variables = {}) const {
    variables.emplace("HOME", path_);
    return test::environment(std::move(variables));
  }

 private:
  std::string path_;
};

}  // namespace ekiden::aws::test
