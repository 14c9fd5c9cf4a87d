import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { decide, findModelPackage } from '../../operations/index.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import type { Slice } from '../slice/slice-runtime.ts';
import { type ConsoleRuntime, startConsole } from './console-runtime.ts';
import { watchedProject } from './watched-project.ts';

const ROWS = 1_200;
/** Enough for a verdict. */
const ASKED_ROWS = 300;

/** A runtime whose project is watched and has a live model, which is asked about rows that have drifted. */
export async function startWatched(): Promise<ConsoleRuntime> {
  const runtime = await startConsole({ project: watchedProject });
  const { slice } = runtime;
  const { connection, project, promotions } = slice;
  await slice.trained(await slice.upload('abalone.csv', generateAbaloneSample(1, ROWS)));
  const { ModelPackageArn } = await findModelPackage(connection, project, {
    version: 1,
    status: 'PendingManualApproval',
  });
  await decide(connection, ModelPackageArn, 'Approved', 'Good enough');
  await promotions.end(await promotions.begunBy(ModelPackageArn));
  await askAboutLongerAnimals(slice);
  return runtime;
}

/** A column has drifted in what the live model is asked. */
async function askAboutLongerAnimals({ connection, project }: Slice): Promise<void> {
  const rows = generateAbaloneSample(7, ASKED_ROWS)
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [sex = '', length = '', ...others] = line.split(',').slice(0, -1);
      return [sex, Math.min(2, Number(length) * 1.4).toFixed(3), ...others].join(',');
    });
  await connection.sagemakerRuntime.send(
    new InvokeEndpointCommand({
      EndpointName: project.endpointName,
      ContentType: 'text/csv',
      Accept: 'text/csv',
      Body: rows.join('\n'),
    }),
  );
}
