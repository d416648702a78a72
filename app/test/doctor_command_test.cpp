#include <ekiden/app/doctor.hpp>
#include <ekiden/app/manual.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/base/json/reader.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using worker::Check;
using worker::CheckStatus;

const std::vector<Check> kChecks{{"region", "", CheckStatus::kOk, "us-east-1", ""},
                                 {"queue", "news", CheckStatus::kFault, "is \"gone\"", "make it"},
                                 {"sqs:ReceiveMessage", "news", CheckStatus::kNotTried, "would hide", ""}};

// Goal: the table has one aligned line per check, the fix below it, and the counts at the end.
TEST(DoctorTableTest, HasALineACheckAndTheFixBelow) {
  EXPECT_EQ(doctor_table(kChecks),
            "ok         region              us-east-1\n"
            "fault      queue               is \"gone\"\n"
            "           -> make it\n"
            "not tried  sqs:ReceiveMessage  would hide\n"
            "3 checks: 1 ok, 0 warnings, 1 fault, 1 not tried\n");
}

// Goal: with several queues each has a heading; checks of the whole process come first.
TEST(DoctorTableTest, SeveralQueuesHaveHeadings) {
  std::vector<Check> checks = kChecks;
  checks.push_back({"queue", "mail", CheckStatus::kWarning, "slow", "wait"});
  EXPECT_EQ(doctor_table(checks),
            "ok         region              us-east-1\n"
            "queue news:\n"
            "fault      queue               is \"gone\"\n"
            "           -> make it\n"
            "not tried  sqs:ReceiveMessage  would hide\n"
            "queue mail:\n"
            "warning    queue               slow\n"
            "           -> wait\n"
            "4 checks: 1 ok, 1 warning, 1 fault, 1 not tried\n");
}

// Goal: the JSON object has the same content as the table.
TEST(DoctorJsonTest, SaysTheSame) {
  base::JsonDocument document;
  ASSERT_FALSE(document.parse(doctor_json(kChecks)));
  const base::JsonReader root = document.root();
  ASSERT_EQ(root.find("checks")->size(), kChecks.size());
  for (std::size_t i = 0; i < kChecks.size(); ++i) {
    const base::JsonReader check = root.find("checks")->element(i);
    EXPECT_EQ(check.text("name"), kChecks[i].name);
    EXPECT_EQ(check.text("queue"), kChecks[i].queue);
    EXPECT_EQ(check.text("status"), to_string(kChecks[i].status));
    EXPECT_EQ(check.text("detail"), kChecks[i].detail);
    EXPECT_EQ(check.text("fix"), kChecks[i].fix);
  }
  const base::JsonReader summary = *root.find("summary");
  EXPECT_EQ(summary.find("ok")->integer(), 1);
  EXPECT_EQ(summary.find("warning")->integer(), 0);
  EXPECT_EQ(summary.find("fault")->integer(), 1);
  EXPECT_EQ(summary.find("not_tried")->integer(), 1);
}

// Goal: doctor takes all options that configure a worker, but no option that makes it do something else (--health).
TEST(DoctorCommandTest, TakesTheWorkersOptions) {
  CommandSpec spec{.name = "w", .help = "works", .options = worker_options()};
  spec.commands.push_back(doctor_command(spec.options));
  const std::string help = help_text(spec, {"doctor"}, "w");
  for (const char* option :
       {"--queue", "--table-key", "--stop-timeout", "--visibility-timeout", "--config", "--json"}) {
    EXPECT_THAT(help, HasSubstr(option));
  }
  EXPECT_THAT(help, Not(HasSubstr("--health")));
  EXPECT_THROW(parse_command_line(spec, {"w", "doctor", "--health"}, {}), UsageError);
  EXPECT_TRUE(parse_command_line(spec, {"w", "doctor", "--json", "--queue", "q"}, {}).options.get(option::kDoctorJson));
}

}  // namespace
}  // namespace ekiden::app
