#include "format.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "database.hpp"
#include "vfs_file.hpp"

namespace ekiden::local {

namespace {

using namespace std::string_view_literals;

// Source: https://www.sqlite.org/fileformat.html, sections 1.3 and 1.6.
constexpr std::string_view kMagic = "SQLite format 3\0"sv;
constexpr std::size_t kPagesAt = 28;
constexpr std::size_t kApplicationIdAt = 68;
constexpr std::size_t kCellsAt = 103;  // In the header of the first page, which follows that of the file.
constexpr std::size_t kHeaderBytes = 108;

using Header = std::array<char, kHeaderBytes>;

std::int64_t big_endian(const Header& header, std::size_t at, std::size_t bytes) {
  std::int64_t number = 0;
  for (std::size_t i = at; i < at + bytes; ++i) {
    number = number * 256 + static_cast<unsigned char>(header[i]);
  }
  return number;
}

bool can_be_ours(const Header& header) {
  if (std::ranges::all_of(header, [](char byte) { return byte == 0; })) {
    return true;  // Empty, or the first page was lost with the power.
  }
  if (std::string_view(header.data(), kMagic.size()) != kMagic) {
    return false;
  }
  // Before the first checkpoint our mark is only in the log, and the file has an empty page.
  const bool empty = big_endian(header, kPagesAt, 4) <= 1 && big_endian(header, kCellsAt, 2) == 0;
  const std::int64_t mark = big_endian(header, kApplicationIdAt, 4);
  return mark == kApplicationId || (mark == 0 && empty);
}

std::int64_t number(Database& database, std::string_view query) {
  Statement statement = database.prepare(query);
  return statement.step() ? statement.integer(0) : 0;
}

}  // namespace

void refuse_foreign_file(const std::string& vfs, const std::string& path) {
  Header header{};
  VfsFile file(vfs, path, VfsFile::Kind::kDatabase);
  if (file.open() && file.size() > 0) {
    file.read(header.data(), header.size());
    if (!can_be_ours(header)) {
      throw FormatError("the file is not an Ekiden data file: choose another folder");
    }
  }
}

std::int64_t check_format(Database& database, std::int64_t newest) {
  const std::int64_t version = number(database, "PRAGMA user_version");
  const std::int64_t owner = number(database, "PRAGMA application_id");
  const bool empty = number(database, "SELECT count(*) FROM sqlite_schema") == 0;
  if (owner != kApplicationId && !(owner == 0 && empty)) {
    throw FormatError("the file is not an Ekiden data file: choose another folder");
  }
  if (version > newest) {
    throw FormatError("the data was written by a newer ekiden (format " + std::to_string(version) +
                      ", this program reads up to " + std::to_string(newest) +
                      "): use that version, or another folder");
  }
  return version;
}

void migrate(Database& database, std::span<const Migration> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  const std::int64_t version = check_format(database, newest);
  if (version == newest) {
    return;
  }
  Transaction transaction(database);
  database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
  for (std::int64_t step = version; step < newest; ++step) {
    steps[static_cast<std::size_t>(step)](database);
  }
  database.exec("PRAGMA user_version=" + std::to_string(newest));
  transaction.commit();
}

}  // namespace ekiden::local
