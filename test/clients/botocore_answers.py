"""Calls every operation of a runtime, and lets botocore parse each answer.

    python botocore_answers.py ENDPOINT < operations.json

`operations.json` holds the names of the operations of each service, by the name of its client in boto3.
Prints a line for each: `<service> <operation> ok`, `… refused <code>` if the answer is a well-formed
error, or `… broken <reason>` if botocore could not parse it. Inputs have the required members of botocore's
model. The resources that they name are created first; `SEEDS` and `INPUTS` add what the model does not contain.
"""

import datetime
import hashlib
import io
import json
import sys
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/walk"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "AWS": ACCOUNT,
                    "Service": [
                        "states.amazonaws.com",
                        "lambda.amazonaws.com",
                        "sagemaker.amazonaws.com",
                        "scheduler.amazonaws.com",
                        "ecs-tasks.amazonaws.com",
                        "codebuild.amazonaws.com",
                        "codepipeline.amazonaws.com",
                    ],
                },
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ANYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
# A resource policy has a principal.
FOR_ACCOUNT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": ACCOUNT},
                "Action": "*",
                "Resource": "*",
            }
        ],
    }
)
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
ACTIVITY = f"arn:aws:states:{REGION}:{ACCOUNT}:activity:walk"
WORK = json.dumps(
    {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": ACTIVITY, "End": True}}}
)
MAPS = json.dumps(
    {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Map",
                "End": True,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "B",
                    "States": {"B": {"Type": "Wait", "Seconds": 600, "End": True}},
                },
            }
        },
    }
)
FAIL = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Fail"}}})
LAYER = {"LayerName": "walk", "VersionNumber": 1}


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def layer_digest(content):
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def container_image(name):
    """The manifest of an image whose only layer is `x`."""
    layer = {"mediaType": "application/octet-stream", "digest": layer_digest(b"x"), "size": 1}
    config = {**layer, "mediaType": "application/vnd.oci.image.config.v1+json"}
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": [layer],
            "annotations": {"name": name},
        }
    )


TASK_DEFINITION = {
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": ROLE,
    # There is no such image, so tasks end without a process.
    "containerDefinitions": [
        {"name": "walk", "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/none:1"}
    ],
}
BUILD_PROJECT = {
    "source": {"type": "NO_SOURCE", "buildspec": '{"version":"0.2","phases":{}}'},
    "artifacts": {"type": "NO_ARTIFACTS"},
    "environment": {
        "type": "LINUX_CONTAINER",
        "image": "walk",
        "computeType": "BUILD_GENERAL1_SMALL",
    },
    "serviceRole": ROLE,
}
REPORT_GROUP = {"type": "TEST", "exportConfig": {"exportConfigType": "NO_EXPORT"}}
TOPIC_TEMPLATE = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})


def pipeline(name):
    """A pipeline whose source does not exist, so that its executions fail."""

    def action(category, provider, **more):
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": provider, "actionTypeId": kind, **more}

    return {
        "name": name,
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "walk"},
        "stages": [
            {
                "name": "Source",
                "actions": [
                    action(
                        "Source",
                        "S3",
                        configuration={"S3Bucket": "walk", "S3ObjectKey": "none"},
                        outputArtifacts=[{"name": "Source"}],
                    )
                ],
            },
            {"name": "Approve", "actions": [action("Approval", "Manual")]},
        ],
    }


def change_set(stack, **more):
    return {"StackName": stack, "ChangeSetName": "walk", **more}


TASK = {
    "launchType": "FARGATE",
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
}
SUBNETS = {"Subnets": ["subnet-1", "subnet-2"]}
TARGETS = {"Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip"}
ANSWER = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]
PATHS = [{"Field": "path-pattern", "Values": ["/walk"]}]
FARGATE = {
    "capacityProviders": ["FARGATE"],
    "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
}
EXPIRE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "any",
                    "countType": "imageCountMoreThan",
                    "countNumber": 30,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)


