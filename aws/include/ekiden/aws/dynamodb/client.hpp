/// DynamoDbClient: the DynamoDB calls that queue workers and their tools need.
#pragma once

#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/dynamodb/types.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ekiden::aws::dynamodb {

/// Uses the protocol AWS JSON 1.0.
///
/// Arguments are encoded before a call returns its Task, so they need not outlive the call expression. Limits that only
/// a bug can exceed (more than kBatchWriteMax entries, or none) are asserted.
///
/// Errors: a failed condition and an unprocessed item are return values; a failed call throws aws::Error. An answer
/// that does not say what the call promises, such as a BatchWriteItem without UnprocessedItems, is a failed call
/// (InvalidResponse), never a success.
/// Source: DynamoDB API Reference.
class DynamoDbClient {
 public:
  using CallOptions = aws::CallOptions;

  /// `transport` and the parts of `env` must outlive the client's tasks.
  DynamoDbClient(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
                 const aws::Target& target);

  /// Creates a table that is billed per request. Throws Error with ResourceInUseException if the name is taken.
  Task<TableDescription> create_table(const std::string& table, const std::vector<KeyAttribute>& key);
  /// Throws Error with ResourceNotFoundException if there is no such table.
  Task<TableDescription> describe_table(const std::string& table, CallOptions options = {});
  Task<> delete_table(const std::string& table);
  /// The first 100 names.
  Task<std::vector<std::string>> list_tables();

  /// Returns false if the condition was false; without a condition always true.
  Task<bool> put_item(const std::string& table, const Item& item, const Expression& condition = {},
                      CallOptions options = {});
  Task<std::optional<Item>> get_item(const std::string& table, const Item& key);
  Task<> delete_item(const std::string& table, const Item& key);
  /// Returns the item after the update.
  Task<Item> update_item(const std::string& table, const Item& key, const Expression& update);

  /// Puts up to kBatchWriteMax items with distinct keys. Returns the positions of the items that DynamoDB left
  /// unprocessed, in order. If DynamoDB's answer is ambiguous, all items that might be unprocessed are included.
  Task<std::vector<std::size_t>> batch_put(const std::string& table, std::span<const Item* const> items,
                                           CallOptions options = {});
  /// Returns the items that exist among up to kBatchGetMax distinct keys, in any order. Unprocessed keys are requested
  /// again up to ten times; then it throws a throttling Error.
  Task<std::vector<Item>> batch_get(const std::string& table, std::span<const Item> keys);

  Task<Page> query(const QueryRequest& request);
  Task<Page> scan(const ScanRequest& request);

 private:
  Task<TableDescription> finish_table(aws::Call call, std::string member);
  Task<> finish(aws::Call call);
  Task<bool> finish_put(aws::Call call);
  Task<std::vector<std::string>> finish_list(aws::Call call);
  Task<std::optional<Item>> finish_item(aws::Call call, std::string member);
  Task<Item> finish_update(aws::Call call);
  Task<std::vector<std::size_t>> finish_batch_put(aws::Call call, std::size_t items);
  Task<std::vector<Item>> finish_batch_get(aws::Call call);
  Task<Page> finish_page(aws::Call call, bool has_items);

  aws::ServiceClient client_;
};

}  // namespace ekiden::aws::dynamodb
