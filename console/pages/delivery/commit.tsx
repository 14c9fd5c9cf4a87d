import type { Schemas } from '../../../api/client/index.ts';

const SHORT_CHARACTERS = 7;

/** A commit by its short id and the first line of its message. */
export function Commit({ of }: { readonly of: Schemas['DeliveryStage']['commit'] }) {
  if (of === undefined) return '-';
  const [title = ''] = of.message.split('\n');
  return (
    <span title={of.id}>
      <code>{of.id.slice(0, SHORT_CHARACTERS)}</code> {title}
    </span>
  );
}
