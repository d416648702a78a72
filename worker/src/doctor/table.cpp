// Checks of the table, of its key against what the worker writes, and of the permissions on it.
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <optional>

#include "explain.hpp"
#include "start/table_status.hpp"
#include "visit.hpp"

namespace ekiden::worker::doctor {
namespace {

constexpr std::string_view kDescribe = "dynamodb:DescribeTable";
constexpr std::string_view kPut = "dynamodb:PutItem";
constexpr std::string_view kBatchWrite = "dynamodb:BatchWriteItem";
constexpr std::string_view kKey = "table key";

std::string written(const std::vector<aws::dynamodb::KeyAttribute>& key) {
  std::string text;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    text += (text.empty() ? "" : ", ") + attribute.name + " (" + attribute.type + ")";
  }
  return text;
}

/// Why the handler's message type does not fit this key attribute, as the end of a sentence; empty if it fits.
std::string misfit(const aws::dynamodb::KeyAttribute& attribute, const std::vector<Member>& members) {
  const auto member = std::ranges::find(members, attribute.name, &Member::name);
  if (member == members.end()) {
    return "has no " + attribute.name;
  }
  if (member->type != attribute.type) {
    return "has " + attribute.name + " as " + member->type + " instead of " + attribute.type;
  }
  return member->optional ? "can leave out " + attribute.name : std::string();
}

void check_key(const std::vector<aws::dynamodb::KeyAttribute>& key, const Patient& patient, Findings& findings) {
  std::vector<std::string> names;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    names.push_back(attribute.name);
  }
  const Settings& settings = patient.settings;
  if (!settings.table_key.empty() && settings.table_key != names) {
    findings.fault(kKey, written(key) + ", but --table-key is " + base::join(settings.table_key, ","),
                   "set --table-key " + base::join(names, ",") + ", or leave the option out");
    return;
  }
  std::string wrong;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    if (const std::string what = misfit(attribute, patient.members); !what.empty() && !patient.members.empty()) {
      wrong += (wrong.empty() ? "" : " and ") + what;
    }
  }
  if (!wrong.empty()) {
    findings.warning(
        kKey, written(key) + "; the handler's message type " + wrong,
        "create a table whose key matches the message type; otherwise every write fails, unless the handler "
        "puts items of another type");
  } else if (!patient.members.empty()) {
    findings.ok(kKey, written(key) + ", members of the handler's message type");
  } else if (!settings.table_key.empty()) {
    findings.ok(kKey, written(key) + ", as --table-key says");
  } else {
    findings.ok(kKey, written(key) + "; the handler's message type is not known here");
  }
}

aws::dynamodb::AttributeValue value_of(const std::string& type) {
  if (type == "N") {
    return 0;
  }
  if (type == "B") {
    return aws::dynamodb::Binary{"ekiden-doctor"};
  }
  return "ekiden-doctor";
}

/// Puts an item under a condition that is never true: an attribute both exists and does not exist. DynamoDB checks the
/// permission first. Source: DynamoDB Developer Guide, "Condition expressions".
Task<> probe_put(Visit& visit, const std::vector<aws::dynamodb::KeyAttribute>& key, const Right& right,
                 Findings& findings) {
  aws::dynamodb::Item item;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    item.set(attribute.name, value_of(attribute.type));
  }
  aws::dynamodb::Expression never;
  never.text = "attribute_exists(#k) AND attribute_not_exists(#k)";
  never.names = {{"#k", key.front().name}};
  const std::string table = right.subject.substr(right.subject.find(' ') + 1);
  try {
    const bool put = co_await visit.dynamodb.put_item(table, item, never, kCall);
    if (put) {
      findings.fault(kPut, "the endpoint stored an item although its condition is never true",
                     "use DynamoDB, or a server that checks conditions");
    } else {
      findings.ok(kPut, "allowed on " + right.subject +
                            (visit.seams.target.is_local ? " (a local server allows everything)" : ""));
    }
  } catch (const aws::Error& error) {
    report_denial(findings, error, right, visit);
  }
}

void report_batch(const Visit& visit, const Right& right, Findings& findings) {
  const std::string simulate = how_to_simulate({kBatchWrite, right.subject, right.arn}, visit);
  findings.not_tried(kBatchWrite, "BatchWriteItem has no condition, so a test would write an item",
                     simulate.empty() ? "check that dynamodb:BatchWriteItem is allowed on the table, too" : simulate);
}

/// The key as --table-key names it, for a table that the credentials are not allowed to describe. Types come from the
/// handler's message type; an unknown attribute is taken for a string.
std::vector<aws::dynamodb::KeyAttribute> assumed_key(const Patient& patient) {
  std::vector<aws::dynamodb::KeyAttribute> key;
  for (const std::string& name : patient.settings.table_key) {
    const auto member = std::ranges::find(patient.members, name, &Member::name);
    key.push_back({name, member == patient.members.end() ? "S" : member->type});
  }
  return key;
}

}  // namespace

Task<> check_table(Visit& visit, const Patient& patient, Findings& findings) {
  const std::string& table = patient.settings.table;
  if (table.empty()) {
    findings.not_tried("table", "none is configured (--table)");
    co_return;
  }
  Right right{kDescribe, "table " + table, {}};
  std::vector<aws::dynamodb::KeyAttribute> key = assumed_key(patient);
  bool exists = true;
  try {
    const aws::dynamodb::TableDescription found = co_await visit.dynamodb.describe_table(table, kCall);
    key = found.key;
    right.arn = found.arn;
    TableState state = table_state(found.status);
    if (state.use == TableUse::kUsable) {
      findings.ok("table", found.arn.empty() ? table : found.arn);
    } else if (state.use == TableUse::kComing) {
      findings.warning("table", table + " " + state.why + ": a worker waits for it at its start", std::move(state.fix));
    } else {
      findings.fault("table", table + " " + state.why, std::move(state.fix));
    }
    check_key(key, patient, findings);
  } catch (const aws::Error& error) {
    Explanation result = explain(error, right, visit);
    const bool denied = is_denied(error);
    const bool starts = denied && !key.empty();
    findings.add("table", starts ? CheckStatus::kWarning : CheckStatus::kFault,
                 starts ? result.detail + "; its key is assumed to be " + base::join(patient.settings.table_key, ",")
                        : std::move(result.detail),
                 result.fix + (denied && !starts ? ", or name the table's key with --table-key" : ""));
    findings.not_tried(kKey, "the table could not be described");
    exists = denied;
  }
  if (!exists || key.empty()) {
    findings.not_tried(kPut, exists ? "the table's key is not known" : "the table could not be read");
  } else {
    right.action = kPut;
    co_await probe_put(visit, key, right, findings);
  }
  report_batch(visit, right, findings);
}

}  // namespace ekiden::worker::doctor
