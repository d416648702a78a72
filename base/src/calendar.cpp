#include <ekiden/base/ascii.hpp>
#include <ekiden/base/calendar.hpp>

#include <algorithm>
#include <array>

namespace ekiden::base {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// 0 matches any digit, a dash any character, another character only itself.
constexpr std::string_view kHttpForm = "---, 00 --- 0000 00:00:00 GMT";
constexpr std::string_view kBasicForm = "00000000T000000Z";

bool has_form(std::string_view text, std::string_view expected) {
  return std::equal(text.begin(), text.end(), expected.begin(), expected.end(),
                    [](char c, char form) { return form == '-' || (form == '0' ? is_digit(c) : c == form); });
}

// The text was already checked: it has digits there.
int number_at(std::string_view text, std::size_t begin, std::size_t size) {
  int value = 0;
  for (const char digit : text.substr(begin, size)) {
    value = value * 10 + (digit - '0');
  }
  return value;
}

// snprintf() costs 1 us, which is too much for each message.
void append_digits(std::string& out, int value, std::size_t width) {
  out.resize(out.size() + width);
  for (std::size_t i = 1; i <= width; ++i, value /= 10) {
    out[out.size() - i] = static_cast<char>('0' + value % 10);
  }
}

template <typename Precision>
void append_clock(std::string& out, const hh_mm_ss<Precision>& time, std::string_view separator) {
  append_digits(out, static_cast<int>(time.hours().count()), 2);
  out.append(separator);
  append_digits(out, static_cast<int>(time.minutes().count()), 2);
  out.append(separator);
  append_digits(out, static_cast<int>(time.seconds().count()), 2);
}

struct Fields {
  explicit Fields(WallTime when) : day(floor<days>(when)), date(day), time(floor<milliseconds>(when - day)) {}

  void append_date(std::string& out, std::string_view separator) const {
    append_digits(out, static_cast<int>(date.year()), 4);
    out.append(separator);
    append_digits(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    out.append(separator);
    append_digits(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  }

  sys_days day;
  year_month_day date;
  hh_mm_ss<milliseconds> time;
};

struct TimeOfDay {
  int hour;
  int minute;
  int second;

  bool ok() const { return hour < 24 && minute < 60 && second < 61; }  // 60: a leap second.
  seconds since_midnight() const { return hours(hour) + minutes(minute) + seconds(second); }
};

}  // namespace

std::string format_http_date(sys_seconds when) {
  // Does not use WallTime, which ends in 2262.
  const sys_days day = floor<days>(when);
  const year_month_day date{day};
  const hh_mm_ss time{when - day};
  std::string text;
  text.reserve(kHttpForm.size());
  text.append(kDays[weekday{day}.c_encoding()]).append(", ");
  append_digits(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_digits(text, static_cast<int>(date.year()), 4);
  text.append(" ");
  append_clock(text, time, ":");
  return text.append(" GMT");
}

std::optional<sys_seconds> parse_http_date(std::string_view text) {
  if (!has_form(text, kHttpForm)) {
    return std::nullopt;
  }
  const auto* const month_name = std::ranges::find(kMonths, text.substr(8, 3));
  const auto month_number = static_cast<unsigned>(month_name - kMonths.begin()) + 1;
  const year_month_day date{year{number_at(text, 12, 4)}, month{month_number},
                            day{static_cast<unsigned>(number_at(text, 5, 2))}};
  const TimeOfDay time{number_at(text, 17, 2), number_at(text, 20, 2), number_at(text, 23, 2)};
  if (!date.ok() || !time.ok()) {
    return std::nullopt;
  }
  return sys_days{date} + time.since_midnight();
}

void append_iso_time(std::string& out, WallTime when) {
  const Fields fields(when);
  fields.append_date(out, "-");
  out.push_back('T');
  append_clock(out, fields.time, ":");
  out.push_back('.');
  append_digits(out, static_cast<int>(fields.time.subseconds().count()), 3);
  out.push_back('Z');
}

std::string format_basic_time(WallTime when) {
  const Fields fields(when);
  std::string text;
  text.reserve(kBasicForm.size());
  fields.append_date(text, "");
  text.push_back('T');
  append_clock(text, fields.time, "");
  text.push_back('Z');
  return text;
}

std::optional<WallTime> parse_basic_time(std::string_view text) {
  if (!has_form(text, kBasicForm)) {
    return std::nullopt;
  }
  const int year_number = number_at(text, 0, 4);
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(number_at(text, 4, 2))},
                            day{static_cast<unsigned>(number_at(text, 6, 2))}};
  const TimeOfDay time{number_at(text, 9, 2), number_at(text, 11, 2), number_at(text, 13, 2)};
  if (!date.ok() || !time.ok() || year_number < 1970 || year_number > 2200) {
    return std::nullopt;
  }
  return sys_days{date} + time.since_midnight();
}

}  // namespace ekiden::base
