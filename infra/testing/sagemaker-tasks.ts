import { TaskError } from './run-workflow.ts';

export interface Package {
  readonly arn: string;
  readonly version: number;
  status: 'Approved' | 'Rejected' | 'PendingManualApproval';
  readonly metadata: Record<string, string>;
}

/** Registry and endpoint as the promotion's SDK tasks see them. */
export class SageMakerTasks {
  readonly packages: Package[] = [];
  readonly configs = new Map<string, string>();
  readonly models = new Map<string, string>();
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

  /** Makes a package live, as an earlier promotion did. */
  deploy(version: number): void {
    const name = `abalone-v${version}-before`;
    this.models.set(name, packageArn(version));
    this.configs.set(name, name);
    this.endpoint = { status: 'InService', config: name };
  }

  listApproved(): unknown {
    const approved = this.packages
      .filter(({ status }) => status === 'Approved')
      .sort((one, other) => other.version - one.version);
    return {
      ModelPackageSummaryList: approved
        .slice(0, 1)
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
      InferenceSpecification: {
        Containers: [
          { ModelDataUrl: `${uri}prepared/preprocessor/model.tar.gz` },
          { ModelDataUrl: `${uri}training/t/output/model.tar.gz` },
        ],
      },
    };
  }

  update(request: Record<string, unknown>): unknown {
    const found = this.packages.find(({ arn }) => arn === request['ModelPackageArn']);
    if (found === undefined) throw notFound('model package');
    const status = request['ModelApprovalStatus'];
    if (status === 'Rejected') found.status = status;
    Object.assign(found.metadata, request['CustomerMetadataProperties'] ?? {});
    return {};
  }

  listEndpoints(): unknown {
    const other = { EndpointName: 'abalone-2', EndpointStatus: 'Failed' };
    if (this.endpoint === undefined) return { Endpoints: [other] };
    return {
      Endpoints: [other, { EndpointName: 'abalone', EndpointStatus: this.endpoint.status }],
    };
  }

  describeEndpoint(): unknown {
    if (this.endpoint === undefined) throw notFound('endpoint');
    const { status, config, reason } = this.endpoint;
    return {
      EndpointName: 'abalone',
      EndpointStatus: status,
      EndpointConfigName: config,
      ...(reason === undefined ? {} : { FailureReason: reason }),
    };
  }

  describeConfig(name: unknown): unknown {
    const model = this.configs.get(String(name));
    if (model === undefined) throw notFound(`endpoint configuration "${String(name)}"`);
    return { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: model }] };
  }

  describeModel(name: unknown): unknown {
    const arn = this.models.get(String(name));
    if (arn === undefined) throw notFound(`model "${String(name)}"`);
    return { Containers: [{ ModelPackageName: arn }] };
  }
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
