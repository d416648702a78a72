/// Writes and reads DynamoDB's values in JSON: {"S":"text"}, {"N":"42"}, ...
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/aws/form_error.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/base/json/writer.hpp>

namespace ekiden::aws::dynamodb {

/// {"S":"text"}
void write(base::JsonWriter& json, const AttributeValue& value);
/// {"name":{"S":"text"}}
void write(base::JsonWriter& json, const Item& item);

/// A JSON value is not a DynamoDB value. what() describes its form, never its content.
class ValueError : public aws::FormError {
 public:
  using FormError::FormError;
};

/// Throw ValueError if the JSON has another form. They do not check limits, the format of numbers, or whether the
/// elements of a set are distinct.
AttributeValue read_value(base::JsonReader json);
Item read_item(base::JsonReader json);

}  // namespace ekiden::aws::dynamodb
