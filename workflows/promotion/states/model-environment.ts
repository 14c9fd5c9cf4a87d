import { jsonata } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';

/** Of a version or a revision that serves: the package and the release it was made for. */
export const MODEL_PACKAGE = 'MODEL_PACKAGE';
export const MODEL_RELEASE = 'MODEL_RELEASE';

/** What tells an image of this repository which model it serves: docs/containers.md. */
export function modelEnvironment({ project }: ProjectResources): Readonly<Record<string, string>> {
  const [urls, etags] =
    project.registry.packaging === 'pipeline'
      ? ['$candidate.preprocessor & " " & $candidate.model', '$join($etags, " ")']
      : ['$candidate.model', '$etags[-1]'];
  return {
    MODEL_URLS: jsonata(urls),
    MODEL_ETAGS: jsonata(etags),
    MODEL_FINGERPRINT: jsonata('$candidate.fingerprint'),
    [MODEL_PACKAGE]: jsonata('$candidate.arn'),
    [MODEL_RELEASE]: jsonata('$release.name'),
  };
}
