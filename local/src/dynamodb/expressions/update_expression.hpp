/// UpdateExpression: what an UpdateItem does to its item.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "expression.hpp"

namespace ekiden::local::dynamodb {

/// The actions of the sections SET, REMOVE, ADD and DELETE. Refers to its request's JSON, which must outlive it.
class UpdateExpression {
 public:
  /// What a SET assigns: a tree over operands().
  struct Operand {
    enum class Kind : std::uint8_t { kPath, kValue, kIfNotExists, kListAppend, kPlus, kMinus };
    Kind kind;
    std::vector<std::size_t> arguments = {};  ///< Indices into operands().
    DocumentPath path = {};                   ///< Of a kPath.
    const json::value* value = nullptr;       ///< Of a kValue.
  };
  enum class Section : std::uint8_t { kSet, kRemove, kAdd, kDelete };
  struct Action {
    Section section;
    DocumentPath path;
    std::size_t operand = 0;  ///< Not of a kRemove.
  };

  /// Refuses, with AWS's words, what is not an update expression.
  static UpdateExpression parse(std::string_view text, Placeholders& placeholders);

  /// Changes the item. Every SET sees it as it was before. Refuses (ValidationException) what does not fit the
  /// item; it may be half changed then.
  void apply(Item& item) const;

  /// True if nothing is ever added: applied to an item that does not exist, it does not create one.
  bool only_removes() const;

  const std::vector<Action>& actions() const { return actions_; }
  const Operand& operand(std::size_t index) const { return operands_[index]; }

 private:
  friend class UpdateParser;

  std::vector<Operand> operands_;
  std::vector<Action> actions_;
};

}  // namespace ekiden::local::dynamodb
