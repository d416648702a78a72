/// DynamoDB's values in JSON: {"S":"text"}, {"N":"42"}, ...
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/base/json/writer.hpp>

#include <stdexcept>

namespace ekiden::aws::dynamodb {

/// {"S":"text"}
void write(base::JsonWriter& json, const AttributeValue& value);
/// {"name":{"S":"text"}}
void write(base::JsonWriter& json, const Item& item);

/// A JSON value is none of DynamoDB's. what() says what is wrong with its shape, never its content.
class ValueError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throw ValueError. The shape is checked; limits, the form of numbers and the distinctness of set elements are not.
AttributeValue read_value(base::JsonReader json);
Item read_item(base::JsonReader json);

}  // namespace ekiden::aws::dynamodb
