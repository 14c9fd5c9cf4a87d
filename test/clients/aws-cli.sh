#!/usr/bin/env bash
# Tests a running Stepmill with the unmodified AWS CLI; only AWS_ENDPOINT_URL is set.
#
#   AWS_ENDPOINT_URL=http://127.0.0.1:4566 test/clients/aws-cli.sh [s3 sts iam ...]
#
# Needs the AWS CLI as `aws` on the PATH, or in AWS_CLI: version 1 (`pip install awscli==1.45.11`), or
# version 2 from 2.13 on, which supports AWS_ENDPOINT_URL (tested with 2.23.6). Credentials and region can have any
# value; defaults are used if the environment has none.
# Every function named check_<service> is one check; a new service is a new function. Prints one line per
# check and exits 1 if any failed.
set -uo pipefail

: "${AWS_ENDPOINT_URL:?is not set. Start Stepmill and set it.}"
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-test}"
export AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-test}"
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-us-east-1}"
export AWS_PAGER="" AWS_CONFIG_FILE=/dev/null
AWS_CLI="${AWS_CLI:-aws}"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

aws() { command "$AWS_CLI" "$@"; }

# expect <wanted> <got>
expect() {
  if [ "$1" != "$2" ]; then
    echo "expected: $1"
    echo "got:      $2"
    return 1
  fi
}

# refused <error code> <command...>: the command must fail with this AWS error.
refused() {
  local code="$1" output
  shift
  if output="$("$@" 2>&1)"; then
    echo "expected $code, but the command succeeded: $*"
    return 1
  fi
  [[ "$output" == *"($code)"* ]] || { echo "expected $code: $output"; return 1; }
}

check_s3() {
  local bucket="cli-$RANDOM$RANDOM"
  aws s3 mb "s3://$bucket"
  echo "hello" >"$folder/small file+1.txt"
  aws s3 cp "$folder/small file+1.txt" "s3://$bucket/in coming/ü 50%.txt"
  expect "hello" "$(aws s3 cp "s3://$bucket/in coming/ü 50%.txt" -)"
  aws s3 ls "s3://$bucket/in coming/" | grep -q "6 ü 50%.txt"
  expect "in coming/ü 50%.txt" \
    "$(aws s3api list-objects-v2 --bucket "$bucket" --query 'Contents[0].Key' --output text)"
  refused 404 aws s3api head-object --bucket "$bucket" --key none
  aws s3 rm "s3://$bucket/in coming/ü 50%.txt"
  aws s3 rb "s3://$bucket"
}

check_s3_multipart() {
  local bucket="cli-$RANDOM$RANDOM"
  aws s3 mb "s3://$bucket"
  head -c 20000123 /dev/urandom >"$folder/big"
  for algorithm in CRC32 SHA1 SHA256; do
    aws s3 cp "$folder/big" "s3://$bucket/big" --checksum-algorithm "$algorithm" --no-progress
    aws s3 cp "s3://$bucket/big" "$folder/back" --checksum-mode ENABLED --no-progress
    cmp "$folder/big" "$folder/back"
  done
  aws s3api get-object-attributes --bucket "$bucket" --key big \
    --object-attributes ObjectParts Checksum --query 'ObjectParts.TotalPartsCount' --output text |
    grep -qx 3
  aws s3 cp "s3://$bucket/big" "s3://$bucket/copy" --no-progress
  aws s3 rb "s3://$bucket" --force
}

check_s3_sync() {
  local bucket="cli-$RANDOM$RANDOM"
  aws s3 mb "s3://$bucket"
  mkdir -p "$folder/tree/a/b c"
  echo 1 >"$folder/tree/one"
  echo 2 >"$folder/tree/a/b c/two"
  # S3 gives times in whole seconds: a file written in the same second looks newer than its object.
  touch -d '1 minute ago' "$folder/tree/one" "$folder/tree/a/b c/two"
  aws s3 sync "$folder/tree" "s3://$bucket/tree"
  # An unchanged file is not uploaded again.
  expect "" "$(aws s3 sync "$folder/tree" "s3://$bucket/tree")"
  rm "$folder/tree/one"
  aws s3 sync "$folder/tree" "s3://$bucket/tree" --delete
  aws s3 sync "s3://$bucket/tree" "$folder/back-tree"
  diff -r "$folder/tree" "$folder/back-tree"
  aws s3 rb "s3://$bucket" --force
}

