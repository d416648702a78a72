#!/usr/bin/env bash
# Tests SQS and DynamoDB with the `aws` program, as a user at a terminal would use it.
#   aws_cli.sh ENDPOINT AWS_PROGRAM [verified]     verified: the server accepts only the credentials local/local
# Prints one line per step; ends with status 1 at the first difference from AWS.
set -euo pipefail
endpoint=$1 program=$2 verified=${3:-}
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_PAGER="" AWS_MAX_ATTEMPTS=1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null

cli() { "$program" --endpoint-url "$endpoint" --output text "$@"; }
step() { echo "ok   $*"; }
expect() {  # WHAT EXPECTED ACTUAL
  [ "$2" = "$3" ] || { echo "FAIL $1: expected '$2', got '$3'" >&2; exit 1; }
}

"$program" --version
dead=$(cli sqs create-queue --queue-name foreign-dead --query QueueUrl)
arn=$(cli sqs get-queue-attributes --queue-url "$dead" --attribute-names QueueArn --query Attributes.QueueArn)
policy="{\"deadLetterTargetArn\":\"$arn\",\"maxReceiveCount\":\"2\"}"
url=$(cli sqs create-queue --queue-name foreign --query QueueUrl \
  --attributes "{\"VisibilityTimeout\":\"60\",\"RedrivePolicy\":\"${policy//\"/\\\"}\"}")
expect "the queue's URL" "$url" "$(cli sqs get-queue-url --queue-name foreign --query QueueUrl)"
step "create queues, get attributes, get URL"

receive() { cli sqs receive-message --queue-url "$1" --wait-time-seconds "${2:-5}" "${@:3}"; }
body='café <tag> & "quotes"'
sum=$(cli sqs send-message --queue-url "$url" --message-body "$body" --query MD5OfMessageBody \
  --message-attributes '{"Kind":{"DataType":"String","StringValue":"breaking"}}')
expect "MD5 of the body sent" "$(printf %s "$body" | md5sum | cut -d' ' -f1)" "$sum"
got=$(receive "$url" 5 --attribute-names All --message-attribute-names All \
  --query 'Messages[0].[Body,MessageAttributes.Kind.StringValue,Attributes.ApproximateReceiveCount,ReceiptHandle]')
IFS=$'\t' read -r got_body kind count handle <<<"$got"
expect "the body received" "$body" "$got_body"
expect "the attribute received" breaking "$kind"
expect "the receive count" 1 "$count"
cli sqs change-message-visibility --queue-url "$url" --receipt-handle "$handle" --visibility-timeout 0
handle=$(receive "$url" 5 --query 'Messages[0].ReceiptHandle')
cli sqs delete-message --queue-url "$url" --receipt-handle "$handle"
step "send, receive, change visibility, delete"

sent=$(cli sqs send-message-batch --queue-url "$url" --query 'length(Successful)' \
  --entries '[{"Id":"a","MessageBody":"1"},{"Id":"b","MessageBody":"2"},{"Id":"c","MessageBody":"3"}]')
expect "entries of a batch" 3 "$sent"
cli sqs purge-queue --queue-url "$url"
expect "a receive after the purge" None "$(receive "$url" 0 --query 'Messages[0].Body')"
step "batch send, purge"

cli sqs send-message --queue-url "$url" --message-body poison >/dev/null
for _ in 1 2; do
  handle=$(receive "$url" 5 --query 'Messages[0].ReceiptHandle')
  cli sqs change-message-visibility --queue-url "$url" --receipt-handle "$handle" --visibility-timeout 0
done
expect "a third receive" None "$(receive "$url" 0 --query 'Messages[0].Body')"
expect "the dead letter" poison "$(receive "$dead" 5 --query 'Messages[0].Body')"
step "redrive to the dead-letter queue"

missing=$(cli sqs get-queue-url --queue-name no-such-queue 2>&1) && { echo "FAIL a missing queue has a URL" >&2; exit 1; }
[[ $missing == *NonExistentQueue* || $missing == *QueueDoesNotExist* ]] || expect "a missing queue" NonExistentQueue "$missing"
cli sqs delete-queue --queue-url "$url"
cli sqs delete-queue --queue-url "$dead"
step "errors by their AWS names; delete queues"

cli dynamodb create-table --table-name foreign --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=user_id,AttributeType=S AttributeName=news_id,AttributeType=S \
  --key-schema AttributeName=user_id,KeyType=HASH AttributeName=news_id,KeyType=RANGE >/dev/null
cli dynamodb wait table-exists --table-name foreign
item='{"user_id":{"S":"u1"},"news_id":{"S":"n1"},"title":{"S":"first"},"score":{"N":"17.5"}}'
cli dynamodb put-item --table-name foreign --item "$item"
refused=$(cli dynamodb put-item --table-name foreign --item "$item" \
  --condition-expression 'attribute_not_exists(user_id)' 2>&1) && { echo "FAIL a put whose condition fails was accepted" >&2; exit 1; }
[[ $refused == *ConditionalCheckFailedException* ]] || expect "the rejected put" ConditionalCheckFailedException "$refused"
key='{"user_id":{"S":"u1"},"news_id":{"S":"n1"}}'
expect "the item" $'first\t17.5' "$(cli dynamodb get-item --table-name foreign --key "$key" --query 'Item.[title.S,score.N]')"
step "create table, put, get; conditional put rejected"

cli dynamodb batch-write-item --request-items '{"foreign":[
  {"PutRequest":{"Item":{"user_id":{"S":"u1"},"news_id":{"S":"n2"}}}},
  {"PutRequest":{"Item":{"user_id":{"S":"u2"},"news_id":{"S":"n1"}}}}]}' >/dev/null
expect "the query" $'n1\tn2' "$(cli dynamodb query --table-name foreign --query 'Items[].news_id.S' \
  --key-condition-expression 'user_id = :u' --expression-attribute-values '{":u":{"S":"u1"}}')"
expect "the scan's count" 3 "$(cli dynamodb scan --table-name foreign --select COUNT --query Count)"
cli dynamodb delete-item --table-name foreign --key "$key"
expect "the item after its delete" None "$(cli dynamodb get-item --table-name foreign --key "$key" --query Item.title.S)"
cli dynamodb delete-table --table-name foreign >/dev/null
step "batch write, query, scan, delete item, delete table"

if [ -n "$verified" ]; then
  refused=$(AWS_SECRET_ACCESS_KEY=wrong cli sqs list-queues 2>&1) && { echo "FAIL a wrong secret is accepted" >&2; exit 1; }
  [[ $refused == *SignatureDoesNotMatch*"does not match the signature you provided"* ]] ||
    expect "a wrong secret for SQS" SignatureDoesNotMatch "$refused"
  refused=$(AWS_SECRET_ACCESS_KEY=wrong cli dynamodb list-tables 2>&1) && { echo "FAIL a wrong secret is accepted" >&2; exit 1; }
  [[ $refused == *InvalidSignatureException*"does not match the signature you provided"* ]] ||
    expect "a wrong secret for DynamoDB" InvalidSignatureException "$refused"
  refused=$(AWS_SESSION_TOKEN=none cli sqs list-queues 2>&1) && { echo "FAIL an unknown token is accepted" >&2; exit 1; }
  [[ $refused == *InvalidClientTokenId* ]] || expect "an unknown token" InvalidClientTokenId "$refused"
  step "signatures: a wrong secret and an unknown token are rejected"
fi
