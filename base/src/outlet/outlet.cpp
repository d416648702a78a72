#include <ekiden/base/outlet.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "outlet/direct_writer.hpp"

namespace ekiden::base {

namespace {

std::string plain_notice(std::uint64_t dropped) {
  return "(" + std::to_string(dropped) + (dropped == 1 ? " line was" : " lines were") +
         " dropped here, because nobody read the output in time)\n";
}

/// Writes all of `text`, however long that takes. Returns false if it can never be written.
bool write_whole(int descriptor, std::string_view& text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // The parent has set O_NONBLOCK on the open file that it shares with us.
      pollfd ready{descriptor, POLLOUT, 0};
      if (::poll(&ready, 1, -1) > 0 && (ready.revents & POLLOUT) == 0) {
        return false;
      }
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

class Outlet::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(int descriptor) : descriptor_(descriptor), direct_(descriptor) {}

  void write(std::string_view line) {
    const std::scoped_lock lock(mutex_);
    if (line.size() + kLineCost > kBytesMax) {
      drop(1);
      return;
    }
    shrink_to(kBytesMax - kLineCost - line.size());
    lines_.emplace_back(line);
    bytes_ += line.size() + kLineCost;
    write_directly();
  }

  bool flush(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    shrink_to(kFlushBytesMax);
    if (given_up_at_ == written_) {
      return idle();
    }
    changed_.wait_for(lock, limit, [this] { return idle(); });
    if (!idle()) {
      given_up_at_ = written_;
    }
    return idle();
  }

  void close() {
    flush(kFlushMax);
    const std::scoped_lock lock(mutex_);
    shrink_to(0);
    closed_ = true;
    changed_.notify_all();
  }

  std::uint64_t dropped() const {
    const std::scoped_lock lock(mutex_);
    return dropped_;
  }

  void count_dropped() {
    const std::scoped_lock lock(mutex_);
    drop(1);
  }

  void set_notice(Notice notice) {
    const std::scoped_lock lock(mutex_);
    notice_ = std::move(notice);
  }

 private:
  bool idle() const { return !busy_ && lines_.empty(); }

  void drop(std::uint64_t count) {
    dropped_ += count;
    unreported_ += count;
  }

  /// Writes what can be written without waiting; leaves the rest to the thread.
  void write_directly() {
    while (busy_ ? !running_ : !lines_.empty()) {
      take_next();
      std::string_view rest(current_);
      const DirectWriter::Result result = direct_.write(rest);
      begun_ = begun_ || rest.size() < current_.size();
      if (result == DirectWriter::Result::kWouldBlock) {
        current_.erase(0, current_.size() - rest.size());
        start_thread();
        changed_.notify_all();
        return;
      }
      ended(result == DirectWriter::Result::kWritten);
    }
  }

  void shrink_to(std::size_t bytes) {
    while (bytes_ > bytes) {
      bytes_ -= lines_.front().size() + kLineCost;
      lines_.pop_front();
      drop(1);
    }
  }

  void start_thread() {
    if (running_) {
      return;
    }
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);  // Signals are the business of the main thread.
    try {
      std::thread([self = shared_from_this()] { self->run(); }).detach();
      running_ = true;
    } catch (const std::system_error&) {
      // No thread is left for this process. The next line tries again.
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void run() {
    ::pthread_setname_np(::pthread_self(), "output");
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return closed_ || !idle(); });
      if (closed_ || idle()) {
        return;
      }
      take_next();
      // A duplicate: when close() gives up, this thread can be left in the write. The owner then closes the descriptor,
      // and the rest of the text must not go to the next file with its number.
      const int own = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      lock.unlock();
      std::string_view rest(current_);  // Only this thread changes it while busy_ and running_.
      const bool written = own >= 0 && write_whole(own, rest);
      if (own >= 0) {
        ::close(own);
      }
      lock.lock();
      begun_ = begun_ || rest.size() < current_.size();
      ended(written);
      changed_.notify_all();
    }
  }

  /// Makes `current_` the next text to write, unless it is still being written.
  void take_next() {
    if (std::exchange(busy_, true)) {
      return;
    }
    begun_ = false;
    reporting_ = 0;
    if (unreported_ > 0 && !notice_failed_) {
      reporting_ = std::exchange(unreported_, 0);
      current_ = notice_ ? notice_(reporting_) : plain_notice(reporting_);
    } else {
      notice_failed_ = false;
      current_ = std::move(lines_.front());
      lines_.pop_front();
      bytes_ -= current_.size() + kLineCost;
    }
    if (torn_) {
      current_.insert(current_.begin(), '\n');
    }
  }

  void ended(bool written) {
    busy_ = false;
    if (written) {
      ++written_;
      torn_ = false;
      return;
    }
    torn_ = torn_ || begun_;
    if (reporting_ > 0) {
      unreported_ += reporting_;
      notice_failed_ = true;  // The line is next: a notice that always fails must not keep lines back.
    } else {
      drop(1);
    }
  }

  const int descriptor_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  DirectWriter direct_;
  Notice notice_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;  // Of lines_, with kLineCost for each.
  std::string current_;    // The text that is being written while busy_.
  bool busy_ = false;
  bool begun_ = false;           // A part of `current_` is written.
  std::uint64_t reporting_ = 0;  // `current_` is a notice of so many dropped lines; 0: it is a line.
  bool running_ = false;
  bool closed_ = false;
  bool torn_ = false;           // The last text was not written whole: the next one starts with a line end.
  bool notice_failed_ = false;  // The last text was a notice that could not be written.
  std::uint64_t written_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t unreported_ = 0;                   // Dropped lines of which no notice was written.
  std::uint64_t given_up_at_ = ~std::uint64_t{0};  // The value of written_ when flush() last gave up.
};

Outlet::Outlet(int descriptor) : state_(std::make_shared<State>(descriptor)) {}

Outlet::~Outlet() {
  try {
    state_->close();
  } catch (...) {  // A mutex that fails: nothing can be done about it here.
  }
}

void Outlet::write(std::string_view line) noexcept {
  try {
    state_->write(line);
  } catch (...) {  // No memory for the line.
    state_->count_dropped();
  }
}

bool Outlet::flush(std::chrono::milliseconds limit) noexcept { return state_->flush(limit); }

std::uint64_t Outlet::dropped() const noexcept { return state_->dropped(); }

void Outlet::set_notice(Notice notice) noexcept { state_->set_notice(std::move(notice)); }

namespace {

/// Never destroyed: other static objects can write while the process ends. Flushed by std::exit().
template <int kDescriptor>
const std::shared_ptr<Outlet>& standard_outlet() {
  static const std::shared_ptr<Outlet>& outlet = *new std::shared_ptr<Outlet>(std::make_shared<Outlet>(kDescriptor));
  static const int registered = std::atexit([] { outlet->flush(); });
  static_cast<void>(registered);
  return outlet;
}

}  // namespace

std::shared_ptr<Outlet> outlet_of(int descriptor) {
  return descriptor == STDERR_FILENO   ? standard_outlet<STDERR_FILENO>()
         : descriptor == STDOUT_FILENO ? standard_outlet<STDOUT_FILENO>()
                                       : std::make_shared<Outlet>(descriptor);
}

void say(std::string_view line) noexcept {
  try {
    outlet_of(STDERR_FILENO)->write(std::string(line) + '\n');
  } catch (...) {  // No memory: the line is lost.
  }
}

}  // namespace ekiden::base
