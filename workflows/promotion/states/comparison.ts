import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findTrial } from '../../../definition/index.ts';
import { when } from '../../choice.ts';
import { renderLacks, renderObjections } from '../../gate.ts';
import { executionHash, jsonata, object, quote } from '../../jsonata.ts';
import { describedArtifacts } from '../../model-containers.ts';
import type { ProjectResources } from '../../project-resources.ts';
import {
  describePackage,
  evaluationWork,
  readObject,
  type StepJob,
  stepJob,
} from '../../tasks/index.ts';
import { goesBack } from './candidate.ts';
import { needsNoComparison } from './trial-role.ts';

/** Training compared the candidate with what was the champion then; that may not be live any more. */
export function wasCompared({ project }: ProjectResources): Condition {
  const known = findTrial(project.serving) === undefined ? '' : ` or ${needsNoComparison}`;
  const reasons = [
    goesBack,
    '$not($exists($live.package))',
    '$live.package = $candidate.arn',
    '($exists($candidate.champion) and $candidate.champion = $live.package)',
  ];
  return when(`${reasons.join(' or ')}${known}`);
}

export function readLivePackage(scope: Construct, resources: ProjectResources): CallAwsService {
  return describePackage(scope, 'Read live package', resources, {
    arn: '$live.package',
    assign: { champion: jsonata(object(describedArtifacts)) },
  });
}

const comparisonFolder = `$candidate.folder & "comparisons/" & ${executionHash} & "/"`;

/** Candidate and live model on the candidate's test rows. */
export function compareWithLive(scope: Construct, resources: ProjectResources): StepJob {
  const uri = (key: string) => `${quote(`s3://${resources.bucket.bucketName}/`)} & ${key}`;
  return stepJob(scope, 'Compare with live model', resources, {
    works: [
      evaluationWork({
        step: 'compare',
        candidate: { preprocessor: '$candidate.preprocessor', model: '$candidate.model' },
        champion: '$champion',
        test: uri('$candidate.folder & "prepared/test/"'),
        manifest: uri('$candidate.folder & "manifest.json"'),
        output: uri(comparisonFolder),
      }),
    ],
    step: 'compare',
    assign: ({ ifCompleted }) => ({ compared: jsonata(ifCompleted('true')) }),
  });
}

export function readComparison(scope: Construct, resources: ProjectResources): CallAwsService {
  return readObject(scope, 'Read comparison', resources, {
    pattern: `${resources.keys.runs}*`,
    key: `${comparisonFolder} & "evaluation.json"`,
    assign: {
      lacks: jsonata(
        renderLacks(
          resources.project,
          `${quote(`s3://${resources.bucket.bucketName}/`)} & ${comparisonFolder} & "evaluation.json"`,
        ),
      ),
      objections: jsonata(renderObjections(resources.project)),
    },
  });
}
