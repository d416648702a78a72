#include "lexer.hpp"

#include <ekiden/base/ascii.hpp>

#include <algorithm>

#include "dynamodb/api/errors.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kExpressionSizeMax = 4096;

bool is_letter(char c) { return base::is_letter(c) || c == '_'; }
bool is_word(char c) { return is_letter(c) || base::is_digit(c); }

std::size_t word_length(std::string_view text, std::size_t from, bool (*in_word)(char)) {
  const auto* end = std::find_if_not(text.begin() + from, text.end(), in_word);
  return static_cast<std::size_t>(end - text.begin()) - from;
}

/// The kind and length of the first token of `text`.
Token cut_token(std::string_view text) {
  using Kind = Token::Kind;
  const char first = text.front();
  if (is_letter(first)) {
    return {Kind::kName, text.substr(0, word_length(text, 0, is_word))};
  }
  if (base::is_digit(first)) {
    return {Kind::kInteger, text.substr(0, word_length(text, 0, base::is_digit))};
  }
  if (first == '#' || first == ':') {
    const std::size_t length = word_length(text, 1, is_word);
    const Kind kind = length == 0 ? Kind::kUnknown : first == '#' ? Kind::kNameRef : Kind::kValueRef;
    return {kind, text.substr(0, 1 + length)};
  }
  if (text.starts_with("<>") || text.starts_with("<=") || text.starts_with(">=")) {
    return {Kind::kSymbol, text.substr(0, 2)};
  }
  const bool known = std::string_view("=<>()[],.+-").find(first) != std::string_view::npos;
  return {known ? Kind::kSymbol : Kind::kUnknown, text.substr(0, 1)};
}

}  // namespace

Lexer::Lexer(std::string_view parameter, std::string_view text) : parameter_(parameter), text_(text) {
  if (text.empty()) {
    refuse("The expression can not be empty;");
  }
  if (text.size() > kExpressionSizeMax) {
    refuse("Expression size has exceeded the maximum allowed size; expression size: " + std::to_string(text.size()));
  }
  while (!text.empty()) {
    if (base::is_space(text.front())) {
      text.remove_prefix(1);
      continue;
    }
    tokens_.push_back(cut_token(text));
    text.remove_prefix(tokens_.back().text.size());
  }
  const char* end = tokens_.empty() ? text_.data() : tokens_.back().text.data() + tokens_.back().text.size();
  tokens_.push_back({Token::Kind::kEnd, std::string_view(end, end)});
}

const Token& Lexer::peek(std::size_t ahead) const { return tokens_[std::min(position_ + ahead, tokens_.size() - 1)]; }

Token Lexer::next() {
  const Token token = peek();
  position_ = std::min(position_ + 1, tokens_.size() - 1);
  return token;
}

bool Lexer::at_symbol(std::string_view symbol, std::size_t ahead) const {
  return peek(ahead).kind == Token::Kind::kSymbol && peek(ahead).text == symbol;
}

bool Lexer::at_keyword(std::string_view upper_case) const {
  const Token& token = peek();
  return token.kind == Token::Kind::kName &&
         std::equal(token.text.begin(), token.text.end(), upper_case.begin(), upper_case.end(),
                    [](char a, char b) { return base::to_upper(a) == b; });
}

bool Lexer::accept_symbol(std::string_view symbol) {
  const bool found = at_symbol(symbol);
  position_ += found ? 1 : 0;
  return found;
}

bool Lexer::accept_keyword(std::string_view upper_case) {
  const bool found = at_keyword(upper_case);
  position_ += found ? 1 : 0;
  return found;
}

void Lexer::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) {
    refuse_syntax();
  }
}

void Lexer::refuse_syntax() const {
  // "near" shows the token and its neighbours.
  const std::string_view first = tokens_[position_ == 0 ? 0 : position_ - 1].text;
  const std::string_view last = peek(1).text;
  const auto begin = static_cast<std::size_t>(first.data() - text_.data());
  const auto end = static_cast<std::size_t>(last.data() - text_.data()) + last.size();
  const std::string_view token = at_end() ? std::string_view("<EOF>") : peek().text;
  refuse("Syntax error; token: \"" + std::string(token) + "\", near: \"" +
         std::string(text_.substr(begin, end - begin)) + "\"");
}

void Lexer::refuse(std::string_view problem) const {
  refuse_validation("Invalid " + std::string(parameter_) + ": " + std::string(problem));
}

bool is_comparator(const Token& token) {
  return token.kind == Token::Kind::kSymbol && (token.text == "=" || token.text == "<>" || token.text == "<" ||
                                                token.text == "<=" || token.text == ">" || token.text == ">=");
}

}  // namespace ekiden::local::dynamodb
