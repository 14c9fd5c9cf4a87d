import type { Command } from 'commander';
import type { Terminal } from '../terminal/terminal.ts';
import { addDecision } from './decision.ts';

export function addReject(program: Command, terminal: Terminal): void {
  addDecision(program, terminal, {
    command: 'reject',
    description: 'Reject a model package; rejecting the live one brings back the one before it.',
    status: 'Rejected',
    defaultOf: 'Approved',
  });
}
