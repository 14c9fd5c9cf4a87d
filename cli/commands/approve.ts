import type { Command } from 'commander';
import type { Terminal } from '../terminal/terminal.ts';
import { addDecision } from './decision.ts';

export function addApprove(program: Command, terminal: Terminal): void {
  addDecision(program, terminal, {
    command: 'approve',
    description: 'Approve a model package and watch it go live.',
    status: 'Approved',
    defaultOf: 'PendingManualApproval',
  });
}
