#include "direct_writer.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace ekiden::base {

DirectWriter::~DirectWriter() {
  if (own_ >= 0) {
    ::close(own_);
  }
}

/// Opens the pipe or terminal again, because O_NONBLOCK must not be set on the inherited open file. Returns -1 if that
/// is not allowed: the pipe belongs to another user, or /proc is missing. Another file can take the descriptor's number
/// at any time (dup2), so each call compares.
int DirectWriter::own_open_file(dev_t device, ino_t inode) {
  if (known_ && device == device_ && inode == inode_) {
    return own_;
  }
  if (own_ >= 0) {
    ::close(own_);
  }
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor_);
  own_ = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  known_ = true;
  device_ = device;
  inode_ = inode;
  return own_;
}

DirectWriter::Result DirectWriter::write(std::string_view& text) {
  struct stat facts{};
  if (::fstat(descriptor_, &facts) != 0) {
    return Result::kFailed;
  }
  const bool is_socket = S_ISSOCK(facts.st_mode);
  int target = descriptor_;  // A file: its writes wait for no reader.
  if (S_ISFIFO(facts.st_mode) || S_ISCHR(facts.st_mode)) {
    target = own_open_file(facts.st_dev, facts.st_ino);
    if (target < 0) {
      return Result::kWouldBlock;
    }
  }
  while (!text.empty()) {
    const ssize_t written = is_socket ? ::send(target, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                      : ::write(target, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      return Result::kWouldBlock;
    } else if (errno != EINTR) {
      return Result::kFailed;
    }
  }
  return Result::kWritten;
}

}  // namespace ekiden::base
