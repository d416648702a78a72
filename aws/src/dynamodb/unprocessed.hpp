// Which items of a batch DynamoDB left undone.
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>

#include <cstddef>
#include <vector>

namespace ekiden::aws::dynamodb {

/// The positions in `sent`, in order, of the items that came back. DynamoDB may write a number in another way than we
/// did (1.0 as 1): where no item is exactly the one that came back, every one that could be it counts, and if none
/// could, all do. A put that is done twice does no harm; one that is taken for done loses a message.
std::vector<std::size_t> unprocessed_positions(const std::vector<Item>& sent, const std::vector<Item>& returned);

}  // namespace ekiden::aws::dynamodb
