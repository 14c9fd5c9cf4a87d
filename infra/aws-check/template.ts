import type { Place } from './place.ts';

/** A synthesized CloudFormation template, as far as the check reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Mappings?: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A resource whose references have become values. */
export interface ResolvedResource {
  readonly id: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Properties that hold a resource's name. */
const NAME_PROPERTIES = [
  'BucketName',
  'ClusterName',
  'Family',
  'FunctionName',
  'LogGroupName',
  'ModelPackageGroupName',
  'Name',
  'QueueName',
  'RoleName',
  'StateMachineName',
  'TableName',
  'TopicName',
] as const;

/** What follows `arn:<partition>:` in the ARN of a type; types without an entry have none here. */
const ARN_FORMATS: Readonly<Record<string, (name: string, place: Place) => string>> = {
  'AWS::DynamoDB::GlobalTable': (name, place) => `dynamodb:${at(place)}:table/${name}`,
  'AWS::DynamoDB::Table': (name, place) => `dynamodb:${at(place)}:table/${name}`,
  'AWS::ECS::Cluster': (name, place) => `ecs:${at(place)}:cluster/${name}`,
  'AWS::ECS::TaskDefinition': (name, place) => `ecs:${at(place)}:task-definition/${name}:1`,
  'AWS::Events::Rule': (name, place) => `events:${at(place)}:rule/${name}`,
  'AWS::IAM::Role': (name, { account }) => `iam::${account}:role/${name}`,
  'AWS::KMS::Key': (name, place) => `kms:${at(place)}:key/${name}`,
  'AWS::Lambda::Function': (name, place) => `lambda:${at(place)}:function:${name}`,
  // The name of a version is that of its function.
  'AWS::Lambda::Version': (name, place) => `lambda:${at(place)}:function:${name}:1`,
  'AWS::Logs::LogGroup': (name, place) => `logs:${at(place)}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `s3:::${name}`,
  'AWS::SNS::Topic': (name, place) => `sns:${at(place)}:${name}`,
  'AWS::SQS::Queue': (name, place) => `sqs:${at(place)}:${name}`,
  'AWS::StepFunctions::StateMachine': (name, place) => `states:${at(place)}:stateMachine:${name}`,
};

/** Types whose `Ref` is their ARN, not their name. */
const REF_IS_ARN: ReadonlySet<string> = new Set([
  'AWS::ECS::TaskDefinition',
  'AWS::Lambda::Version',
  'AWS::SNS::Topic',
  'AWS::StepFunctions::StateMachine',
]);

function at({ region, account }: Place): string {
  return `${region}:${account}`;
}

/** Puts values in place of a template's references, as a deployment to the place would. */
export class TemplateResolver {
  readonly #template: Template;
  readonly #place: Place;

  constructor(template: Template, place: Place) {
    this.#template = template;
    this.#place = place;
  }

  /** The resources of a type. */
  resources(type: string): readonly ResolvedResource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, { Properties = {} }]) => ({
        id,
        name: this.#name(id),
        properties: this.resolve(Properties) as Readonly<Record<string, unknown>>,
      }));
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first !== undefined && isIntrinsic(first[0])) {
      return this.#evaluate(first[0], first[1]);
    }
    return Object.fromEntries(entries.map(([key, member]) => [key, this.resolve(member)]));
  }

  #evaluate(intrinsic: string, argument: unknown): unknown {
    switch (intrinsic) {
      case 'Ref':
        return this.#reference(String(argument));
      case 'Fn::GetAtt': {
        const [id = '', attribute = ''] = argument as readonly string[];
        return attribute === 'Arn' ? this.#arn(id) : `${id}.${attribute}`;
      }
      case 'Fn::Join': {
        const [separator, parts] = argument as readonly [string, readonly unknown[]];
        return parts.map((part) => String(this.resolve(part))).join(separator);
      }
      case 'Fn::FindInMap': {
        const [map, key, name] = this.resolve(argument) as readonly string[];
        return this.#template.Mappings?.[map ?? '']?.[key ?? '']?.[name ?? ''] ?? '';
      }
      case 'Fn::Sub':
        return String(argument).replaceAll(/\$\{([^}!]+)\}/g, (_whole, name: string) =>
          String(this.#reference(name)),
        );
      default:
        return intrinsic;
    }
  }

  #reference(name: string): unknown {
    const { account, partition, region } = this.#place;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::AccountId': account,
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    };
    if (pseudo[name] !== undefined) return pseudo[name];
    const resource = this.#template.Resources[name];
    if (resource === undefined) return this.#template.Parameters?.[name]?.Default ?? name;
    return REF_IS_ARN.has(resource.Type) ? this.#arn(name) : this.#name(name);
  }

  /** Its own name, or a name that a deployment could generate. */
  #name(id: string): string {
    const { Type: type = '', Properties: properties = {} } = this.#template.Resources[id] ?? {};
    for (const property of NAME_PROPERTIES) {
      const given = this.resolve(properties[property]);
      if (typeof given === 'string') return given;
    }
    // The name that recorded answers have for the app's bucket.
    return type === 'AWS::S3::Bucket' ? 'bucket' : id;
  }

  #arn(id: string): string {
    const format = ARN_FORMATS[this.#template.Resources[id]?.Type ?? ''];
    return format === undefined
      ? `${id}.Arn`
      : `arn:${this.#place.partition}:${format(this.#name(id), this.#place)}`;
  }
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}
