#include "store/database.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <utility>
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

std::map<std::string, std::string> contents(const Folder& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.file(""))) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

// A copy of what `make` wrote, as a crash would leave it: with the log or journal.
std::string crashed(const Folder& folder, const std::function<void(Database&)>& make, bool wal) {
  const Folder original;
  const std::string path = original.file("ekiden.db");
  Database database({.path = path});
  if (!wal) {
    database.exec("PRAGMA journal_mode=DELETE");
  }
  make(database);
  std::filesystem::copy(original.file(""), folder.file(""), std::filesystem::copy_options::recursive);
  return folder.file("ekiden.db");
}

// Goal: a file of another program, or of a newer version, is refused and left byte for byte as it was, with its log.
// Method: databases in several modes, left by a crash or cleanly, and a file that is no database.
TEST(DatabaseTest, LeavesAForeignFileAsItWas) {
  const auto tables = [](Database& d) { d.exec("CREATE TABLE other(a); INSERT INTO other VALUES(1)"); };
  const auto in_the_log = tables;
  const auto checkpointed = [](Database& d) {
    d.exec("CREATE TABLE other(a); INSERT INTO other VALUES(1)");
    d.checkpoint();
  };
  const auto marked = [](Database& d) { d.exec("PRAGMA application_id=7; CREATE TABLE other(a)"); };
  const auto newer = [](Database& d) {
    d.exec("PRAGMA application_id=" + std::to_string(0x456b6964) + "; PRAGMA user_version=99; CREATE TABLE other(a)");
  };
  const std::vector<std::pair<std::function<void(Database&)>, bool>> cases = {
      {tables, false}, {in_the_log, true}, {checkpointed, true}, {marked, true}, {marked, false}, {newer, true}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Folder folder;
    const std::string path = crashed(folder, cases[i].first, cases[i].second);
    const auto before = contents(folder);
    EXPECT_THROW(Database({.path = path, .newest_format = 2}), FormatError) << i;
    EXPECT_TRUE(contents(folder) == before) << i;
  }
  const Folder folder;
  std::ofstream(folder.file("ekiden.db")) << "a letter to a friend";
  const auto before = contents(folder);
  EXPECT_THROW(Database({.path = folder.file("ekiden.db"), .newest_format = 2}), FormatError);
  EXPECT_TRUE(contents(folder) == before);
}

// Goal: our own file is never taken for a foreign one, whenever the process that made it was killed.
TEST(DatabaseTest, KnowsItsOwnFile) {
  const std::vector<Migration> steps = {[](Database& d) { d.exec("CREATE TABLE t(a); INSERT INTO t VALUES(1)"); }};
  for (const bool migrated : {false, true}) {
    const Folder folder;
    const std::string path = crashed(folder, [&](Database& d) { migrated ? migrate(d, steps) : void(); }, true);
    Database database({.path = path, .newest_format = 1});
    migrate(database, steps);
    EXPECT_EQ(count(database), 1);
  }
}

// Goal: deleted pages are returned to the file system.
TEST(DatabaseTest, GivesPagesBack) {
  const Folder folder;
  const std::string path = folder.file("data");
  Database database({.path = path});
  database.exec("CREATE TABLE t(a)");
  database.exec("INSERT INTO t VALUES(zeroblob(4000000))");
  database.checkpoint();
  EXPECT_GT(std::filesystem::file_size(path), 4'000'000U);
  database.exec("DELETE FROM t");
  EXPECT_GT(database.free_pages(), 900);
  while (database.free_pages() > 0) {
    database.give_back(100);
  }
  database.checkpoint();
  EXPECT_LT(std::filesystem::file_size(path), 20'000U);
}

}  // namespace
}  // namespace ekiden::local
