import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createApiGatewayV2Service } from './index.ts';

const ARN = 'arn:aws:apigateway:us-east-1::';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    ApiId: 'a',
    RouteId: 'r',
    RouteKey: 'GET /x',
    IntegrationId: 'i',
    AuthorizerId: 'u',
    DeploymentId: 'd',
    StageName: 's',
    VpcLinkId: 'v',
    ResourceArn: `${ARN}/apis/a`,
  };

  expect(permissionsOf(createApiGatewayV2Service, input)).toMatchInlineSnapshot(`
    {
      "CreateApi": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/apis",
      ],
      "CreateAuthorizer": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/apis/a/authorizers",
      ],
      "CreateDeployment": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/apis/a/deployments",
      ],
      "CreateIntegration": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/apis/a/integrations",
      ],
      "CreateRoute": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/apis/a/routes",
      ],
      "CreateStage": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/apis/a/stages",
      ],
      "CreateVpcLink": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/vpclinks",
      ],
      "DeleteAccessLogSettings": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/stages/s/accesslogsettings",
      ],
      "DeleteApi": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a",
      ],
      "DeleteAuthorizer": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/authorizers/u",
      ],
      "DeleteCorsConfiguration": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/cors",
      ],
      "DeleteDeployment": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/deployments/d",
      ],
      "DeleteIntegration": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/integrations/i",
      ],
      "DeleteRoute": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/routes/r",
      ],
      "DeleteRouteSettings": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/stages/s/routesettings/GET /x",
      ],
      "DeleteStage": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/apis/a/stages/s",
      ],
      "DeleteVpcLink": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/vpclinks/v",
      ],
      "GetApi": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a",
      ],
      "GetApis": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis",
      ],
      "GetAuthorizer": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/authorizers/u",
      ],
      "GetAuthorizers": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/authorizers",
      ],
      "GetDeployment": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/deployments/d",
      ],
      "GetDeployments": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/deployments",
      ],
      "GetIntegration": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/integrations/i",
      ],
      "GetIntegrations": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/integrations",
      ],
      "GetRoute": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/routes/r",
      ],
      "GetRoutes": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/routes",
      ],
      "GetStage": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/stages/s",
      ],
      "GetStages": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/apis/a/stages",
      ],
      "GetTags": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/tags/arn:aws:apigateway:us-east-1::/apis/a",
      ],
      "GetVpcLink": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/vpclinks/v",
      ],
      "GetVpcLinks": [
        "apigateway:GET arn:aws:apigateway:us-east-1::/vpclinks",
      ],
      "TagResource": [
        "apigateway:POST arn:aws:apigateway:us-east-1::/tags/arn:aws:apigateway:us-east-1::/apis/a",
      ],
      "UntagResource": [
        "apigateway:DELETE arn:aws:apigateway:us-east-1::/tags/arn:aws:apigateway:us-east-1::/apis/a",
      ],
      "UpdateApi": [
        "apigateway:PATCH arn:aws:apigateway:us-east-1::/apis/a",
      ],
      "UpdateAuthorizer": [
        "apigateway:PATCH arn:aws:apigateway:us-east-1::/apis/a/authorizers/u",
      ],
      "UpdateIntegration": [
        "apigateway:PATCH arn:aws:apigateway:us-east-1::/apis/a/integrations/i",
      ],
      "UpdateRoute": [
        "apigateway:PATCH arn:aws:apigateway:us-east-1::/apis/a/routes/r",
      ],
      "UpdateStage": [
        "apigateway:PATCH arn:aws:apigateway:us-east-1::/apis/a/stages/s",
      ],
      "UpdateVpcLink": [
        "apigateway:PATCH arn:aws:apigateway:us-east-1::/vpclinks/v",
      ],
    }
  `);
});
