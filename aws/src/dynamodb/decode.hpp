// Reads the JSON of DynamoDB's answers, as pure functions. Each throws FormError if the answer has another form.
#pragma once

#include <ekiden/aws/dynamodb/types.hpp>
#include <ekiden/base/json/reader.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace ekiden::aws::dynamodb::codec {

/// The description in the member of that name. Its key has a hash attribute, and at most one range attribute.
TableDescription read_table(base::JsonReader root, std::string_view member);
std::vector<std::string> read_table_names(base::JsonReader root);

/// The positions of the items that the answer to a BatchWriteItem lists as unprocessed, among the `items` of the
/// request. All of them, if the request itself cannot be read again because it is not JSON: an item can have texts that
/// are not UTF-8.
std::vector<std::size_t> read_unprocessed(base::JsonReader root, const std::string& request, const std::string& table,
                                          std::size_t items);

struct BatchGetReply {
  std::vector<Item> items;
  std::vector<Item> unprocessed_keys;
};
BatchGetReply read_batch_get(base::JsonReader root, const std::string& table);

/// `has_items`: false for an answer with a count alone.
Page read_page(base::JsonReader root, bool has_items);

}  // namespace ekiden::aws::dynamodb::codec
