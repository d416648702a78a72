/// The messages of the experiment: news for members, as the article had them.
#pragma once

#include <cstdint>
#include <string>

namespace ekiden::cli {

/// One delivery, as it is sent and as it must stand in the table afterwards.
struct News {
  std::string user_id;
  std::string news_id;
  std::string title;
  std::string published_at;
};

inline constexpr std::size_t kNewsBodyBytes = 300;
/// user_id has seven digits.
inline constexpr std::int64_t kNewsMax = 9'999'999;

/// Message `i`, from 1 to kNewsMax: user_id is "u%07d" of i, the title fills the body to exactly 300 bytes.
News make_news(std::int64_t i);

/// The JSON body of a delivery.
std::string news_body(const News& news);

}  // namespace ekiden::cli
