#include <ekiden/aws/json_reader.hpp>
#include <ekiden/runtime/assert.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include <vector>

namespace ekiden::aws {
namespace {

namespace json = boost::json;

const json::value& value_of(const void* node) { return *static_cast<const json::value*>(node); }

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

json::parse_options options() {
  json::parse_options result;
  result.max_depth = JsonDocument::kDepthMax;
  return result;
}

const json::value& null_value() {
  static const json::value value;
  return value;
}

}  // namespace

std::string_view to_string(JsonKind kind) {
  switch (kind) {
    case JsonKind::kBoolean:
      return "boolean";
    case JsonKind::kNumber:
      return "number";
    case JsonKind::kString:
      return "string";
    case JsonKind::kArray:
      return "array";
    case JsonKind::kObject:
      return "object";
    case JsonKind::kNull:
      break;
  }
  return "null";
}

JsonKind JsonReader::kind() const {
  switch (value_of(node_).kind()) {
    case json::kind::bool_:
      return JsonKind::kBoolean;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return JsonKind::kNumber;
    case json::kind::string:
      return JsonKind::kString;
    case json::kind::array:
      return JsonKind::kArray;
    case json::kind::object:
      return JsonKind::kObject;
    case json::kind::null:
      break;
  }
  return JsonKind::kNull;
}

std::optional<bool> JsonReader::boolean() const {
  const bool* const value = value_of(node_).if_bool();
  return value != nullptr ? std::optional<bool>(*value) : std::nullopt;
}

std::optional<std::string_view> JsonReader::string() const {
  const json::string* const value = value_of(node_).if_string();
  return value != nullptr ? std::optional<std::string_view>(view(*value)) : std::nullopt;
}

std::optional<double> JsonReader::number() const {
  const json::value& value = value_of(node_);
  if (const double* const real = value.if_double()) {
    return *real;
  }
  if (const std::int64_t* const whole = value.if_int64()) {
    return static_cast<double>(*whole);
  }
  if (const std::uint64_t* const large = value.if_uint64()) {
    return static_cast<double>(*large);
  }
  return std::nullopt;
}

// Boost.JSON holds a number as int64 if that fits, else as uint64, else as double.
std::optional<std::int64_t> JsonReader::integer() const {
  const std::int64_t* const value = value_of(node_).if_int64();
  return value != nullptr ? std::optional<std::int64_t>(*value) : std::nullopt;
}

std::optional<std::uint64_t> JsonReader::unsigned_integer() const {
  const json::value& value = value_of(node_);
  if (const std::uint64_t* const large = value.if_uint64()) {
    return *large;
  }
  const std::int64_t* const whole = value.if_int64();
  return whole != nullptr && *whole >= 0 ? std::optional<std::uint64_t>(*whole) : std::nullopt;
}

std::size_t JsonReader::size() const {
  const json::value& value = value_of(node_);
  if (const json::array* const array = value.if_array()) {
    return array->size();
  }
  const json::object* const object = value.if_object();
  return object != nullptr ? object->size() : 0;
}

JsonReader JsonReader::element(std::size_t i) const {
  const json::array* const array = value_of(node_).if_array();
  EKIDEN_ASSERT(array != nullptr && i < array->size());
  return JsonReader(&(*array)[i]);
}

JsonReader::Member JsonReader::member(std::size_t i) const {
  const json::object* const object = value_of(node_).if_object();
  EKIDEN_ASSERT(object != nullptr && i < object->size());
  const json::key_value_pair& pair = *(object->begin() + static_cast<std::ptrdiff_t>(i));
  return {std::string_view(pair.key().data(), pair.key().size()), JsonReader(&pair.value())};
}

std::optional<JsonReader> JsonReader::find(std::string_view name) const {
  const json::object* const object = value_of(node_).if_object();
  const json::value* const value =
      object != nullptr ? object->if_contains(json::string_view(name.data(), name.size())) : nullptr;
  return value != nullptr ? std::optional<JsonReader>(JsonReader(value)) : std::nullopt;
}

std::string_view JsonReader::text(std::string_view name) const {
  const std::optional<JsonReader> member = find(name);
  return member ? member->string().value_or(std::string_view()) : std::string_view();
}

struct JsonDocument::State {
  explicit State(std::size_t reserve) : buffer(reserve), parser(json::storage_ptr(), options()) {}

  // Made anew rather than released: release() keeps the size of the next block, which doubles with each block, so that
  // a document that often outgrows its buffer would in the end ask for more than there is.
  json::monotonic_resource& fresh_memory() { return memory.emplace(buffer.data(), buffer.size()); }

  std::vector<unsigned char> buffer;
  std::optional<json::monotonic_resource> memory;
  json::parser parser;
  // Lives in `memory`: never destroyed, only forgotten together with it.
  std::optional<json::value> root;
};

JsonDocument::JsonDocument(std::size_t reserve) : state_(std::make_unique<State>(reserve)) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

std::optional<JsonError> JsonDocument::parse(std::string_view text) {
  State& state = *state_;
  state.root.reset();
  state.parser.reset();
  state.parser.reset(&state.fresh_memory());
  boost::system::error_code error;
  const std::size_t read = state.parser.write_some(text.data(), text.size(), error);
  if (!error && read < text.size()) {
    error = json::error::extra_data;
  }
  if (error) {
    return JsonError{read, error.message()};
  }
  state.root.emplace(state.parser.release());
  return std::nullopt;
}

JsonReader JsonDocument::root() const { return JsonReader(state_->root ? &*state_->root : &null_value()); }

}  // namespace ekiden::aws
