/// FormError: an answer that does not have the form that its service promises.
#pragma once

#include <stdexcept>

namespace ekiden::aws {

/// what() describes the form, never the content, which is the user's data.
class FormError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ekiden::aws
