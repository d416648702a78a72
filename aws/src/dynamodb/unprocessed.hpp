// Finds the items of a batch that DynamoDB left unprocessed.
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>

#include <cstddef>
#include <vector>

namespace ekiden::aws::dynamodb {

/// The positions in `sent`, in order, of the returned items. DynamoDB can write a number in another format (1.0 as 1).
/// If no sent item equals a returned one, every item that could be it is included; if none could, all are. Writing an
/// item twice does no harm, but an unwritten item that counts as written loses a message.
std::vector<std::size_t> unprocessed_positions(const std::vector<Item>& sent, const std::vector<Item>& returned);

}  // namespace ekiden::aws::dynamodb
