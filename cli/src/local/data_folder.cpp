#include "data_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

#include "option_names.hpp"

namespace ekiden::cli {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHeader = "SQLite format 3\0"sv;  // https://www.sqlite.org/fileformat.html, 1.3
// The bytes that SQLite locks (its os.h): PENDING_BYTE, then one reserved and 510 shared bytes.
constexpr off_t kLockBytes = 0x40000000;
constexpr off_t kLockBytesCount = 512;

/// An open file. Close it before the server opens the same file: closing a file drops all locks of the process on it.
class File {
 public:
  explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  /// The process that holds a lock on it; 0 if there is none, or we cannot see it.
  pid_t holder() const {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = kLockBytes;
    lock.l_len = kLockBytesCount;
    return ::fcntl(descriptor_, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
  }

  /// True for a file of SQLite. An empty file is a database to which nothing was written yet.
  bool is_database() const {
    std::array<char, kHeader.size()> head{};
    const ssize_t got = ::pread(descriptor_, head.data(), head.size(), 0);
    return got <= 0 || std::string_view(head.data(), static_cast<std::size_t>(got)) == kHeader;
  }

  bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

}  // namespace

void require_usable_data(const app::Options& options) {
  if (!options.has(option::kData)) {
    return;
  }
  const std::string folder = options.get(option::kData);
  const std::string path = folder + "/ekiden.db";  // local/src/store/store.cpp
  const File file(path);
  if (!file.open()) {
    return;  // It does not exist yet, or permissions are missing: the server reports that.
  }
  if (const pid_t holder = file.holder(); holder != 0) {
    throw app::UsageError("the data folder " + folder + " is in use by process " + std::to_string(holder) +
                          ": stop that process, or choose another folder with --data");
  }
  if (!file.is_database()) {
    throw app::UsageError(path + " is not an SQLite database: another program wrote it, or it is damaged; move it " +
                          "away, or choose another folder with --data");
  }
}

}  // namespace ekiden::cli
