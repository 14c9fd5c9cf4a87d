import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type InheritedName, inherited, toolchains } from './inherited.ts';
import { personalHomes } from './personal-places.ts';

declare const BUILT: unique symbol;

/** The complete environment of a process; only `processEnvironment` creates one. */
export type ProcessEnvironment = Readonly<Record<string, string>> & { readonly [BUILT]: true };

/** The access of a process to AWS. */
export interface AwsAccess {
  readonly region: string;
  /** The runtime's own gateway. @default an address where nothing listens */
  readonly endpoint: string | undefined;
  /** The session of the process's role. @default none, or the credentials that `credentials` answers with */
  readonly session?: SessionVariables;
  /** Where SDKs ask for credentials, as in containers of Amazon ECS. @default nowhere */
  readonly credentials?: CredentialsAddress;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
export interface CredentialsAddress {
  /** On a loopback address: SDKs take no other one without TLS. */
  readonly uri: string;
  /** What they send in the `Authorization` header. */
  readonly token: string;
}

/** Credentials from STS. */
export interface SessionVariables {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

/** The address that takes the responses of custom resources. */
export interface ResponseAccess {
  /** `host:port` */
  readonly address: string;
  /** A PEM file with the certificate of the address alone. */
  readonly certificate: string;
  /** A PEM file with the system's certificates and this one. */
  readonly bundle: string;
}

export interface EnvironmentOptions {
  /** A folder of the runtime's own, or `NO_HOME`. */
  readonly home: string;
  /** The folder for temporary files. @default the `TMPDIR` of the runtime */
  readonly temporary?: string;
  /** The variables of the app. Those that affect credentials and endpoints are ignored. */
  readonly own?: Readonly<Record<string, string>>;
  /** @default no credentials, no region, and an endpoint where nothing listens */
  readonly aws?: AwsAccess;
  /** Where custom resources answer, and the certificates for it. @default none */
  readonly responses?: ResponseAccess;
  /** Further variables of the runtime's environment that this process needs. @default none */
  readonly inherit?: readonly InheritedName[];
}

/** The home of a process that does not need one. */
export const NO_HOME = '/nonexistent';

/** The discard port: nothing listens there, so an SDK that has no session reaches nothing. */
const NOWHERE = 'http://127.0.0.1:9';

/** SDKs read it as a file without profiles, and cannot write to it. */
const EMPTY_FILE = '/dev/null';

/**
 * Variables that name other credentials, other endpoints or other places to look for them.
 * https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
const DECIDES_ABOUT_AWS =
  /^(?:AWS_(?:ACCESS_KEY(?:_ID)?|SECRET_(?:ACCESS_)?KEY|SESSION_TOKEN|SECURITY_TOKEN|CREDENTIAL_.*|CONFIG_FILE|SHARED_CREDENTIALS_FILE|CONTAINER_.*|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN|ROLE_SESSION_NAME|EC2_METADATA_.*|METADATA_SERVICE_.*|ENDPOINT_URL|IGNORE_CONFIGURED_ENDPOINT_URLS|SDK_LOAD_CONFIG)|BOTO_CONFIG)$/;

const ENDPOINT_OF_SERVICE = /^AWS_ENDPOINT_URL_/;

/**
 * Builds the environment of every process that the runtime starts: a short list of the runtime's own
 * variables, the variables of the app, and the session of the process's role at the local endpoint. It is
 * never a copy of `process.env`: credentials, profiles, tokens and proxies of the user are not inherited, and
 * SDKs read neither files nor the metadata service.
 */
export function processEnvironment(options: EnvironmentOptions): ProcessEnvironment {
  const { aws, home, inherit = [], own = {}, responses, temporary } = options;
  const endpoint = aws?.endpoint ?? NOWHERE;
  const environment: Record<string, string> = {
    LANG: 'C.UTF-8',
    ...toolchains(),
    ...inherited(inherit),
    ...(temporary === undefined ? {} : { TMPDIR: temporary }),
    ...(aws === undefined ? {} : { AWS_REGION: aws.region, AWS_DEFAULT_REGION: aws.region }),
    ...(responses === undefined ? {} : certificateVariables(responses)),
    HOME: home,
  };
  for (const [name, value] of Object.entries(own)) {
    if (DECIDES_ABOUT_AWS.test(name)) continue;
    if (name === 'HOME' && isPersonalHome(value)) continue;
    if (value === CERTIFICATES_ON_AWS) continue;
    environment[name] = ENDPOINT_OF_SERVICE.test(name) ? endpoint : value;
  }
  return Object.assign(environment, awsVariables(endpoint, aws)) as ProcessEnvironment &
    Record<string, string>;
}

/**
 * The file with Amazon's certificates that Node.js functions name in NODE_EXTRA_CA_CERTS; Node.js has them anyway.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const CERTIFICATES_ON_AWS = '/var/runtime/ca-cert.pem';

/** Node.js adds a file to its certificates; OpenSSL, requests and curl replace theirs by it. */
function certificateVariables(responses: ResponseAccess): Readonly<Record<string, string>> {
  const { address, bundle, certificate } = responses;
  return {
    STEPMILL_RESPONSES: address,
    NODE_EXTRA_CA_CERTS: certificate,
    SSL_CERT_FILE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    CURL_CA_BUNDLE: bundle,
  };
}

function awsVariables(
  endpoint: string,
  { credentials, session }: Partial<AwsAccess> = {},
): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: EMPTY_FILE,
    AWS_SHARED_CREDENTIALS_FILE: EMPTY_FILE,
    BOTO_CONFIG: EMPTY_FILE,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(session === undefined
      ? {}
      : {
          AWS_ACCESS_KEY_ID: session.AccessKeyId ?? '',
          AWS_SECRET_ACCESS_KEY: session.SecretAccessKey ?? '',
          AWS_SESSION_TOKEN: session.SessionToken ?? '',
        }),
    ...(credentials === undefined
      ? {}
      : {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.uri,
          AWS_CONTAINER_AUTHORIZATION_TOKEN: credentials.token,
        }),
  };
}

/** Functions often set `HOME=/tmp`; the user's own home is replaced. */
function isPersonalHome(path: string): boolean {
  return personalHomes().some((home) => real(home) === real(path));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
