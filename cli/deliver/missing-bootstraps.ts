import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import type { DeliveryPlan, Place } from '../../delivery/index.ts';
import type { Connection } from '../connection/connection.ts';

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const VERSION_OF_BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';

/** Which deployments of a plan will fail on this runtime because `cdk bootstrap` has not prepared their account, a sentence each. */
export async function findMissingBootstraps(
  connection: Connection,
  { environments, pipeline }: DeliveryPlan,
): Promise<readonly string[]> {
  const address = await addressOf(connection);
  const sentences = Object.entries(environments).map(async ([name, place]) =>
    (await isMissing(connection, place))
      ? `Deploy-${name}: the account ${place.account} is not bootstrapped here, so the stage fails. Run once: AWS_ENDPOINT_URL=${address} AWS_ACCESS_KEY_ID=${place.account} AWS_SECRET_ACCESS_KEY=local npx cdk bootstrap aws://${place.account}/${place.region} --app cdk.out --trust ${pipeline.account} --cloudformation-execution-policies arn:aws:iam::aws:policy/AdministratorAccess`
      : undefined,
  );
  return (await Promise.all(sentences)).filter((sentence) => sentence !== undefined);
}

async function isMissing({ s3 }: Connection, { account, region }: Place): Promise<boolean> {
  const { endpoint } = s3.config;
  const client = new SSMClient({
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'local' },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  try {
    await client.send(new GetParameterCommand({ Name: VERSION_OF_BOOTSTRAP }));
    return false;
  } catch (error) {
    // The stage itself names anything else that is wrong with the account.
    return error instanceof ParameterNotFound;
  }
}

async function addressOf({ s3 }: Connection): Promise<string> {
  const { hostname, port, protocol } = (await s3.config.endpoint?.()) ?? {};
  return `${protocol}//${hostname}:${port}`;
}
