import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { PredictionForm } from '../../data/predictions.ts';
import { type FormColumn, type Mistakes, type Texts, usedColumns } from './record.ts';

interface RecordFieldsProps {
  readonly form: PredictionForm;
  readonly texts: Texts;
  readonly mistakes: Mistakes;
  readonly outOfRange: readonly string[];
  readonly onChange: (name: string, text: string) => void;
}

/** A field for each column that the model reads. */
export function RecordFields({ form, texts, mistakes, outOfRange, onChange }: RecordFieldsProps) {
  return (
    <ColumnLayout columns={2} minColumnWidth={220}>
      {usedColumns(form).map((column) => {
        const { name, description } = column;
        return (
          <FormField
            key={name}
            label={nameOf(column)}
            description={description}
            constraintText={describeRule(column)}
            errorText={asSentence(mistakes[name])}
            warningText={outOfRange.includes(name) ? OUT_OF_RANGE : undefined}
          >
            <Field
              column={column}
              text={texts[name] ?? ''}
              onChange={(text) => onChange(name, text)}
            />
          </FormField>
        );
      })}
    </ColumnLayout>
  );
}

const OUT_OF_RANGE =
  'Outside the range of the project. It can be sent; check that it is not mistyped.';

/** Mistakes continue the name of their column, which is above the field here. */
function asSentence(mistake: string | undefined): string | undefined {
  return mistake === undefined ? undefined : `This ${mistake}.`;
}

function nameOf({ name, unit, optional = false }: FormColumn): string {
  const remarks = [...(unit === undefined ? [] : [unit]), ...(optional ? ['optional'] : [])];
  return remarks.length === 0 ? name : `${name} (${remarks.join(', ')})`;
}

interface FieldProps {
  readonly column: FormColumn;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

const MISSING = { label: 'Missing', value: '' };

function Field({ column, text, onChange }: FieldProps) {
  const { type, values, optional = false } = column;
  if (type !== 'category' || values === undefined) {
    return (
      <Input
        value={text}
        onChange={({ detail }) => onChange(detail.value)}
        {...(type === 'number' || type === 'integer' ? { inputMode: 'decimal' as const } : {})}
        autoComplete={false}
      />
    );
  }
  const options = [...(optional ? [MISSING] : []), ...values.map((value) => ({ value }))];
  return (
    <Select
      options={options}
      selectedOption={options.find(({ value }) => value === text) ?? null}
      placeholder="Choose"
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  );
}

/** The rule of a column, in words. */
function describeRule({ type, minimum, maximum, values, format }: FormColumn): string | undefined {
  if (type === 'category') return values === undefined ? 'Any text' : undefined;
  if (type === 'date') return `A date as ${format ?? '%Y-%m-%d'}`;
  if (type === 'text') return 'Any text';
  const kind = type === 'integer' ? 'A whole number' : 'A number';
  if (minimum !== undefined && maximum !== undefined) return `${kind}, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind}, at least ${minimum}`;
  return maximum === undefined ? kind : `${kind}, at most ${maximum}`;
}
