#include <ekiden/worker/context.hpp>

#include <stdexcept>

#include "write/write_book.hpp"

namespace ekiden::worker {

Task<> Table::put(aws::dynamodb::Item item) const { return book_->put(name_, std::move(item)); }

Table Context::table() const {
  if (lent_->table.empty()) {
    throw std::logic_error("the handler called context.table(), but no table is configured: set --table");
  }
  return table(lent_->table);
}

std::optional<std::string> Context::option(std::string_view name) const {
  const auto found = lent_->options.find(std::string(name));
  return found == lent_->options.end() ? std::nullopt : std::optional<std::string>(found->second);
}

}  // namespace ekiden::worker
