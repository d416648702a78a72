#include "expression.hpp"

#include <ekiden/base/ascii.hpp>

#include <algorithm>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "reserved_words.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::int64_t kListIndexMax = 99'999'999;  // More elements than any list in an item can have.

bool legal_placeholder(std::string_view key, char sigil) {
  return key.size() > 1 && key.front() == sigil && base::consists_of_alphanumerics_and(key.substr(1), "_");
}

std::string unused_keys(const json::object& object, const std::vector<bool>& used) {
  std::string keys;
  std::size_t i = 0;
  for (const auto& member : object) {
    if (!used[i++]) {
      keys.append(keys.empty() ? "" : ", ").append(member.key().data(), member.key().size());
    }
  }
  return keys;
}

}  // namespace

Placeholders::Placeholders(json::object& body, std::initializer_list<std::string_view> expressions) {
  names_ = find_map(body, "ExpressionAttributeNames", "java.lang.String");
  values_ = find_map(body, "ExpressionAttributeValues");
  if (names_ != nullptr) {
    for (const auto& member : *names_) {
      string_value(member.value());  // A wrong form is reported before a wrong use.
    }
  }
  bool any = false;
  bool any_with_values = false;
  std::string takers;
  std::size_t taker_count = 0;
  for (const std::string_view expression : expressions) {
    const bool present = find_string(body, expression).has_value();
    any = any || present;
    if (expression != "ProjectionExpression") {
      any_with_values = any_with_values || present;
      takers.append(takers.empty() ? "" : " and ").append(expression);
      ++taker_count;
    }
  }
  if (names_ != nullptr && !any) {
    refuse_validation("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (values_ != nullptr && !any_with_values) {
    refuse_validation("ExpressionAttributeValues can only be specified when using expressions: " + takers +
                      (taker_count > 1 ? " are null" : " is null"));
  }
  if (names_ != nullptr) {
    check_names(*names_);
  }
  if (values_ != nullptr) {
    check_values(*values_);
  }
}

void Placeholders::check_names(json::object& names) {
  if (names.empty()) {
    refuse_validation("ExpressionAttributeNames must not be empty");
  }
  for (const auto& member : names) {
    if (!legal_placeholder(member.key(), '#')) {
      refuse_validation("ExpressionAttributeNames contains invalid key: Syntax error; key: \"" +
                        std::string(member.key()) + "\"");
    }
    if (string_value(member.value()).empty()) {
      refuse_validation("ExpressionAttributeNames contains invalid value: Empty attribute name for key " +
                        std::string(member.key()));
    }
  }
  names_used_.resize(names.size());
}

void Placeholders::check_values(json::object& values) {
  if (values.empty()) {
    refuse_validation("ExpressionAttributeValues must not be empty");
  }
  for (auto& member : values) {
    if (!legal_placeholder(member.key(), ':')) {
      refuse_validation("ExpressionAttributeValues contains invalid key: Syntax error; key: \"" +
                        std::string(member.key()) + "\"");
    }
  }
  for (auto& member : values) {
    try {
      check_attribute(member.value());
    } catch (DynamoDbRefusal& refusal) {
      if (refusal.type.ends_with("ValidationException")) {
        refusal.message = "ExpressionAttributeValues contains invalid value: " + refusal.message + " for key " +
                          std::string(member.key());
      }
      throw;
    }
  }
  values_used_.resize(values.size());
}

std::optional<std::string_view> Placeholders::name(std::string_view reference) {
  const auto* found = names_ == nullptr ? nullptr : names_->find(reference);
  if (found == nullptr || found == names_->end()) {
    return std::nullopt;
  }
  names_used_[static_cast<std::size_t>(found - names_->begin())] = true;
  return string_value(found->value());
}

const json::value* Placeholders::value(std::string_view reference) {
  const auto* found = values_ == nullptr ? nullptr : values_->find(reference);
  if (found == nullptr || found == values_->end()) {
    return nullptr;
  }
  values_used_[static_cast<std::size_t>(found - values_->begin())] = true;
  return &found->value();
}

void Placeholders::refuse_unused() const {
  if (names_ != nullptr) {
    if (const std::string keys = unused_keys(*names_, names_used_); !keys.empty()) {
      refuse_validation("Value provided in ExpressionAttributeNames unused in expressions: keys: {" + keys + "}");
    }
  }
  if (values_ != nullptr) {
    if (const std::string keys = unused_keys(*values_, values_used_); !keys.empty()) {
      refuse_validation("Value provided in ExpressionAttributeValues unused in expressions: keys: {" + keys + "}");
    }
  }
}

void ExpressionParser::note(int rank, std::string problem) {
  if (worst_rank_ < 0 || rank < worst_rank_) {
    worst_rank_ = rank;
    worst_ = std::move(problem);
  }
}

void ExpressionParser::enforce() const {
  if (worst_rank_ >= 0) {
    lexer_.refuse(worst_);
  }
}

std::string_view ExpressionParser::parse_step(PathFaultRanks ranks) {
  const Token& token = lexer_.peek();
  if (token.kind == Token::Kind::kName) {
    if (is_reserved_word(token.text)) {
      note(ranks.reserved, "Attribute name is a reserved keyword; reserved keyword: " + std::string(token.text));
    }
    return lexer_.next().text;
  }
  if (token.kind != Token::Kind::kNameRef) {
    lexer_.refuse_syntax();
  }
  const std::string_view reference = lexer_.next().text;
  const std::optional<std::string_view> name = placeholders_.name(reference);
  if (!name) {
    note(ranks.undefined, "An expression attribute name used in the document path is not defined; attribute name: " +
                              std::string(reference));
  }
  return name.value_or(reference);
}

DocumentPath ExpressionParser::parse_path(PathFaultRanks ranks) {
  DocumentPath path;
  path.push_back({parse_step(ranks), -1});
  for (;;) {
    if (path.size() > static_cast<std::size_t>(kNestingMax)) {
      lexer_.refuse("The document path has too many nesting elements; nesting levels: " + std::to_string(path.size()));
    }
    if (lexer_.accept_symbol(".")) {
      path.push_back({parse_step(ranks), -1});
    } else if (lexer_.accept_symbol("[")) {
      if (lexer_.peek().kind != Token::Kind::kInteger) {
        lexer_.refuse_syntax();
      }
      std::int64_t index = 0;
      for (const char digit : lexer_.next().text) {
        index = std::min(index * 10 + (digit - '0'), kListIndexMax);
      }
      path.push_back({{}, index});
      lexer_.expect_symbol("]");
    } else {
      return path;
    }
  }
}

const json::value* ExpressionParser::parse_value(int undefined_rank) {
  if (lexer_.peek().kind != Token::Kind::kValueRef) {
    lexer_.refuse_syntax();
  }
  const std::string_view reference = lexer_.next().text;
  const json::value* value = placeholders_.value(reference);
  if (value == nullptr) {
    note(undefined_rank,
         "An expression attribute value used in expression is not defined; attribute value: " + std::string(reference));
  }
  return value;
}

}  // namespace ekiden::local::dynamodb
