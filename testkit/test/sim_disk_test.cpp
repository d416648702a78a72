#include <ekiden/testkit/sim_disk.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace ekiden::testkit {
namespace {

using runtime::Random;

constexpr int kPowerLosses = 200;

// A connection with the settings of local/: exclusive, so that WAL needs no shared memory.
class Connection {
 public:
  Connection(const SimDisk& disk, const std::string& journal, const std::string& synchronous) {
    if (sqlite3_open_v2("data.db", &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, disk.vfs().c_str()) !=
        SQLITE_OK) {
      sqlite3_close(database_);
      throw std::runtime_error("open");
    }
    run("PRAGMA locking_mode=EXCLUSIVE");
    run("PRAGMA journal_mode=" + journal);
    run("PRAGMA synchronous=" + synchronous);
    run("PRAGMA wal_autocheckpoint=20");
  }
  ~Connection() { sqlite3_close(database_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int run(const std::string& sql) { return sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr); }

  std::string text(const std::string& sql) {
    std::string result;
    auto take = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0] != nullptr ? values[0] : "";
      return 0;
    };
    sqlite3_exec(database_, sql.c_str(), take, &result, nullptr);
    return result;
  }

 private:
  sqlite3* database_ = nullptr;
};

// Inserts a row of 300 bytes whose content is its own id.
std::string insert(int id) {
  return "INSERT INTO t VALUES (" + std::to_string(id) + ", printf('%0300d', " + std::to_string(id) + "))";
}

// Inserts rows, each in a transaction of its own, until the disk crashes. Returns the number of the last row that was
// acknowledged.
int write_until_cut(Connection& connection) {
  int acknowledged = 0;
  while (connection.run(insert(acknowledged + 1)) == SQLITE_OK) {
    ++acknowledged;
  }
  return acknowledged;
}

struct AfterLoss {
  int acknowledged = 0;
  int kept = 0;
  bool sound = false;  // SQLite's integrity check passes, and every row has the content that was inserted.
};

AfterLoss lose_power_once(std::uint64_t seed, const std::string& journal, const std::string& synchronous) {
  Random random(seed);
  SimDisk disk;
  AfterLoss result;
  {
    Connection connection(disk, journal, "EXTRA");
    EXPECT_EQ(connection.run("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)"), SQLITE_OK);
    connection.run("PRAGMA synchronous=" + synchronous);
    disk.cut_after(1 + random.below(400));
    result.acknowledged = write_until_cut(connection);
    disk.power_loss(random);
  }
  disk.mount();
  Connection connection(disk, journal, synchronous);
  result.kept =
      std::stoi("0" + connection.text("SELECT count(*) FROM t WHERE id <= " + std::to_string(result.acknowledged)));
  result.sound = connection.text("PRAGMA integrity_check") == "ok" &&
                 connection.text("SELECT count(*) FROM t WHERE body <> printf('%0300d', id)") == "0";
  return result;
}

struct Totals {
  int losing_seeds = 0;
  int unsound_seeds = 0;
  int acknowledged = 0;
};

Totals lose_power_often(const std::string& journal, const std::string& synchronous) {
  Totals totals;
  for (std::uint64_t seed = 1; seed <= kPowerLosses; ++seed) {
    const AfterLoss after = lose_power_once(seed, journal, synchronous);
    totals.losing_seeds += after.kept < after.acknowledged ? 1 : 0;
    totals.unsound_seeds += after.sound ? 0 : 1;
    totals.acknowledged += after.acknowledged;
  }
  return totals;
}

// Goal: with WAL and synchronous=FULL, acknowledged rows survive a power loss at any moment.
TEST(SimDiskTest, FullSyncLosesNothingAcknowledgedAt200PowerLosses) {
  const Totals totals = lose_power_often("WAL", "FULL");
  EXPECT_EQ(totals.losing_seeds, 0);
  EXPECT_EQ(totals.unsound_seeds, 0);
  EXPECT_GT(totals.acknowledged, kPowerLosses);
}

// Goal: the disk loses as much as a real one: with synchronous=NORMAL acknowledged rows are lost, but the file stays
// readable.
TEST(SimDiskTest, NormalSyncLosesAcknowledgedRows) {
  const Totals totals = lose_power_often("WAL", "NORMAL");
  EXPECT_GT(totals.losing_seeds, 0);
  EXPECT_EQ(totals.unsound_seeds, 0);
}

