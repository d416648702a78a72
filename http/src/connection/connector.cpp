#include "connector.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "link.hpp"

namespace ekiden::http {
namespace {

// As long as curl remembers an address by default.
constexpr std::chrono::seconds kSuspicion{60};

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
  share_ = make_share();
  multi_ = curl_multi_init();
  if (multi_ == nullptr) {
    throw std::bad_alloc();
  }
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Connector::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Connector::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

Connector::~Connector() {
  close();
  curl_multi_cleanup(multi_);
}

// TLS sessions, shared by all handles. A handle lives only as long as its connection, so on its own it could never
// resume a session. Each link keeps the share that it uses.
Connector::Share Connector::make_share() {
  Share share(curl_share_init(), [](CURLSH* old) { curl_share_cleanup(old); });
  if (share == nullptr) {
    throw std::bad_alloc();
  }
  curl_share_setopt(share.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return share;
}

void Connector::forget() {
  suspect_until_ = clock_.now() + kSuspicion;
  if (std::exchange(share_is_used_, false)) {
    share_ = make_share();
  }
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

void Connector::prepare(Link& link) {
  CURL* const easy = link.easy();
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Connector::open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &link);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Connector::close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_SHARE, share_.get());
  link.share = share_;
  share_is_used_ = true;
  if (suspect_until_ && clock_.now() < *suspect_until_) {
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  }
}

bool Connector::start(Link& link) { return curl_multi_add_handle(multi_, link.easy()) == CURLM_OK; }

void Connector::remove(Link& link) {
  std::erase(starved_, &link);
  curl_multi_remove_handle(multi_, link.easy());
  drop_copies(link);
}

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
  fail_starved();
}

void Connector::tell(const CURLMsg& message) {
  CURL* const easy = message.easy_handle;
  const CURLcode result = message.data.result;
  char* owner = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
  auto& link = *reinterpret_cast<Link*>(owner);
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (result == CURLE_OK && curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD) {
    take_over(link, fd);
  }
  drop_copies(link);
  if (link.watch == nullptr) {
    listener_.on_connected(link, result == CURLE_OK ? CURLE_COULDNT_CONNECT : result);
    return;
  }
  link.watch->link = &link;
  listener_.on_connected(link, CURLE_OK);
}

// From now on, curl closes the socket only by close_socket().
void Connector::take_over(Link& link, curl_socket_t fd) {
  try {
    auto watch = std::make_shared<SocketWatch>(executor_, fd, fd, *this);
    if (const auto copy = std::exchange(slot(fd), watch)) {
      copy->close();
    }
    link.watch = std::move(watch);
  } catch (const boost::system::system_error& error) {
    link.exhausted = error.code().value();
  }
}

// Sockets that the link no longer needs: curl has closed its own, perhaps without telling us.
void Connector::drop_copies(const Link& link) {
  for (std::shared_ptr<SocketWatch>& watch : watches_) {
    if (watch != nullptr && watch->opener == &link) {
      std::exchange(watch, nullptr)->close();
    }
  }
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
  } catch (...) {  // No exception may pass through curl, and a return value of -1 would end all transfers.
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

curl_socket_t Connector::open_socket(void* of, curlsocktype, struct curl_sockaddr* address) {
  auto& link = *static_cast<Link*>(of);
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->protocol);
  if (fd < 0) {
    link.exhausted = errno == EAFNOSUPPORT ? 0 : errno;
    return CURL_SOCKET_BAD;  // curl tries the next address, or fails this connection.
  }
  if (address->family == AF_INET || address->family == AF_INET6) {
    constexpr auto kDeadAfter = std::chrono::milliseconds(CurlTransport::kDeadAfter).count();
    const auto milliseconds = static_cast<unsigned>(kDeadAfter);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
  }
  link.exhausted = link.connector().watch_copy(fd, &link);
  if (link.exhausted != 0) {
    ::close(fd);
    return CURL_SOCKET_BAD;
  }
  return fd;
}

int Connector::close_socket(void* self, curl_socket_t fd) {
  auto& connector = *static_cast<Connector*>(self);
  const auto index = static_cast<std::size_t>(fd);
  if (index < connector.watches_.size()) {
    if (const auto watch = std::exchange(connector.watches_[index], nullptr)) {
      watch->close();
      if (!watch->is_copy()) {
        return 0;
      }
    }
  }
  return ::close(fd);
}

// Watches a socket that curl owns. Returns 0, or the error of the system.
int Connector::watch_copy(curl_socket_t fd, Link* opener) noexcept {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) {
    return errno;
  }
  try {
    auto watch = std::make_shared<SocketWatch>(executor_, copy, fd, *this);
    watch->opener = opener;
    if (const auto old = std::exchange(slot(fd), std::move(watch))) {
      old->close();
    }
    return 0;
  } catch (const boost::system::system_error& error) {
    ::close(copy);
    return error.code().value();
  } catch (...) {  // No exception may pass through curl.
    ::close(copy);
    return ENOMEM;
  }
}

// A return value of -1 would make curl end all transfers, and corrupt its memory (curl 7.88).
int Connector::on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void*) {
  auto& connector = *static_cast<Connector*>(self);
  char* owner = nullptr;  // Null for a handle of curl's own.
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
  auto* const link = reinterpret_cast<Link*>(owner);
  if (const int error = connector.want(fd, what, link); error != 0) {
    connector.starve(link, error);
  }
  return 0;
}

// Fails the link as soon as curl is no longer on the stack. If it is connected, its exchange watches the socket.
void Connector::starve(Link* link, int error) noexcept {
  if (link == nullptr || link->watch != nullptr) {
    return;
  }
  link->exhausted = error;
  try {
    starved_.push_back(link);
    kick();
  } catch (...) {  // Without memory, the time to connect ends it.
  }
}

void Connector::fail_starved() {
  while (!starved_.empty()) {
    Link& link = *starved_.back();
    starved_.pop_back();
    if (link.watch == nullptr) {
      listener_.on_connected(link, CURLE_COULDNT_CONNECT);
    }
  }
}

int Connector::want(curl_socket_t fd, int what, Link* link) noexcept {
  if (closed_) {
    return 0;
  }
  const auto index = static_cast<std::size_t>(fd);
  const bool is_watched = index < watches_.size() && watches_[index] != nullptr;
  if (what == CURL_POLL_REMOVE) {
    if (is_watched && watches_[index]->is_copy()) {  // curl can close its socket at any time.
      std::exchange(watches_[index], nullptr)->close();
      return 0;
    }
    return is_watched ? watches_[index]->want(CURL_POLL_NONE) : 0;
  }
  if (!is_watched) {
    if (const int error = watch_copy(fd, link); error != 0) {
      return error;
    }
  }
  return watches_[index]->want(what);
}

void Connector::on_ready(SocketWatch& watch, bool to_write) {
  const auto alive = shared_from_this();
  if (watch.link != nullptr) {
    listener_.on_ready(*watch.link, to_write);
  } else {
    act(watch.fd(), to_write ? CURL_CSELECT_OUT : CURL_CSELECT_IN);
    if (!watch.is_closed() && watch.want(watch.wanted()) != 0) {
      act(watch.fd(), CURL_CSELECT_ERR);  // Otherwise curl would wait without end.
    }
  }
  listener_.on_settled();
}

}  // namespace ekiden::http
