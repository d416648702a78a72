// The table, its key against what the worker writes, and the rights on it.
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <optional>

#include "explain.hpp"
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

/// What is wrong with a key attribute, given what the handler takes; empty if nothing is.
std::string misfit(const aws::dynamodb::KeyAttribute& attribute, const std::vector<Member>& members) {
  const auto member = std::ranges::find(members, attribute.name, &Member::name);
  if (member == members.end()) {
    return "has no " + attribute.name;
  }
  if (member->type != attribute.type) {
    return "has " + attribute.name + " as " + member->type + ", not " + attribute.type;
  }
  return member->optional ? "may leave " + attribute.name + " out" : std::string();
}

void check_key(const std::vector<aws::dynamodb::KeyAttribute>& key, const Patient& patient, Findings& findings) {
  std::vector<std::string> names;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    names.push_back(attribute.name);
  }
  const Settings& settings = patient.settings;
  if (!settings.table_key.empty() && settings.table_key != names) {
    findings.fault(kKey, written(key) + "; --table-key says " + base::join(settings.table_key, ","),
                   "start with --table-key " + base::join(names, ",") + ", or leave it out");
    return;
  }
  std::string wrong;
  for (const aws::dynamodb::KeyAttribute& attribute : key) {
    if (const std::string what = misfit(attribute, patient.members); !what.empty() && !patient.members.empty()) {
      wrong += (wrong.empty() ? "" : " and ") + what;
    }
  }
  if (!wrong.empty()) {
    findings.warning(kKey, written(key) + "; what the handler takes " + wrong,
                     "make a table whose key is of these members; else, unless the handler puts another item than its "
                     "message, every write is refused");
  } else if (!patient.members.empty()) {
    findings.ok(kKey, written(key) + ", members of what the handler takes");
  } else if (!settings.table_key.empty()) {
    findings.ok(kKey, written(key) + ", as --table-key says");
  } else {
    findings.ok(kKey, written(key) + "; what the handler writes is not known here");
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

/// No item has an attribute and has it not. Source: DynamoDB Developer Guide, "Condition expressions".
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
      findings.fault(kPut, "what answers took an item under a condition that nothing meets", "use DynamoDB");
    } else {
      findings.ok(kPut,
                  "allowed on " + right.subject + (visit.seams.target.is_local ? ", as all is on a local server" : ""));
    }
  } catch (const aws::Error& error) {
    report_denial(findings, error, right, visit);
  }
}

void report_batch(const Visit& visit, const Right& right, Findings& findings) {
  const std::string simulate = how_to_simulate({kBatchWrite, right.subject, right.arn}, visit);
  findings.not_tried(kBatchWrite, "a batch takes no condition, so that a probe would write",
                     simulate.empty() ? "allow it beside dynamodb:PutItem" : simulate);
}

/// The key by name alone, where the table may not be described.
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
    if (found.status == "ACTIVE" || found.status == "UPDATING") {
      findings.ok("table", found.arn.empty() ? table : found.arn);
    } else {
      findings.fault("table", table + " is " + found.status, "wait until it is ACTIVE, or make it anew");
    }
    check_key(key, patient, findings);
  } catch (const aws::Error& error) {
    Explanation told = explain(error, right, visit);
    const bool denied = is_denied(error);
    const bool starts = denied && !key.empty();
    findings.add("table", starts ? CheckStatus::kWarning : CheckStatus::kFault,
                 starts ? told.detail + "; its key is believed to be " + base::join(patient.settings.table_key, ",")
                        : std::move(told.detail),
                 told.fix + (denied && !starts ? ", or name the table's key with --table-key" : ""));
    findings.not_tried(kKey, "the table could not be described");
    exists = denied;
  }
  if (!exists || key.empty()) {
    findings.not_tried(kPut, exists ? "the table's key is not known" : "the table could not be looked at");
  } else {
    right.action = kPut;
    co_await probe_put(visit, key, right, findings);
  }
  report_batch(visit, right, findings);
}

}  // namespace ekiden::worker::doctor
