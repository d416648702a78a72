// Code that must not compile cannot be run in a test, so concepts check it.
#include <ekiden/app/command_line.hpp>
#include <ekiden/app/option_name.hpp>
#include <ekiden/app/options.hpp>

#include <gtest/gtest.h>

#include <concepts>

namespace ekiden::app {
namespace {

using namespace std::chrono_literals;

constexpr OptionName<OptionType::kString> kGreeting{"greeting"};
constexpr OptionName<OptionType::kBool> kLoud{"loud"};
constexpr OptionName<OptionType::kInteger> kTimes{"times"};
constexpr OptionName<OptionType::kNumber> kShare{"share"};
constexpr OptionName<OptionType::kSize> kRoom{"room"};
constexpr OptionName<OptionType::kDuration> kPauseMax{"pause-max"};
constexpr OptionName<OptionType::kChoice> kColour{"colour"};
constexpr OptionName<OptionType::kList> kGuests{"guests"};

template <typename Name>
concept CanBeRead = requires(const Options& options, Name name) { options.get(name); };
template <typename Name>
concept CanBeAskedFor = requires(const Options& options, Name name) {
  options.has(name);
  options.where(name);
};

static_assert(!CanBeRead<const char*> && !CanBeAskedFor<const char*>, "a text can be misspelt");
static_assert(!CanBeRead<std::string> && !CanBeAskedFor<std::string_view>);
static_assert(CanBeAskedFor<OptionName<OptionType::kSize>>);

template <OptionType kType, typename Value>
constexpr bool kReadsAs = std::same_as<decltype(std::declval<const Options&>().get(OptionName<kType>("x"))), Value>;

static_assert(kReadsAs<OptionType::kString, std::string>);
static_assert(kReadsAs<OptionType::kBool, bool>);
static_assert(kReadsAs<OptionType::kInteger, std::int64_t>);
static_assert(kReadsAs<OptionType::kNumber, double>);
static_assert(kReadsAs<OptionType::kSize, std::uint64_t>);
static_assert(kReadsAs<OptionType::kDuration, std::chrono::nanoseconds>);
static_assert(kReadsAs<OptionType::kChoice, std::string>);
static_assert(kReadsAs<OptionType::kList, std::vector<std::string>>);

CommandSpec program() {
  CommandSpec program{.name = "host", .help = "greets"};
  program.options = {declare(kGreeting, {.help = "what is said", .fallback = "hello"}),
                     declare(kLoud, {.help = "louder"}),
                     declare(kTimes, {.help = "how often", .minimum = "1"}),
                     declare(kShare, {.help = "of all guests"}),
                     declare(kRoom, {.help = "its size"}),
                     declare(kPauseMax, {.help = "between two", .fallback = "2s", .per_queue = true}),
                     declare(kColour, {.help = "of the hat", .choices = {"red", "blue"}}),
                     declare(kGuests, {.help = "who comes"})};
  return program;
}

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "host");
  return parse_command_line(program(), std::move(words), {}).options;
}

// Goal: get() returns a value in the type of the option's name, for every type.
TEST(OptionNameTest, ReadsEachTypeAsWhatItIs) {
  const Options options = parse({"--greeting", "good day", "--loud", "--times=3", "--share=0.25", "--room=64KiB",
                                 "--pause-max=1m30s", "--colour=red", "--guests=ann,bob"});
  EXPECT_EQ(options.get(kGreeting), "good day");
  EXPECT_TRUE(options.get(kLoud));
  EXPECT_EQ(options.get(kTimes), 3);
  EXPECT_EQ(options.get(kShare), 0.25);
  EXPECT_EQ(options.get(kRoom), 65'536U);
  EXPECT_EQ(options.get(kPauseMax), 90s);
  EXPECT_EQ(options.get(kColour), "red");
  EXPECT_EQ(options.get(kGuests), (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(options.as_written(kPauseMax), "1m30s");
}

// Goal: an option that nobody set has its default, or an empty value; where() and source() say where a value was set.
TEST(OptionNameTest, SaysWhereAValueWasSet) {
  Options options = parse({"--times", "2"});
  EXPECT_EQ(options.where(kTimes), "--times");
  EXPECT_EQ(options.source(kTimes), OptionSource::kFlag);
  EXPECT_EQ(options.get(kGreeting), "hello");
  EXPECT_TRUE(options.has(kGreeting));
  EXPECT_FALSE(options.is_set(kGreeting));
  EXPECT_FALSE(options.has(kRoom));
  EXPECT_EQ(options.get(kRoom), 0U);
  EXPECT_TRUE(options.get(kGuests).empty());
  options.set_default(kPauseMax, "5s", "news");
  EXPECT_EQ(options.get(kPauseMax, "news"), 5s);
  EXPECT_EQ(options.get(kPauseMax, "mail"), 2s);
  try {
    options.refuse(kTimes, "an odd number");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "--times \"2\" is not allowed; use an odd number");
  }
}

// Goal: one constant yields the flag, the variable, the key and the spec.
TEST(OptionNameTest, NamesFlagVariableAndSpec) {
  EXPECT_EQ(kPauseMax.text(), "pause-max");
  EXPECT_EQ(kPauseMax.flag(), "--pause-max");
  EXPECT_EQ(kPauseMax.variable(), "EKIDEN_PAUSE_MAX");
  const OptionSpec spec = declare(kPauseMax, {.help = "between two"});
  EXPECT_EQ(spec.name, "pause-max");
  EXPECT_EQ(spec.type, OptionType::kDuration);
  EXPECT_EQ(spec.help, "between two");
  EXPECT_TRUE(spec.id() == kPauseMax);
  EXPECT_EQ(names_of({kTimes, kPauseMax}), (std::vector<std::string>{"times", "pause-max"}));
}

// Goal: to read an option that the command does not have, or has with another type, is a programming error: it throws
// std::logic_error.
TEST(OptionNameTest, AnOptionOfAnotherCommandIsOurMistake) {
  const Options options = parse({});
  constexpr OptionName<OptionType::kString> kElsewhere{"elsewhere"};
  constexpr OptionName<OptionType::kList> kTimesList{"times"};
  constexpr OptionName<OptionType::kString> kColourText{"colour"};
  EXPECT_THROW(options.get(kElsewhere), std::logic_error);
  EXPECT_THROW(options.has(kElsewhere), std::logic_error);
  EXPECT_THROW(options.get(kTimesList), std::logic_error);
  EXPECT_EQ(options.get(kColourText), "") << "a choice is a text";
}

}  // namespace
}  // namespace ekiden::app
