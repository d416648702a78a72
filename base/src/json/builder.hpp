/// JsonBuilder: makes the nodes of a document, from the innermost to the root.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <vector>

#include "node.hpp"

namespace ekiden::base {

/// Keeps its reserve between documents. The strings and real numbers of a document are together no longer than the
/// document, so one piece of memory holds all of them, and none is ever moved.
class JsonBuilder {
 public:
  explicit JsonBuilder(std::size_t reserve) : buffer_(reserve) {}

  /// Removes everything, and reserves memory for the texts of a document of that size.
  void start(std::size_t document_size);
  /// The last added value that is not part of another value.
  const JsonNode* root() const { return &open_.front(); }

  JsonNode& add(JsonNode::Type type) {
    JsonNode& node = open_.emplace_back();
    node.type = type;
    return node;
  }
  /// Where to write a text, which close_text() then adds. Up to kTextSlack bytes after its end can be overwritten.
  char* open_text() { return text_; }
  void close_text(char* end, JsonNode::Type type = JsonNode::Type::kString);
  static constexpr std::size_t kTextSlack = 8;

  /// Makes an array of the last `count` values.
  void close_array(std::size_t count) { close(JsonNode::Type::kArray, count, count); }
  /// Makes an object of the last `count` pairs of name and value. If names are equal, only the last member is kept.
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
