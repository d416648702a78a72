/// What all expressions share: the placeholders of a request, and how paths and complaints are read.
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
  /// `expressions` are the request's members that may use them, as far as the operation has them; refuses
  /// placeholders without such an expression, and malformed ones.
  Placeholders(json::object& body, std::initializer_list<std::string_view> expressions);

  /// What `#name` or `:value` stands for; nothing if it is not defined. Counts as used from then on.
  std::optional<std::string_view> name(std::string_view reference);
  const json::value* value(std::string_view reference);

  /// Refuses placeholders that no expression used. To be called after the last one was parsed.
  void refuse_unused() const;

 private:
  void check_names(json::object& names);
  void check_values(json::object& values);

  json::object* names_ = nullptr;
  json::object* values_ = nullptr;
  std::vector<bool> names_used_;
  std::vector<bool> values_used_;
};

/// The base of the parsers. Syntax errors are thrown where they are met; of other faults AWS reports the most
/// important one, so they are noted by rank (0 is the most important) until the whole expression has been read.
class ExpressionParser {
 protected:
  ExpressionParser(Lexer& lexer, Placeholders& placeholders) : lexer_(lexer), placeholders_(placeholders) {}
  ~ExpressionParser() = default;

  struct PathFaultRanks {
    int reserved;
    int undefined;
  };
  DocumentPath parse_path(PathFaultRanks ranks);
  /// A `:value` token that comes next; null (and a fault) if it is not defined.
  const json::value* parse_value(int undefined_rank);

  void note(int rank, std::string problem);
  /// Refuses if anything was noted.
  void enforce() const;

  Lexer& lexer_;
  Placeholders& placeholders_;

 private:
  std::string_view parse_step(PathFaultRanks ranks);

  int worst_rank_ = -1;
  std::string worst_;
};

}  // namespace ekiden::local::dynamodb
