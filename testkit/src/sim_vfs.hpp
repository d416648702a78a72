/// SimVfs: SQLite's file interface (https://www.sqlite.org/vfs.html) for a SimStorage.
#pragma once

#include <memory>
#include <string>

#include "sim_storage.hpp"

namespace ekiden::testkit {

/// Registered with SQLite as long as it exists. `storage` must outlive it.
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
