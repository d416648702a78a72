/// Lexer: splits an expression into tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::local::dynamodb {

struct Token {
  enum class Kind {
    kEnd,
    kName,      ///< size, AND, my_attribute
    kNameRef,   ///< #name
    kValueRef,  ///< :value
    kInteger,   ///< 12, as in list[12]
    kSymbol,    ///< = <> < <= > >= ( ) [ ] , . + -
    kUnknown,   ///< A character that is not allowed in expressions.
  };
  Kind kind;
  std::string_view text;
};

/// The tokens of one expression, from left to right. The text must outlive it.
///
/// Limits: 4,096 bytes (DynamoDB Developer Guide, "Quotas").
class Lexer {
 public:
  /// `parameter` is the member of the request ("ConditionExpression"), with which messages begin. Rejects a text that
  /// is empty or too long.
  Lexer(std::string_view parameter, std::string_view text);

  const Token& peek(std::size_t ahead = 0) const;
  Token next();

  /// The number of tokens that were taken.
  std::size_t position() const { return position_; }
  bool at_end() const { return peek().kind == Token::Kind::kEnd; }
  bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const;
  /// Keywords are case-insensitive.
  bool at_keyword(std::string_view upper_case) const;

  /// Takes the next token if it is this symbol.
  bool accept_symbol(std::string_view symbol);
  bool accept_keyword(std::string_view upper_case);
  /// Takes the next token if it is this symbol; otherwise rejects the expression.
  void expect_symbol(std::string_view symbol);

  /// Rejects the expression. The message has the next token and its neighbours.
  [[noreturn]] void refuse_syntax() const;
  /// Rejects the expression with `Invalid <parameter>: <problem>`.
  [[noreturn]] void refuse(std::string_view problem) const;

 private:
  std::string_view parameter_;
  std::string_view text_;
  std::vector<Token> tokens_;  ///< Ends with a kEnd.
  std::size_t position_ = 0;
};

/// `=`, `<>`, `<`, `<=`, `>` or `>=`.
bool is_comparator(const Token& token);

}  // namespace ekiden::local::dynamodb
