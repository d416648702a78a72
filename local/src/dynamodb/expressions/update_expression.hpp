/// UpdateExpression: the changes of an UpdateItem.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "expression.hpp"

namespace ekiden::local::dynamodb {

/// The actions of the sections SET, REMOVE, ADD and DELETE. It refers to the request's JSON, which must outlive it.
class UpdateExpression {
 public:
  /// The value of a SET: a tree over operands().
  struct Operand {
    enum class Kind : std::uint8_t { kPath, kValue, kIfNotExists, kListAppend, kPlus, kMinus };
    Kind kind;
    std::vector<std::size_t> arguments = {};  ///< Indices into operands().
    DocumentPath path = {};                   ///< For kPath.
    const json::value* value = nullptr;       ///< For kValue.
  };
  enum class Section : std::uint8_t { kSet, kRemove, kAdd, kDelete };
  struct Action {
    Section section;
    DocumentPath path;
    std::size_t operand = 0;  ///< Not for kRemove.
  };

  /// Rejects invalid update expressions, in AWS's words.
  static UpdateExpression parse(std::string_view text, Placeholders& placeholders);

  /// Changes the item. Every SET reads the item as it was before. Rejects (ValidationException) an update that does not
  /// fit the item; the item can then be half changed.
  void apply(Item& item) const;

  /// True if the update adds nothing: applied to an item that does not exist, it does not create one.
  bool only_removes() const;

  const std::vector<Action>& actions() const { return actions_; }
  const Operand& operand(std::size_t index) const { return operands_[index]; }

 private:
  friend class UpdateParser;

  std::vector<Operand> operands_;
  std::vector<Action> actions_;
};

}  // namespace ekiden::local::dynamodb
