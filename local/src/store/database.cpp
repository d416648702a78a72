#include "database.hpp"

#include <sqlite3.h>

#include <mutex>
#include <utility>

#include "format.hpp"

namespace ekiden::local {

namespace {

// More than the number of statements in the code. Only SQL made from user input could exceed it.
constexpr std::size_t kStatementsMax = 512;
// Data that is larger is not rewritten by allow_give_back(), which needs as much memory: 256 MiB.
constexpr std::int64_t kRewrittenPagesMax = 65'536;

[[noreturn]] void fail(sqlite3* database, int code, std::string_view doing) {
  std::string text(doing);
  text += ": ";
  text += database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  throw DatabaseError(database != nullptr ? sqlite3_extended_errcode(database) : code, text);
}

void initialize_once() {
  static std::once_flag once;
  // Without allocation statistics, which cost a lock for each allocation. Fails, without harm, if SQLite was already
  // initialized.
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

}  // namespace

bool DatabaseError::storage_failed() const {
  const int primary = code_ & 0xff;
  return primary == SQLITE_FULL || primary == SQLITE_IOERR || primary == SQLITE_READONLY;
}

bool DatabaseError::storage_full() const { return (code_ & 0xff) == SQLITE_FULL || code_ == SQLITE_IOERR_WRITE; }

bool DatabaseError::cannot_open() const { return (code_ & 0xff) == SQLITE_CANTOPEN; }

NoRoom::NoRoom() : DatabaseError(SQLITE_FULL, "there is no space for more data") {}

bool DatabaseError::constraint() const { return (code_ & 0xff) == SQLITE_CONSTRAINT; }

// --- Statement

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      lent_(std::exchange(other.lent_, nullptr)) {}

Statement::~Statement() {
  if (statement_ == nullptr) {
    return;
  }
  if (lent_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  reset();
  *lent_ = false;
}

Statement& Statement::bind(int index, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_, index, value); code != SQLITE_OK) {
    fail(database_, code, "bind");
  }
  return *this;
}

Statement& Statement::bind(int index, double value) {
  if (const int code = sqlite3_bind_double(statement_, index, value); code != SQLITE_OK) {
    fail(database_, code, "bind");
  }
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() != nullptr ? text.data() : "";
  if (const int code = sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
      code != SQLITE_OK) {
    fail(database_, code, "bind");
  }
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  if (const int code = sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_STATIC); code != SQLITE_OK) {
    fail(database_, code, "bind");
  }
  return *this;
}

Statement& Statement::bind_null(int index) {
  if (const int code = sqlite3_bind_null(statement_, index); code != SQLITE_OK) {
    fail(database_, code, "bind");
  }
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  fail(database_, code, "statement");
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
}

