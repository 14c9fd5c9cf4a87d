import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Schemas } from '../../../api/client/index.ts';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { pairs } from './pairs.ts';

/** From the upload to the answers. */
export function ModelLineage({ of }: { readonly of: Schemas['ModelVersion'] }) {
  const { project, lineage } = of;
  const { dataset, uri, rows, trainingExecution, answers } = lineage;
  return (
    <Container header={<Header variant="h2">From upload to answers</Header>}>
      <KeyValuePairs
        items={pairs({
          Upload:
            dataset === undefined ? (
              uri
            ) : (
              <PageLink to="/datasets/$project/$dataset" params={{ project, dataset }}>
                {uri?.split('/').at(-1) ?? dataset}
              </PageLink>
            ),
          'In the bucket': dataset === undefined ? undefined : uri,
          Rows: rows?.toLocaleString('en'),
          Training:
            trainingExecution === undefined ? undefined : (
              <ExecutionLink project={project} execution={trainingExecution} />
            ),
          'Training job': lineage.trainingJob,
          'Files of the training': lineage.folder,
          Answers: answers.isLive ? (
            <PageLink to="/predict/$project" params={{ project }}>
              Live: it answers requests
            </PageLink>
          ) : (
            'Not live: it answers no requests'
          ),
          'Captured requests': describeCapture(answers),
        })}
      />
    </Container>
  );
}

function describeCapture({
  captured,
  capturePercent,
}: Schemas['Lineage']['answers']): string | undefined {
  if (captured === undefined) return undefined;
  return capturePercent === undefined ? captured : `${capturePercent} % in ${captured}`;
}
