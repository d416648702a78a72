/// How many bytes an item has in a request, and which errors mean that a request was too large.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/dynamodb/types.hpp>

#include <cstddef>

namespace ekiden::aws::dynamodb {

/// Maximum of the sum of request_bytes() of the items of one BatchWriteItem. DynamoDB's limit is "16 MB"; this fits
/// into it by either reading of MB, with room for the name of the table and the JSON around the items. Source: DynamoDB
/// API Reference, "BatchWriteItem".
inline constexpr std::size_t kBatchWriteBytesMax = 16'000'000;

/// Items with at most so many bytes always fit into one request, kBatchWriteMax of them.
inline constexpr std::size_t kBatchWriteShare = kBatchWriteBytesMax / kBatchWriteMax;

/// The bytes that the item adds to the body of a BatchWriteItem, with the escapes of JSON (a control character becomes
/// six bytes), Base64 and the JSON around its values. It differs from size_of(), which is what DynamoDB stores: an item
/// of 160 KB of control characters has 960 KB in a request.
///
/// Never too low. Exact above kBatchWriteShare; up to it the result is an upper bound, so a usual item's texts are not
/// read. Compute it once for an item, and cut a batch before the sum exceeds kBatchWriteBytesMax:
///
///   if (!batch.empty() && bytes + request_bytes(item) > kBatchWriteBytesMax) {
///     send(batch);
///   }
std::size_t request_bytes(const Item& item);

/// True if the service, or a proxy before it, rejected the request because of its size (HTTP 413). A request with fewer
/// items can succeed: divide a batch in halves. The same request must not be sent again, and one item alone fails for
/// good. DynamoDB reports other limits, such as an item over 400 KB, as a ValidationException, which does not say
/// whether a smaller batch succeeds.
bool is_too_large(const aws::Error::Facts& facts);

}  // namespace ekiden::aws::dynamodb