// Goal: without any sync the file breaks, because writes are torn and reordered.
TEST(SimDiskTest, WithoutSyncFilesBreak) {
  const Totals totals = lose_power_often("DELETE", "OFF");
  EXPECT_GT(totals.unsound_seeds, 0);
}

// Goal: a rollback journal whose deletion is synced loses nothing either, because the disk models directory entries.
TEST(SimDiskTest, RollbackJournalWithSyncedDeletionLosesNothing) {
  const Totals totals = lose_power_often("DELETE", "EXTRA");
  EXPECT_EQ(totals.losing_seeds, 0);
  EXPECT_EQ(totals.unsound_seeds, 0);
}

// Goal: a crash of only the process keeps all written bytes, synced or not; the old connection fails.
TEST(SimDiskTest, ProcessCrashKeepsWhatWasWritten) {
  SimDisk disk;
  {
    Connection connection(disk, "WAL", "OFF");
    connection.run("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)");
    ASSERT_EQ(connection.run(insert(1)), SQLITE_OK);
    disk.crash();
    EXPECT_NE(connection.run(insert(2)), SQLITE_OK);
  }
  EXPECT_THROW(Connection(disk, "WAL", "FULL"), std::runtime_error) << "the disk is not mounted yet";
  disk.mount();
  Connection connection(disk, "WAL", "FULL");
  EXPECT_EQ(connection.text("SELECT count(*) FROM t"), "1");
}

// Goal: after a power loss, the same seed leaves the same files.
TEST(SimDiskTest, APowerLossIsRepeatable) {
  const AfterLoss first = lose_power_once(7, "WAL", "NORMAL");
  const AfterLoss second = lose_power_once(7, "WAL", "NORMAL");
  EXPECT_EQ(first.acknowledged, second.acknowledged);
  EXPECT_EQ(first.kept, second.kept);
}

// Goal: a full disk rejects the row, keeps the others, and accepts rows again when there is room.
TEST(SimDiskTest, FullDiskRefusesAndRecovers) {
  SimDisk disk;
  Connection connection(disk, "WAL", "FULL");
  connection.run("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)");
  disk.set_capacity(disk.used() + 100'000);
  const int fitted = write_until_cut(connection);
  EXPECT_GT(fitted, 0);
  EXPECT_EQ(connection.run(insert(fitted + 1)), SQLITE_FULL);
  disk.set_capacity(0);
  EXPECT_EQ(connection.run(insert(fitted + 1)), SQLITE_OK);
  EXPECT_EQ(connection.text("SELECT count(*) FROM t"), std::to_string(fitted + 1));
}

// Goal: whichever operation fails, the statement reports an error or succeeds, and the file stays sound.
TEST(SimDiskTest, OneFailedOperationIsReportedAndHarmless) {
  int failures = 0;
  for (std::uint64_t at = 1; at <= 40; ++at) {
    SimDisk disk;
    Connection connection(disk, "WAL", "FULL");
    connection.run("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)");
    disk.fail_after(at);
    int acknowledged = 0;
    for (int id = 1; id <= 30; ++id) {
      acknowledged += connection.run(insert(id)) == SQLITE_OK ? 1 : 0;
    }
    failures += 30 - acknowledged;
    EXPECT_EQ(connection.text("SELECT count(*) FROM t"), std::to_string(acknowledged)) << "operation " << at;
    EXPECT_EQ(connection.text("PRAGMA integrity_check"), "ok") << "operation " << at;
  }
  EXPECT_GT(failures, 0);
}

// Goal: a second connection gets SQLITE_BUSY while another holds the file, and succeeds afterwards.
TEST(SimDiskTest, LocksKeepASecondConnectionOut) {
  SimDisk disk;
  {
    Connection first(disk, "WAL", "FULL");
    ASSERT_EQ(first.run("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)"), SQLITE_OK);
    Connection second(disk, "WAL", "FULL");
    EXPECT_EQ(second.run(insert(1)), SQLITE_BUSY);
  }
  Connection third(disk, "WAL", "FULL");
  EXPECT_EQ(third.run(insert(1)), SQLITE_OK);
}

}  // namespace
}  // namespace ekiden::testkit
