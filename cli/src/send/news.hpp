/// The messages of `ekiden bench` and of the news example: news for members, as in the 2016 experiment.
#pragma once

#include <cstdint>
#include <string>

namespace ekiden::cli {

/// One delivery: the content of the message, and of the item that must be in the table afterwards.
struct News {
  std::string user_id;
  std::string news_id;
  std::string title;
  std::string published_at;
};

inline constexpr std::size_t kNewsBodyBytes = 300;
/// The limit is the seven digits of user_id.
inline constexpr std::int64_t kNewsMax = 9'999'999;

/// Message number `i`, from 1 to kNewsMax. user_id is "u%07d" of `i`; the title fills the body to exactly 300 bytes.
News make_news(std::int64_t i);

/// The body of the message, in JSON.
std::string news_body(const News& news);

}  // namespace ekiden::cli
