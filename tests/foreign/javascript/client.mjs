// Tests SQS and DynamoDB with the AWS SDK for JavaScript, which checks the MD5 of every body itself.
//
//     node client.mjs ENDPOINT
//
// Prints one line per step; ends with status 1 at the first difference from AWS.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as sqs from "@aws-sdk/client-sqs";

const endpoint = process.argv[2];
const settings = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
};
const queueClient = new sqs.SQSClient(settings);
const tableClient = new dynamodb.DynamoDBClient(settings);
const onQueues = (name, input) => queueClient.send(new sqs[`${name}Command`](input));
const onTables = (name, input) => tableClient.send(new dynamodb[`${name}Command`](input));
const step = (name) => console.log(`ok   ${name}`);

// Calculated as in the SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
function md5OfAttributes(attributes) {
  const digest = createHash("md5");
  const field = (data) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    digest.update(length).update(data);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType, StringValue, BinaryValue } = attributes[name];
    field(Buffer.from(name));
    field(Buffer.from(DataType));
    digest.update(Buffer.from([BinaryValue ? 2 : 1]));
    field(Buffer.from(BinaryValue ?? StringValue));
  }
  return digest.digest("hex");
}

async function receive(url, count = 1, more = {}) {
  const answer = await onQueues("ReceiveMessage", { QueueUrl: url, MaxNumberOfMessages: count, ...more });
  return answer.Messages ?? [];
}

async function queues() {
  const { QueueUrl: dead } = await onQueues("CreateQueue", { QueueName: "foreign-dead" });
  const { Attributes } = await onQueues("GetQueueAttributes", { QueueUrl: dead, AttributeNames: ["QueueArn"] });
  const policy = JSON.stringify({ deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: 2 });
  const { QueueUrl: url } = await onQueues("CreateQueue", {
    QueueName: "foreign",
    Attributes: { VisibilityTimeout: "60", RedrivePolicy: policy },
  });
  const found = await onQueues("GetQueueUrl", { QueueName: "foreign" });
  assert.equal(found.QueueUrl, url);
  const listed = await onQueues("ListQueues", { QueueNamePrefix: "foreign" });
  assert.deepEqual(listed.QueueUrls.sort(), [url, dead].sort());
  step("create, get, list queues");
  return { url, dead };
}

async function oneMessage(url) {
  const body = 'café ✓ <tag> & "quotes" 🏃\n second line';
  const attributes = {
    Kind: { DataType: "String", StringValue: "breaking 日本" },
    Weight: { DataType: "Number", StringValue: "17.5" },
    Raw: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 16]) },
  };
  const sent = await onQueues("SendMessage", { QueueUrl: url, MessageBody: body, MessageAttributes: attributes });
  assert.equal(sent.MD5OfMessageAttributes, md5OfAttributes(attributes));
  const [message] = await receive(url, 1, {
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
    WaitTimeSeconds: 5,
  });
  assert.equal(message.MessageId, sent.MessageId);
  assert.equal(message.Body, body);
  assert.deepEqual([...message.MessageAttributes.Raw.BinaryValue], [0, 255, 16]);
  assert.equal(message.MessageAttributes.Kind.StringValue, attributes.Kind.StringValue);
  assert.equal(message.MD5OfMessageAttributes, md5OfAttributes(attributes));
  assert.equal(message.Attributes.ApproximateReceiveCount, "1");
  step("send, receive: body, attributes, their MD5s");

  assert.deepEqual(await receive(url), []);
  const { ReceiptHandle } = message;
  await onQueues("ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
  const [again] = await receive(url, 1, { MessageSystemAttributeNames: ["All"], WaitTimeSeconds: 5 });
  assert.equal(again.Attributes.ApproximateReceiveCount, "2");
  await onQueues("DeleteMessage", { QueueUrl: url, ReceiptHandle: again.ReceiptHandle });
  step("change visibility, delete");
}

async function batches(url) {
  const bodies = Array.from({ length: 10 }, (_, i) => `body ${i}`);
  const sent = await onQueues("SendMessageBatch", {
    QueueUrl: url,
    Entries: bodies.map((MessageBody, i) => ({ Id: `m${i}`, MessageBody })),
  });
  assert.equal(sent.Successful.length, 10);
  const handles = new Map();
  while (handles.size < 10) {
    const some = await receive(url, 10, { WaitTimeSeconds: 5 });
    assert.notEqual(some.length, 0, `only ${handles.size} of 10 messages came back`);
    for (const { Body, ReceiptHandle } of some) handles.set(Body, ReceiptHandle);
  }
  assert.deepEqual([...handles.keys()].sort(), bodies);
  const entries = [...handles.values()].map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
  const changed = await onQueues("ChangeMessageVisibilityBatch", {
    QueueUrl: url,
    Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 120 })),
  });
  assert.equal(changed.Successful.length, 10);
  const deleted = await onQueues("DeleteMessageBatch", {
    QueueUrl: url,
    Entries: entries.map((entry, i) => (i === 3 ? { ...entry, ReceiptHandle: "no such handle" } : entry)),
  });
  assert.equal(deleted.Successful.length, 9);
  assert.deepEqual(deleted.Failed.map(({ Id }) => Id), ["3"]);
  await onQueues("DeleteMessage", { QueueUrl: url, ReceiptHandle: entries[3].ReceiptHandle });
  step("batches of ten; one entry rejected");
}

