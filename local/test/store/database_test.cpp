#include "store/database.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ekiden::local {
namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ekiden-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::int64_t count(Database& database) {
  Statement statement = database.prepare("SELECT count(*) FROM t");
  statement.step();
  return statement.integer(0);
}

// Goal: every kind of value is read as it was written, including zero bytes and empty values.
TEST(DatabaseTest, RoundTripsEveryKindOfValue) {
  Database database;
  database.exec("CREATE TABLE t(a, b, c, d, e)");
  const std::string blob("\0\x01\xff", 3);
  database.prepare("INSERT INTO t VALUES(?,?,?,?,?)")
      .bind(1, std::int64_t{1} << 40)
      .bind(2, 0.5)
      .bind(3, std::string_view{})
      .bind_blob(4, blob)
      .bind_null(5)
      .run();
  Statement row = database.prepare("SELECT * FROM t");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.integer(0), std::int64_t{1} << 40);
  EXPECT_EQ(row.real(1), 0.5);
  EXPECT_FALSE(row.is_null(2));
  EXPECT_EQ(row.text(2), "");
  EXPECT_EQ(row.blob(3), blob);
  EXPECT_TRUE(row.is_null(4));
  EXPECT_FALSE(row.step());
}

// Goal: the same SQL can be prepared again while it is in use. Method: a nested query.
TEST(DatabaseTest, LendsTheSameStatementTwice) {
  Database database;
  database.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1),(2)");
  int pairs = 0;
  Statement outer = database.prepare("SELECT a FROM t");
  while (outer.step()) {
    Statement inner = database.prepare("SELECT a FROM t");
    while (inner.step()) {
      ++pairs;
    }
  }
  EXPECT_EQ(pairs, 4);
}

// Goal: uncommitted changes are undone; a savepoint undoes only its part.
TEST(DatabaseTest, RollsBackWhatIsNotCommitted) {
  Database database;
  database.exec("CREATE TABLE t(a)");
  {
    Transaction transaction(database);
    database.exec("INSERT INTO t VALUES(1)");
  }
  EXPECT_EQ(count(database), 0);
  Transaction transaction(database);
  database.exec("INSERT INTO t VALUES(1)");
  {
    Savepoint savepoint(database);
    database.exec("INSERT INTO t VALUES(2)");
  }
  transaction.commit();
  EXPECT_EQ(count(database), 1);
}

// Goal: a full disk is recognized, and no committed data is lost. Method: SQLite's own page limit.
TEST(DatabaseTest, ReportsAFullDisk) {
  Database database;
  database.exec("CREATE TABLE t(a)");
  database.exec("INSERT INTO t VALUES(1)");
  database.exec("PRAGMA max_page_count=3");
  bool full = false;
  try {
    Transaction transaction(database);
    database.exec("INSERT INTO t VALUES(zeroblob(100000))");
    transaction.commit();
  } catch (const DatabaseError& error) {
    full = error.storage_failed();
  }
  EXPECT_TRUE(full);
  EXPECT_EQ(count(database), 1);
}

// Goal: a file keeps committed data, before and after a checkpoint.
TEST(DatabaseTest, KeepsAFile) {
  const Folder folder;
  const std::string path = folder.file("data");
  {
    Database database({.path = path});
    database.exec("CREATE TABLE t(a)");
    database.exec("INSERT INTO t VALUES(1)");
    EXPECT_GT(database.wal_pages(), 0);
    database.checkpoint();
    EXPECT_EQ(database.wal_pages(), 0);
    database.exec("INSERT INTO t VALUES(2)");
  }
  Database database({.path = path});
  EXPECT_EQ(count(database), 2);
}

// Goal: two servers cannot open the same file.
TEST(DatabaseTest, RefusesASecondConnection) {
  const Folder folder;
  Database first({.path = folder.file("data")});
  first.exec("CREATE TABLE t(a)");
  EXPECT_THROW(
      {
        Database second({.path = folder.file("data")});
        second.exec("CREATE TABLE u(a)");
      },
      DatabaseError);
}

// Goal: old data is converted step by step; newer and foreign data is rejected and not changed.
TEST(DatabaseTest, MigratesOldDataAndRefusesNewer) {
  const Folder folder;
  const std::string path = folder.file("data");
  const std::vector<Migration> first = {[](Database& d) { d.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1)"); }};
  std::vector<Migration> second = first;
  second.emplace_back([](Database& d) { d.exec("ALTER TABLE t ADD COLUMN b DEFAULT 7"); });
  {
    Database database({.path = path});
    migrate(database, first);
  }
  {
    Database database({.path = path});
    migrate(database, second);
    Statement row = database.prepare("SELECT b FROM t");
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 7);
  }
  Database database({.path = path});
  EXPECT_THROW(migrate(database, first), FormatError);

  Database foreign;
  foreign.exec("CREATE TABLE other(a)");
  EXPECT_THROW(migrate(foreign, first), FormatError);
}

}  // namespace
}  // namespace ekiden::local
