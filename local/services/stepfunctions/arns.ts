import type { Cloud } from '../../cloud/cloud.ts';
import { InvalidArn } from './errors.ts';

/** The resource that an ARN of Step Functions names. */
export type ParsedArn =
  | { readonly kind: 'stateMachine'; readonly machineArn: string; readonly name: string }
  /** The qualifier of a version is a number, that of an alias a name. */
  | {
      readonly kind: 'version';
      readonly machineArn: string;
      readonly name: string;
      readonly version: number;
    }
  | {
      readonly kind: 'alias';
      readonly machineArn: string;
      readonly name: string;
      readonly alias: string;
    }
  | { readonly kind: 'execution'; readonly machineArn: string; readonly name: string }
  | { readonly kind: 'express'; readonly machineArn: string; readonly name: string }
  | { readonly kind: 'activity'; readonly name: string }
  | { readonly kind: 'mapRun'; readonly machineArn: string; readonly name: string };

/** Parses an ARN of Step Functions. @throws InvalidArn as AWS does */
export function parseArn(arn: string): ParsedArn {
  const parts = arn.split(':');
  const [prefix, partition, service, region, account, kind, name, qualifier] = parts;
  if (prefix !== 'arn' || partition === undefined) {
    throw new InvalidArn(`Invalid ARN prefix: ${arn}`);
  }
  if (service !== 'states' || region === undefined || account === undefined) {
    throw new InvalidArn(`Invalid ARN prefix: ${arn}`);
  }
  if (kind === undefined || name === undefined || name === '') {
    throw new InvalidArn(`Resource type not valid in this context: ${kind ?? ''}`);
  }
  const machineArn = [prefix, partition, service, region, account, 'stateMachine', name].join(':');
  switch (kind) {
    case 'stateMachine':
      if (parts.length === 7) return { kind, machineArn, name };
      if (parts.length !== 8 || qualifier === undefined || qualifier === '') break;
      return /^\d+$/.test(qualifier)
        ? { kind: 'version', machineArn, name, version: Number(qualifier) }
        : { kind: 'alias', machineArn, name, alias: qualifier };
    case 'execution':
    case 'mapRun':
      if (parts.length !== 8 || qualifier === undefined || qualifier === '') break;
      return { kind, machineArn, name: qualifier };
    case 'express':
      if (parts.length !== 9 || qualifier === undefined) break;
      return { kind, machineArn, name: qualifier };
    case 'activity':
      if (parts.length === 7) return { kind, name };
      break;
  }
  throw new InvalidArn(`Resource type not valid in this context: ${kind}`);
}

type Kind = ParsedArn['kind'];

/** Parses an ARN and checks that it names one of `kinds`. */
export function parseArnOf<Wanted extends Kind>(
  arn: string,
  ...kinds: readonly Wanted[]
): Extract<ParsedArn, { readonly kind: Wanted }> {
  const parsed = parseArn(arn);
  if (!isOneOf(parsed, kinds)) {
    const word =
      parsed.kind === 'version' || parsed.kind === 'alias' ? 'stateMachine' : parsed.kind;
    throw new InvalidArn(`Resource type not valid in this context: ${word}`);
  }
  return parsed;
}

function isOneOf<Wanted extends Kind>(
  parsed: ParsedArn,
  kinds: readonly Wanted[],
): parsed is Extract<ParsedArn, { readonly kind: Wanted }> {
  return kinds.some((kind) => kind === parsed.kind);
}

/** `arn:aws:states:<region>:<account>:stateMachine:<name>` */
export function stateMachineArn(cloud: Cloud, name: string): string {
  return cloud.arn('states', `stateMachine:${name}`);
}

/** The ARN of a Standard execution of a machine, or of a map run's child machine `SM/Label`. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** Express executions can share a name, so AWS adds an identifier. */
export function expressExecutionArn(machineArn: string, name: string, id: string): string {
  return `${machineArn.replace(':stateMachine:', ':express:')}:${name}:${id}`;
}

/** `…:mapRun:<machine>/<label>:<id>` */
export function mapRunArn(machineArn: string, label: string, id: string): string {
  return `${machineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${id}`;
}

export function activityArn(cloud: Cloud, name: string): string {
  return cloud.arn('states', `activity:${name}`);
}

/** The last part of a machine's ARN. */
export function nameOfMachine(machineArn: string): string {
  return machineArn.slice(machineArn.indexOf(':stateMachine:') + ':stateMachine:'.length);
}
