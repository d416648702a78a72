#include "discipline.hpp"

#include "standard.hpp"

namespace ekiden::local::sqs {

const Discipline& discipline_of(const Queue& /*queue*/) {
  static const StandardDiscipline standard;  // The only kind that CreateQueue accepts.
  return standard;
}

}  // namespace ekiden::local::sqs
