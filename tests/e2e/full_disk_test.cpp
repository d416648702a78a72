// A full disk under `ekiden local --data`: the error is clear, nothing that was acknowledged is lost, and the server
// works again when there is space.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr rlim_t kTiny = 2 * 1024 * 1024;
constexpr std::size_t kBody = 100'000;
constexpr int kSendsMax = 100;  // Far more than the disk can store.

/// A disk with little space, until the test adds more.
class TinyDisk {
 public:
  virtual ~TinyDisk() = default;
  /// Why this kind of disk is not available here; empty if it is.
  virtual std::string obstacle() const { return {}; }
  virtual std::string folder() const = 0;
  /// Called when the server runs.
  virtual void begin(const Program&) {}
  virtual void give_space(const Program& server) = 0;
};

/// Its own tmpfs, with a real ENOSPC. Needs the right to mount.
class Mounted final : public TinyDisk {
 public:
  Mounted() {
    if (::mount("tmpfs", place_.path().c_str(), "tmpfs", 0, "size=2m") != 0) {
      obstacle_ = std::string("cannot mount a tmpfs: ") + std::strerror(errno);
    }
  }
  ~Mounted() override {
    if (obstacle_.empty()) {
      ::umount2(place_.path().c_str(), MNT_DETACH);
    }
  }
  std::string obstacle() const override { return obstacle_; }
  std::string folder() const override { return place_.path() + "/data"; }
  void give_space(const Program&) override {
    ASSERT_EQ(::mount("tmpfs", place_.path().c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0) << std::strerror(errno);
  }

 private:
  Folder place_;
  std::string obstacle_;
};

/// A limit on the size of the server's files, as `ulimit -f` sets it. Needs no special rights.
class Limited final : public TinyDisk {
 public:
  // The server inherits this: it must ignore the signal by itself, to get an error from write().
  Limited() : before_(::signal(SIGXFSZ, SIG_DFL)) {}
  ~Limited() override { ::signal(SIGXFSZ, before_); }
  std::string folder() const override { return place_.path() + "/data"; }
  void begin(const Program& server) override { limit(server, kTiny); }
  void give_space(const Program& server) override { limit(server, RLIM_INFINITY); }

 private:
  static void limit(const Program& server, rlim_t bytes) {
    rlimit limits{};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_FSIZE, nullptr, &limits), 0) << std::strerror(errno);
    limits.rlim_cur = std::min(bytes, limits.rlim_max);
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_FSIZE, &limits, nullptr), 0) << std::strerror(errno);
  }

  sighandler_t before_;
  Folder place_;
};

// How often the server has logged a failed commit.
int failures_logged(const Program& server) {
  const std::string log = server.errors();
  const std::string event = "\"event\":\"local.commit_failed\"";
  int count = 0;
  for (std::size_t at = log.find(event); at != std::string::npos; at = log.find(event, at + 1)) {
    ++count;
  }
  return count;
}

class FullDiskTest : public testing::TestWithParam<const char*> {};

// Goal: messages that were acknowledged before the disk was full survive it and a kill -9; rejected messages are not
// stored. The error names the disk and what to do. Method: send messages of 100 KB until one is rejected.
TEST_P(FullDiskTest, RefusesClearlyAndLosesNothing) {
  std::unique_ptr<TinyDisk> disk;
  if (GetParam() == std::string("Mounted")) {
    disk = std::make_unique<Mounted>();
  } else {
    disk = std::make_unique<Limited>();
  }
  if (!disk->obstacle().empty()) {
    GTEST_SKIP() << disk->obstacle() << "; the test with Limited covers the same";
  }
  const std::vector<std::string> arguments{"--data", disk->folder()};
  auto server = std::make_unique<LocalServer>(arguments);
  disk->begin(server->program());
  auto tools = std::make_unique<Tools>(server->url());
  tools->create_queues();
  const runtime::TimePoint start = tools->now();

  std::set<std::string> acknowledged;
  std::string refusal;
  for (int i = 0; i < kSendsMax && refusal.empty(); ++i) {
    const std::string body = std::to_string(i) + std::string(kBody, '.');
    try {
      tools->send("news", body);
      acknowledged.insert(body);
    } catch (const aws::Error& error) {
      refusal = error.what();
    }
  }
  const std::string remedy = "the disk of the data folder " + disk->folder() + " is full or failing; free space there";
  EXPECT_GT(acknowledged.size(), 2U);
  EXPECT_THAT(refusal, HasSubstr("InternalFailure (HTTP 500"));
  EXPECT_THAT(refusal, HasSubstr("Nothing was changed"));
  EXPECT_THAT(refusal, HasSubstr(remedy));
  EXPECT_THAT(server->program().errors(), HasSubstr("\"event\":\"local.commit_failed\",\"error\":\"" + remedy));
  const Finished sent = run("ekiden", {"send", "--endpoint", server->url(), "--news", "5000"});
  EXPECT_EQ(sent.status, 1);
  EXPECT_THAT(sent.errors, HasSubstr(remedy));
  EXPECT_LE(failures_logged(server->program()), 1 + (tools->now() - start) / 5s) << server->program().errors();
  // The number of further failures is logged after 5 s.
  tools->wait_for([&] { return server->program().errors().find(" more in the last 5 s)\"") != std::string::npos; },
                  "the count of further failures");
  ASSERT_TRUE(server->program().running());

  disk->give_space(server->program());
  const std::string later = "later" + std::string(kBody, '.');
  tools->send("news", later);
  acknowledged.insert(later);

  server->program().kill();
  server = std::make_unique<LocalServer>(arguments);
  tools = std::make_unique<Tools>(server->url());
  std::set<std::string> found;
  const int count = tools->messages("news");
  for (const aws::sqs::Message& message : tools->receive("news", static_cast<std::size_t>(count))) {
    if (message.body.size() >= kBody) {  // The others come from `ekiden send`, which filled the remaining space.
      found.insert(message.body);
    }
  }
  EXPECT_TRUE(found == acknowledged) << found.size() << " instead of " << acknowledged.size();
}

INSTANTIATE_TEST_SUITE_P(Of, FullDiskTest, testing::Values("Mounted", "Limited"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace ekiden::e2e
