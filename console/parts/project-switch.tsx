import SegmentedControl from '@cloudscape-design/components/segmented-control';

interface ProjectSwitchProps {
  readonly names: readonly string[];
  readonly shown: string;
  readonly choose: (project: string) => void;
}

/** Changes the project of a page; not there where there is only one. */
export function ProjectSwitch({ names, shown, choose }: ProjectSwitchProps) {
  if (names.length < 2) return null;
  return (
    <SegmentedControl
      label="Project"
      selectedId={shown}
      options={names.map((id) => ({ id, text: id }))}
      onChange={({ detail }) => choose(detail.selectedId)}
    />
  );
}
