import { useMutation } from '@tanstack/react-query';
import type { ApiClient, Schemas } from '../../api/client/index.ts';
import { answerOf, useApi } from './api.ts';
import { usePerson } from './person.ts';
import { usePolled } from './polling.ts';

export type PredictionForm = Schemas['PredictionForm'];
export type PredictionRecord = Schemas['PredictionRecord'];
export type PredictionAnswer = Schemas['PredictionAnswer'];

/** What a record of a project holds; visitors learn it of projects that are open to everyone. */
export function usePredictionForm(project: string) {
  const { isSignedIn } = usePerson();
  const path = { project };
  return usePolled<PredictionForm>({
    key: ['form', project, isSignedIn],
    ask: (api, signal) =>
      isSignedIn
        ? askForm(api, project, signal)
        : api.GET('/public/projects/{project}/form', { params: { path }, signal }),
  });
}

async function askForm(api: ApiClient, project: string, signal: AbortSignal) {
  const params = { path: { project } };
  const { data, error, response } = await api.GET('/projects/{project}/schema', { params, signal });
  return { data: data === undefined ? undefined : formOf(data), error, response };
}

/** The part of a project that a record is made from. */
function formOf({ columns, ...project }: Schemas['Project']): PredictionForm {
  const isInFiles = project.labelColumn === 'last';
  const place = columns.findIndex(({ name }) => name === project.label);
  const labelPosition = place < 0 && isInFiles ? columns.length : place;
  return {
    ...project,
    columns: columns.filter(({ name }) => name !== project.label),
    ...(labelPosition < 0 ? {} : { labelPosition }),
  };
}

/** Asks the live model of a project. */
export function usePrediction(project: string) {
  const api = useApi();
  const { isSignedIn } = usePerson();
  return useMutation({
    mutationFn: async (records: readonly PredictionRecord[]): Promise<PredictionAnswer> => {
      const body = { records: [...records] };
      const { body: answer } = await answerOf(
        isSignedIn
          ? api.POST('/inference/predict', { body: { modelName: project, ...body } })
          : api.POST('/public/projects/{project}/predict', {
              params: { path: { project } },
              body,
            }),
      );
      return answer;
    },
  });
}
