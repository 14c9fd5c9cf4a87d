import { CfnMapping, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Region } from '../definition/index.ts';

/**
 * The account that serves SageMaker's scikit-learn and XGBoost images, by region. Left out are regions
 * where CloudFormation has no AWS::SageMaker::ModelPackageGroup; test/infra/cfn-lint.test.ts lints the
 * templates for each of them.
 */
export const registries = {
  'af-south-1': '510948584623',
  'ap-east-1': '651117190479',
  'ap-northeast-1': '354813040037',
  'ap-northeast-2': '366743142698',
  'ap-northeast-3': '867004704886',
  'ap-south-1': '720646828776',
  'ap-southeast-1': '121021644041',
  'ap-southeast-2': '783357654285',
  'ap-southeast-3': '951798379941',
  'ca-central-1': '341280168497',
  'ca-west-1': '190319476487',
  'eu-central-1': '492215442770',
  'eu-central-2': '680994064768',
  'eu-north-1': '662702820516',
  'eu-south-1': '978288397137',
  'eu-south-2': '104374241257',
  'eu-west-1': '141502667606',
  'eu-west-2': '764974769150',
  'eu-west-3': '659782779980',
  'il-central-1': '898809789911',
  'me-central-1': '272398656194',
  'me-south-1': '801668240914',
  'sa-east-1': '737474898029',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-gov-west-1': '414596584902',
  'us-west-1': '746614075791',
  'us-west-2': '246618743249',
} as const satisfies Record<Region, string>;

export interface FrameworkImage {
  readonly name: 'sagemaker-scikit-learn' | 'sagemaker-xgboost';
  readonly version: string;
}

/** SageMaker's framework images in the region that the stack is deployed to. */
export class FrameworkImages {
  readonly #account: string;
  readonly #stack: Stack;

  constructor(scope: Construct) {
    this.#stack = Stack.of(scope);
    const mapping = new CfnMapping(scope, 'ImageRegistries', {
      mapping: Object.fromEntries(
        Object.entries(registries).map(([region, account]) => [region, { account }]),
      ),
    });
    this.#account = Fn.findInMap(mapping.logicalId, this.#stack.region, 'account');
  }

  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>` */
  uri(image: FrameworkImage): string {
    const { region, urlSuffix } = this.#stack;
    return `${this.#account}.dkr.ecr.${region}.${urlSuffix}/${image.name}:${tagOf(image)}`;
  }

  /** The repositories of the images, for the roles that pull them. */
  repositoryArns(images: readonly FrameworkImage[]): string[] {
    const { partition, region } = this.#stack;
    const names = [...new Set(images.map((image) => image.name))];
    return names.map(
      (name) => `arn:${partition}:ecr:${region}:${this.#account}:repository/${name}`,
    );
  }
}

/** AWS tags scikit-learn images with processor and Python, new XGBoost images without. */
function tagOf({ name, version }: FrameworkImage): string {
  return name === 'sagemaker-scikit-learn' ? `${version}-cpu-py3` : version;
}
