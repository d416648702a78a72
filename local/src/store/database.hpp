/// Database: SQLite, held by RAII. The only place that calls it.
#pragma once

#include <ekiden/local/options.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace ekiden::local {

/// What SQLite refused. code() is its extended result code.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}

  int code() const { return code_; }
  /// No room, or the disk failed: nothing of the transaction was kept, what was committed before is safe.
  bool storage_failed() const;
  /// A constraint of the schema was violated (a duplicate key).
  bool constraint() const;

 private:
  int code_;
};

/// A prepared statement on loan from the database's cache: reset and given back when destroyed.
/// Indices of parameters are 1-based, of columns 0-based, as in SQLite.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, int value) { return bind(index, static_cast<std::int64_t>(value)); }
  Statement& bind(int index, double value);
  /// Text and blobs are not copied: what they refer to must live until the statement is reset or destroyed.
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const std::string& text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, std::string&& text) = delete;
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_null(int index);

  /// True if there is a row to read; false at the end. Throws DatabaseError.
  bool step();
  /// For what yields no rows: steps to the end and resets, so that it can be bound and run again.
  void run();
  /// Ends the run and forgets what was bound.
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
  bool* lent_;  ///< The cache's mark; null for a statement of our own.
};

struct DatabaseOptions {
  std::string path = ":memory:";
  std::string vfs{};  ///< Name of a registered SQLite VFS; empty: the default one.
  Synchronous synchronous = Synchronous::kFull;
};

/// One connection. Not thread-safe: may move between threads, but one at a time uses it.
///
/// A file is opened in WAL mode, locked exclusively (a second server on the same folder is refused), and never
/// checkpointed automatically: the owner calls checkpoint() when it has time.
class Database {
 public:
  /// Throws DatabaseError.
  explicit Database(DatabaseOptions options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements without parameters or rows, separated by semicolons.
  void exec(const std::string& sql);

  /// A statement from the cache, compiled at its first use. Asked for again while on loan, it is compiled anew.
  Statement prepare(std::string_view sql);

  std::int64_t last_insert_rowid() const;
  /// Rows changed by the latest INSERT, UPDATE or DELETE.
  std::int64_t changes() const;
  bool in_transaction() const;

  /// Pages in the write-ahead log since the last complete checkpoint; 0 on a memory database.
  int wal_pages() const { return wal_pages_; }
  /// Moves the write-ahead log into the database file. Outside a transaction. Throws DatabaseError.
  void checkpoint();

 private:
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool lent = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  void configure(const DatabaseOptions& options);
  sqlite3_stmt* compile(std::string_view sql, bool keep);
  void trim_cache();

  sqlite3* database_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Cached>, Hash, std::equal_to<>> cache_;
  int wal_pages_ = 0;
};

/// A transaction: rolled back when destroyed without commit().
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Throws DatabaseError; then nothing was kept.
  void commit();
  void rollback() noexcept;

 private:
  Database& database_;
  bool open_ = true;
};

/// A part of a transaction that can be taken back alone; rolled back when destroyed without release().
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

/// The format of the data: step i leads from version i to i + 1.
using Migration = std::function<void(Database&)>;

/// A file that this program must not touch: written by a newer version, or not by Ekiden at all.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Brings the database to the newest version, in one transaction; an empty one counts as version 0.
/// Throws FormatError if its version is newer than the last step's or it is another program's.
void migrate(Database& database, std::span<const Migration> steps);

}  // namespace ekiden::local
