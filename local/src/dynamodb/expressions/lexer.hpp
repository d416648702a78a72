/// Lexer: an expression, cut into tokens.
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
    kUnknown,   ///< A character that no expression has.
  };
  Kind kind;
  std::string_view text;
};

/// The tokens of one expression, read from left to right. The text must outlive it.
///
/// Limits: 4,096 bytes (DynamoDB Developer Guide, "Quotas").
class Lexer {
 public:
  /// `parameter` is the request's member ("ConditionExpression"): messages begin with it.
  /// Refuses an empty or too long text.
  Lexer(std::string_view parameter, std::string_view text);

  const Token& peek(std::size_t ahead = 0) const;
  Token next();

  /// How many tokens were taken.
  std::size_t position() const { return position_; }
  bool at_end() const { return peek().kind == Token::Kind::kEnd; }
  bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const;
  /// Keywords have no case.
  bool at_keyword(std::string_view upper_case) const;

  /// Take the next token if it is that.
  bool accept_symbol(std::string_view symbol);
  bool accept_keyword(std::string_view upper_case);
  /// Takes it or refuses.
  void expect_symbol(std::string_view symbol);

  /// Refuses because of the next token, naming it and what stands around it.
  [[noreturn]] void refuse_syntax() const;
  /// Refuses with `Invalid <parameter>: <problem>`.
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
