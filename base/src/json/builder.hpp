/// JsonBuilder: makes the nodes of a document, from the innermost outwards.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <vector>

#include "node.hpp"

namespace ekiden::base {

/// Keeps its reserve from text to text. All texts of a document together are no longer than it: one piece of memory
/// holds them, and none is ever moved.
class JsonBuilder {
 public:
  explicit JsonBuilder(std::size_t reserve) : buffer_(reserve) {}

  /// Forgets all, and takes room for the texts of a document of that size.
  void start(std::size_t document_size);
  /// The value that was added last and is part of no other.
  const JsonNode* root() const { return &open_.front(); }

  JsonNode& add(JsonNode::Type type) {
    JsonNode& node = open_.emplace_back();
    node.type = type;
    return node;
  }
  /// Where a text is to be written, which close_text() then adds. kTextSlack bytes beyond its end may be written to.
  char* open_text() { return text_; }
  void close_text(char* end);
  static constexpr std::size_t kTextSlack = 8;

  /// Makes the last `count` values an array.
  void close_array(std::size_t count) { close(JsonNode::Type::kArray, count, count); }
  /// Makes the last `count` pairs of name and value an object. Of members with the same name the last stays.
  void close_object(std::size_t count);

 private:
  void close(JsonNode::Type type, std::size_t size, std::size_t nodes);
  std::size_t drop_overridden(std::size_t count);

  std::vector<unsigned char> buffer_;
  std::optional<std::pmr::monotonic_buffer_resource> memory_;
  std::vector<JsonNode> open_;  // Values whose array or object has not ended.
  char* text_ = nullptr;
};

}  // namespace ekiden::base
