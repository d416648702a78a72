#include "delivery.hpp"

#include <ekiden/worker/decode.hpp>

namespace ekiden::worker::test {

std::string body_of(const Delivery& delivery) {
  return R"({"user_id":")" + delivery.user_id + R"(","news_id":")" + delivery.news_id + R"(","title":")" +
         delivery.title + "\"}";
}

std::string key_of(const Delivery& delivery) { return delivery.user_id + "/" + delivery.news_id; }

std::string key_of_body(std::string_view body) {
  try {
    const auto delivery = worker::decode<Delivery>(body);
    return delivery.title == kForbidden ? std::string() : key_of(delivery);
  } catch (const worker::DecodeError&) {
    return {};
  }
}

}  // namespace ekiden::worker::test
