// A full disk: nothing acknowledged is lost, and the server can always be started and drained. Method: a simulated disk
// with a limit, for many sizes of the disk and of the messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "front/life.hpp"

namespace ekiden::local {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Disk {
  std::uint64_t bytes;
  std::size_t body;
};
constexpr Disk kDisks[] = {{1U << 20U, 300},    {1U << 20U, 50'000}, {2U << 20U, 1'000},
                           {3U << 20U, 300},    {4U << 20U, 3'000},  {5U << 20U, 200'000},
                           {8U << 20U, 30'000}, {12U << 20U, 2'000}, {16U << 20U, 900'000}};

std::string body_of(int number, std::size_t bytes) {
  std::string body = std::to_string(number);
  body.resize(std::max(bytes, body.size()), '.');
  return body;
}

// Sends until `refusals` sends in sequence were refused. Returns what was acknowledged.
std::set<std::string> fill(Life& life, std::size_t bytes, int refusals) {
  std::set<std::string> sent;
  int refused = 0;
  for (int i = 0; refused < refusals; ++i) {
    const std::string body = body_of(i, bytes);
    if (life.send(body)) {
      sent.insert(body);
      refused = 0;
    } else {
      EXPECT_EQ(life.status, 500);
      EXPECT_THAT(life.text, HasSubstr("InternalFailure"));
      EXPECT_THAT(life.text, HasSubstr("the disk of the data folder /data is full or failing; free space there"));
      ++refused;
      life.pass(70ms);
    }
  }
  return sent;
}

// Receives and deletes everything. Returns what was received.
std::set<std::string> drain(Life& life) {
  std::set<std::string> received;
  for (;;) {
    const boost::json::array messages = life.receive(0, 10, 600);
    EXPECT_EQ(life.status, 200) << life.text;
    if (messages.empty()) {
      return received;
    }
    for (const boost::json::value& message : messages) {
      EXPECT_TRUE(received.insert(std::string(message.at("Body").as_string())).second);
      EXPECT_TRUE(life.remove(message)) << life.text;
    }
  }
}

class FullDiskTest : public ::testing::TestWithParam<Disk> {};

// Goal: a full server receives and deletes everything, and takes messages again.
TEST_P(FullDiskTest, IsDrainedWhileRunning) {
  testkit::SimDisk disk;
  disk.set_capacity(GetParam().bytes);
  Life life(&disk);
  life.create();
  const std::set<std::string> sent = fill(life, GetParam().body, 5);
  EXPECT_GT(sent.size(), 0U);
  EXPECT_TRUE(drain(life) == sent);
  life.pass(5s);
  EXPECT_TRUE(life.send(body_of(0, GetParam().body))) << life.text;
}

// Goal: the same after a restart, when another program has taken each byte that was left.
TEST_P(FullDiskTest, StartsWithoutAFreeByteAndIsDrained) {
  for (const bool crash : {false, true}) {
    testkit::SimDisk disk;
    disk.set_capacity(GetParam().bytes);
    std::set<std::string> sent;
    {
      Life life(&disk);
      life.create();
      sent = fill(life, GetParam().body, 5);
      if (crash) {
        disk.crash();
      }
    }
    disk.mount();
    disk.set_capacity(disk.used());
    Life life(&disk);
    EXPECT_TRUE(drain(life) == sent);
  }
}

// Goal: the disk can become full at any moment. Method: the capacity drops to what is used after a random number of
// messages that were never refused, with the log in any state.
TEST_P(FullDiskTest, TheDiskFillsAtAnyMoment) {
  for (int messages = 1; messages < 60; messages += 7) {
    testkit::SimDisk disk;
    std::set<std::string> sent;
    {
      Life life(&disk);
      life.create();
      for (int i = 0; i < messages; ++i) {
        const std::string body = body_of(i, GetParam().body);
        EXPECT_TRUE(life.send(body));
        sent.insert(body);
      }
      disk.crash();
    }
    disk.mount();
    disk.set_capacity(disk.used());
    {
      Life life(&disk);
      const boost::json::array half = life.receive(0, 1, 600);
      ASSERT_EQ(half.size(), 1U);
      sent.erase(std::string(half[0].at("Body").as_string()));
      EXPECT_TRUE(life.remove(half[0])) << life.text;
      disk.crash();
    }
    disk.mount();
    Life life(&disk);
    EXPECT_TRUE(drain(life) == sent) << messages;
  }
}

// Goal: small messages do not fill a disk with log. Method: a third of the disk is enough for the messages.
TEST(FullDiskServerTest, TheLogDoesNotFillTheDisk) {
  testkit::SimDisk disk;
  disk.set_capacity(3U << 20U);
  Life life(&disk);
  life.create();
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(life.send(body_of(i, 300))) << i << life.text;
  }
  EXPECT_EQ(drain(life).size(), 1'000U);
}

// Goal: items can be deleted, too, and a refused put changes nothing.
TEST(FullDiskServerTest, ItemsAreDeletedFromAFullDisk) {
  testkit::SimDisk disk;
  disk.set_capacity(2U << 20U);
  Life life(&disk);
  life.dynamodb("CreateTable", {{"TableName", "table"},
                                {"BillingMode", "PAY_PER_REQUEST"},
                                {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}}});
  const std::string text(20'000, 'i');
  int stored = 0;
  const auto put = [&](int number) {
    life.dynamodb("PutItem", {{"TableName", "table"},
                              {"Item", {{"id", {{"S", std::to_string(number)}}}, {"text", {{"S", text}}}}}});
    return life.status == 200;
  };
  while (put(stored)) {
    ++stored;
  }
  EXPECT_EQ(life.status, 500);
  EXPECT_GT(stored, 10);
  EXPECT_FALSE(put(stored));
  for (int i = 0; i < stored; ++i) {
    life.dynamodb("DeleteItem", {{"TableName", "table"}, {"Key", {{"id", {{"S", std::to_string(i)}}}}}});
    EXPECT_EQ(life.status, 200) << life.text;
  }
  life.pass(5s);
  EXPECT_TRUE(put(0)) << life.text;
  EXPECT_EQ(life.dynamodb("Scan", {{"TableName", "table"}}).at("Count"), 1);
}

// Goal: a purge and the deletion of a queue work on a full disk, and give the space back.
TEST(FullDiskServerTest, APurgeFreesAFullDisk) {
  for (const char* operation : {"PurgeQueue", "DeleteQueue"}) {
    testkit::SimDisk disk;
    disk.set_capacity(4U << 20U);
    Life life(&disk);
    life.create();
    life.create("other");
    fill(life, 3'000, 5);
    disk.set_capacity(disk.used());
    life.sqs(operation, {{"QueueUrl", "q"}});
    EXPECT_EQ(life.status, 200) << life.text;
    life.pass(60s);
    EXPECT_TRUE(life.send("x", 0, "other")) << life.text;
    EXPECT_LT(disk.used(), 2U << 20U);
  }
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ekiden-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// Sends until the disk is full. Returns what was acknowledged.
std::set<std::string> fill_a_real_disk(Life& life) {
  std::set<std::string> sent;
  life.create();
  for (int i = 0; life.send(body_of(i, 9'000)); ++i) {
    sent.insert(body_of(i, 9'000));
  }
  EXPECT_EQ(life.status, 500);
  EXPECT_THAT(life.text, HasSubstr("is full or failing; free space there"));
  EXPECT_GT(sent.size(), 50U);
  return sent;
}

// Goal: the same on a real disk, filled to the last byte. Method: its own tmpfs, which needs the right to mount.
TEST(FullDiskServerTest, ARealDiskIsDrained) {
  const Folder place;
  if (::mount("tmpfs", place.path().c_str(), "tmpfs", 0, "size=3m") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs: " << std::strerror(errno) << "; the next test needs no rights";
  }
  const StorageOptions storage{.folder = place.path() + "/data", .vfs = {}, .synchronous = Synchronous::kFull};
  std::set<std::string> sent;
  {
    Life life(storage);
    sent = fill_a_real_disk(life);
  }
  {
    std::ofstream other(place.path() + "/other");
    const std::string bytes(4'096, 'o');
    while (other.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) {
    }
  }
  {
    Life life(storage);
    EXPECT_TRUE(drain(life) == sent);
  }
  ::umount2(place.path().c_str(), MNT_DETACH);
}

// Goal: the same under a limit on the size of files (EFBIG). Method: the limit is lower than what the reserve and the
// log would need, and is set while the server runs.
TEST(FullDiskServerTest, ALimitOfTheFileSizeIsDrained) {
  const auto ignored = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const Folder place;
  const StorageOptions storage{.folder = place.path() + "/data", .vfs = {}, .synchronous = Synchronous::kFull};
  std::set<std::string> sent;
  {
    Life life(storage);
    const rlimit limit{.rlim_cur = 2 * 1024 * 1024, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    sent = fill_a_real_disk(life);
  }
  {
    Life life(storage);
    EXPECT_TRUE(drain(life) == sent);
    EXPECT_TRUE(life.send(body_of(0, 3'000))) << life.text;
  }
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, ignored);
}

INSTANTIATE_TEST_SUITE_P(Each, FullDiskTest, ::testing::ValuesIn(kDisks), [](const auto& one) {
  return std::to_string(one.param.bytes >> 20U) + "MiB_" + std::to_string(one.param.body);
});

}  // namespace
}  // namespace ekiden::local
