#include <ekiden/http/date.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace ekiden::http {
namespace {

using namespace std::chrono;

constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// A digit stands for any, a letter for itself; a dash for what is read elsewhere.
constexpr std::string_view kForm = "---, 00 --- 0000 00:00:00 GMT";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_form(std::string_view text) {
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                    [](char c, char form) { return form == '-' || (form == '0' ? is_digit(c) : c == form); });
}

int number(std::string_view text, std::size_t begin, std::size_t size) {
  int value = 0;
  std::from_chars(text.data() + begin, text.data() + begin + size, value);
  return value;
}

}  // namespace

std::string format_date(sys_seconds when) {
  const sys_days day = floor<days>(when);
  const year_month_day date{day};
  const hh_mm_ss time{when - day};
  std::array<char, 64> line{};
  const int size =
      std::snprintf(line.data(), line.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[weekday{day}.c_encoding()],
                    static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1].data(),
                    static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                    static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return {line.data(), static_cast<std::size_t>(size)};
}

std::optional<sys_seconds> parse_date(std::string_view text) {
  if (!has_form(text)) {
    return std::nullopt;
  }
  const auto* const month_name = std::ranges::find(kMonths, text.substr(8, 3));
  const auto month_number = static_cast<unsigned>(month_name - kMonths.begin()) + 1;
  const year_month_day date{year{number(text, 12, 4)}, month{month_number},
                            day{static_cast<unsigned>(number(text, 5, 2))}};
  const int hour = number(text, 17, 2);
  const int minute = number(text, 20, 2);
  const int second = number(text, 23, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) {  // 60: a leap second.
    return std::nullopt;
  }
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace ekiden::http