async function redriveAndPurge({ url, dead }) {
  await onQueues("SendMessage", { QueueUrl: url, MessageBody: "poison" });
  for (let i = 0; i < 2; ++i) {
    const [{ ReceiptHandle }] = await receive(url, 1, { WaitTimeSeconds: 5 });
    await onQueues("ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
  }
  assert.deepEqual(await receive(url), []);
  const moved = await receive(dead, 1, { WaitTimeSeconds: 5 });
  assert.deepEqual(moved.map(({ Body }) => Body), ["poison"]);
  step("redrive to the dead-letter queue");

  await onQueues("SendMessage", { QueueUrl: url, MessageBody: "to be purged" });
  await onQueues("PurgeQueue", { QueueUrl: url });
  assert.deepEqual(await receive(url), []);
  await assert.rejects(onQueues("GetQueueUrl", { QueueName: "no-such-queue" }), { name: "QueueDoesNotExist" });
  for (const each of [url, dead]) await onQueues("DeleteQueue", { QueueUrl: each });
  step("purge; errors by their AWS names; delete queues");
}

const TableName = "foreign";

async function oneItem() {
  await onTables("CreateTable", {
    TableName,
    AttributeDefinitions: ["user_id", "news_id"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "user_id", KeyType: "HASH" },
      { AttributeName: "news_id", KeyType: "RANGE" },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  await dynamodb.waitUntilTableExists({ client: tableClient, minDelay: 1, maxDelay: 1, maxWaitTime: 10 }, { TableName });
  const Key = { user_id: { S: "u1" }, news_id: { S: "n1" } };
  const Item = {
    ...Key,
    title: { S: "café 🏃" },
    score: { N: "12345678901234567890.5" },
    raw: { B: new Uint8Array([0, 255]) },
    read: { BOOL: false },
    nested: { M: { list: { L: [{ N: "1" }, { S: "two" }] } } },
  };
  await onTables("PutItem", { TableName, Item });
  const got = await onTables("GetItem", { TableName, Key, ConsistentRead: true });
  assert.deepEqual({ ...got.Item, raw: { B: new Uint8Array(got.Item.raw.B) } }, Item);
  await assert.rejects(
    onTables("PutItem", { TableName, Item, ConditionExpression: "attribute_not_exists(user_id)" }),
    { name: "ConditionalCheckFailedException" },
  );
  const { Attributes } = await onTables("UpdateItem", {
    TableName,
    Key,
    UpdateExpression: "SET title = :t ADD score :one REMOVE nested",
    ExpressionAttributeValues: { ":t": { S: "new" }, ":one": { N: "1" } },
    ReturnValues: "ALL_NEW",
  });
  assert.equal(Attributes.title.S, "new");
  assert.equal(Attributes.score.N, "12345678901234567891.5");
  assert.equal(Attributes.nested, undefined);
  step("create table, put, get, update; conditional put rejected");
  return Key;
}

async function manyItems(Key) {
  const puts = Array.from({ length: 25 }, (_, i) => ({
    PutRequest: { Item: { user_id: { S: "u2" }, news_id: { S: `n${String(i).padStart(2, "0")}` } } },
  }));
  const written = await onTables("BatchWriteItem", { RequestItems: { [TableName]: puts } });
  assert.deepEqual(written.UnprocessedItems, {});
  const query = {
    TableName,
    KeyConditionExpression: "user_id = :u AND begins_with(news_id, :n)",
    ExpressionAttributeValues: { ":u": { S: "u2" }, ":n": { S: "n1" } },
  };
  const found = [];
  for await (const page of dynamodb.paginateQuery({ client: tableClient, pageSize: 4 }, query)) {
    found.push(...page.Items.map(({ news_id }) => news_id.S));
  }
  assert.deepEqual(found, Array.from({ length: 10 }, (_, i) => `n1${i}`));
  assert.equal((await onTables("Scan", { TableName, Select: "COUNT" })).Count, 26);
  const old = await onTables("DeleteItem", { TableName, Key, ReturnValues: "ALL_OLD" });
  assert.deepEqual(old.Attributes.user_id, Key.user_id);
  assert.equal((await onTables("GetItem", { TableName, Key })).Item, undefined);
  await assert.rejects(onTables("DescribeTable", { TableName: "no-such-table" }), { name: "ResourceNotFoundException" });
  await onTables("DeleteTable", { TableName });
  step("batch write, query in pages, scan, delete; errors by their AWS names");
}

console.log(`AWS SDK for JavaScript on node ${process.version}, ${endpoint}`);
const made = await queues();
await oneMessage(made.url);
await batches(made.url);
await redriveAndPurge(made);
await manyItems(await oneItem());
