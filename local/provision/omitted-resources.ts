import type { Cloud } from '../cloud/cloud.ts';
import { renderPlaceholder } from '../cloud/placeholder.ts';

/** The resources of a stack that were not created, and the placeholders for what refers to them. */
export class OmittedResources {
  /** Sentences for the start-up report. */
  readonly notes: string[];
  readonly #arn: (service: string, resource: string) => string;
  readonly #types = new Map<string, string>();

  /** @param notes to which the sentences are added */
  constructor(cloud: Cloud, notes: string[]) {
    this.notes = notes;
    this.#arn = (service, resource) => cloud.arn(service, resource);
  }

  add({ logicalId, type }: { readonly logicalId: string; readonly type: string }, note: string) {
    this.#types.set(logicalId, type);
    this.notes.push(`${logicalId}: ${note}`);
  }

  /** The `Ref` of a resource that was not created; undefined for any other. */
  ref(logicalId: string): string | undefined {
    const type = this.#types.get(logicalId);
    return type === undefined ? undefined : renderPlaceholder({ logicalId, type }, this.#arn);
  }

  /** The `Fn::GetAtt` of a resource that was not created; undefined for any other. */
  attribute(logicalId: string, attribute: string): string | undefined {
    const type = this.#types.get(logicalId);
    if (type === undefined) return undefined;
    return renderPlaceholder({ logicalId, type, attribute }, this.#arn);
  }

  /** A placeholder for an attribute that this runtime does not know of a resource that was created. */
  unknownAttribute(logicalId: string, type: string, attribute: string): string {
    const note = `${logicalId} (${type}): its attribute ${attribute} has no value here`;
    if (!this.notes.includes(note)) this.notes.push(note);
    return renderPlaceholder({ logicalId, type, attribute }, this.#arn);
  }
}
