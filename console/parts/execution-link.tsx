import Link from '@cloudscape-design/components/link';
import { useFollow } from './page-link.tsx';

interface ExecutionLinkProps {
  readonly project: string;
  /** @default `training` */
  readonly workflow?: 'training' | 'promotion' | 'trial';
  readonly execution: string;
}

/** Leads to an execution. */
export function ExecutionLink({ project, workflow = 'training', execution }: ExecutionLinkProps) {
  const follow = useFollow();
  const href = `/executions/${project}/${workflow}/${encodeURIComponent(execution)}`;
  return (
    <Link href={href} onFollow={follow}>
      {execution}
    </Link>
  );
}
