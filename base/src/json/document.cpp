#include "parser.hpp"

namespace ekiden::base {

struct JsonDocument::State {
  JsonBuilder builder;
  bool parsed = false;
};

JsonDocument::JsonDocument(std::size_t reserve) : state_(new State{JsonBuilder(reserve)}) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

std::optional<JsonError> JsonDocument::parse(std::string_view text, std::size_t depth_max) {
  JsonParser parser(text, state_->builder);
  state_->parsed = parser.parse(depth_max);
  if (state_->parsed) {
    return std::nullopt;
  }
  return JsonError{parser.offset(), parser.reason()};
}

JsonReader JsonDocument::root() const {
  static constexpr JsonNode null{};
  return JsonReader(state_->parsed ? state_->builder.root() : &null);
}

}  // namespace ekiden::base
