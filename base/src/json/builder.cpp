#include "builder.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

namespace ekiden::base {
namespace {

// Up to this number, members are compared in pairs to find duplicates. More are sorted first.
constexpr std::size_t kFewMembers = 16;

}  // namespace

void JsonBuilder::start(std::size_t document_size) {
  // Constructed again, so that it starts with the reserve, however much memory the last document used.
  memory_.emplace(buffer_.data(), buffer_.size());
  open_.clear();
  text_ = static_cast<char*>(memory_->allocate(document_size + kTextSlack, 1));
}

void JsonBuilder::close_text(char* end, JsonNode::Type type) {
  JsonNode& node = add(type);
  node.size = static_cast<std::uint32_t>(end - text_);
  node.text = text_;
  text_ = end;
}

void JsonBuilder::close(JsonNode::Type type, std::size_t size, std::size_t nodes) {
  JsonNode* children = nullptr;
  if (nodes != 0) {
    children = static_cast<JsonNode*>(memory_->allocate(nodes * sizeof(JsonNode), alignof(JsonNode)));
    std::uninitialized_copy(open_.end() - static_cast<std::ptrdiff_t>(nodes), open_.end(), children);
    open_.resize(open_.size() - nodes);
  }
  JsonNode& node = add(type);
  node.size = static_cast<std::uint32_t>(size);
  node.children = children;
}

void JsonBuilder::close_object(std::size_t count) {
  const std::size_t kept = drop_overridden(count);
  close(JsonNode::Type::kObject, kept, 2 * kept);
}

std::size_t JsonBuilder::drop_overridden(std::size_t count) {
  JsonNode* const members = open_.data() + open_.size() - 2 * count;
  const auto name = [members](std::size_t i) { return members[2 * i].view(); };
  std::vector<bool> overridden;
  const auto compare = [&](std::size_t earlier, std::size_t later) {
    if (name(earlier) == name(later)) {
      overridden.resize(count);
      overridden[earlier] = true;
    }
  };
  if (count <= kFewMembers) {
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        compare(j, i);
      }
    }
  } else {
    std::vector<std::size_t> by_name(count);
    std::iota(by_name.begin(), by_name.end(), std::size_t{0});
    std::sort(by_name.begin(), by_name.end(), [&name](std::size_t a, std::size_t b) {
      const int order = name(a).compare(name(b));
      return order != 0 ? order < 0 : a < b;
    });
    for (std::size_t i = 1; i < count; ++i) {
      compare(by_name[i - 1], by_name[i]);
    }
  }
  if (overridden.empty()) {
    return count;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!overridden[i]) {
      members[2 * kept] = members[2 * i];
      members[2 * kept + 1] = members[2 * i + 1];
      ++kept;
    }
  }
  open_.resize(open_.size() - 2 * (count - kept));
  return kept;
}

}  // namespace ekiden::base
