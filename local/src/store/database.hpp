/// Database: the connection to SQLite. Only this folder calls SQLite.
#pragma once

#include <ekiden/local/options.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace ekiden::local {

/// An error of SQLite. code() is its extended result code.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}

  int code() const { return code_; }
  /// The disk is full or failed. Nothing of the transaction was kept; earlier commits are safe.
  bool storage_failed() const;
  /// A write failed: there is no space, or a limit of the file's size or of the user's space is reached.
  bool storage_full() const;
  bool cannot_open() const;
  /// A constraint of the schema was violated (a duplicate key).
  bool constraint() const;

 private:
  int code_;
};

/// Thrown before anything is changed: space is scarce, and the operation would make the data larger.
class NoRoom : public DatabaseError {
 public:
  NoRoom();
};

/// A prepared statement from the database's cache. The destructor resets it and returns it to the cache. Indices of
/// parameters start at 1, those of columns at 0, as in SQLite.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, int value) { return bind(index, static_cast<std::int64_t>(value)); }
  Statement& bind(int index, double value);
  /// Text and blobs are not copied: they must live until the statement is reset or destroyed.
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const std::string& text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, std::string&& text) = delete;
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);

  /// Returns true if there is a row to read, false at the end. Throws DatabaseError.
  bool step();
  /// For statements without rows: executes and resets, so that it can be bound and run again.
  void run();
  /// Ends the execution and removes the bound values.
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  /// Views are valid until the next step or reset.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;

 private:
  friend class Database;
  Statement(sqlite3* database, sqlite3_stmt* statement, bool* lent)
      : database_(database), statement_(statement), lent_(lent) {}

  sqlite3* database_;
  sqlite3_stmt* statement_;
  bool* lent_;  ///< The cache's mark; null if the statement does not belong to the cache.
};

struct DatabaseOptions {
  std::string path = ":memory:";
  std::string vfs{};  ///< Name of a registered SQLite VFS; empty: the default one.
  Synchronous synchronous = Synchronous::kFull;
  /// If set: the file must be empty, or ours in a format up to this one. Otherwise the constructor throws FormatError
  /// and leaves each byte of the file and its journals as it was.
  std::optional<std::int64_t> newest_format{};
};

/// One connection. Not thread-safe: it can move between threads, but only one at a time can use it.
///
/// A file is opened in WAL mode and locked exclusively, so a second server on the same folder fails. It is never
/// checkpointed automatically: the owner calls checkpoint() when it has time.
class Database {
 public:
  /// Throws DatabaseError.
  explicit Database(DatabaseOptions options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Executes statements without parameters or rows, separated by semicolons.
  void exec(const std::string& sql);

  /// A statement from the cache, compiled at its first use. If it is in use, another one is compiled.
  Statement prepare(std::string_view sql);

  std::int64_t last_insert_rowid() const;
  /// The number of rows that the latest INSERT, UPDATE or DELETE changed.
  std::int64_t changes() const;
  /// The number of rows changed since the database was opened.
  std::int64_t total_changes() const;
  bool in_transaction() const;

  /// The number of pages, and how many of them are free. A page has 4 KiB.
  std::int64_t pages();
  std::int64_t free_pages();
  /// From now on, commits survive a crash of the process, but not a power loss; a later commit with the original level
  /// makes them durable, too. `relaxed` false: the level of the options. Call it outside a transaction.
  void relax_commits(bool relaxed);
  /// Statements that need more pages than this fail as on a full disk. Limits below the present size mean that size.
  void limit_pages(std::int64_t pages);
  /// Cuts up to `pages` free pages off the end of the data. Call it outside a transaction: it is one. The file becomes
  /// shorter at the next checkpoint. Throws DatabaseError.
  void give_back(int pages);
  /// Prepares data that an older version wrote for give_back(). Rewrites the file; call it once, at the start.
  void allow_give_back();

  /// Pages in the write-ahead log since the last complete checkpoint; 0 for a database in memory.
  int wal_pages() const { return wal_pages_; }
  /// Copies the write-ahead log into the database file. kTruncate also makes the log's file empty; otherwise the next
  /// commit writes over it. Call it outside a transaction. Throws DatabaseError.
  enum class Log { kKeep, kTruncate };
  void checkpoint(Log log = Log::kKeep);
  /// If true, closing the database leaves the log as it is; otherwise it is checkpointed and removed.
  void keep_log(bool keep);

 private:
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool lent = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  void close();
  void refuse_foreign(std::int64_t newest);
  void configure(const DatabaseOptions& options);
  std::int64_t number(std::string_view query);
  sqlite3_stmt* compile(std::string_view sql, bool keep);
  void trim_cache();

  sqlite3* database_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Cached>, Hash, std::equal_to<>> cache_;
  int wal_pages_ = 0;
  Synchronous synchronous_ = Synchronous::kFull;
};

/// A transaction. The destructor rolls back unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Throws DatabaseError; nothing was kept then.
  void commit();
  void rollback() noexcept;

 private:
  Database& database_;
  bool open_ = true;
};

/// A part of a transaction that can be undone alone. The destructor rolls back unless release() was called.
class Savepoint {
 public:
  explicit Savepoint(Database& database);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  void release();

 private:
  Database& database_;
  bool open_ = true;
};

/// Step i converts the format of the data from version i to i + 1.
using Migration = std::function<void(Database&)>;

/// A file that this program must not change: it was written by a newer version, or not by Ekiden.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The version of the data; 0: empty. Reads only. Throws FormatError if it is newer than `newest`, or if the file is
/// another program's.
std::int64_t check_format(Database& database, std::int64_t newest);

/// Converts the database to the newest version, in one transaction, after check_format().
void migrate(Database& database, std::span<const Migration> steps);

}  // namespace ekiden::local
