#include "row_source.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::string_view kFind =
    "SELECT size, item FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key = ?";
constexpr std::string_view kForward =
    "SELECT hash_key, range_key, size, item FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key >= ? "
    "AND range_key < ? ORDER BY range_key";
constexpr std::string_view kBackward =
    "SELECT hash_key, range_key, size, item FROM dynamodb_items WHERE table_id = ? AND hash_key = ? AND range_key >= ? "
    "AND range_key < ? ORDER BY range_key DESC";
constexpr std::string_view kAfter =
    "SELECT hash_key, range_key, size, item FROM dynamodb_items WHERE table_id = ? AND (hash_key, range_key) > (?, ?) "
    "ORDER BY hash_key, range_key";

}  // namespace

std::optional<StoredItem> TableRows::find(const Key& key) const {
  Statement select = database_->prepare(kFind);
  select.bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range);
  if (!select.step()) {
    return std::nullopt;
  }
  return StoredItem{std::string(select.blob(1)), select.integer(0)};
}

Rows TableRows::matching(const KeyCondition& condition, bool forward) const {
  Statement rows = database_->prepare(forward ? kForward : kBackward);
  rows.bind(1, table_id_)
      .bind_blob(2, condition.hash)
      .bind_blob(3, condition.range.low)
      .bind_blob(4, condition.range.high);
  return Rows(std::move(rows));
}

Rows TableRows::after(const Key& key) const {
  Statement rows = database_->prepare(kAfter);
  rows.bind(1, table_id_).bind_blob(2, key.hash).bind_blob(3, key.range);
  return Rows(std::move(rows));
}

}  // namespace ekiden::local::dynamodb
