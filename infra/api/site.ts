import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { HttpApi } from './http-api.ts';

export interface SiteProps {
  readonly api: HttpApi;
  /** Where a page may send requests beside its own origin. */
  readonly connectTo: readonly string[];
  /** Where a page may send forms and be sent to. */
  readonly signInAddress: string;
}

type Addresses = Omit<SiteProps, 'api'>;

const HSTS_SECONDS = 63_072_000;

/** `/predict/abalone` is a page of the site, which is one file; what has an extension is a file. */
const SERVE_PAGES = `function handler(event) {
  var request = event.request;
  var last = request.uri.substring(request.uri.lastIndexOf('/') + 1);
  if (last.indexOf('.') === -1) request.uri = '/index.html';
  return request;
}
`;

/** The site and the API on one origin, so that no browser needs CORS. */
export class Site extends Construct {
  readonly bucket: IBucket;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { api, ...props }: SiteProps) {
    super(scope, id);
    this.bucket = this.#createBucket();
    const pages = new EdgeFunction(this, 'Pages', {
      code: FunctionCode.fromInline(SERVE_PAGES),
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Gives every page of the console its one file',
    });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Stepmill console: ${Stack.of(this).stackName}`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#createHeaders(props),
        functionAssociations: [{ function: pages, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
      additionalBehaviors: {
        'api/*': {
          origin: new HttpOrigin(Fn.select(2, Fn.split('/', api.api.attrApiEndpoint))),
          viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          // The viewer's Host would not be the API's.
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
        },
      },
    });
  }

  /** Where the site is, without a path. */
  get origin(): string {
    return `https://${this.distribution.distributionDomainName}`;
  }

  #createBucket(): IBucket {
    return new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    }) as IBucket;
  }

  #createHeaders(props: Addresses): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      comment: 'What pages of the console may do',
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          override: true,
          contentSecurityPolicy: renderContentSecurityPolicy(props),
        },
        strictTransportSecurity: {
          override: true,
          accessControlMaxAge: Duration.seconds(HSTS_SECONDS),
          includeSubdomains: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { override: true, frameOption: HeadersFrameOption.DENY },
        referrerPolicy: {
          override: true,
          referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          {
            header: 'Permissions-Policy',
            value: 'camera=(), microphone=(), geolocation=()',
            override: true,
          },
        ],
      },
    });
  }
}

function renderContentSecurityPolicy({ connectTo, signInAddress }: Addresses): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self' data:",
    "img-src 'self' blob: data:",
    `connect-src 'self' ${[...connectTo, signInAddress].join(' ')}`,
    "base-uri 'none'",
    `form-action 'self' ${signInAddress}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
