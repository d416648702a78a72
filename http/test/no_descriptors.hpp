/// NoDescriptors: a process that cannot open another file or socket.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <vector>

namespace ekiden::http::test {

/// The undefined-behaviour sanitizer opens a pipe to check the type of an object. Without free descriptors it reports
/// every object as invalid.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kChecksNeedDescriptors = true;
#else
inline constexpr bool kChecksNeedDescriptors = false;
#endif
#else
inline constexpr bool kChecksNeedDescriptors = false;
#endif

/// Uses up all descriptors of this process until it is destroyed.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &few);
    for (int next = ::dup(0); next >= 0; next = ::dup(0)) {
      taken_.push_back(next);
    }
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() {
    while (!taken_.empty()) {
      free_one();
    }
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  void free_one() {
    ::close(taken_.back());
    taken_.pop_back();
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

}  // namespace ekiden::http::test
