#include "work_place.hpp"

#include <ekiden/aws/names.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "option_names.hpp"

namespace ekiden::cli {

using app::declare;
using Key = std::vector<aws::dynamodb::KeyAttribute>;

std::string dead_letter_queue_of(const std::string& queue) { return queue + "-dead"; }

bool Names::is_dead_letter_queue(const std::string& queue) const {
  return std::ranges::any_of(queues, [&](const std::string& other) { return dead_letter_queue_of(other) == queue; });
}

app::OptionSpec queue_option(std::string fallback) {
  return declare(option::kQueues, {.help = "queue to create, with its dead-letter queue QUEUE-dead; repeat the option "
                                           "for each queue of a worker with several",
                                   .fallback = std::move(fallback),
                                   .value_name = "QUEUE"});
}

app::OptionSpec table_option(std::string fallback) {
  return declare(option::kTables, {.help = "table to create; repeat the option for several tables",
                                   .fallback = std::move(fallback),
                                   .value_name = "TABLE"});
}

app::OptionSpec table_key_option() {
  return declare(
      option::kTableKey,
      {.help = "key attributes of the table, hash key first, each with or without a type: NAME or NAME:TYPE, "
               "as in order_id,number:N. Types: S string (the default), N number, B binary. TABLE=HASH[,RANGE] is the "
               "key of one of several tables; repeat the option for each",
       .fallback = "user_id,news_id",
       .value_name = "HASH[,RANGE]"});
}

namespace {

bool has_only(std::string_view text, std::string_view marks) {
  return std::ranges::all_of(
      text, [marks](char c) { return base::is_alphanumeric(c) || marks.find(c) != std::string_view::npos; });
}

/// SQS rejects other names, but its errors do not name the option.
void require_usable_queue(const app::Options& options, const std::string& name) {
  constexpr std::size_t kQueueNameMax = 80;  // SQS's limit.
  const std::string subject = options.named(option::kQueues) + " \"" + name + "\" ";
  if (aws::sqs::is_fifo_name(name)) {
    throw app::UsageError(
        subject +
        "is a FIFO queue, and FIFO queues are not supported yet; use a standard queue, whose name has "
        "no .fifo at its end");
  }
  if (!has_only(name, "-_") || dead_letter_queue_of(name).size() > kQueueNameMax) {
    throw app::UsageError(subject +
                          "is not a queue name: use 1 to 75 letters, digits, - and _ (QUEUE-dead must be a name, too)");
  }
}

void require_usable_table(const app::Options& options, const std::string& name) {
  constexpr std::size_t kTableNameMin = 3;  // DynamoDB's limits.
  constexpr std::size_t kTableNameMax = 255;
  if (!has_only(name, "_.-") || name.size() < kTableNameMin || name.size() > kTableNameMax) {
    throw app::UsageError(options.named(option::kTables) + " \"" + name +
                          "\" is not a table name: use 3 to 255 letters, digits, _ . and -");
  }
}

void require_once(const app::Options& options, app::OptionId option, const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) != name) {
      throw app::UsageError(options.named(option) + " names \"" + *name + "\" twice; give each name once");
    }
  }
}

/// Reads --table-key: the keys of single tables (TABLE=...), and the key of all others.
class TableKeys {
 public:
  TableKeys(const app::Options& options, const std::vector<std::string>& tables) : options_(options) {
    Key* key = &common_;
    for (std::string word : options.get(option::kTableKey)) {
      if (const std::size_t equals = word.find('='); equals != std::string::npos) {
        key = &begin_key(word.substr(0, equals), tables);
        word.erase(0, equals + 1);
      }
      key->push_back(attribute(word));
    }
    if (tables.size() > own_.size() || tables.empty()) {
      require_whole(common_, options.as_written(option::kTableKey));
    }
    for (const auto& [table, own] : own_) {
      require_whole(own, options.as_written(option::kTableKey));
    }
  }

  const Key& of(const std::string& table) const {
    const auto own = own_.find(table);
    return own == own_.end() ? common_ : own->second;
  }

 private:
  Key& begin_key(const std::string& table, const std::vector<std::string>& tables) {
    const std::string start = options_.named(option::kTableKey) + ": \"" + table + "=\" ";
    if (std::ranges::find(tables, table) == tables.end()) {
      throw app::UsageError(
          start + "is not followed by the key of a table of --table; name one of: " + base::join(tables, ", "));
    }
    const auto [place, is_new] = own_.try_emplace(table);
    if (!is_new) {
      throw app::UsageError(start + "is given twice; give the key of a table once");
    }
    return place->second;
  }

  aws::dynamodb::KeyAttribute attribute(const std::string& word) const {
    const std::size_t colon = word.find(':');
    const std::string type = colon == std::string::npos ? "S" : word.substr(colon + 1);
    if (word.empty() || colon == 0 || (type != "S" && type != "N" && type != "B")) {
      throw app::UsageError(options_.named(option::kTableKey) + ": \"" + word +
                            "\" is not a key attribute; write NAME or NAME:TYPE with the type S, N or B, as in "
                            "customer_id,number:N");
    }
    return {word.substr(0, colon), type};
  }

  void require_whole(const Key& key, const std::string& written) const {
    if (key.empty() || key.size() > 2) {
      throw app::UsageError(options_.named(option::kTableKey) + ": \"" + written + "\" has " +
                            base::counted(key.size(), "attribute") + (own_.empty() ? "" : " for one of the tables") +
                            "; a key has one or two, hash key first, as in user_id,news_id");
    }
  }

  const app::Options& options_;
  Key common_;
  std::map<std::string, Key> own_;
};

}  // namespace

Names names_from(const app::Options& options) {
  Names names{.queues = options.get(option::kQueues), .tables = {}};
  const std::vector<std::string> tables = options.get(option::kTables);
  const TableKeys keys(options, tables);
  for (const std::string& queue : names.queues) {
    require_usable_queue(options, queue);
  }
  for (const std::string& table : tables) {
    require_usable_table(options, table);
    names.tables.push_back({table, keys.of(table)});
  }
  require_once(options, option::kQueues, names.queues);
  require_once(options, option::kTables, tables);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return text;
}

std::string names_text(const Names& names) {
  std::vector<std::string> dead;
  for (const std::string& queue : names.queues) {
    if (!names.is_dead_letter_queue(queue)) {
      dead.push_back(dead_letter_queue_of(queue));
    }
  }
  std::vector<std::string> tables;
  std::ranges::transform(names.tables, std::back_inserter(tables), &TableName::name);
  const std::string queues = dead.empty() ? ""
                                          : (names.queues.size() > 1 ? "queues " : "queue ") + listed(names.queues) +
                                                ", dead letters " + listed(dead);
  const std::string with_tables = tables.empty() ? "" : (tables.size() > 1 ? "tables " : "table ") + listed(tables);
  return queues + (queues.empty() || with_tables.empty() ? "" : ", ") + with_tables;
}

}  // namespace ekiden::cli