check_s3_stream() {
  local bucket="cli-$RANDOM$RANDOM"
  aws s3 mb "s3://$bucket"
  head -c 9000000 /dev/zero | aws s3 cp - "s3://$bucket/stream"
  expect 9000000 "$(aws s3 cp "s3://$bucket/stream" - | wc -c | tr -d ' ')"
  local url
  url="$(aws s3 presign "s3://$bucket/stream" --expires-in 60)"
  expect 9000000 "$(curl -fsS "$url" | wc -c | tr -d ' ')"
  aws s3 rb "s3://$bucket" --force
}

check_sts() {
  aws sts get-caller-identity --query Arn --output text | grep -q ':root$'
}

check_iam() {
  local role="cli-$RANDOM$RANDOM"
  local trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
  aws iam create-role --role-name "$role" --assume-role-policy-document "$trust" >/dev/null
  aws iam attach-role-policy --role-name "$role" \
    --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
  expect AWSLambdaBasicExecutionRole "$(aws iam list-attached-role-policies --role-name "$role" \
    --query 'AttachedPolicies[0].PolicyName' --output text)"
  aws iam detach-role-policy --role-name "$role" \
    --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
  aws iam delete-role --role-name "$role"
  refused NoSuchEntity aws iam get-role --role-name "$role"
}

check_cloudformation() {
  aws cloudformation list-stacks --query 'StackSummaries[].StackName' --output text >/dev/null
  refused ValidationError aws cloudformation describe-stacks --stack-name not-there
}

check_stepfunctions() {
  local name="cli-$RANDOM$RANDOM" role machine execution
  local trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
  role="$(aws iam create-role --role-name "$name" --assume-role-policy-document "$trust" \
    --query Role.Arn --output text)"
  machine="$(aws stepfunctions create-state-machine --name "$name" --role-arn "$role" \
    --definition '{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":3600,"End":true}}}' \
    --query stateMachineArn --output text)"
  aws stepfunctions list-state-machines --query 'stateMachines[].name' --output text | grep -q "$name"
  execution="$(aws stepfunctions start-execution --state-machine-arn "$machine" --input '{"a":1}' \
    --query executionArn --output text)"
  expect "$execution" "$(aws stepfunctions list-executions --state-machine-arn "$machine" \
    --query 'executions[0].executionArn' --output text)"
  aws stepfunctions stop-execution --execution-arn "$execution" --cause enough >/dev/null
  expect ABORTED "$(aws stepfunctions describe-execution --execution-arn "$execution" \
    --query status --output text)"
  expect ExecutionAborted "$(aws stepfunctions get-execution-history --execution-arn "$execution" \
    --reverse-order --query 'events[0].type' --output text)"
  aws stepfunctions delete-state-machine --state-machine-arn "$machine"
  aws iam delete-role --role-name "$name"
}

check_dynamodb() {
  local table="cli-$RANDOM$RANDOM"
  aws dynamodb create-table --table-name "$table" --billing-mode PAY_PER_REQUEST \
    --key-schema AttributeName=pk,KeyType=HASH \
    --attribute-definitions AttributeName=pk,AttributeType=S >/dev/null
  aws dynamodb wait table-exists --table-name "$table"
  aws dynamodb put-item --table-name "$table" --item '{"pk":{"S":"a"},"n":{"N":"1.50"}}' \
    --condition-expression 'attribute_not_exists(pk)'
  refused ConditionalCheckFailedException aws dynamodb put-item --table-name "$table" \
    --item '{"pk":{"S":"a"}}' --condition-expression 'attribute_not_exists(pk)'
  expect 2.5 "$(aws dynamodb update-item --table-name "$table" --key '{"pk":{"S":"a"}}' \
    --update-expression 'ADD n :one' --expression-attribute-values '{":one":{"N":"1"}}' \
    --return-values ALL_NEW --query Attributes.n.N --output text)"
  expect 1 "$(aws dynamodb query --table-name "$table" --key-condition-expression 'pk = :pk' \
    --expression-attribute-values '{":pk":{"S":"a"}}' --query Count --output text)"
  aws dynamodb delete-item --table-name "$table" --key '{"pk":{"S":"a"}}'
  expect 0 "$(aws dynamodb scan --table-name "$table" --query Count --output text)"
  refused ResourceNotFoundException aws dynamodb describe-table --table-name none
  aws dynamodb delete-table --table-name "$table" >/dev/null
}

