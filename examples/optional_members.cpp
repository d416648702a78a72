/// optional_members: a message with optional members, defaults, a nested struct, an enum and a list.
///
/// README.md beside this file has the commands that run it. To try: send a parcel without "to". It is rejected: the log
/// and the dead letter name the member that is missing.
#include <ekiden/worker.hpp>

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <iostream>

namespace {

enum class Size { unknown, small, large };
BOOST_DESCRIBE_ENUM(Size, unknown, small, large)  // JSON has the name: "small".

struct Address {
  std::string city;                // Required: without it the message is rejected.
  std::string country = "Norway";  // Optional, because the default is not empty: "Norway" if the body lacks it.
};
BOOST_DESCRIBE_STRUCT(Address, (), (city, country))

struct Parcel {
  std::string parcel_id;                            // Required.
  Address to;                                       // Required, as every nested struct.
  int copies = 1;                                   // Optional: 1 if the body lacks it.
  Size size = Size::small;                          // Optional: small if the body lacks it.
  std::optional<std::string> note;                  // Optional: empty if the body lacks it, or has null.
  std::optional<std::vector<std::string>> content;  // Optional. A plain std::vector would be required.
};
// A default of 0, false or "" does not make a member optional: C++ cannot see whether you wrote it. For such a member
// use std::optional. Members of the body that are not listed here are ignored.
BOOST_DESCRIBE_STRUCT(Parcel, (), (parcel_id, to, copies, size, note, content))

ekiden::Task<> pack(Parcel parcel, ekiden::Context context) {
  // The item has an attribute for each member. An empty std::optional has no attribute.
  co_await context.table().put(parcel);
  std::cout << "parcel " << parcel.parcel_id << ": " << parcel.copies << " x "
            << boost::describe::enum_to_string(parcel.size, "") << " to " << parcel.to.city << ", " << parcel.to.country
            << (parcel.note ? ", " + *parcel.note : "") << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  return ekiden::run_worker(argc, argv, {.queue = "parcels", .table = "parcels"}, pack);
}