void Statement::reset() {
  sqlite3_reset(statement_);  // It returns again the error that step() threw.
  sqlite3_clear_bindings(statement_);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

// --- Database

Database::Database(DatabaseOptions options) {
  initialize_once();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  if (options.newest_format) {
    refuse_foreign_file(options.vfs, options.path);
  }
  const int code = sqlite3_open_v2(options.path.c_str(), &database_, flags, vfs);
  try {
    if (code != SQLITE_OK) {
      fail(database_, code, "open " + options.path);
    }
    // Exclusive before WAL: the log's index is then in our memory, and the VFS needs no shared memory.
    exec("PRAGMA locking_mode=EXCLUSIVE");
    if (options.newest_format) {
      refuse_foreign(*options.newest_format);
    }
    configure(options);
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() { close(); }

void Database::close() {
  for (const auto& [sql, cached] : cache_) {
    sqlite3_finalize(cached->statement);
  }
  cache_.clear();
  sqlite3_close_v2(database_);
}

// What is in the log counts too. Until the file is known to be ours, closing it must not move the log into it.
void Database::refuse_foreign(std::int64_t newest) {
  keep_log(true);
  check_format(*this, newest);
  keep_log(false);
}

void Database::configure(const DatabaseOptions& options) {
  if (sqlite3_db_readonly(database_, "main") == 1) {
    throw DatabaseError(SQLITE_READONLY, "the file " + options.path + " cannot be written");
  }
  if (pages() == 0) {
    exec("PRAGMA auto_vacuum=INCREMENTAL");  // Later it would be a write without an effect.
  }
  exec("PRAGMA journal_mode=WAL");
  synchronous_ = options.synchronous;
  relax_commits(false);
  exec("PRAGMA wal_autocheckpoint=0");
  exec("PRAGMA journal_size_limit=67108864");  // 64 MiB, after a group that was larger.
  exec("PRAGMA temp_store=MEMORY");
  // Debian's SQLite overwrites what is deleted with zeros: a delete would write the whole message to the log.
  exec("PRAGMA secure_delete=OFF");
  exec("PRAGMA cache_size=-65536");  // 64 MiB: enough for a backlog of 100,000 messages of 300 bytes.
  // The hook only reports the size. It is never called for a database in memory.
  sqlite3_wal_hook(
      database_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Database*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void Database::exec(const std::string& sql) {
  if (const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK) {
    fail(database_, code, sql.substr(0, 60));
  }
}

sqlite3_stmt* Database::compile(std::string_view sql, bool keep) {
  sqlite3_stmt* statement = nullptr;
  const unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0U;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), flags, &statement, nullptr);
  if (code != SQLITE_OK) {
    fail(database_, code, sql.substr(0, 60));
  }
  return statement;
}

Statement Database::prepare(std::string_view sql) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) {
    if (cache_.size() >= kStatementsMax) {
      trim_cache();
    }
    auto cached = std::make_unique<Cached>();
    cached->statement = compile(sql, true);
    found = cache_.emplace(std::string(sql), std::move(cached)).first;
  }
  Cached& cached = *found->second;
  if (cached.lent) {
    return Statement(database_, compile(sql, false), nullptr);
  }
  cached.lent = true;
  return Statement(database_, cached.statement, &cached.lent);
}

void Database::trim_cache() {
  std::erase_if(cache_, [](const auto& entry) {
    if (entry.second->lent) {
      return false;
    }
    sqlite3_finalize(entry.second->statement);
    return true;
  });
}

std::int64_t Database::last_insert_rowid() const { return sqlite3_last_insert_rowid(database_); }

std::int64_t Database::changes() const { return sqlite3_changes64(database_); }

std::int64_t Database::total_changes() const { return sqlite3_total_changes64(database_); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

std::int64_t Database::number(std::string_view query) {
  Statement statement = prepare(query);
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Database::pages() { return number("PRAGMA page_count"); }

std::int64_t Database::free_pages() { return number("PRAGMA freelist_count"); }

void Database::relax_commits(bool relaxed) {
  const bool full = synchronous_ == Synchronous::kFull && !relaxed;
  exec(full                                ? "PRAGMA synchronous=FULL"
       : synchronous_ == Synchronous::kOff ? "PRAGMA synchronous=OFF"
                                           : "PRAGMA synchronous=NORMAL");
}

void Database::limit_pages(std::int64_t pages) { exec("PRAGMA max_page_count=" + std::to_string(pages)); }

void Database::give_back(int pages) { exec("PRAGMA incremental_vacuum(" + std::to_string(pages) + ")"); }

void Database::allow_give_back() {
  if (number("PRAGMA auto_vacuum") == 0 && pages() <= kRewrittenPagesMax) {
    exec("PRAGMA auto_vacuum=INCREMENTAL");
    exec("VACUUM");
  }
}

void Database::keep_log(bool keep) {
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

void Database::checkpoint(Log kept) {
  int log = 0;
  int done = 0;
  // A passive checkpoint is enough to keep the log: there is no other reader, so the next writer restarts it.
  const int mode = kept == Log::kTruncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(database_, nullptr, mode, &log, &done);
  if (code != SQLITE_OK) {
    fail(database_, code, "checkpoint");
  }
  wal_pages_ = log > done ? log - done : 0;
}

// --- Transaction

Transaction::Transaction(Database& database) : database_(database) { database_.prepare("BEGIN").run(); }

Transaction::~Transaction() { rollback(); }

void Transaction::commit() {
  database_.prepare("COMMIT").run();
  open_ = false;
}

void Transaction::rollback() noexcept {
  if (!std::exchange(open_, false) || !database_.in_transaction()) {
    return;  // After some errors (for example SQLITE_FULL) SQLite has already rolled it back.
  }
  try {
    database_.prepare("ROLLBACK").run();
  } catch (const DatabaseError&) {
    // A rollback uses only memory. If it fails, closing the connection undoes the transaction.
  }
}

Savepoint::Savepoint(Database& database) : database_(database) { database_.prepare("SAVEPOINT part").run(); }

Savepoint::~Savepoint() {
  if (!open_ || !database_.in_transaction()) {
    return;
  }
  try {
    database_.prepare("ROLLBACK TO part").run();
    database_.prepare("RELEASE part").run();
  } catch (const DatabaseError&) {
    // The commit of the whole transaction then fails.
  }
}

void Savepoint::release() {
  database_.prepare("RELEASE part").run();
  open_ = false;
}

}  // namespace ekiden::local
