import { call, type ResourceRequest } from '../resource-type.ts';

type Tags = readonly { readonly Key: string; readonly Value: string }[];

/**
 * Gives a resource that exists the tags of its template, as CloudFormation does in an update: tags that others added stay,
 * and those that the template does not have any more go.
 */
export async function updateTags(request: ResourceRequest, ResourceArn: string): Promise<void> {
  const [tags, former] = [tagsOf(request.properties), tagsOf(request.previous?.properties)];
  const names = tags.map(({ Key }) => Key);
  const TagKeys = former.map(({ Key }) => Key).filter((name) => !names.includes(name));
  if (TagKeys.length > 0) await call(request, 'sagemaker', 'DeleteTags', { ResourceArn, TagKeys });
  if (tags.length > 0) await call(request, 'sagemaker', 'AddTags', { ResourceArn, Tags: tags });
}

function tagsOf(properties: ResourceRequest['properties'] = {}): Tags {
  return Array.isArray(properties['Tags']) ? (properties['Tags'] as Tags) : [];
}
