import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import type { Encryption, Project } from '../../definition/index.ts';
import type { ConsoleDelivery } from '../../events/index.ts';
import { createTopic } from '../alarm-topic.ts';
import { ownCleanerLogs } from '../cleaner-logs.ts';
import { type Subscriber, subscribe } from '../notify.ts';
import { nameBucketExport } from '../project-exports.ts';
import { applyRetention } from '../retention.ts';
import { ApiAlarms } from './api-alarms.ts';
import { ApiFunction } from './api-function.ts';
import { Audit } from './audit.ts';
import { AuditTrail } from './audit-trail.ts';
import { HttpApi } from './http-api.ts';
import { SignIn } from './sign-in.ts';
import { Site } from './site.ts';
import { findSiteFiles } from './site-files.ts';
import { UploadOrigins } from './upload-origins.ts';

export interface ConsoleStackProps extends StackProps {
  readonly environment: string;
  readonly projects: readonly Project[];
  readonly retain: boolean;
  readonly notify: readonly Subscriber[];
  /** Other pages that may call the API and sign people in. */
  readonly origins: readonly string[];
  /** Whether CloudTrail records who reads and writes the data of the projects. */
  readonly auditTrail: boolean;
  /** What encrypts the objects of the projects. @default keys of S3 */
  readonly encryption?: Encryption;
  /** @default the app has no pipeline */
  readonly delivery?: ConsoleDelivery | undefined;
}

/** Hashed names never mean another file. */
const ASSETS_AGE = Duration.days(365);

/** The HTTP API of all projects of an environment, who may call it, and the site in front of it. */
export class ConsoleStack extends Stack {
  constructor(scope: Construct, id: string, props: ConsoleStackProps) {
    super(scope, id, props);
    const { environment, projects, retain, notify, origins, auditTrail } = props;
    const audit = new Audit(this, 'Audit', { environment, retain });
    const { function: router } = new ApiFunction(this, 'Function', {
      environment,
      projects,
      audit,
      encryption: props.encryption,
      delivery: props.delivery,
    });
    if (auditTrail) {
      const names = projects.map(({ name }) => name);
      void new AuditTrail(this, 'Trail', {
        environment,
        projects: names,
        retain,
        tableArns: [audit.table.tableArn],
      });
    }
    const signIn = new SignIn(this, 'SignIn', { environment, retain });
    const api = new HttpApi(this, 'Api', {
      name: id,
      router,
      issuer: signIn.pool.userPoolProviderUrl,
      origins,
    });
    const site = new Site(this, 'Site', {
      api,
      connectTo: [
        ...projects.map(({ name }) => this.#uploadAddress(environment, name)),
        // The issuer, where sign-in is discovered.
        `https://cognito-idp.${this.region}.${this.urlSuffix}`,
      ],
      signInAddress: signIn.address,
    });
    const client = signIn.addClient('Console', [site.origin, ...origins]);
    api.addRoutes([client.userPoolClientId]);
    void new UploadOrigins(this, 'Uploads', {
      environment,
      projects: projects.map(({ name }) => name),
      origins: [site.origin, ...origins],
    });
    const topic = createTopic(this);
    subscribe(topic, notify);
    new ApiAlarms(this, 'Alarms', { api: api.api, router, topic });
    this.#deploySite(site, {
      apiBase: '/api/v1',
      issuer: signIn.pool.userPoolProviderUrl,
      clientId: client.userPoolClientId,
      region: this.region,
      account: this.account,
      environment,
    });
    ownCleanerLogs(this);
    applyRetention(this, retain);
    this.#output({
      ApiAddress: api.api.attrApiEndpoint,
      SiteAddress: site.origin,
      SiteBucketName: site.bucket.bucketName,
      UserPoolId: signIn.pool.userPoolId,
      UserPoolClientId: client.userPoolClientId,
      SignInAddress: signIn.address,
      AuditTableName: audit.table.tableName,
    });
  }

  /** Where browsers send uploads of a project. */
  #uploadAddress(environment: string, project: string): string {
    const bucket = Fn.importValue(nameBucketExport(environment, project));
    return `https://${bucket}.s3.${this.region}.${this.urlSuffix}`;
  }

  /** Files with hashed names stay for pages that are open in browsers; the others name the current ones. */
  #deploySite(site: Site, config: Readonly<Record<string, string>>): void {
    const { assets, pages } = findSiteFiles(process.cwd());
    const logGroup = new LogGroup(this, 'SiteLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const shared = { destinationBucket: site.bucket, prune: false, memoryLimit: 256, logGroup };
    const hashed =
      assets === undefined
        ? []
        : [
            new BucketDeployment(this, 'SiteAssets', {
              ...shared,
              sources: [Source.asset(assets)],
              destinationKeyPrefix: 'assets',
              cacheControl: [CacheControl.maxAge(ASSETS_AGE), CacheControl.immutable()],
            }),
          ];
    const documents = { ...pages, 'openapi.json': join(process.cwd(), 'api/openapi.json') };
    const deployment = new BucketDeployment(this, 'SiteFiles', {
      ...shared,
      sources: [
        ...Object.entries(documents).map(([name, file]) =>
          Source.data(name, readFileSync(file, 'utf8')),
        ),
        Source.jsonData('config.json', config),
      ],
      cacheControl: [CacheControl.noCache()],
      distribution: site.distribution,
      distributionPaths: ['/*'],
    });
    // The page names them.
    deployment.node.addDependency(...hashed);
  }

  #output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
