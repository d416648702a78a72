// Decodes the answer to a call.
#pragma once

#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/form_error.hpp>

namespace ekiden::aws::answer {

/// Converts the answer with `take`. An answer of another form is a failed call: Error (InvalidResponse).
template <typename Take>
auto decode(ServiceClient& client, const CallAnswer& answer, Take take) {
  try {
    return take(client.read(answer));
  } catch (const FormError& error) {
    ServiceClient::refuse(answer, error.what());
  }
}

}  // namespace ekiden::aws::answer
