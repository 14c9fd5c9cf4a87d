import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { servingPythonFolder } from './python-folder.ts';

/** A connection whose stream has a request after so many milliseconds; a look at it takes a tenth of one. */
const CONNECTION = `
import json, socket
from stepmill_serving import server

class Time:
    now = 1.0
    def perf_counter(self): return self.now

class Stream:
    def __init__(self): self.log, self.due_ms, self.look_ms = [], 0, 0.1
    def fileno(self): return 3
    def recv(self, size, flags=0):
        is_awake = flags == socket.MSG_DONTWAIT
        self.log.append("awake" if is_awake else "asleep")
        passed = self.look_ms if is_awake else min(self.due_ms, 10)
        server.time.now += passed / 1000
        self.due_ms -= passed
        if self.due_ms > 1e-9 or (not is_awake and passed == 10): raise BlockingIOError
        return b"request"

server.time = Time()
stream = Stream()
connection = server.Connection(stream)

def wait(due_ms, is_alone=True, look_ms=0.1):
    stream.log, stream.due_ms, stream.look_ms = [], due_ms, look_ms
    return [connection.has_more(is_alone), *dict.fromkeys(stream.log)]
`;

function waits(...lines: readonly string[]): unknown {
  const script = `${CONNECTION}\nprint(json.dumps([${lines.join(', ')}]))`;
  const env = { ...process.env, PYTHONPATH: servingPythonFolder(), PYTHONDONTWRITEBYTECODE: '1' };
  return JSON.parse(execFileSync('python3', ['-c', script], { env, encoding: 'utf8' }));
}

describe('the wait of a serving thread for the next request', () => {
  it('is awake only after a request that came within two milliseconds', () => {
    expect(waits('wait(2)', 'wait(1)', 'wait(1)', 'wait(3)', 'wait(1)', 'wait(1)')).toEqual([
      [true, 'asleep'],
      [true, 'asleep'],
      [true, 'awake'],
      [true, 'awake', 'asleep'],
      [true, 'asleep'],
      [true, 'awake'],
    ]);
  });

  it('ends after ten milliseconds without a request', () => {
    expect(waits('wait(1)', 'wait(20)', 'wait(20)')).toEqual([
      [true, 'asleep'],
      [false, 'awake', 'asleep'],
      [false, 'asleep'],
    ]);
  });

  it('is asleep while other connections are served', () => {
    expect(waits('wait(1)', 'wait(1, is_alone=False)')).toEqual([
      [true, 'asleep'],
      [true, 'asleep'],
    ]);
  });

  it('is asleep for 20 milliseconds after other work took the core', () => {
    // 6 of them pass in the interrupted wait, and 15 in ten of these.
    const again = Array.from({ length: 11 }, () => 'wait(1.5)');
    const answers = waits('wait(1)', 'wait(9, look_ms=3)', ...again) as unknown[];
    expect(answers.slice(0, 2)).toEqual([
      [true, 'asleep'],
      [true, 'awake', 'asleep'],
    ]);
    expect(answers.slice(2, -1)).toEqual(again.slice(1).map(() => [true, 'asleep']));
    expect(answers.at(-1)).toEqual([true, 'awake']);
  });
});
