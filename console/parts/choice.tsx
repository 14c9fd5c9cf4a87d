import Select from '@cloudscape-design/components/select';

interface ChoiceProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly value: string | undefined;
  /** Called with an empty text for all. */
  readonly choose: (value: string) => void;
  /** One of the values must be chosen. @default false */
  readonly isRequired?: boolean;
}

const ALL = { label: 'All', value: '' };

/** One of some values, as a filter of a table. */
export function Choice({ label, values, value, choose, isRequired = false }: ChoiceProps) {
  const known = values.map((each) => ({ label: each, value: each }));
  const options = isRequired ? known : [ALL, ...known];
  return (
    <Select
      inlineLabelText={label}
      ariaLabel={label}
      options={options}
      selectedOption={options.find((option) => option.value === value) ?? (isRequired ? null : ALL)}
      onChange={({ detail }) => choose(detail.selectedOption.value ?? '')}
    />
  );
}
