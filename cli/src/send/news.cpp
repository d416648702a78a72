#include "news.hpp"

#include <ekiden/base/json/writer.hpp>

#include <cstdio>
#include <string_view>

namespace ekiden::cli {
namespace {

// ASCII without quotes and backslashes, so that each byte of the title is one byte of JSON.
constexpr std::string_view kFiller =
    " A runner takes the sash, runs a stage, hands it on; the next one waits at the line and runs the next, over the "
    "pass and down to the sea, until the last of them brings it home. Nobody drops it, and nobody runs twice without "
    "need.";

}  // namespace

News make_news(std::int64_t i) {
  char user_id[16];
  std::snprintf(user_id, sizeof user_id, "u%07lld", static_cast<long long>(i));
  News news{.user_id = user_id, .news_id = "n0001", .title = {}, .published_at = "2016-12-19T00:00:00Z"};
  news.title = "News for member " + news.user_id + ":";
  const std::size_t missing = kNewsBodyBytes - news_body(news).size();
  news.title.append(kFiller.substr(0, missing));
  return news;
}

std::string news_body(const News& news) {
  base::JsonWriter json(kNewsBodyBytes);
  json.begin_object().field("user_id", news.user_id).field("news_id", news.news_id);
  json.field("title", news.title).field("published_at", news.published_at).end_object();
  return json.take();
}

}  // namespace ekiden::cli
