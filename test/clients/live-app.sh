#!/usr/bin/env bash
# Uses a running Stepmill and its live model through the AWS CLI only, as on AWS.
#
#   AWS_ENDPOINT_URL=http://127.0.0.1:4566 test/clients/live-app.sh
#
# Needs a project with a live model, and the AWS CLI as `aws` on the PATH or in AWS_CLI. Prints one
# line per step, and ends at the first failed step.
set -euo pipefail

: "${AWS_ENDPOINT_URL:?is not set. Start Stepmill and set it.}"
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-test}"
export AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-test}"
export AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-us-east-1}"
export AWS_PAGER="" AWS_CONFIG_FILE=/dev/null

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

aws() { command "${AWS_CLI:-aws}" "$@"; }
did() { echo "ok      aws $1"; }

resources="$(aws ssm get-parameter --name /stepmill/dev/abalone --query Parameter.Value --output text)"
field() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$resources" "$1"; }
job="cli-processing-$RANDOM$RANDOM"

last="$(aws sagemaker list-processing-jobs --name-contains abalone-prepare --status-equals Completed \
  --query 'ProcessingJobSummaries[0].ProcessingJobName' --output text)"
aws sagemaker describe-processing-job --processing-job-name "$last" --output json --query '{
  ProcessingInputs: ProcessingInputs, ProcessingOutputConfig: ProcessingOutputConfig,
  ProcessingResources: ProcessingResources, StoppingCondition: StoppingCondition,
  AppSpecification: AppSpecification, Environment: Environment, RoleArn: RoleArn}' >"$folder/job.json"
aws sagemaker create-processing-job --processing-job-name "$job" \
  --cli-input-json "file://$folder/job.json" >/dev/null
for _ in $(seq 60); do
  status="$(aws sagemaker describe-processing-job --processing-job-name "$job" \
    --query ProcessingJobStatus --output text)"
  [ "$status" = InProgress ] || break
  sleep 1
done
[ "$status" = Completed ]
did "sagemaker create-processing-job"

trained="$(aws sagemaker list-training-jobs --name-contains abalone-train --status-equals Completed \
  --query 'TrainingJobSummaries[0].TrainingJobName' --output text)"
aws sagemaker describe-training-job --training-job-name "$trained" \
  --query 'ModelArtifacts.S3ModelArtifacts' --output text | grep -q 'model.tar.gz$'
did "sagemaker describe-training-job"

package="$(aws sagemaker list-model-packages --model-package-group-name "$(field modelPackageGroupName)" \
  --model-approval-status Approved --query 'ModelPackageSummaryList[0].ModelPackageArn' --output text)"
aws sagemaker update-model-package --model-package-arn "$package" \
  --customer-metadata-properties reviewed-by=cli >/dev/null
[ "$(aws sagemaker describe-model-package --model-package-name "$package" \
  --query 'CustomerMetadataProperties."reviewed-by"' --output text)" = cli ]
did "sagemaker update-model-package"

echo 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15' >"$folder/row.csv"
aws sagemaker-runtime invoke-endpoint --endpoint-name "$(field endpointName)" --content-type text/csv \
  --accept text/csv --body "fileb://$folder/row.csv" "$folder/answer" >/dev/null
grep -qE '^[0-9]+\.[0-9]+$' "$folder/answer"
did "sagemaker-runtime invoke-endpoint"

execution="$(aws stepfunctions list-executions --state-machine-arn "$(field trainingStateMachineArn)" \
  --status-filter SUCCEEDED --query 'executions[0].executionArn' --output text)"
aws stepfunctions get-execution-history --execution-arn "$execution" --query 'events[-1].type' \
  --output text | grep -qx ExecutionSucceeded
did "stepfunctions get-execution-history"

group="$(aws logs describe-log-groups --query 'logGroups[?contains(logGroupName, `Processing`)].logGroupName | [0]' --output text)"
aws logs filter-log-events --log-group-name "$group" --query 'length(events)' --output text | grep -qE '^[1-9]'
did "logs filter-log-events"
