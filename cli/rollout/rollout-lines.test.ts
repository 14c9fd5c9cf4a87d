import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findBake, type Rollout } from '../../operations/index.ts';
import { terminalText } from '../terminal/terminal.ts';
import { renderRollout, renderRolloutLine, renderTraffic } from './rollout-lines.ts';

const since = new Date('2026-11-21T10:00:00Z');
const phases = [
  {
    status: 'Baking',
    since,
    message: 'Baking for 180 seconds (WaitIntervalInSeconds) with traffic enabled on canary.',
  },
];
const rollout: Rollout = {
  endpointName: 'abalone',
  status: 'Updating',
  failureReason: undefined,
  fleets: [
    {
      endpointConfig: 'v1',
      variant: 'AllTraffic',
      percent: 90,
      instances: 1,
      wantedInstances: 1,
      phases,
    },
    {
      endpointConfig: 'v2',
      variant: 'AllTraffic',
      percent: 10,
      instances: 1,
      wantedInstances: 1,
      phases,
    },
  ],
  alarms: [
    { name: 'abalone-rollback-errors', state: 'OK', reason: 'fine' },
    { name: 'abalone-rollback-latency', state: 'ALARM', reason: 'too slow' },
  ],
};

describe('a rollout', () => {
  it('is shown in one line: status, traffic, bake clock, alarms', () => {
    const line = renderRolloutLine(rollout, new Date('2026-11-21T10:01:30Z'));

    expect(stripVTControlCharacters(terminalText(line))).toBe(
      'Updating: 90 % v1, 10 % v2 · bakes 1 min 30 s of 3 min 0 s · abalone-rollback-latency is in ALARM',
    );
  });

  it('says since when it bakes where the time there is unknown', () => {
    expect(renderRolloutLine(rollout)).toContain(
      'bakes of 3 min 0 s since 2026-11-21T10:00:00.000Z',
    );
  });

  it('is shown in full, with the reasons of alarms and failures', () => {
    const lines = renderRollout({ ...rollout, failureReason: 'rolled back' }, true);

    expect(lines.map((line) => stripVTControlCharacters(terminalText(line)))).toEqual([
      'endpoint abalone: Updating',
      '  rolled back',
      expect.stringMatching(
        /^ {2}AllTraffic: 90 % of the traffic, 1 instance\(s\), Baking since .* v1$/,
      ),
      expect.stringMatching(
        /^ {2}AllTraffic: 10 % of the traffic, 1 instance\(s\), Baking since .* v2$/,
      ),
      '  OK abalone-rollback-errors',
      '  ALARM abalone-rollback-latency: too slow',
    ]);
  });

  it('names no instances of a place that has none, such as a function on Lambda', () => {
    const fleet = { endpointConfig: 'parcels-serving:1', variant: 'live', percent: 100 };
    const noInstances = { instances: undefined, wantedInstances: undefined, phases: [] };

    const lines = renderRollout({ ...rollout, fleets: [{ ...fleet, ...noInstances }] }, false);

    expect(lines.map((line) => stripVTControlCharacters(terminalText(line)))).toContain(
      '  live: 100 % of the traffic  parcels-serving:1',
    );
  });

  it('counts the alarms that are quiet where only news are wanted', () => {
    const lines = renderRollout(rollout, false).map((line) =>
      stripVTControlCharacters(terminalText(line)),
    );

    expect(lines.slice(-2)).toEqual([
      '  ALARM abalone-rollback-latency: too slow',
      '  OK 1 rollback alarms',
    ]);
  });

  it('names the variants of a trial, which share a config', () => {
    const fleet = { endpointConfig: 'v2', instances: 1, wantedInstances: 1, phases: [] };
    const fleets = [
      { ...fleet, variant: 'AllTraffic', percent: 80 },
      { ...fleet, variant: 'Challenger', percent: 20 },
    ];

    expect(renderTraffic({ ...rollout, fleets })).toBe(
      '80 % AllTraffic (v2), 20 % Challenger (v2)',
    );
  });

  it('bakes only while SageMaker says so', () => {
    expect(findBake(rollout)).toEqual({ since, seconds: 180 });
    expect(findBake({ ...rollout, fleets: [] })).toBeUndefined();
  });
});
