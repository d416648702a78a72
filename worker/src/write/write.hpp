/// Write: one put that waits for its batch, with the earlier puts of the same key that it replaces.
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/reply.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::worker {

/// The result of a write: `error` is empty, or the exception that put() throws.
struct Written {
  std::exception_ptr error;
};

struct KeyWrites;
/// A key, as the canonical text of its attributes, and its writes. TableWrites owns it.
using KeyEntry = std::pair<const std::string, KeyWrites>;

struct Write {
  std::shared_ptr<const aws::dynamodb::Item> item;  ///< Shared: put() sends it again if the Writer crashes.
  runtime::Reply<Written> reply;
  std::uint64_t arrival = 0;    ///< From TableWrites::next_arrival().
  runtime::TimePoint queued{};  ///< When it, or the first of those that it replaces, began to wait.
  std::size_t bytes = 0;        ///< Of the item in a request.
  KeyEntry* key = nullptr;
  // A put that is refused alone while others are accepted is refused for a reason of its own.
  unsigned lone_refusals = 0;
  std::size_t recoveries = 0;  ///< Of the breaker, at the last of them.
  /// Earlier puts of the key, oldest first. They are done when this one is durable, because it would have replaced
  /// their items. Their own lists are empty.
  std::vector<Write> replaced{};

  /// Ends this put and those that it replaces.
  void complete(const Written& written);
  /// Ends only the newest put and becomes the one before it, because what is wrong with an item says nothing about the
  /// earlier ones. Returns false if there is none.
  bool fail_newest(const std::exception_ptr& error);
  /// Unites two writes of the same key: the later put remains and replaces all others. Returns how many writes it moved
  /// beside the two.
  std::size_t unite(Write other);
};

}  // namespace ekiden::worker
