import Alert from '@cloudscape-design/components/alert';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useProjects } from '../../data/projects.ts';
import {
  type TrainingSettings,
  useStartTraining,
  useTrainingSettings,
  useUploads,
} from '../../data/training.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { useNeededGroup } from '../../parts/needed-group.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { describeRule, findProblem, type Hyperparameter, readSettings } from './hyperparameters.ts';

const ROUTE = '/executions/start';

/** Starts a training on an upload with other settings. */
export function StartTrainingPage() {
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: ROUTE });
  const projects = useProjects();
  return (
    <Page
      title="Start training"
      description="An upload starts a training by itself; this one is for other settings."
    >
      <Loaded from={projects}>
        {({ projects: known }) => {
          const names = known.map(({ project }) => project);
          const project = search.project ?? names[0];
          return (
            <SpaceBetween size="l">
              <FormField label="Project">
                <Select
                  options={names.map((value) => ({ value, label: value }))}
                  selectedOption={project === undefined ? null : { value: project, label: project }}
                  onChange={({ detail }) =>
                    void navigate({ search: { project: detail.selectedOption.value ?? '' } })
                  }
                />
              </FormField>
              {project !== undefined && <ProjectForm key={project} project={project} />}
            </SpaceBetween>
          );
        }}
      </Loaded>
    </Page>
  );
}

function ProjectForm({ project }: { readonly project: string }) {
  const settings = useTrainingSettings(project);
  return (
    <Loaded from={settings}>{({ training }) => <Form project={project} of={training} />}</Loaded>
  );
}

interface FormProps {
  readonly project: string;
  readonly of: TrainingSettings;
}

function Form({ project, of }: FormProps) {
  const { dataset } = useSearch({ from: ROUTE });
  const uploads = useUploads(project);
  const algorithms = Object.keys(of.algorithms);
  const [chosen, setChosen] = useState(dataset);
  const [algorithm, setAlgorithm] = useState(of.algorithm ?? algorithms[0]);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const start = useStart(project);
  const neededGroup = useNeededGroup('train');
  const upload = uploads.data?.datasets.find((each) => each.dataset === chosen);
  const rules = algorithm === undefined ? {} : (of.algorithms[algorithm] ?? {});
  const problems = Object.entries(rules).filter(
    ([name, rule]) => findProblem(texts[name] ?? '', rule) !== undefined,
  );
  return (
    <SpaceBetween size="l">
      {neededGroup}
      <Loaded from={uploads}>
        {({ datasets }) =>
          datasets.length === 0 ? (
            <Empty title="No data yet">
              <PageLink to="/datasets" search={{ project }}>
                Upload data
              </PageLink>{' '}
              of the project first.
            </Empty>
          ) : (
            <FormField
              label="Dataset"
              errorText={start.isTried && upload === undefined ? 'Choose one.' : undefined}
            >
              <Select
                placeholder="Choose an upload"
                filteringType="auto"
                options={datasets.map(({ dataset: value, name, uploadedAt, state }) => ({
                  value,
                  label: name,
                  description: `${new Date(uploadedAt).toLocaleString('en')}, ${state}`,
                }))}
                selectedOption={
                  upload === undefined ? null : { value: upload.dataset, label: upload.name }
                }
                onChange={({ detail }) => setChosen(detail.selectedOption.value)}
              />
            </FormField>
          )
        }
      </Loaded>
      {algorithms.length > 0 && (
        <FormField label="Algorithm">
          <Select
            options={algorithms.map((value) => ({ value, label: value }))}
            selectedOption={algorithm === undefined ? null : { value: algorithm, label: algorithm }}
            onChange={({ detail }) => setAlgorithm(detail.selectedOption.value)}
          />
        </FormField>
      )}
      <Container
        header={
          <Header
            variant="h2"
            {...(Object.keys(rules).length === 0
              ? {}
              : { description: 'An empty field keeps the value that it shows.' })}
          >
            Hyperparameters
          </Header>
        }
      >
        {Object.keys(rules).length === 0 ? (
          'The scripts of the project are its own; they run with the settings of the project.'
        ) : (
          <ColumnLayout columns={3}>
            {Object.entries(rules).map(([name, rule]) => (
              <SettingField
                key={name}
                name={name}
                rule={rule}
                text={texts[name] ?? ''}
                usual={usualOf(of, algorithm, name, rule)}
                change={(text) => setTexts((all) => ({ ...all, [name]: text }))}
              />
            ))}
          </ColumnLayout>
        )}
      </Container>
      <WhatWillRun project={project} of={of} algorithm={algorithm} />
      {start.error !== null && <Failure error={start.error} />}
      <DeedButton
        deed="train"
        variant="primary"
        loading={start.isPending}
        disabled={problems.length > 0}
        disabledReason="A hyperparameter is not valid."
        onClick={() => start.run(upload?.uri, algorithm, readSettings(texts, rules))}
      >
        Start training
      </DeedButton>
    </SpaceBetween>
  );
}

/** Starts, and leaves for the execution. */
function useStart(project: string) {
  const [isTried, setTried] = useState(false);
  const training = useStartTraining();
  const navigate = useNavigate();
  const notify = useNotify();
  return {
    isTried,
    isPending: training.isPending,
    error: training.error,
    run(
      datasetUri: string | undefined,
      algorithm: string | undefined,
      hyperparameters: Readonly<Record<string, string | number>>,
    ) {
      setTried(true);
      if (datasetUri === undefined) return;
      training.mutate(
        {
          modelName: project,
          datasetUri,
          ...(algorithm === undefined ? {} : { algorithm }),
          hyperparameters: { ...hyperparameters },
        },
        {
          onSuccess: ({ workflow, execution }) => {
            notify({ type: 'success', content: 'The training has started.' });
            void navigate({
              to: '/executions/$project/$workflow/$execution',
              params: { project, workflow, execution },
            });
          },
        },
      );
    },
  };
}

interface SettingFieldProps {
  readonly name: string;
  readonly rule: Hyperparameter;
  readonly text: string;
  /** What it is without a value. */
  readonly usual: string;
  readonly change: (text: string) => void;
}

function SettingField({ name, rule, text, usual, change }: SettingFieldProps) {
  return (
    <FormField label={name} constraintText={describeRule(rule)} errorText={findProblem(text, rule)}>
      <Input value={text} placeholder={usual} onChange={({ detail }) => change(detail.value)} />
    </FormField>
  );
}

function usualOf(
  { algorithm: own, hyperparameters }: TrainingSettings,
  algorithm: string | undefined,
  name: string,
  { default: standard = '' }: Hyperparameter,
): string {
  return String((own === algorithm ? hyperparameters[name] : undefined) ?? standard);
}

interface WhatWillRunProps extends FormProps {
  readonly algorithm: string | undefined;
}

function WhatWillRun({ project, of, algorithm = 'the scripts of the project' }: WhatWillRunProps) {
  const { instanceCount, instanceType, timeoutSeconds } = of;
  return (
    <Alert type="info" header="What will run">
      An execution of {project}-training: it checks the data, prepares it, trains {algorithm} on{' '}
      {instanceCount} × {instanceType} for at most {Math.round(timeoutSeconds / 60)} minutes,
      evaluates the model, and registers it where it passes the gate. The settings of the project
      stay as they are, and so does the live model. The same data under the same settings is trained
      on once.
    </Alert>
  );
}
