#include "curl_multi.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <new>

namespace ekiden::http {
namespace {

void initialise_curl_once() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) {
    throw std::runtime_error(std::string("libcurl does not start: ") + curl_easy_strerror(result));
  }
}

// Easy handles kept for reuse: beyond the connections, transfers only wait.
constexpr std::size_t kIdleMax = 256;

}  // namespace

CurlTransport::Multi::Multi(runtime::Executor executor, runtime::Clock& clock, CurlOptions options)
    : executor_(std::move(executor)),
      clock_(clock),
      options_(std::move(options)),
      queue_(options_.connections_per_host_max, options_.connections_max) {
  initialise_curl_once();
  multi_ = curl_multi_init();
  if (multi_ == nullptr) {
    throw std::bad_alloc();
  }
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  const long total = static_cast<long>(options_.connections_max);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, total);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.connections_per_host_max));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, total);  // Else curl closes what it should keep.
}

CurlTransport::Multi::~Multi() { close(); }

void CurlTransport::Multi::close() {
  if (std::exchange(closed_, true)) {
    return;
  }
  alarm_.cancel();
  while (!active_.empty()) {
    const std::shared_ptr<CurlTransfer> transfer = active_.back();
    end(*transfer, CURLE_OK, boost::asio::error::operation_aborted);
  }
  resume_later();
  curl_multi_cleanup(multi_);  // Closes the kept connections, through close_socket.
  idle_.clear();
  descriptors_.clear();
}

std::shared_ptr<CurlTransfer> CurlTransport::Multi::take() {
  if (idle_.empty()) {
    const CurlTransfer::SocketHooks hooks{this, &Multi::open_socket, &Multi::close_socket};
    return std::make_shared<CurlTransfer>(options_, hooks);
  }
  std::shared_ptr<CurlTransfer> transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void CurlTransport::Multi::give_back(std::shared_ptr<CurlTransfer> transfer) {
  if (!closed_ && !transfer->active && idle_.size() < kIdleMax) {
    transfer->clear();
    idle_.push_back(std::move(transfer));
  }
}

void CurlTransport::Multi::start(const std::shared_ptr<CurlTransfer>& transfer) {
  if (closed_) {
    transfer->waiter->resume(boost::asio::error::operation_aborted);
    return;
  }
  transfer->active = true;
  transfer->position = active_.size();
  active_.push_back(transfer);
  if (!queue_.enter(transfer->host(), transfer)) {
    return;
  }
  add(transfer);
  kick_wanted_ = false;  // Adding asks for a call at once: this one.
  act(CURL_SOCKET_TIMEOUT, 0);
  resume_later();
}

void CurlTransport::Multi::cancel_later(std::weak_ptr<CurlTransfer> transfer, std::uint64_t use) {
  boost::asio::post(executor_, [weak = weak_from_this(), transfer = std::move(transfer), use] {
    const auto self = weak.lock();
    const auto strong = transfer.lock();
    if (self && strong && strong->active && strong->use == use) {
      self->end(*strong, CURLE_OK, boost::asio::error::operation_aborted);
      self->add_waiting();
      self->settle_kick();
      self->resume_here();
    }
  });
}

void CurlTransport::Multi::resume_here() {
  while (!ended_.empty()) {
    const Ended ended = std::move(ended_.front());
    ended_.pop_front();
    ended.waiter->resume_now(ended.error);
  }
}

void CurlTransport::Multi::resume_later() {
  for (const Ended& ended : std::exchange(ended_, {})) {
    ended.waiter->resume(ended.error);
  }
}

void CurlTransport::Multi::end(CurlTransfer& transfer, CURLcode result, boost::system::error_code error) {
  if (std::exchange(transfer.with_curl, false)) {
    curl_multi_remove_handle(multi_, transfer.easy());
    queue_.leave(transfer.host());
  } else {
    queue_.forget(transfer.host(), transfer);
  }
  transfer.active = false;
  transfer.result = result;
  ended_.push_back(Ended{std::move(transfer.waiter), error});
  const std::size_t position = transfer.position;
  if (position + 1 != active_.size()) {
    active_[position] = std::move(active_.back());
    active_[position]->position = position;
  }
  active_.pop_back();
}

// --- Into curl

void CurlTransport::Multi::add(const std::shared_ptr<CurlTransfer>& transfer) {
  transfer->with_curl = true;
  if (curl_multi_add_handle(multi_, transfer->easy()) != CURLM_OK) {
    end(*transfer, CURLE_OUT_OF_MEMORY, {});
  }
}

void CurlTransport::Multi::add_waiting() {
  while (const std::shared_ptr<CurlTransfer> transfer = queue_.next()) {
    add(transfer);
  }
}

void CurlTransport::Multi::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  collect();
  add_waiting();
  settle_kick();
}

void CurlTransport::Multi::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) {
      const CURLcode result = message->data.result;
      char* owner = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
      const std::shared_ptr<CurlTransfer> kept = active_[reinterpret_cast<CurlTransfer*>(owner)->position];
      end(*kept, result, {});
    }
  }
}

void CurlTransport::Multi::settle_kick() {
  if (!std::exchange(kick_wanted_, false) || kick_posted_ || closed_) {
    return;
  }
  kick_posted_ = true;
  boost::asio::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->closed_) {
      self->kick_posted_ = false;
      self->act(CURL_SOCKET_TIMEOUT, 0);
      self->resume_here();
    }
  });
}

// --- curl's timer

