import Link from '@cloudscape-design/components/link';
import type { Workflow } from '../data/executions.ts';
import { useFollow } from './page-link.tsx';

interface ExecutionLinkProps {
  readonly project: string;
  /** @default `training` */
  readonly workflow?: Workflow;
  readonly execution: string;
}

/** Leads to an execution. */
export function ExecutionLink({ project, workflow = 'training', execution }: ExecutionLinkProps) {
  const follow = useFollow();
  const href = `/executions/${project}/${workflow}/${encodeURIComponent(execution)}`;
  return (
    <Link href={href} onFollow={follow}>
      <ExecutionName of={execution} />
    </Link>
  );
}

/** Names that EventBridge gives have two ids; the first digits tell executions apart. */
const SHORT_CHARACTERS = 20;
const SHOWN_CHARACTERS = 8;

/** The name of an execution, as short as it says something; the whole one on hover. */
export function ExecutionName({ of }: { readonly of: string }) {
  if (of.length <= SHORT_CHARACTERS) return of;
  return <span title={of}>{of.slice(0, SHOWN_CHARACTERS)}…</span>;
}
