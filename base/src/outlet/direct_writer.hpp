/// DirectWriter: writes to a descriptor only if that cannot block.
#pragma once

#include <sys/types.h>

#include <string_view>

namespace ekiden::base {

/// Not thread-safe.
class DirectWriter {
 public:
  enum class Result {
    kWritten,
    kWouldBlock,  ///< At most a part could be written without waiting.
    kFailed       ///< It can never be written: the reader has gone, the disk is full.
  };

  explicit DirectWriter(int descriptor) : descriptor_(descriptor) {}
  ~DirectWriter();
  DirectWriter(const DirectWriter&) = delete;
  DirectWriter& operator=(const DirectWriter&) = delete;

  /// Removes from `text` what was written.
  Result write(std::string_view& text);

 private:
  int own_open_file(dev_t device, ino_t inode);

  int descriptor_;
  int own_ = -1;  // The same pipe or terminal, opened again with O_NONBLOCK.
  bool known_ = false;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace ekiden::base
