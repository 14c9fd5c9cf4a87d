import { TaskError } from './run-workflow.ts';

export interface Package {
  readonly arn: string;
  readonly version: number;
  status: 'Approved' | 'Rejected' | 'PendingManualApproval';
  readonly metadata: Record<string, string>;
  /** Why it was approved or rejected. */
  description?: string;
}

/** Registry and endpoint for the promotion's SDK tasks. */
export class SageMakerTasks {
  readonly packages: Package[] = [];
  readonly configs = new Map<string, string>();
  readonly models = new Map<string, string>();
  /** The model beside the first one, by config. */
  readonly challengers = new Map<string, { readonly model: string; readonly isShadow: boolean }>();
  /** Whether training described its rows. */
  hasBaselines = true;
  /** Containers of a package. */
  containers = 2;
  endpoint: { status: string; config: string; reason?: string } | undefined;

  /** Adds a package that training would have registered. */
  register(
    version: number,
    status: Package['status'],
    metadata: Record<string, string> = {},
  ): string {
    const arn = packageArn(version);
    const folder = `runs/abalone/d${version}/`;
    this.packages.push({
      arn,
      version,
      status,
      metadata: { folder, fingerprint: '', champion: 'none', 'metric.mse': '4.1', ...metadata },
    });
    return arn;
  }

  approve(version: number): void {
    this.#find(version).status = 'Approved';
  }

  reject(version: number): void {
    this.#find(version).status = 'Rejected';
  }

  /** Makes a package live, as an earlier promotion did. */
  deploy(version: number): void {
    const name = `abalone-v${version}-before`;
    this.models.set(name, packageArn(version));
    this.configs.set(name, name);
    this.endpoint = { status: 'InService', config: name };
  }

  createConfig(request: Record<string, unknown>): unknown {
    const name = String(request['EndpointConfigName']);
    const [champion, challenger] = variantsOf(request['ProductionVariants']);
    const [shadow] = variantsOf(request['ShadowProductionVariants']);
    const other = challenger ?? shadow;
    this.configs.set(name, champion?.ModelName ?? '');
    if (other !== undefined) {
      this.challengers.set(name, { model: other.ModelName, isShadow: shadow !== undefined });
    }
    return {};
  }

  listApproved(maxResults: number): unknown {
    const approved = this.packages
      .filter(({ status }) => status === 'Approved')
      .sort((one, other) => other.version - one.version);
    return {
      ModelPackageSummaryList: approved
        .slice(0, maxResults)
        .map(({ arn, version }) => ({ ModelPackageArn: arn, ModelPackageVersion: version })),
    };
  }

  describePackage(arn: unknown): unknown {
    const found = this.packages.find((entry) => entry.arn === arn);
    if (found === undefined) throw notFound(`model package ${String(arn)}`);
    const uri = `s3://bucket/${found.metadata['folder']}`;
    return {
      ModelPackageArn: found.arn,
      CustomerMetadataProperties: found.metadata,
      ModelMetrics: {
        ModelQuality: { Statistics: { S3Uri: `${uri}evaluation/evaluation.json` } },
      },
      ...(this.hasBaselines
        ? {
            DriftCheckBaselines: {
              ModelDataQuality: {
                Statistics: { S3Uri: `${uri}prepared/baseline/statistics.json` },
              },
            },
          }
        : {}),
      InferenceSpecification: {
        Containers: [
          { ModelDataUrl: `${uri}prepared/preprocessor/model.tar.gz` },
          { ModelDataUrl: `${uri}training/t/output/model.tar.gz` },
        ].slice(-this.containers),
      },
    };
  }

  update(request: Record<string, unknown>): unknown {
    checkPackageFields(request);
    const found = this.packages.find(({ arn }) => arn === request['ModelPackageArn']);
    if (found === undefined) throw notFound('model package');
    const status = request['ModelApprovalStatus'];
    if (status === 'Rejected') found.status = status;
    const description = request['ApprovalDescription'];
    if (typeof description === 'string') found.description = description;
    Object.assign(found.metadata, request['CustomerMetadataProperties'] ?? {});
    return {};
  }

  describeEndpoint(): unknown {
    if (this.endpoint === undefined) throw notFound('endpoint');
    const { status, config, reason } = this.endpoint;
    return {
      EndpointName: 'abalone',
      EndpointStatus: status,
      EndpointConfigName: config,
      ...this.#variants(config),
      ...(reason === undefined ? {} : { FailureReason: reason }),
    };
  }

  describeConfig(name: unknown): unknown {
    const model = this.configs.get(String(name));
    if (model === undefined) throw notFound(`endpoint configuration "${String(name)}"`);
    return this.#variants(String(name));
  }

  #variants(config: string) {
    const champion = { VariantName: 'AllTraffic', ModelName: this.configs.get(config) ?? '' };
    const other = this.challengers.get(config);
    if (other === undefined) return { ProductionVariants: [champion] };
    const challenger = { VariantName: 'Challenger', ModelName: other.model };
    return other.isShadow
      ? { ProductionVariants: [champion], ShadowProductionVariants: [challenger] }
      : { ProductionVariants: [champion, challenger] };
  }

  describeModel(name: unknown): unknown {
    const arn = this.models.get(String(name));
    if (arn === undefined) throw notFound(`model "${String(name)}"`);
    return { Containers: [{ ModelPackageName: arn }] };
  }

  #find(version: number): Package {
    const found = this.packages.find((entry) => entry.version === version);
    if (found === undefined) throw new Error(`no version ${version}`);
    return found;
  }
}

/** The constraints of a package's texts in botocore's model of SageMaker (1.43.11). */
const packageFields = {
  metadata: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  description: /^[^\n\r\u0085\u2028\u2029]{0,1024}$/,
} as const;
const METADATA_ENTRIES = 50;

/** @throws TaskError for what SageMaker refuses in CreateModelPackage and UpdateModelPackage */
export function checkPackageFields(request: Record<string, unknown>): void {
  const entries = Object.entries(request['CustomerMetadataProperties'] ?? {});
  const refused = [
    ...entries.filter(
      ([key, value]) =>
        !isMetadata(key, 128) || typeof value !== 'string' || !isMetadata(value, 256),
    ),
    ...Object.entries(request).filter(
      ([name, value]) =>
        name === 'ApprovalDescription' && !packageFields.description.test(String(value)),
    ),
    ...entries.slice(METADATA_ENTRIES),
  ];
  if (refused.length === 0) return;
  throw new TaskError(
    'SageMaker.SageMakerException',
    `1 validation error detected: ${JSON.stringify(refused)} (Service: SageMaker, Status Code: 400, Request ID: R)`,
  );
}

function isMetadata(text: string, length: number): boolean {
  return text.length >= 1 && text.length <= length && packageFields.metadata.test(text);
}

function variantsOf(value: unknown): readonly { readonly ModelName: string }[] {
  return (value ?? []) as { ModelName: string }[];
}

export function packageArn(version: number): string {
  return `arn:aws:sagemaker:us-east-1:000000000000:model-package/AbaloneModelPackageGroup/${version}`;
}

function notFound(what: string): TaskError {
  return new TaskError(
    'SageMaker.SageMakerException',
    `Could not find ${what}. (Service: SageMaker, Status Code: 400, Request ID: R)`,
  );
}
