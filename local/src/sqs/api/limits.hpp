/// Limits of SQS. Source: SQS Developer Guide, "Amazon SQS quotas", and the API Reference of each operation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ekiden::local::sqs {

inline constexpr std::size_t kBatchEntriesMax = 10;
inline constexpr std::size_t kBatchIdMax = 80;
inline constexpr std::int64_t kMessageBytesMax = 1'048'576;   ///< A message, and all messages of a batch together.
inline constexpr std::int64_t kMessageBytesMaxLeast = 1'024;  ///< Minimum of the attribute MaximumMessageSize.
inline constexpr std::size_t kMessageAttributesMax = 10;
inline constexpr std::size_t kAttributeNameMax = 256;
inline constexpr std::size_t kGroupIdMax = 128;

inline constexpr std::int64_t kReceiveMax = 10;
inline constexpr std::int64_t kWaitMaxSeconds = 20;
inline constexpr std::int64_t kDelayMaxSeconds = 900;
inline constexpr std::int64_t kVisibilityMaxSeconds = 43'200;  ///< Also of one receive with all its extensions.
inline constexpr std::int64_t kRetentionLeastSeconds = 60;
inline constexpr std::int64_t kRetentionMaxSeconds = 1'209'600;
inline constexpr std::int64_t kInFlightMax = 120'000;
inline constexpr std::int64_t kMaxReceiveCountMax = 1'000;

inline constexpr std::size_t kQueueNameMax = 80;
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::int64_t kListMax = 1'000;
inline constexpr std::int64_t kDeletedNameSeconds = 60;  ///< A deleted queue's name cannot be used again for this time.

static_assert(kMessageBytesMaxLeast <= kMessageBytesMax);

}  // namespace ekiden::local::sqs