check_sagemaker() {
  aws sagemaker list-training-jobs --query 'TrainingJobSummaries[].TrainingJobName' --output text
  aws sagemaker list-model-packages --query 'ModelPackageSummaryList[].ModelPackageArn' --output text
  refused ValidationException aws sagemaker describe-training-job --training-job-name not-there
  refused ValidationError aws sagemaker-runtime invoke-endpoint --endpoint-name not-there \
    --body 1 --cli-binary-format raw-in-base64-out "$folder/answer" ||
    refused ValidationError aws sagemaker-runtime invoke-endpoint --endpoint-name not-there \
      --body 1 "$folder/answer"
}

check_events() {
  expect 0 "$(aws events put-events --entries '[{"Source":"cli","DetailType":"check","Detail":"{}"}]' \
    --query FailedEntryCount --output text)"
  local event='{"id":"1","account":"0","source":"cli","time":"2026-11-20T10:00:00Z","region":"us-east-1","resources":[],"detail-type":"check","detail":{}}'
  expect True "$(aws events test-event-pattern --event-pattern '{"source":["cli"]}' \
    --event "$event" --query Result --output text)"
}

check_logs() {
  local group="/cli/$RANDOM$RANDOM"
  aws logs create-log-group --log-group-name "$group"
  aws logs create-log-stream --log-group-name "$group" --log-stream-name s
  aws logs put-log-events --log-group-name "$group" --log-stream-name s \
    --log-events "timestamp=$(date +%s)000,message=hello" >/dev/null
  expect hello "$(aws logs get-log-events --log-group-name "$group" --log-stream-name s \
    --query 'events[0].message' --output text)"
  aws logs delete-log-group --log-group-name "$group"
}

check_cloudwatch() {
  aws cloudwatch put-metric-data --namespace cli --metric-name m --value 3
  aws cloudwatch list-metrics --namespace cli --query 'Metrics[].MetricName' --output text | grep -q m
  aws cloudwatch describe-alarms --query 'MetricAlarms[].AlarmName' --output text
}

check_messaging() {
  local name="cli-$RANDOM$RANDOM" topic url
  topic="$(aws sns create-topic --name "$name" --query TopicArn --output text)"
  aws sns publish --topic-arn "$topic" --message hello >/dev/null
  aws sns delete-topic --topic-arn "$topic"
  # AWS CLI 1 ignores AWS_ENDPOINT_URL for SQS and needs the option.
  sqs() { aws sqs "$@" --endpoint-url "$AWS_ENDPOINT_URL"; }
  url="$(sqs create-queue --queue-name "$name" --query QueueUrl --output text)"
  sqs send-message --queue-url "$url" --message-body hello >/dev/null
  expect hello "$(sqs receive-message --queue-url "$url" --query 'Messages[0].Body' --output text)"
  sqs delete-queue --queue-url "$url"
  refused AWS.SimpleQueueService.NonExistentQueue sqs get-queue-url --queue-name "$name"
}

failed=0
for name in $(compgen -A function check_); do
  name="${name#check_}"
  if [ $# -gt 0 ]; then
    wanted=no
    for prefix in "$@"; do [[ "$name" == "$prefix"* ]] && wanted=yes; done
    [ "$wanted" = yes ] || continue
  fi
  # In its own subshell, because `set -e` is off inside conditions.
  (set -e; "check_$name") >"$folder/output" 2>&1
  if [ $? -eq 0 ]; then
    echo "ok      aws $name"
  else
    failed=1
    echo "FAILED  aws $name"
    cat "$folder/output"
  fi
done
exit $failed
