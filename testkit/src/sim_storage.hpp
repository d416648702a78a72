/// SimStorage: the files and the directory of a SimDisk, and the faults that tests inject.
#pragma once

#include <ekiden/runtime/random.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim_file.hpp"

namespace ekiden::testkit {

/// A flat directory of files. generation() counts the crashes: files that were opened in an earlier generation fail.
class SimStorage {
 public:
  using File = std::shared_ptr<SimFile>;

  // These return SQLite's result codes.
  int open(const std::string& path, bool create, File& file);
  int remove(const std::string& path, bool durably);
  bool exists(const std::string& path) const { return current_.contains(path); }
  int write(SimFile& file, std::uint64_t offset, std::string_view bytes);
  int truncate(SimFile& file, std::uint64_t size);
  int sync(const File& file, const std::string& path);

  void crash();
  void forget_unsynced(runtime::Random& random);
  void mount() { mounted_ = true; }
  bool mounted() const { return mounted_; }
  std::uint64_t generation() const { return generation_; }

  void cut_at(std::uint64_t operation, std::function<void()> on_cut);
  void fail_at(std::uint64_t operation) { fail_at_ = operation; }
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  std::uint64_t operations() const { return operations_; }
  std::uint64_t syncs() const { return syncs_; }
  std::uint64_t used() const;
  std::vector<std::string> paths() const;

 private:
  int begin_operation(int error);
  bool has_room(const SimFile& file, std::uint64_t size) const;

  std::map<std::string, File> current_;
  std::map<std::string, File> durable_;  ///< The directory as it is on the disk.
  bool mounted_ = true;
  std::uint64_t generation_ = 0;
  std::uint64_t operations_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t fail_at_ = 0;
  std::uint64_t capacity_ = 0;
  std::function<void()> on_cut_;
};

}  // namespace ekiden::testkit
