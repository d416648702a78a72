/// SimVfs: SQLite's file interface on a SimStorage (https://www.sqlite.org/vfs.html).
#pragma once

#include <memory>
#include <string>

#include "sim_storage.hpp"

namespace ekiden::testkit {

/// Registers itself with SQLite for its lifetime.
class SimVfs {
 public:
  explicit SimVfs(SimStorage& storage);
  ~SimVfs();
  SimVfs(const SimVfs&) = delete;
  SimVfs& operator=(const SimVfs&) = delete;

  const std::string& name() const;

 private:
  struct Registration;
  std::unique_ptr<Registration> registration_;
};

}  // namespace ekiden::testkit
