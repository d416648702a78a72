// A full disk under `ekiden local --data`: a clear error, nothing acknowledged is lost, and work goes on when there is
// room again.
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
constexpr int kSendsMax = 100;  // Far more than the disk holds.

/// A disk that holds little until more is given.
class TinyDisk {
 public:
  virtual ~TinyDisk() = default;
  /// Why there is none here; empty if there is.
  virtual std::string obstacle() const { return {}; }
  virtual std::string folder() const = 0;
  /// Once the server runs.
  virtual void begin(const Program&) {}
  virtual void give_space(const Program& server) = 0;
};

/// A tmpfs of its own: the real ENOSPC. Only who may mount has it.
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

/// A limit on the size of the server's files, as `ulimit -f` sets it: a write that fails, for everybody.
class Limited final : public TinyDisk {
 public:
  // Whoever is started ignores it, too, and sees the failed write instead.
  Limited() : before_(::signal(SIGXFSZ, SIG_IGN)) {}
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

// How often the server's log tells of a commit that failed.
int failures_told(const Program& server) {
  const std::string log = server.errors();
  const std::string event = "\"event\":\"local.commit_failed\"";
  int count = 0;
  for (std::size_t at = log.find(event); at != std::string::npos; at = log.find(event, at + 1)) {
    ++count;
  }
  return count;
}

class FullDiskTest : public testing::TestWithParam<const char*> {};

// Goal: what was acknowledged before the disk was full is there after it, and after a kill -9; what was refused is not;
// the error names the disk and the remedy. Method: messages of 100 KB until one is refused.
TEST_P(FullDiskTest, RefusesClearlyAndLosesNothing) {
  std::unique_ptr<TinyDisk> disk;
  if (GetParam() == std::string("Mounted")) {
    disk = std::make_unique<Mounted>();
  } else {
    disk = std::make_unique<Limited>();
  }
  if (!disk->obstacle().empty()) {
    GTEST_SKIP() << disk->obstacle() << "; FullDiskTest of a Limited disk shows the same";
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
  const std::string remedy = "the disk of the data folder " + disk->folder() + " is full or fails, free space there";
  EXPECT_GT(acknowledged.size(), 2U);
  EXPECT_THAT(refusal, HasSubstr("InternalFailure (HTTP 500"));
  EXPECT_THAT(refusal, HasSubstr("Nothing was changed"));
  EXPECT_THAT(refusal, HasSubstr(remedy));
  EXPECT_THAT(server->program().errors(), HasSubstr("\"event\":\"local.commit_failed\",\"error\":\"" + remedy));
  const Finished sent = run("ekiden", {"send", "--endpoint", server->url(), "--news", "5000"});
  EXPECT_EQ(sent.status, 1);
  EXPECT_THAT(sent.errors, HasSubstr(remedy));
  EXPECT_LE(failures_told(server->program()), 1 + (tools->now() - start) / 5s) << server->program().errors();
  // What was refused meanwhile is counted, once it is time.
  tools->wait_for([&] { return server->program().errors().find(" more in the last 5 s)\"") != std::string::npos; },
                  "the count of the refused");
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
    if (message.body.size() >= kBody) {  // The others are news of `ekiden send`, which filled what was left.
      found.insert(message.body);
    }
  }
  EXPECT_TRUE(found == acknowledged) << found.size() << " instead of " << acknowledged.size();
}

INSTANTIATE_TEST_SUITE_P(Of, FullDiskTest, testing::Values("Mounted", "Limited"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace ekiden::e2e
