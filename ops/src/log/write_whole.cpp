#include "write_whole.hpp"

#include <unistd.h>

#include <cerrno>

namespace ekiden::ops {

void write_whole(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace ekiden::ops