int CurlTransport::Multi::on_timer(CURLM*, long milliseconds, void* self) {
  auto& multi = *static_cast<Multi*>(self);
  if (milliseconds == 0) {
    multi.kick_wanted_ = true;
  } else if (milliseconds < 0) {
    multi.wanted_at_.reset();
  } else {
    multi.wanted_at_ = multi.clock_.now() + std::chrono::milliseconds(milliseconds);
    multi.arm(*multi.wanted_at_);
  }
  return 0;
}

void CurlTransport::Multi::arm(runtime::TimePoint when) {
  if (closed_ || (armed_at_ && *armed_at_ <= when)) {
    return;  // It fires early enough, and looks again then.
  }
  armed_at_ = when;
  alarm_ = clock_.call_at(when, [this] { on_alarm(); });
}

void CurlTransport::Multi::on_alarm() {
  const auto alive = shared_from_this();
  armed_at_.reset();
  act(CURL_SOCKET_TIMEOUT, 0);
  // curl does not repeat a time that it told before; and one that has passed was served just now.
  if (wanted_at_ && *wanted_at_ > clock_.now()) {
    arm(*wanted_at_);
  }
  resume_here();
}

// --- curl's sockets

void CurlTransport::Multi::Descriptor::close() {
  closed = true;
  boost::system::error_code ignored;
  in.close(ignored);
  out.close(ignored);
}

curl_socket_t CurlTransport::Multi::open_socket(void* self, curlsocktype, struct curl_sockaddr* address) {
  auto& multi = *static_cast<Multi*>(self);
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
  if (fd < 0) {
    return CURL_SOCKET_BAD;
  }
  try {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= multi.descriptors_.size()) {
      multi.descriptors_.resize(index + 1);
    }
    multi.descriptors_[index] = std::make_shared<Descriptor>(multi.executor_, fd, fd);
  } catch (...) {  // Nothing may be thrown through curl.
    ::close(fd);
    return CURL_SOCKET_BAD;
  }
  return fd;
}

int CurlTransport::Multi::close_socket(void* self, curl_socket_t fd) {
  auto& multi = *static_cast<Multi*>(self);
  const auto index = static_cast<std::size_t>(fd);
  if (index >= multi.descriptors_.size() || multi.descriptors_[index] == nullptr) {
    return ::close(fd);
  }
  const std::shared_ptr<Descriptor> descriptor = std::exchange(multi.descriptors_[index], nullptr);
  descriptor->close();
  return 0;
}

int CurlTransport::Multi::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  try {
    static_cast<Multi*>(self)->want(fd, what);
  } catch (...) {
    return -1;  // Out of memory or of descriptors: curl fails the transfer.
  }
  return 0;
}

void CurlTransport::Multi::want(curl_socket_t fd, int what) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= descriptors_.size()) {
    descriptors_.resize(index + 1);
  }
  std::shared_ptr<Descriptor>& descriptor = descriptors_[index];
  if (what == CURL_POLL_REMOVE) {
    if (descriptor != nullptr) {
      descriptor->wanted = CURL_POLL_NONE;
      if (descriptor->in.native_handle() != fd) {  // Not ours: curl may close it at any time from now on.
        descriptor->close();
        descriptor.reset();
      }
    }
    return;
  }
  if (descriptor == nullptr) {
    // Made by curl for itself: the pipe over which its name look-up thread reports.
    const int copy = ::dup(fd);
    if (copy < 0) {
      throw std::bad_alloc();
    }
    descriptor = std::make_shared<Descriptor>(executor_, copy, fd);
  }
  descriptor->wanted = what;
  await_readiness(descriptor);
}

void CurlTransport::Multi::await_readiness(const std::shared_ptr<Descriptor>& descriptor) {
  if ((descriptor->wanted & CURL_POLL_IN) != 0 && !descriptor->awaits_read) {
    await_one(descriptor, false);
  }
  if ((descriptor->wanted & CURL_POLL_OUT) != 0 && !descriptor->awaits_write) {
    await_one(descriptor, true);
  }
}

void CurlTransport::Multi::await_one(const std::shared_ptr<Descriptor>& descriptor, bool write) {
  using boost::asio::posix::descriptor_base;
  if (write && !descriptor->out.is_open()) {
    const int copy = ::dup(descriptor->fd);
    if (copy < 0) {
      throw std::bad_alloc();
    }
    descriptor->out.assign(copy);
  }
  (write ? descriptor->awaits_write : descriptor->awaits_read) = true;
  boost::asio::posix::stream_descriptor& io = write ? descriptor->out : descriptor->in;
  io.async_wait(write ? descriptor_base::wait_write : descriptor_base::wait_read,
                [weak = weak_from_this(), descriptor, write](const boost::system::error_code&) {
                  const auto self = weak.lock();
                  if (self && !self->closed_) {
                    self->on_ready(descriptor, write);
                  }
                });
}

void CurlTransport::Multi::on_ready(const std::shared_ptr<Descriptor>& descriptor, bool write) {
  (write ? descriptor->awaits_write : descriptor->awaits_read) = false;
  const int wanted = write ? CURL_POLL_OUT : CURL_POLL_IN;
  if (!descriptor->closed && (descriptor->wanted & wanted) != 0) {
    act(descriptor->fd, write ? CURL_CSELECT_OUT : CURL_CSELECT_IN);
  }
  if (!descriptor->closed) {
    await_readiness(descriptor);
    if (write && !descriptor->awaits_write) {
      boost::system::error_code ignored;
      descriptor->out.close(ignored);
    }
  }
  resume_here();
}

}  // namespace ekiden::http
