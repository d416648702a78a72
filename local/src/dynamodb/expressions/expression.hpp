/// Shared by all expressions: the placeholders of a request, and how paths and errors are read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dynamodb/values/document_path.hpp"
#include "lexer.hpp"

namespace ekiden::local::dynamodb {

/// ExpressionAttributeNames and ExpressionAttributeValues of one request. Its JSON must outlive it.
class Placeholders {
 public:
  /// `expressions` are the members of the request that can use placeholders. Rejects malformed placeholders, and
  /// placeholders without such an expression.
  Placeholders(json::object& body, std::initializer_list<std::string_view> expressions);

  /// The value of `#name` or `:value`; nothing if it is not defined. Marks it as used.
  std::optional<std::string_view> name(std::string_view reference);
  const json::value* value(std::string_view reference);

  /// Rejects placeholders that no expression used. Call it after the last expression is parsed.
  void refuse_unused() const;

 private:
  void check_names(json::object& names);
  void check_values(json::object& values);

  json::object* names_ = nullptr;
  json::object* values_ = nullptr;
  std::vector<bool> names_used_;
  std::vector<bool> values_used_;
};

/// The base of the parsers. A syntax error is thrown at once. Of other errors AWS reports the most important one, so
/// they are recorded by rank (0 is the most important) until the whole expression is read.
class ExpressionParser {
 protected:
  ExpressionParser(Lexer& lexer, Placeholders& placeholders) : lexer_(lexer), placeholders_(placeholders) {}
  ~ExpressionParser() = default;

  struct PathFaultRanks {
    int reserved;
    int undefined;
  };
  DocumentPath parse_path(PathFaultRanks ranks);
  /// The next token, if it is a `:value`; null (and an error) if it is not defined.
  const json::value* parse_value(int undefined_rank);

  void note(int rank, std::string problem);
  /// Throws the most important recorded error, if there is one.
  void enforce() const;

  Lexer& lexer_;
  Placeholders& placeholders_;

 private:
  std::string_view parse_step(PathFaultRanks ranks);

  int worst_rank_ = -1;
  std::string worst_;
};

}  // namespace ekiden::local::dynamodb