def code():
    """A function's deployment package."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.js", "exports.handler = async () => ({ ok: true });")
    return packed.getvalue()


NOW = datetime.datetime.now(datetime.UTC)
HOUR = datetime.timedelta(hours=1)
KEY = {"id": {"S": "1"}}
TABLE = {
    "TableName": "walk",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ALLOW_ANYTHING = {"RoleName": "walk", "PolicyName": "walk", "PolicyDocument": ANYTHING}

INTEGRATION = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationUri": arn("lambda", "function:walk"),
    "PayloadFormatVersion": "2.0",
}
AUTHORIZER = {
    "AuthorizerType": "JWT",
    "IdentitySource": ["$request.header.Authorization"],
    "JwtConfiguration": {"Audience": ["walk"], "Issuer": "http://127.0.0.1/walk"},
}


PASSWORD = "Correct-horse-1"
POOL_CLIENT = {
    "ClientName": "walk",
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"],
}
SIGN_IN = {
    "AuthFlow": "USER_PASSWORD_AUTH",
    "AuthParameters": {"USERNAME": "walk", "PASSWORD": PASSWORD},
}


def new_pool(walk):
    """A further user pool."""
    return walk.call("cognito-idp", "CreateUserPool", {"PoolName": "further"})["UserPool"]["Id"]


def new_client(walk):
    """A further client of the user pool of the walk."""
    given = {"UserPoolId": walk.made["pool"], **POOL_CLIENT}
    return walk.call("cognito-idp", "CreateUserPoolClient", given)["UserPoolClient"]["ClientId"]


def new_user(walk, name, **password):
    """A further user, with the password of the walk."""
    user = {"UserPoolId": walk.made["pool"], "Username": name}
    walk.call("cognito-idp", "AdminCreateUser", user)
    walk.call("cognito-idp", "AdminSetUserPassword", {**user, "Password": PASSWORD, **password})
    return name


def new_token(walk):
    """An access token of the user of the walk."""
    answer = walk.call("cognito-idp", "InitiateAuth", {"ClientId": walk.made["client"], **SIGN_IN})
    return answer["AuthenticationResult"]["AccessToken"]


def challenge_of(walk, name):
    """The answer of a new user to the challenge to choose a password."""
    parameters = {"USERNAME": new_user(walk, name, Permanent=False), "PASSWORD": PASSWORD}
    asked = walk.call(
        "cognito-idp",
        "InitiateAuth",
        {
            "ClientId": walk.made["client"],
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": parameters,
        },
    )
    return {
        "ChallengeName": asked["ChallengeName"],
        "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": name, "NEW_PASSWORD": "Another-horse-2"},
    }


def api_arn(walk):
    """The ARN of the API of the walk."""
    return f"arn:aws:apigateway:{REGION}::/apis/{walk.made['api']}"


def new_balancer(walk):
    """A further load balancer."""
    answer = walk.call("elbv2", "CreateLoadBalancer", {"Name": "deleted", **SUBNETS})
    return answer["LoadBalancers"][0]["LoadBalancerArn"]


def new_listener(walk):
    """A further listener of the load balancer of the walk."""
    given = {
        "LoadBalancerArn": walk.made["balancer"],
        "Protocol": "HTTP",
        "Port": 82,
        "DefaultActions": ANSWER,
    }
    return walk.call("elbv2", "CreateListener", given)["Listeners"][0]["ListenerArn"]


def second_deployment(walk):
    """A deployment in progress, of a service that has been deployed before."""
    service = {"serviceName": "stopped", "taskDefinition": "walk", "desiredCount": 0, **TASK}
    walk.call("ecs", "CreateService", service)
    while True:
        found = walk.call("ecs", "DescribeServices", {"services": ["stopped"]})["services"][0]
        if found["deployments"][0]["rolloutState"] == "COMPLETED":
            break
        time.sleep(0.1)
    change = {"service": "stopped", "desiredCount": 1, "forceNewDeployment": True}
    return walk.call("ecs", "UpdateService", change)["service"]["currentServiceDeployment"]


def distribution(reference, enabled=True):
    """The configuration of a distribution."""
    origin = {
        "Id": "o",
        "DomainName": "walk.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    return {
        "CallerReference": reference,
        "Comment": "",
        "Enabled": enabled,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "o",
            "ViewerProtocolPolicy": "redirect-to-https",
            # The managed policy CachingOptimized.
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
    }


EDGE_CODE = {
    "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
    "FunctionCode": b"function handler(event) { return event.request; }",
}
INVALIDATION = {"CallerReference": "walk", "Paths": {"Quantity": 1, "Items": ["/*"]}}
# The configurations of CloudFront that have a name, by the member that holds them.
CONFIGURED = {
    "CachePolicy": {"MinTTL": 0},
    "OriginRequestPolicy": {
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    },
    "ResponseHeadersPolicy": {
        "SecurityHeadersConfig": {"ContentTypeOptions": {"Override": True}},
    },
    "OriginAccessControl": {
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    },
}


def configured(kind, name):
    """The input that creates a configuration with a name."""
    return {f"{kind}Config": {"Name": name, **CONFIGURED[kind]}}


def version_of(walk, operation, given):
    """The version that a change of a resource of CloudFront must name."""
    return {**given, "IfMatch": walk.call("cloudfront", operation, given)["ETag"]}


def edge_function(walk):
    """Name and version of the function of the walk."""
    return version_of(walk, "DescribeFunction", {"Name": "walk"})


def new_distribution(walk):
    """Id and version of a further distribution, which is switched off."""
    given = {"DistributionConfig": distribution("deleted", enabled=False)}
    answer = walk.call("cloudfront", "CreateDistribution", given)
    return {"Id": answer["Distribution"]["Id"], "IfMatch": answer["ETag"]}


def edge_arn(walk):
    """The ARN of the distribution of the walk."""
    return f"arn:aws:cloudfront::{ACCOUNT}:distribution/{walk.made['distribution']}"


def configured_inputs(kind):
    """The inputs of the operations on a kind of configuration."""

    def existing(walk):
        return {"Id": walk.made[kind]}

    return {
        f"Create{kind}": configured(kind, "made"),
        f"Get{kind}": existing,
        f"Update{kind}": lambda walk: {
            **version_of(walk, f"Get{kind}", existing(walk)),
            **configured(kind, "walk"),
        },
        f"Delete{kind}": lambda walk: version_of(walk, f"Get{kind}", existing(walk)),
    }


# The required members that must name an existing resource, by service; `*` is every service.
SEEDS = {
    "*": {"RoleArn": ROLE, "roleArn": ROLE, "Role": ROLE, "ExecutionRoleArn": ROLE},
    "s3": {
        "Bucket": "walk",
        "Key": "k",
        "CopySource": "walk/k",
        "PartNumber": 1,
        "UploadId": "{upload}",
    },
    "sqs": {
        "QueueUrl": "{queue}",
        "QueueName": "walk",
        "SourceArn": arn("sqs", "dead"),
        "ReceiptHandle": "{receipt}",
    },
    "sns": {
        "TopicArn": arn("sns", "walk"),
        "ResourceArn": arn("sns", "walk"),
        "SubscriptionArn": "{subscription}",
        "Message": "m",
        "Label": "walk",
    },
    "logs": {
        "logGroupName": "/walk",
        "logStreamName": "walk",
        "resourceArn": arn("logs", "log-group:/walk"),
        "filterName": "walk",
        "filterPattern": "",
        "policyName": "walk",
    },
    "cloudwatch": {
        "Namespace": "Walk",
        "MetricName": "m",
        "AlarmName": "walk",
        "AlarmNames": ["walk"],
        "DashboardName": "walk",
        "DashboardNames": ["walk"],
        "DashboardBody": '{"widgets":[]}',
        "ResourceARN": arn("cloudwatch", "alarm:walk"),
        "ResourceArn": arn("cloudwatch", "alarm:walk"),
        "StartTime": NOW - HOUR,
        "EndTime": NOW,
        "Period": 60,
    },
    "events": {
        "Name": "walk",
        "Rule": "walk",
        "ResourceARN": arn("events", "rule/walk"),
        "Ids": ["1"],
        "TargetArn": arn("sqs", "walk"),
        "EventPattern": '{"source":["walk"]}',
        "StatementId": "walk",
        "Event": json.dumps(
            {
                "id": "1",
                "source": "walk",
                "detail-type": "d",
                "account": ACCOUNT,
                "region": REGION,
                "time": "2026-01-01T00:00:00Z",
                "resources": [],
                "detail": {},
            }
        ),
    },
    "iam": {
        "RoleName": "walk",
        "PolicyName": "walk",
        "PolicyDocument": ANYTHING,
        "AssumeRolePolicyDocument": TRUST,
        "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/walk",
        "VersionId": "v1",
    },
    "sts": {"RoleSessionName": "walk"},
    "apigatewayv2": {
        "ApiId": "{api}",
        "RouteId": "{route}",
        "IntegrationId": "{integration}",
        "AuthorizerId": "{authorizer}",
        "DeploymentId": "{deployment}",
        "StageName": "walk",
        "RouteKey": "GET /walk",
        "VpcLinkId": "{vpc_link}",
    },
    "cloudfront": {
        "Id": "{distribution}",
        "DistributionId": "{distribution}",
        "Name": "walk",
    },
    "cognito-idp": {
        "UserPoolId": "{pool}",
        "ClientId": "{client}",
        "Domain": "walk",
        "GroupName": "walk",
        "Username": "walk",
        "Identifier": "walk",
        "Name": "walk",
        "Password": PASSWORD,
        "ManagedLoginBrandingId": "{branding}",
        "AccessToken": "{access}",
        "ResourceArn": "{pool_arn}",
        "MaxResults": 10,
    },
    "ecr": {
        "repositoryName": "walk",
        "resourceArn": arn("ecr", "repository/walk"),
        "imageIds": [{"imageTag": "walk"}],
        "layerDigest": layer_digest(b"x"),
        "layerDigests": [layer_digest(b"x")],
        "policyText": FOR_ACCOUNT,
        "lifecyclePolicyText": EXPIRE,
        "tags": [{"Key": "k", "Value": "v"}],
        "tagKeys": ["k"],
    },
    "elbv2": {
        "LoadBalancerArn": "{balancer}",
        "TargetGroupArn": "{group}",
        "ListenerArn": "{listener}",
        "RuleArn": "{rule}",
        "ResourceArns": ["{balancer}"],
        "Tags": [{"Key": "k", "Value": "v"}],
        "TagKeys": ["k"],
        "Targets": [{"Id": "127.0.0.1", "Port": 9}],
        "SecurityGroups": ["sg-1"],
        "Subnets": ["subnet-1", "subnet-2"],
        "Attributes": [],
    },
    "codebuild": {
        "projectName": "walk",
        "names": ["walk"],
        "id": "{build}",
        "ids": ["{build}"],
        "arn": arn("codebuild", "report-group/walk"),
        "reportGroupArn": arn("codebuild", "report-group/walk"),
        "reportGroupArns": [arn("codebuild", "report-group/walk")],
        "reportArn": arn("codebuild", "report/walk:1"),
        "reportArns": [arn("codebuild", "report/walk:1")],
    },
    "codepipeline": {
        "name": "walk",
        "pipelineName": "walk",
        "pipelineExecutionId": "{pipeline_execution}",
        "targetPipelineExecutionId": "{pipeline_execution}",
        "stageName": "Approve",
        "actionName": "Manual",
        "transitionType": "Inbound",
        "conditionType": "BEFORE_ENTRY",
        "token": "00000000-0000-0000-0000-000000000000",
        "jobId": "00000000-0000-0000-0000-000000000000",
        "resourceArn": arn("codepipeline", "walk"),
        "tags": [{"key": "k", "value": "v"}],
        "tagKeys": ["k"],
    },
    "ecs": {
        "service": "walk",
        "services": ["walk"],
        "serviceDeploymentArn": "{service_deployment}",
        "serviceDeploymentArns": ["{service_deployment}"],
        "serviceRevisionArns": ["{service_revision}"],
        "taskDefinition": "walk:1",
        "task": "{task}",
        "tasks": ["{task}"],
        "resourceArn": arn("ecs", "cluster/default"),
        "tags": [{"key": "k", "value": "v"}],
        "tagKeys": ["k"],
    },
    "ssm": {
        "Name": "walk",
        "Names": ["walk"],
        "Value": "v",
        "Path": "/",
        "ResourceType": "Parameter",
        "ResourceId": "walk",
        "Labels": ["walk"],
    },
    "lambda": {
        "FunctionName": "walk",
        "Name": "walk",
        "FunctionVersion": "$LATEST",
        "Resource": arn("lambda", "function:walk"),
        "StatementId": "walk",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
        "UUID": "{mapping}",
        "ReservedConcurrentExecutions": 1,
        "Qualifier": "{functionVersion}",
        "ProvisionedConcurrentExecutions": 1,
        **LAYER,
    },
    "stepfunctions": {
        "stateMachineArn": "{machine}",
        "executionArn": "{execution}",
        "activityArn": ACTIVITY,
        "resourceArn": "{machine}",
        "definition": PASS,
        "name": "walk",
        "stateMachineVersionArn": "{version}",
        "stateMachineAliasArn": "{alias}",
        "mapRunArn": "{mapRun}",
        "taskToken": "{token}",
        "output": "{}",
    },
    "sagemaker": {
        "ProcessingJobName": "walk",
        "TrainingJobName": "walk",
        "TransformJobName": "walk",
        "ModelPackageGroupName": "walk",
        "ModelName": "walk",
        "ModelPackageName": "{package}",
        "ModelPackageArn": "{package}",
        "ModelPackageArnList": ["{package}"],
        "EndpointConfigName": "walk",
        "EndpointName": "walk",
        "ResourceArn": arn("sagemaker", "model/walk"),
        "ResourcePolicy": FOR_ACCOUNT,
    },
    "kms": {
        "KeyId": "{key}",
        "AliasName": "alias/walk",
        "TargetKeyId": "{key}",
        "Policy": FOR_ACCOUNT,
        "CiphertextBlob": "{ciphertext}",
        "TagKeys": ["k"],
    },
    "scheduler": {
        "Name": "walk",
        "ResourceArn": arn("scheduler", "schedule-group/walk"),
        "TagKeys": ["k"],
    },
    "cloudformation": {"StackName": "walk", "LogicalResourceId": "walk"},
    "application-autoscaling": {
        "ServiceNamespace": "sagemaker",
        "ResourceId": "endpoint/walk/variant/a",
        "PolicyName": "walk",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    },
    "dynamodb": {
        "TableName": "walk",
        "Key": KEY,
        "Item": KEY,
        "ResourceArn": arn("dynamodb", "table/walk"),
        "Policy": FOR_ACCOUNT,
    },
}

TAGS = [{"Key": "k", "Value": "v"}]
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
JOB = {
    "RoleArn": ROLE,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "OutputDataConfig": {"S3OutputPath": "s3://walk/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "HyperParameters": {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"s3://walk/none"',
    },
}
PROCESSING = {
    "RoleArn": ROLE,
    "AppSpecification": {
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["python3", "/opt/ml/processing/none.py"],
    },
    "ProcessingResources": {
        "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    },
}
TRANSFORM = {
    "ModelName": "walk",
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://walk/none"}}
    },
    "TransformOutput": {"S3OutputPath": "s3://walk/out"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}
SCHEDULE = {
    "ScheduleExpression": "rate(1 day)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": arn("sqs", "walk"), "RoleArn": ROLE},
    "State": "DISABLED",
}
VARIANT = {
    "VariantName": "a",
    "ModelName": "walk",
    "InstanceType": "ml.m5.large",
    "InitialInstanceCount": 1,
    "InitialVariantWeight": 1,
}
ALARM = {
    "Namespace": "Walk",
    "MetricName": "m",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}
FUNCTION = {
    "Role": ROLE,
    "Runtime": "nodejs22.x",
    "Handler": "index.handler",
    "Code": {"ZipFile": code()},
}
ENTRY = {"Source": "walk", "DetailType": "d", "Detail": "{}"}

# The maximum time until an endpoint is InService.
SETTLING_SECONDS = 60

# The calls that create the resources, in order, with the names under which values of their answers are stored.
MADE = [
    ("iam", "CreateRole", {"RoleName": "walk", "AssumeRolePolicyDocument": TRUST}, {}),
    (
        "iam",
        "PutRolePolicy",
        ALLOW_ANYTHING,
        {},
    ),
    ("iam", "CreatePolicy", {"PolicyName": "walk", "PolicyDocument": ANYTHING}, {}),
    (
        "iam",
        "CreatePolicyVersion",
        {"PolicyArn": SEEDS["iam"]["PolicyArn"], "PolicyDocument": ANYTHING},
        {},
    ),
    ("s3", "CreateBucket", {"Bucket": "walk"}, {}),
    ("s3", "PutObject", {"Bucket": "walk", "Key": "k", "Body": b"x", "Tagging": "a=b"}, {}),
    ("s3", "CreateMultipartUpload", {"Bucket": "walk", "Key": "k"}, {"upload": "UploadId"}),
    ("sqs", "CreateQueue", {"QueueName": "dead"}, {"dead": "QueueUrl"}),
    (
        "sqs",
        "CreateQueue",
        {
            "QueueName": "walk",
            "Attributes": {
                "RedrivePolicy": json.dumps(
                    {"deadLetterTargetArn": arn("sqs", "dead"), "maxReceiveCount": 3}
                )
            },
            "tags": {"k": "v"},
        },
        {"queue": "QueueUrl"},
    ),
    (
        "sqs",
        "SendMessage",
        {
            "QueueUrl": "{queue}",
            "MessageBody": "m",
            "MessageAttributes": {"a": {"DataType": "String", "StringValue": "x"}},
        },
        {},
    ),
    ("sqs", "ReceiveMessage", {"QueueUrl": "{queue}"}, {"receipt": "Messages.0.ReceiptHandle"}),
    ("sns", "CreateTopic", {"Name": "walk", "Tags": TAGS}, {}),
    (
        "sns",
        "Subscribe",
        {"TopicArn": arn("sns", "walk"), "Protocol": "sqs", "Endpoint": arn("sqs", "walk")},
        {"subscription": "SubscriptionArn"},
    ),
    ("logs", "CreateLogGroup", {"logGroupName": "/walk", "tags": {"k": "v"}}, {}),
    ("logs", "CreateLogStream", {"logGroupName": "/walk", "logStreamName": "walk"}, {}),
    (
        "cloudwatch",
        "PutMetricData",
        {"Namespace": "Walk", "MetricData": [{"MetricName": "m", "Value": 1}]},
        {},
    ),
    ("cloudwatch", "PutMetricAlarm", {"AlarmName": "walk", **ALARM}, {}),
    (
        "cloudwatch",
        "PutDashboard",
        {"DashboardName": "walk", "DashboardBody": '{"widgets":[]}'},
        {},
    ),
    ("events", "CreateEventBus", {"Name": "walk"}, {}),
    ("events", "PutRule", {"Name": "walk", "EventPattern": '{"source":["walk"]}'}, {}),
    (
        "events",
        "PutTargets",
        {"Rule": "walk", "Targets": [{"Id": "1", "Arn": arn("sqs", "walk")}]},
        {},
    ),
    ("ssm", "PutParameter", {"Name": "walk", "Value": "v", "Type": "String", "Tags": TAGS}, {}),
    ("ecr", "CreateRepository", {"repositoryName": "walk"}, {}),
    ("ecr", "SetRepositoryPolicy", {"repositoryName": "walk", "policyText": FOR_ACCOUNT}, {}),
    ("ecr", "PutLifecyclePolicy", {"repositoryName": "walk", "lifecyclePolicyText": EXPIRE}, {}),
    ("ecr", "InitiateLayerUpload", {"repositoryName": "walk"}, {"layer_upload": "uploadId"}),
    (
        "ecr",
        "UploadLayerPart",
        {
            "repositoryName": "walk",
            "uploadId": "{layer_upload}",
            "partFirstByte": 0,
            "partLastByte": 0,
            "layerPartBlob": b"x",
        },
        {},
    ),
    (
        "ecr",
        "CompleteLayerUpload",
        {
            "repositoryName": "walk",
            "uploadId": "{layer_upload}",
            "layerDigests": [layer_digest(b"x")],
        },
        {},
    ),
    (
        "ecr",
        "PutImage",
        {"repositoryName": "walk", "imageManifest": container_image("walk"), "imageTag": "walk"},
        {},
    ),
    ("ecr", "InitiateLayerUpload", {"repositoryName": "walk"}, {"layer_upload": "uploadId"}),
    ("codebuild", "CreateProject", {"name": "walk", **BUILD_PROJECT}, {}),
    ("codebuild", "CreateReportGroup", {"name": "walk", **REPORT_GROUP}, {}),
    ("codebuild", "StartBuild", {"projectName": "walk"}, {"build": "build.id"}),
    ("codepipeline", "CreatePipeline", {"pipeline": pipeline("walk")}, {}),
    ("codepipeline", "CreatePipeline", {"pipeline": pipeline("walk-other")}, {}),
    (
        "codepipeline",
        "StartPipelineExecution",
        {"name": "walk"},
        {"pipeline_execution": "pipelineExecutionId"},
    ),
    *(
        (
            "cloudformation",
            "CreateChangeSet",
            change_set(stack, ChangeSetType="CREATE", TemplateBody=TOPIC_TEMPLATE),
            {},
        )
        for stack in ("planned", "executed", "deleted")
    ),
    ("ecs", "CreateCluster", {}, {}),
    ("ecs", "RegisterTaskDefinition", {"family": "walk", **TASK_DEFINITION}, {}),
    ("ecs", "RunTask", {"taskDefinition": "walk", **TASK}, {"task": "tasks.0.taskArn"}),
    (
        "ecs",
        "CreateService",
        {"serviceName": "walk", "taskDefinition": "walk", "desiredCount": 0, **TASK},
        {
            "service_deployment": "service.currentServiceDeployment",
            "service_revision": "service.currentServiceRevisions.0.arn",
        },
    ),
    (
        "elbv2",
        "CreateLoadBalancer",
        {"Name": "walk", **SUBNETS},
        {"balancer": "LoadBalancers.0.LoadBalancerArn"},
    ),
    (
        "elbv2",
        "CreateTargetGroup",
        {"Name": "walk", **TARGETS},
        {"group": "TargetGroups.0.TargetGroupArn"},
    ),
    (
        "elbv2",
        "CreateListener",
        {"LoadBalancerArn": "{balancer}", "Protocol": "HTTP", "Port": 80, "DefaultActions": ANSWER},
        {"listener": "Listeners.0.ListenerArn"},
    ),
    (
        "elbv2",
        "CreateRule",
        {"ListenerArn": "{listener}", "Priority": 1, "Conditions": PATHS, "Actions": ANSWER},
        {"rule": "Rules.0.RuleArn"},
    ),
    (
        "apigatewayv2",
        "CreateVpcLink",
        {"Name": "walk", "SubnetIds": ["subnet-1"]},
        {"vpc_link": "VpcLinkId"},
    ),
    (
        "cognito-idp",
        "CreateUserPool",
        {"PoolName": "walk"},
        {"pool": "UserPool.Id", "pool_arn": "UserPool.Arn"},
    ),
    (
        "cognito-idp",
        "CreateUserPoolClient",
        {"UserPoolId": "{pool}", **POOL_CLIENT},
        {"client": "UserPoolClient.ClientId"},
    ),
    ("cognito-idp", "CreateUserPoolDomain", {"UserPoolId": "{pool}", "Domain": "walk"}, {}),
    ("cognito-idp", "CreateGroup", {"UserPoolId": "{pool}", "GroupName": "walk"}, {}),
    (
        "cognito-idp",
        "CreateResourceServer",
        {"UserPoolId": "{pool}", "Identifier": "walk", "Name": "walk"},
        {},
    ),
    (
        "cognito-idp",
        "CreateManagedLoginBranding",
        {"UserPoolId": "{pool}", "ClientId": "{client}", "UseCognitoProvidedValues": True},
        {"branding": "ManagedLoginBranding.ManagedLoginBrandingId"},
    ),
    ("cognito-idp", "AdminCreateUser", {"UserPoolId": "{pool}", "Username": "walk"}, {}),
    (
        "cognito-idp",
        "AdminSetUserPassword",
        {"UserPoolId": "{pool}", "Username": "walk", "Password": PASSWORD, "Permanent": True},
        {},
    ),
    (
        "cognito-idp",
        "InitiateAuth",
        {"ClientId": "{client}", **SIGN_IN},
        {
            "access": "AuthenticationResult.AccessToken",
            "refresh": "AuthenticationResult.RefreshToken",
        },
    ),
    *(
        ("cloudfront", f"Create{kind}", configured(kind, "walk"), {kind: f"{kind}.Id"})
        for kind in CONFIGURED
    ),
    (
        "cloudfront",
        "CreateDistribution",
        {"DistributionConfig": distribution("walk")},
        {"distribution": "Distribution.Id"},
    ),
    ("cloudfront", "CreateFunction", {"Name": "walk", **EDGE_CODE}, {}),
    (
        "cloudfront",
        "CreateInvalidation",
        {"DistributionId": "{distribution}", "InvalidationBatch": INVALIDATION},
        {"invalidation": "Invalidation.Id"},
    ),
    ("lambda", "CreateFunction", {"FunctionName": "walk", **FUNCTION}, {}),
    ("apigatewayv2", "CreateApi", {"Name": "walk", "ProtocolType": "HTTP"}, {"api": "ApiId"}),
    (
        "apigatewayv2",
        "CreateIntegration",
        {"ApiId": "{api}", **INTEGRATION},
        {"integration": "IntegrationId"},
    ),
    (
        "apigatewayv2",
        "CreateAuthorizer",
        {"ApiId": "{api}", "Name": "walk", **AUTHORIZER},
        {"authorizer": "AuthorizerId"},
    ),
    (
        "apigatewayv2",
        "CreateRoute",
        {"ApiId": "{api}", "RouteKey": "GET /walk"},
        {"route": "RouteId"},
    ),
    ("apigatewayv2", "CreateDeployment", {"ApiId": "{api}"}, {"deployment": "DeploymentId"}),
    ("apigatewayv2", "CreateStage", {"ApiId": "{api}", "StageName": "walk"}, {}),
    ("lambda", "PublishLayerVersion", {"LayerName": "walk", "Content": FUNCTION["Code"]}, {}),
    (
        "lambda",
        "AddLayerVersionPermission",
        {
            **LAYER,
            "StatementId": "made",
            "Action": "lambda:GetLayerVersion",
            "Principal": "*",
        },
        {},
    ),
    (
        "lambda",
        "AddPermission",
        {
            "FunctionName": "walk",
            "StatementId": "made",
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
        },
        {},
    ),
    (
        "lambda",
        "CreateAlias",
        {"FunctionName": "walk", "Name": "walk", "FunctionVersion": "$LATEST"},
        {},
    ),
    (
        "lambda",
        "PutFunctionEventInvokeConfig",
        {"FunctionName": "walk", "MaximumRetryAttempts": 1},
        {},
    ),
    ("lambda", "PublishVersion", {"FunctionName": "walk"}, {"functionVersion": "Version"}),
    (
        "lambda",
        "PutProvisionedConcurrencyConfig",
        {
            "FunctionName": "walk",
            "Qualifier": "{functionVersion}",
            "ProvisionedConcurrentExecutions": 1,
        },
        {},
    ),
    (
        "lambda",
        "CreateEventSourceMapping",
        {"FunctionName": "walk", "EventSourceArn": arn("sqs", "walk"), "Enabled": False},
        {"mapping": "UUID"},
    ),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "walk", "definition": PASS, "roleArn": ROLE, "publish": True},
        {"machine": "stateMachineArn", "version": "stateMachineVersionArn"},
    ),
    (
        "stepfunctions",
        "CreateStateMachineAlias",
        {
            "name": "walk",
            "routingConfiguration": [{"stateMachineVersionArn": "{version}", "weight": 100}],
        },
        {"alias": "stateMachineAliasArn"},
    ),
    (
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": "{machine}"},
        {"execution": "executionArn"},
    ),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "express", "definition": PASS, "roleArn": ROLE, "type": "EXPRESS"},
        {"express": "stateMachineArn"},
    ),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "fails", "definition": FAIL, "roleArn": ROLE},
        {"fails": "stateMachineArn"},
    ),
    ("stepfunctions", "StartExecution", {"stateMachineArn": "{fails}"}, {"failed": "executionArn"}),
    ("stepfunctions", "CreateActivity", {"name": "walk"}, {}),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "works", "definition": WORK, "roleArn": ROLE},
        {"works": "stateMachineArn"},
    ),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "maps", "definition": MAPS, "roleArn": ROLE},
        {"maps": "stateMachineArn"},
    ),
    (
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": "{maps}", "input": "[1]"},
        {"mapping_execution": "executionArn"},
    ),
    (
        "stepfunctions",
        "ListMapRuns",
        {"executionArn": "{mapping_execution}"},
        {"mapRun": "mapRuns.0.mapRunArn"},
    ),
    ("sagemaker", "CreateModelPackageGroup", {"ModelPackageGroupName": "walk"}, {}),
    (
        "sagemaker",
        "CreateModelPackage",
        {"ModelPackageGroupName": "walk"},
        {"package": "ModelPackageArn"},
    ),
    (
        "sagemaker",
        "PutModelPackageGroupPolicy",
        {"ModelPackageGroupName": "walk", "ResourcePolicy": FOR_ACCOUNT},
        {},
    ),
    (
        "sagemaker",
        "CreateModel",
        {"ModelName": "walk", "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": IMAGE}},
        {},
    ),
    (
        "sagemaker",
        "CreateEndpointConfig",
        {"EndpointConfigName": "walk", "ProductionVariants": [VARIANT]},
        {},
    ),
    ("sagemaker", "CreateTrainingJob", {"TrainingJobName": "walk", **JOB}, {}),
    ("sagemaker", "CreateProcessingJob", {"ProcessingJobName": "walk", **PROCESSING}, {}),
    ("sagemaker", "CreateTransformJob", {"TransformJobName": "walk", **TRANSFORM}, {}),
    ("kms", "CreateKey", {}, {"key": "KeyMetadata.KeyId"}),
    ("kms", "CreateAlias", {"AliasName": "alias/walk", "TargetKeyId": "{key}"}, {}),
    ("kms", "Encrypt", {"KeyId": "{key}", "Plaintext": b"p"}, {"ciphertext": "CiphertextBlob"}),
    ("kms", "CreateKey", {}, {"unused_key": "KeyMetadata.KeyId"}),
    ("kms", "CreateKey", {}, {"deleted_key": "KeyMetadata.KeyId"}),
    ("kms", "ScheduleKeyDeletion", {"KeyId": "{deleted_key}"}, {}),
    ("scheduler", "CreateScheduleGroup", {"Name": "walk"}, {}),
    ("scheduler", "CreateSchedule", {"Name": "walk", **SCHEDULE}, {}),
    ("dynamodb", "CreateTable", TABLE, {}),
    ("dynamodb", "PutItem", {"TableName": "walk", "Item": KEY}, {}),
]


def settled_endpoint(walk):
    """The endpoint, once it is not created or updated; SageMaker does not delete it before."""
    given = {"EndpointName": "walk"}
    for _ in range(SETTLING_SECONDS * 4):
        status = walk.call("sagemaker", "DescribeEndpoint", given)["EndpointStatus"]
        if status not in ("Creating", "Updating", "SystemUpdating", "RollingBack"):
            break
        time.sleep(0.25)
    return given


def fresh_token(walk):
    """A token of a task that waits for its answer."""
    walk.call("stepfunctions", "StartExecution", {"stateMachineArn": walk.made["works"]})
    return walk.call("stepfunctions", "GetActivityTask", {"activityArn": ACTIVITY})["taskToken"]


def with_token(**more):
    return lambda walk: {"taskToken": fresh_token(walk), **more}


# Inputs that need more than the model's required members, or names of resources that do not exist yet.
INPUTS = {
    "s3": {
        "CreateBucket": {"Bucket": "walk-made"},
        "DeleteBucket": {"Bucket": "walk-made"},
        "PutBucketVersioning": {
            "Bucket": "walk",
            "VersioningConfiguration": {"Status": "Suspended"},
        },
        "PutBucketPolicy": {
            "Bucket": "walk",
            "Policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": "arn:aws:s3:::walk/*",
                    },
                }
            ),
        },
        "PutBucketEncryption": {
            "Bucket": "walk",
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        },
        "PutPublicAccessBlock": {
            "Bucket": "walk",
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True},
        },
        "PutBucketOwnershipControls": {
            "Bucket": "walk",
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        },
        "PutBucketLifecycleConfiguration": {
            "Bucket": "walk",
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "ID": "r",
                        "Status": "Enabled",
                        "Filter": {"Prefix": "x"},
                        "Expiration": {"Days": 1},
                    }
                ]
            },
        },
        "PutBucketTagging": {"Bucket": "walk", "Tagging": {"TagSet": TAGS}},
        "PutBucketCors": {
            "Bucket": "walk",
            "CORSConfiguration": {
                "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
            },
        },
        "PutBucketNotificationConfiguration": {
            "Bucket": "walk",
            "NotificationConfiguration": {"EventBridgeConfiguration": {}},
        },
        "PutBucketLogging": {
            "Bucket": "walk",
            "BucketLoggingStatus": {
                "LoggingEnabled": {
                    "TargetBucket": "walk",
                    "TargetPrefix": "x",
                    "TargetGrants": [
                        {"Grantee": {"Type": "CanonicalUser", "ID": "1" * 64}, "Permission": "READ"}
                    ],
                }
            },
        },
        "CopyObject": {"Bucket": "walk", "Key": "copy", "CopySource": "walk/k"},
        "DeleteObject": {"Bucket": "walk", "Key": "gone"},
        "DeleteObjects": {"Bucket": "walk", "Delete": {"Objects": [{"Key": "gone"}]}},
        "GetObjectAttributes": {
            "Bucket": "walk",
            "Key": "k",
            "ObjectAttributes": ["ETag", "Checksum", "ObjectSize"],
        },
        "PutObject": {"Bucket": "walk", "Key": "put", "Body": b"x"},
        "PutObjectTagging": {"Bucket": "walk", "Key": "k", "Tagging": {"TagSet": TAGS}},
        "AbortMultipartUpload": lambda walk: {
            "Bucket": "walk",
            "Key": "a",
            "UploadId": walk.call("s3", "CreateMultipartUpload", {"Bucket": "walk", "Key": "a"})[
                "UploadId"
            ],
        },
        "UploadPart": {
            "Bucket": "walk",
            "Key": "k",
            "UploadId": "{upload}",
            "PartNumber": 1,
            "Body": b"x",
        },
        "CompleteMultipartUpload": lambda walk: {
            "Bucket": "walk",
            "Key": "k",
            "UploadId": walk.made["upload"],
            "MultipartUpload": {
                "Parts": [
                    {
                        "PartNumber": 1,
                        "ETag": walk.call(
                            "s3",
                            "UploadPart",
                            {
                                "Bucket": "walk",
                                "Key": "k",
                                "UploadId": walk.made["upload"],
                                "PartNumber": 1,
                                "Body": b"x",
                            },
                        )["ETag"],
                    }
                ]
            },
        },
    },
    "sqs": {
        "CreateQueue": {"QueueName": "walk-made"},
        "DeleteQueue": {"QueueUrl": "{dead}"},
        "SetQueueAttributes": {"QueueUrl": "{queue}", "Attributes": {"DelaySeconds": "0"}},
        "GetQueueAttributes": {"QueueUrl": "{queue}", "AttributeNames": ["All"]},
        "AddPermission": {
            "QueueUrl": "{queue}",
            "Label": "walk",
            "AWSAccountIds": [ACCOUNT],
            "Actions": ["SendMessage"],
        },
        "RemovePermission": {"QueueUrl": "{queue}", "Label": "walk"},
        "TagQueue": {"QueueUrl": "{queue}", "Tags": {"k": "v"}},
        "SendMessageBatch": {"QueueUrl": "{queue}", "Entries": [{"Id": "1", "MessageBody": "m"}]},
        "ReceiveMessage": {
            "QueueUrl": "{queue}",
            "MessageAttributeNames": ["All"],
            "MessageSystemAttributeNames": ["All"],
            "WaitTimeSeconds": 0,
        },
        "DeleteMessageBatch": {
            "QueueUrl": "{queue}",
            "Entries": [{"Id": "1", "ReceiptHandle": "{receipt}"}],
        },
        "ChangeMessageVisibility": {
            "QueueUrl": "{queue}",
            "ReceiptHandle": "{receipt}",
            "VisibilityTimeout": 30,
        },
        "ChangeMessageVisibilityBatch": {
            "QueueUrl": "{queue}",
            "Entries": [
                {"Id": "1", "ReceiptHandle": "{receipt}", "VisibilityTimeout": 30},
                {"Id": "2", "ReceiptHandle": "x"},
            ],
        },
    },
    "sns": {
        "CreateTopic": {"Name": "walk-made"},
        "DeleteTopic": {"TopicArn": arn("sns", "walk-made")},
        "SetTopicAttributes": {
            "TopicArn": arn("sns", "walk"),
            "AttributeName": "DisplayName",
            "AttributeValue": "x",
        },
        "AddPermission": {
            "TopicArn": arn("sns", "walk"),
            "Label": "walk",
            "AWSAccountId": [ACCOUNT],
            "ActionName": ["Publish"],
        },
        "Subscribe": {
            "TopicArn": arn("sns", "walk"),
            "Protocol": "email",
            "Endpoint": "a@example.com",
        },
        "SetSubscriptionAttributes": {
            "SubscriptionArn": "{subscription}",
            "AttributeName": "RawMessageDelivery",
            "AttributeValue": "true",
        },
        "Publish": {"TopicArn": arn("sns", "walk"), "Message": "m"},
        "PublishBatch": {
            "TopicArn": arn("sns", "walk"),
            "PublishBatchRequestEntries": [{"Id": "1", "Message": "m"}],
        },
    },
    "logs": {
        "CreateLogGroup": {"logGroupName": "/walk-made"},
        "DeleteLogGroup": {"logGroupName": "/walk-made"},
        "CreateLogStream": {"logGroupName": "/walk", "logStreamName": "made"},
        "DeleteLogStream": {"logGroupName": "/walk", "logStreamName": "made"},
        "PutRetentionPolicy": {"logGroupName": "/walk", "retentionInDays": 7},
        "PutLogEvents": {
            "logGroupName": "/walk",
            "logStreamName": "walk",
            "logEvents": [{"timestamp": int(NOW.timestamp() * 1000), "message": "m"}],
        },
        "PutResourcePolicy": {"policyName": "walk", "policyDocument": FOR_ACCOUNT},
        "PutMetricFilter": {
            "logGroupName": "/walk",
            "filterName": "walk",
            "filterPattern": "ERROR",
            "metricTransformations": [
                {"metricName": "m", "metricNamespace": "Walk", "metricValue": "1"}
            ],
        },
        "FilterLogEvents": {"logGroupName": "/walk"},
        "DescribeLogStreams": {"logGroupName": "/walk"},
        "GetLogEvents": {"logGroupName": "/walk", "logStreamName": "walk"},
        "DeleteResourcePolicy": {"policyName": "walk"},
    },
    "cloudwatch": {
        "PutMetricData": {"Namespace": "Walk", "MetricData": [{"MetricName": "m", "Value": 1}]},
        "GetMetricData": {
            "StartTime": NOW - HOUR,
            "EndTime": NOW + HOUR,
            "MetricDataQueries": [
                {
                    "Id": "m",
                    "MetricStat": {
                        "Metric": {"Namespace": "Walk", "MetricName": "m"},
                        "Period": 60,
                        "Stat": "Sum",
                    },
                }
            ],
        },
        "GetMetricStatistics": {
            "Namespace": "Walk",
            "MetricName": "m",
            "StartTime": NOW - HOUR,
            "EndTime": NOW,
            "Period": 60,
            "Statistics": ["Sum", "Average"],
        },
        "PutMetricAlarm": {"AlarmName": "walk", **ALARM},
        "PutCompositeAlarm": {"AlarmName": "composite", "AlarmRule": "ALARM(walk)"},
        "SetAlarmState": {"AlarmName": "walk", "StateValue": "ALARM", "StateReason": "x"},
        "DeleteAlarms": {"AlarmNames": ["composite"]},
    },
    "events": {
        "CreateEventBus": {"Name": "walk-made"},
        "DeleteEventBus": {"Name": "walk-made"},
        "PutPermission": {
            "StatementId": "walk",
            "Action": "events:PutEvents",
            "Principal": ACCOUNT,
        },
        "PutRule": {"Name": "walk", "EventPattern": '{"source":["walk"]}'},
        "RemovePermission": {"StatementId": "walk"},
        "DeleteRule": {"Name": "gone"},
        "PutTargets": {"Rule": "walk", "Targets": [{"Id": "1", "Arn": arn("sqs", "walk")}]},
        "PutEvents": {"Entries": [ENTRY]},
        "CreateConnection": {
            "Name": "walk",
            "AuthorizationType": "API_KEY",
            "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
        },
    },
    "iam": {
        "CreateRole": {"RoleName": "walk-made", "AssumeRolePolicyDocument": TRUST},
        "DeleteRole": {"RoleName": "walk-made"},
        "CreatePolicy": {"PolicyName": "walk-made", "PolicyDocument": ANYTHING},
        "DeletePolicy": {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/walk-made"},
        "UpdateAssumeRolePolicy": {"RoleName": "walk", "PolicyDocument": TRUST},
        "PutRolePermissionsBoundary": {
            "RoleName": "walk",
            "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/walk",
        },
        "AttachRolePolicy": {
            "RoleName": "walk",
            "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/walk",
        },
        "DetachRolePolicy": {
            "RoleName": "walk",
            "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/walk",
        },
        "DeletePolicyVersion": {
            "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/walk",
            "VersionId": "v2",
        },
    },
    "sts": {},
    "apigatewayv2": {
        "CreateApi": {"Name": "made", "ProtocolType": "HTTP"},
        "CreateIntegration": {"ApiId": "{api}", **INTEGRATION},
        "CreateAuthorizer": {"ApiId": "{api}", "Name": "made", **AUTHORIZER},
        "CreateRoute": {"ApiId": "{api}", "RouteKey": "GET /made"},
        "CreateStage": {"ApiId": "{api}", "StageName": "made"},
        "CreateVpcLink": {"Name": "made", "SubnetIds": ["subnet-1"]},
        "DeleteStage": {"ApiId": "{api}", "StageName": "made"},
        "GetTags": lambda walk: {"ResourceArn": api_arn(walk)},
        "TagResource": lambda walk: {"ResourceArn": api_arn(walk), "Tags": {"k": "v"}},
        "UntagResource": lambda walk: {"ResourceArn": api_arn(walk), "TagKeys": ["k"]},
    },
    "cloudfront": {
        **{name: given for kind in CONFIGURED for name, given in configured_inputs(kind).items()},
        "CreateDistribution": {"DistributionConfig": distribution("made")},
        "CreateDistributionWithTags": {
            "DistributionConfigWithTags": {
                "DistributionConfig": distribution("tagged"),
                "Tags": {"Items": [{"Key": "k", "Value": "v"}]},
            }
        },
        "CreateInvalidation": {
            "DistributionId": "{distribution}",
            "InvalidationBatch": {**INVALIDATION, "CallerReference": "made"},
        },
        "GetInvalidation": {"DistributionId": "{distribution}", "Id": "{invalidation}"},
        "UpdateDistribution": lambda walk: {
            **version_of(walk, "GetDistributionConfig", {"Id": walk.made["distribution"]}),
            "DistributionConfig": distribution("walk"),
        },
        "DeleteDistribution": new_distribution,
        "CreateFunction": {"Name": "made", **EDGE_CODE},
        "UpdateFunction": lambda walk: {**edge_function(walk), **EDGE_CODE},
        "PublishFunction": edge_function,
        "DeleteFunction": edge_function,
        "ListTagsForResource": lambda walk: {"Resource": edge_arn(walk)},
        "TagResource": lambda walk: {
            "Resource": edge_arn(walk),
            "Tags": {"Items": [{"Key": "k", "Value": "v"}]},
        },
        "UntagResource": lambda walk: {"Resource": edge_arn(walk), "TagKeys": {"Items": ["k"]}},
    },
    "cognito-idp": {
        "CreateUserPool": {"PoolName": "made"},
        "CreateUserPoolClient": {"UserPoolId": "{pool}", **POOL_CLIENT},
        "CreateGroup": {"UserPoolId": "{pool}", "GroupName": "made"},
        "CreateResourceServer": {"UserPoolId": "{pool}", "Identifier": "made", "Name": "made"},
        # A pool has one domain, and a client one branding.
        "CreateUserPoolDomain": lambda walk: {"UserPoolId": new_pool(walk), "Domain": "made"},
        "DeleteUserPool": lambda walk: {"UserPoolId": new_pool(walk)},
        # What an update leaves out gets its default.
        "UpdateUserPoolClient": {"UserPoolId": "{pool}", "ClientId": "{client}", **POOL_CLIENT},
        "UpdateManagedLoginBranding": {
            "UserPoolId": "{pool}",
            "ManagedLoginBrandingId": "{branding}",
        },
        "CreateManagedLoginBranding": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "ClientId": new_client(walk),
            "UseCognitoProvidedValues": True,
        },
        "DeleteUserPoolClient": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "ClientId": new_client(walk),
        },
        "AdminCreateUser": {"UserPoolId": "{pool}", "Username": "made"},
        "AdminSetUserPassword": {
            "UserPoolId": "{pool}",
            "Username": "walk",
            "Password": PASSWORD,
            "Permanent": True,
        },
        "AdminDeleteUser": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "Username": new_user(walk, "gone", Permanent=True),
        },
        "AdminUpdateUserAttributes": {
            "UserPoolId": "{pool}",
            "Username": "walk",
            "UserAttributes": [{"Name": "email", "Value": "walk@example.com"}],
        },
        "AdminResetUserPassword": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "Username": new_user(walk, "reset", Permanent=True),
        },
        "AdminDisableUser": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "Username": new_user(walk, "disabled", Permanent=True),
        },
        "AdminUserGlobalSignOut": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "Username": new_user(walk, "out", Permanent=True),
        },
        "InitiateAuth": {"ClientId": "{client}", **SIGN_IN},
        "AdminInitiateAuth": {
            "UserPoolId": "{pool}",
            "ClientId": "{client}",
            **SIGN_IN,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        },
        "RespondToAuthChallenge": lambda walk: {
            "ClientId": walk.made["client"],
            **challenge_of(walk, "first"),
        },
        "AdminRespondToAuthChallenge": lambda walk: {
            "UserPoolId": walk.made["pool"],
            "ClientId": walk.made["client"],
            **challenge_of(walk, "second"),
        },
        "GetUser": lambda walk: {"AccessToken": new_token(walk)},
        "GlobalSignOut": lambda walk: {"AccessToken": new_token(walk)},
        "ChangePassword": lambda walk: {
            "AccessToken": new_token(walk),
            "PreviousPassword": PASSWORD,
            "ProposedPassword": PASSWORD,
        },
        "RevokeToken": {"ClientId": "{client}", "Token": "{refresh}"},
        "TagResource": {"ResourceArn": "{pool_arn}", "Tags": {"k": "v"}},
        "UntagResource": {"ResourceArn": "{pool_arn}", "TagKeys": ["k"]},
        "AdminAddUserToGroup": {"UserPoolId": "{pool}", "Username": "walk", "GroupName": "walk"},
        "AdminRemoveUserFromGroup": {
            "UserPoolId": "{pool}",
            "Username": "walk",
            "GroupName": "walk",
        },
    },
    "ecr": {
        "CreateRepository": {"repositoryName": "walk-made"},
        "DeleteRepository": {"repositoryName": "walk-made"},
        "PutImage": {
            "repositoryName": "walk",
            "imageManifest": container_image("walk"),
            "imageTag": "walk-made",
        },
        "BatchDeleteImage": {"repositoryName": "walk", "imageIds": [{"imageTag": "walk-made"}]},
        "PutImageScanningConfiguration": {
            "repositoryName": "walk",
            "imageScanningConfiguration": {"scanOnPush": True},
        },
        "UploadLayerPart": {
            "repositoryName": "walk",
            "uploadId": "{layer_upload}",
            "partFirstByte": 0,
            "partLastByte": 0,
            "layerPartBlob": b"y",
        },
        "CompleteLayerUpload": {
            "repositoryName": "walk",
            "uploadId": "{layer_upload}",
            "layerDigests": [layer_digest(b"y")],
        },
    },
    "elbv2": {
        "CreateLoadBalancer": {"Name": "walk-made", **SUBNETS},
        "CreateTargetGroup": {"Name": "walk-made", **TARGETS},
        "CreateListener": {
            "LoadBalancerArn": "{balancer}",
            "Protocol": "HTTP",
            "Port": 81,
            "DefaultActions": ANSWER,
        },
        "CreateRule": {
            "ListenerArn": "{listener}",
            "Priority": 2,
            "Conditions": PATHS,
            "Actions": ANSWER,
        },
        "DeleteLoadBalancer": lambda walk: {"LoadBalancerArn": new_balancer(walk)},
        "DeleteTargetGroup": lambda walk: {
            "TargetGroupArn": walk.call(
                "elbv2", "CreateTargetGroup", {"Name": "deleted", **TARGETS}
            )["TargetGroups"][0]["TargetGroupArn"]
        },
        "DeleteListener": lambda walk: {"ListenerArn": new_listener(walk)},
        "DeleteRule": lambda walk: {
            "RuleArn": walk.call(
                "elbv2",
                "CreateRule",
                {
                    "ListenerArn": walk.made["listener"],
                    "Priority": 3,
                    "Conditions": PATHS,
                    "Actions": ANSWER,
                },
            )["Rules"][0]["RuleArn"]
        },
        "DescribeListeners": {"LoadBalancerArn": "{balancer}"},
        "DescribeRules": {"ListenerArn": "{listener}"},
        "SetRulePriorities": {"RulePriorities": [{"RuleArn": "{rule}", "Priority": 9}]},
        "SetSubnets": {"LoadBalancerArn": "{balancer}", **SUBNETS},
    },
    "codebuild": {
        "BatchDeleteBuilds": {"ids": ["walk:none"]},
        "CreateProject": {"name": "walk-made", **BUILD_PROJECT},
        "UpdateProject": {"name": "walk", "description": "d"},
        "DeleteProject": {"name": "walk-made"},
        "CreateReportGroup": {"name": "walk-made", **REPORT_GROUP},
        "DeleteReportGroup": {"arn": arn("codebuild", "report-group/walk-made")},
        "DeleteReport": {"arn": arn("codebuild", "report/walk:1")},
        "StartBuild": {"projectName": "walk"},
    },
    "codepipeline": {
        "CreatePipeline": {"pipeline": pipeline("walk-made")},
        "UpdatePipeline": {"pipeline": pipeline("walk-other")},
        "DeletePipeline": {"name": "walk-made"},
        "StartPipelineExecution": {"name": "walk-other"},
        "RetryStageExecution": {
            "pipelineName": "walk",
            "stageName": "Source",
            "pipelineExecutionId": "{pipeline_execution}",
            "retryMode": "FAILED_ACTIONS",
        },
    },
    "cloudformation": {
        "CreateChangeSet": change_set("made", ChangeSetType="CREATE", TemplateBody=TOPIC_TEMPLATE),
        "DescribeChangeSet": change_set("planned"),
        "ExecuteChangeSet": change_set("executed"),
        "DeleteChangeSet": change_set("deleted"),
        "ListChangeSets": {"StackName": "planned"},
        "DeleteStack": {"StackName": "deleted"},
        "DescribeStackEvents": {"StackName": "planned"},
        "GetTemplate": {"StackName": "planned"},
        "GetTemplateSummary": {"TemplateBody": TOPIC_TEMPLATE},
        "ValidateTemplate": {"TemplateBody": TOPIC_TEMPLATE},
        "UpdateTerminationProtection": {
            "StackName": "walk",
            "EnableTerminationProtection": False,
        },
    },
    "ecs": {
        "CreateService": {
            "serviceName": "walk-made",
            "taskDefinition": "walk",
            "desiredCount": 0,
            **TASK,
        },
        "DeleteService": {"service": "walk-made", "force": True},
        "StopServiceDeployment": lambda walk: {
            "serviceDeploymentArn": second_deployment(walk),
        },
        "CreateCluster": {"clusterName": "walk-made"},
        "DeleteCluster": {"cluster": "walk-made"},
        "PutClusterCapacityProviders": {"cluster": "default", **FARGATE},
        "RegisterTaskDefinition": {"family": "walk", **TASK_DEFINITION},
        "RunTask": {"taskDefinition": "walk:1", **TASK},
    },
    "ssm": {
        "PutParameter": {"Name": "made", "Value": "v", "Type": "String"},
        "DeleteParameter": {"Name": "made"},
    },
    "lambda": {
        "CreateFunction": {"FunctionName": "walk-made", **FUNCTION},
        "PublishLayerVersion": {"LayerName": "walk", "Content": FUNCTION["Code"]},
        "GetLayerVersionByArn": {"Arn": arn("lambda", "layer:walk:1")},
        "AddLayerVersionPermission": {
            **LAYER,
            "StatementId": "walk",
            "Action": "lambda:GetLayerVersion",
            "Principal": "*",
        },
        "RemoveLayerVersionPermission": {**LAYER, "StatementId": "made"},
        "DeleteFunction": {"FunctionName": "walk-made"},
        "UpdateFunctionCode": {"FunctionName": "walk", "ZipFile": code()},
        "CreateAlias": {"FunctionName": "walk", "Name": "made", "FunctionVersion": "$LATEST"},
        "DeleteAlias": {"FunctionName": "walk", "Name": "made"},
        "TagResource": {"Resource": arn("lambda", "function:walk"), "Tags": {"k": "v"}},
        # Other operations have deleted the role's policy and the queue.
        "CreateEventSourceMapping": lambda walk: {
            "FunctionName": "walk",
            "EventSourceArn": [
                walk.call("iam", "PutRolePolicy", ALLOW_ANYTHING),
                walk.call("sqs", "CreateQueue", {"QueueName": "walk-mapped"}),
                arn("sqs", "walk-mapped"),
            ][-1],
            "Enabled": False,
        },
        "RemovePermission": {"FunctionName": "walk", "StatementId": "walk"},
    },
    "stepfunctions": {
        "CreateStateMachine": {"name": "made", "definition": PASS, "roleArn": ROLE},
        "UpdateStateMachine": {"stateMachineArn": "{machine}", "definition": PASS},
        "DeleteStateMachine": {"stateMachineArn": arn("states", "stateMachine:made")},
        "DeleteStateMachineVersion": {
            "stateMachineVersionArn": arn("states", "stateMachine:walk:9")
        },
        "CreateStateMachineAlias": {
            "name": "made",
            "routingConfiguration": [{"stateMachineVersionArn": "{version}", "weight": 100}],
        },
        "UpdateStateMachineAlias": {"stateMachineAliasArn": "{alias}", "description": "x"},
        "DeleteStateMachineAlias": {
            "stateMachineAliasArn": arn("states", "stateMachine:walk:made")
        },
        "TagResource": {"resourceArn": "{machine}", "tags": [{"key": "k", "value": "v"}]},
        "StartExecution": {"stateMachineArn": "{machine}"},
        "StartSyncExecution": {"stateMachineArn": "{express}"},
        "StopExecution": lambda walk: {
            "executionArn": walk.call(
                "stepfunctions",
                "StartExecution",
                {"stateMachineArn": walk.made["maps"], "input": "[1]"},
            )["executionArn"]
        },
        "ListExecutions": {"stateMachineArn": "{machine}"},
        "RedriveExecution": {"executionArn": "{failed}"},
        "ListMapRuns": {"executionArn": "{mapping_execution}"},
        "UpdateMapRun": {"mapRunArn": "{mapRun}", "maxConcurrency": 2},
        "CreateActivity": {"name": "made"},
        "DeleteActivity": {"activityArn": arn("states", "activity:made")},
        "GetActivityTask": lambda walk: (
            walk.call("stepfunctions", "StartExecution", {"stateMachineArn": walk.made["works"]})
            and {"activityArn": ACTIVITY}
        ),
        "SendTaskSuccess": with_token(output="{}"),
        "SendTaskFailure": with_token(),
        "SendTaskHeartbeat": with_token(),
        "TestState": {
            "definition": '{"Type":"Pass","End":true}',
            "roleArn": ROLE,
            "inspectionLevel": "DEBUG",
        },
    },
    "sagemaker": {
        "CreateProcessingJob": {"ProcessingJobName": "made", **PROCESSING},
        "CreateTrainingJob": {"TrainingJobName": "made", **JOB},
        "CreateTransformJob": {"TransformJobName": "made", **TRANSFORM},
        "CreateModelPackageGroup": {"ModelPackageGroupName": "made"},
        "DeleteModelPackageGroup": {"ModelPackageGroupName": "made"},
        "CreateModelPackage": {"ModelPackageGroupName": "walk"},
        "UpdateModelPackage": {"ModelPackageArn": "{package}", "ModelApprovalStatus": "Approved"},
        "CreateModel": {
            "ModelName": "made",
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {"Image": IMAGE},
        },
        "DeleteModel": {"ModelName": "made"},
        "CreateEndpointConfig": {"EndpointConfigName": "made", "ProductionVariants": [VARIANT]},
        "DeleteEndpointConfig": {"EndpointConfigName": "made"},
        "DeleteEndpoint": settled_endpoint,
        "AddTags": {"ResourceArn": arn("sagemaker", "model/walk"), "Tags": TAGS},
        "DeleteModelPackage": {"ModelPackageName": "{package}"},
    },
    "kms": {
        "CreateAlias": {"AliasName": "alias/walk-made", "TargetKeyId": "{key}"},
        "DeleteAlias": {"AliasName": "alias/walk-made"},
        "CancelKeyDeletion": {"KeyId": "{deleted_key}"},
        "ScheduleKeyDeletion": {"KeyId": "{unused_key}"},
        "Decrypt": {"CiphertextBlob": "{ciphertext}"},
        "GenerateDataKey": {"KeyId": "{key}", "KeySpec": "AES_256"},
        "GenerateDataKeyWithoutPlaintext": {"KeyId": "{key}", "KeySpec": "AES_256"},
        "TagResource": {"KeyId": "{key}", "Tags": [{"TagKey": "k", "TagValue": "v"}]},
    },
    "scheduler": {
        "CreateSchedule": {"Name": "made", **SCHEDULE},
        "UpdateSchedule": {"Name": "walk", **SCHEDULE},
        "CreateScheduleGroup": {"Name": "made", "Tags": TAGS},
        "DeleteScheduleGroup": {"Name": "made"},
        "TagResource": {
            "ResourceArn": arn("scheduler", "schedule-group/walk"),
            "Tags": TAGS,
        },
    },
    "application-autoscaling": {},
    "dynamodb": {
        "CreateTable": {**TABLE, "TableName": "made"},
        "DeleteTable": {"TableName": "made"},
        "UpdateTable": {"TableName": "walk", "DeletionProtectionEnabled": False},
        "Query": {
            "TableName": "walk",
            "KeyConditionExpression": "id = :i",
            "ExpressionAttributeValues": {":i": {"S": "1"}},
        },
        "BatchGetItem": {"RequestItems": {"walk": {"Keys": [KEY]}}},
        "BatchWriteItem": {"RequestItems": {"walk": [{"PutRequest": {"Item": KEY}}]}},
        "TransactGetItems": {"TransactItems": [{"Get": {"TableName": "walk", "Key": KEY}}]},
        "TransactWriteItems": {"TransactItems": [{"Put": {"TableName": "walk", "Item": KEY}}]},
        "UpdateTimeToLive": {
            "TableName": "walk",
            "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"},
        },
        "UpdateContinuousBackups": {
            "TableName": "walk",
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        },
        "TagResource": {"ResourceArn": arn("dynamodb", "table/walk"), "Tags": TAGS},
        "PutResourcePolicy": {
            "ResourceArn": arn("dynamodb", "table/walk"),
            "Policy": json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": ACCOUNT},
                            "Action": "dynamodb:GetItem",
                            "Resource": arn("dynamodb", "table/walk"),
                        }
                    ],
                }
            ),
        },
    },
}

# SageMaker's invocations have their own client.
CLIENTS = {
    "InvokeEndpoint": "sagemaker-runtime",
    "InvokeEndpointAsync": "sagemaker-runtime",
    "InvokeEndpointWithResponseStream": "sagemaker-runtime",
}


class Walk:
    """One runtime, its clients, and the resources that were created in it."""

    def __init__(self, endpoint):
        config = Config(
            retries={"max_attempts": 0},
            parameter_validation=False,
            read_timeout=60,
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
        )
        self.options = {
            "endpoint_url": endpoint,
            "region_name": REGION,
            "config": config,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
        }
        self.clients = {}
        self.made = {}

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(service, **self.options)
        return self.clients[service]

    def call(self, service, operation, given):
        """The answer, with its body read completely."""
        answer = self.client(service)._make_api_call(operation, given)
        for value in answer.values():
            if hasattr(value, "read"):
                value.read()
            elif hasattr(value, "__next__") or type(value).__name__ == "EventStream":
                list(value)
        return answer

    def filled(self, value):
        """A value with `{name}` replaced by the names of created resources."""
        if isinstance(value, dict):
            return {name: self.filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if isinstance(value, str) and value.startswith("{") and value[1:-1] in self.made:
            return self.made[value[1:-1]]
        return value

    def make(self):
        """Creates all resources that the operations name."""
        for service, operation, given, kept in MADE:
            answer = self.call(service, operation, self.filled(given))
            for name, path in kept.items():
                value = answer
                for step in path.split("."):
                    value = value[int(step)] if step.isdigit() else value[step]
                self.made[name] = value

    def input(self, service, operation):
        """The input of an operation."""
        given = INPUTS[service].get(operation)
        if callable(given):
            return given(self)
        if given is not None:
            return self.filled(given)
        client = self.client(CLIENTS.get(operation, service))
        shape = client.meta.service_model.operation_model(operation).input_shape
        return (
            {} if shape is None else self.filled(required(shape, {**SEEDS["*"], **SEEDS[service]}))
        )

    def outcome(self, service, operation):
        """The result of botocore parsing the answer."""
        try:
            self.call(CLIENTS.get(operation, service), operation, self.input(service, operation))
            return "ok"
        except ClientError as error:
            return f"refused {error.response['Error']['Code']}"
        except Exception as error:  # Any error of botocore for an answer that it cannot parse.
            return f"broken {type(error).__name__} {str(error)[:200]}"


def required(shape, seeds, name="walk"):
    """A value with the required members of a shape; members that name a resource get an existing one."""
    if name in seeds:
        return seeds[name]
    if shape.type_name == "structure":
        return {
            member: required(shape.members[member], seeds, member)
            for member in shape.required_members
        }
    if shape.type_name == "list":
        return [required(shape.member, seeds, f"{name}.member")]
    if shape.type_name == "map":
        return {"k": required(shape.value, seeds, f"{name}.value")}
    if shape.type_name == "string":
        return shape.enum[0] if getattr(shape, "enum", None) else "k"
    values = {"timestamp": NOW, "blob": b"{}", "boolean": True, "float": 1.0, "double": 1.0}
    return values.get(shape.type_name, max(1, int(shape.metadata.get("min", 1))))


FIRST = ("Create", "Put", "Register", "Add", "Tag", "Subscribe", "Attach")
LAST = (
    "Untag",
    "Remove",
    "Detach",
    "Cancel",
    "Abort",
    "Complete",
    "Unsubscribe",
    "Purge",
    "Deregister",
    "Delete",
)


def turn(operation):
    """Orders operations: those that create first, those that delete last."""
    if operation.startswith(FIRST):
        return 0
    # Parts are deleted before the whole, whose operation has the shorter name.
    return (
        LAST.index(next(word for word in LAST if operation.startswith(word))) + 2
        if operation.startswith(LAST)
        else 1
    )


def main():
    """Calls all operations of standard input."""
    walk = Walk(sys.argv[1])
    walk.make()
    for service, operations in json.load(sys.stdin).items():
        for operation in sorted(operations, key=lambda name: (turn(name), -len(name))):
            print(service, operation, walk.outcome(service, operation), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
