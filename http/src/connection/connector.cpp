#include "connector.hpp"

#include <boost/asio/post.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "link.hpp"

namespace ekiden::http {
namespace {

void initialise_curl_once() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) {
    throw std::runtime_error(std::string("libcurl does not start: ") + curl_easy_strerror(result));
  }
}

}  // namespace

Connector::Connector(runtime::Executor executor, runtime::Clock& clock, Listener& listener)
    : executor_(std::move(executor)), clock_(clock), listener_(listener) {
  initialise_curl_once();
  multi_ = curl_multi_init();
  share_ = curl_share_init();
  if (multi_ == nullptr || share_ == nullptr) {
    curl_multi_cleanup(multi_);
    curl_share_cleanup(share_);
    throw std::bad_alloc();
  }
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Connector::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Connector::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // Shared by all handles. A handle lives only as long as its connection, so on its own it could never resume a TLS
  // session.
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

Connector::~Connector() {
  close();
  curl_multi_cleanup(multi_);
  curl_share_cleanup(share_);
}

void Connector::close() {
  closed_ = true;
  alarm_.cancel();
  for (const std::shared_ptr<SocketWatch>& watch : std::exchange(watches_, {})) {
    if (watch != nullptr) {
      watch->close();
    }
  }
}

void Connector::prepare(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Connector::open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Connector::close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_SHARE, share_);
}

bool Connector::start(Link& link) { return curl_multi_add_handle(multi_, link.easy()) == CURLM_OK; }

void Connector::remove(Link& link) { curl_multi_remove_handle(multi_, link.easy()); }

// --- Calls to curl

void Connector::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) {
      tell(*message);
    }
  }
}

void Connector::tell(const CURLMsg& message) {
  CURL* const easy = message.easy_handle;
  const CURLcode result = message.data.result;
  char* owner = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
  auto& link = *reinterpret_cast<Link*>(owner);
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (result == CURLE_OK && curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD) {
    link.watch = slot(fd);
  }
  if (link.watch == nullptr) {
    listener_.on_connected(link, result == CURLE_OK ? CURLE_COULDNT_CONNECT : result);
    return;
  }
  link.watch->link = &link;
  listener_.on_connected(link, CURLE_OK);
}

void Connector::kick() {
  if (std::exchange(kick_posted_, true)) {
    return;
  }
  boost::asio::post(executor_, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->closed_) {
      self->kick_posted_ = false;
      self->act(CURL_SOCKET_TIMEOUT, 0);
      self->listener_.on_settled();
    }
  });
}

// --- curl's timer

int Connector::on_timer(CURLM*, long milliseconds, void* self) {
  auto& connector = *static_cast<Connector*>(self);
  if (connector.closed_) {
    return 0;
  }
  try {
    if (milliseconds == 0) {
      connector.kick();
    } else if (milliseconds < 0) {
      connector.wanted_at_.reset();
    } else {
      connector.wanted_at_ = connector.clock_.now() + std::chrono::milliseconds(milliseconds);
      connector.arm(*connector.wanted_at_);
    }
  } catch (...) {  // No exception may pass through curl.
    return -1;
  }
  return 0;
}

void Connector::arm(runtime::TimePoint when) {
  if (armed_at_ && *armed_at_ <= when) {
    return;  // The armed alarm fires early enough, and checks the time again.
  }
  armed_at_ = when;
  alarm_ = clock_.call_at(when, [this] { on_alarm(); });
}

void Connector::on_alarm() {
  const auto alive = shared_from_this();
  armed_at_.reset();
  act(CURL_SOCKET_TIMEOUT, 0);
  // curl does not repeat a timeout that it already set; a timeout in the past was just served.
  if (wanted_at_ && *wanted_at_ > clock_.now()) {
    arm(*wanted_at_);
  }
  listener_.on_settled();
}

// --- curl's sockets

std::shared_ptr<SocketWatch>& Connector::slot(curl_socket_t fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= watches_.size()) {
    watches_.resize(index + 1);
  }
  return watches_[index];
}

curl_socket_t Connector::open_socket(void* self, curlsocktype, struct curl_sockaddr* address) {
  auto& connector = *static_cast<Connector*>(self);
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
  if (fd < 0) {
    return CURL_SOCKET_BAD;
  }
  try {
    std::shared_ptr<SocketWatch>& watch = connector.slot(fd);
    watch = std::make_shared<SocketWatch>(connector.executor_, fd, fd, connector);
  } catch (...) {
    ::close(fd);
    return CURL_SOCKET_BAD;
  }
  return fd;
}

int Connector::close_socket(void* self, curl_socket_t fd) {
  auto& connector = *static_cast<Connector*>(self);
  const auto index = static_cast<std::size_t>(fd);
  if (index >= connector.watches_.size() || connector.watches_[index] == nullptr) {
    return ::close(fd);
  }
  std::exchange(connector.watches_[index], nullptr)->close();
  return 0;
}

int Connector::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  try {
    return static_cast<Connector*>(self)->want(fd, what) ? 0 : -1;  // -1 makes curl fail the transfer.
  } catch (...) {
    return -1;
  }
}

bool Connector::want(curl_socket_t fd, int what) {
  if (closed_) {
    return true;
  }
  std::shared_ptr<SocketWatch>& watch = slot(fd);
  if (what == CURL_POLL_REMOVE) {
    if (watch != nullptr && watch->is_copy()) {  // A socket of curl's own: curl can close it at any time.
      std::exchange(watch, nullptr)->close();
    }
    return watch == nullptr || watch->want(CURL_POLL_NONE);
  }
  if (watch == nullptr) {
    const int copy = ::dup(fd);
    if (copy < 0) {
      return false;
    }
    watch = std::make_shared<SocketWatch>(executor_, copy, fd, *this);
  }
  return watch->want(what);
}

void Connector::on_ready(SocketWatch& watch, bool to_write) {
  const auto alive = shared_from_this();
  if (watch.link != nullptr) {
    listener_.on_ready(*watch.link, to_write);
  } else {
    act(watch.fd(), to_write ? CURL_CSELECT_OUT : CURL_CSELECT_IN);
    if (!watch.is_closed() && !watch.want(watch.wanted())) {
      act(watch.fd(), CURL_CSELECT_ERR);  // Otherwise curl would wait without end.
    }
  }
  listener_.on_settled();
}

}  // namespace ekiden::http
