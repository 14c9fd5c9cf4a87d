import type { Cloud } from '../../../cloud/cloud.ts';
import { LOG_TAIL_BYTES } from '../limits.ts';
import type { FunctionRecord } from '../store.ts';

/** The values in the REPORT line of an invocation. */
export interface InvocationReport {
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly initMs: number | undefined;
  readonly status: 'success' | 'error' | 'timeout';
}

/** The log stream of one sandbox: the lines of the function and those of the platform. */
export class FunctionLog {
  readonly group: string;
  readonly stream: string;
  readonly #cloud: Cloud;
  readonly #record: FunctionRecord;
  #tail: string[] | undefined;

  constructor(cloud: Cloud, record: FunctionRecord) {
    this.#cloud = cloud;
    this.#record = record;
    this.group = record.logging.LogGroup ?? `/aws/lambda/${record.name}`;
    const day = new Date(cloud.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[${record.version}]${cloud.random.hex(32)}`;
  }

  write(message: string): void {
    this.#tail?.push(message);
    this.#cloud.writeLogLine({
      logGroup: this.group,
      logStream: this.stream,
      message,
      writerBehindMs: this.#cloud.clock.now() - Date.now(),
    });
  }

  start(requestId: string): void {
    this.#tail = [];
    const version = this.#record.version;
    if (this.#isJson) this.#platform('platform.start', { requestId, version });
    else this.write(`START RequestId: ${requestId} Version: ${version}`);
  }

  report(requestId: string, report: InvocationReport): void {
    const billedMs = Math.ceil(report.durationMs + (report.initMs ?? 0));
    if (this.#isJson) {
      this.#platform('platform.report', {
        requestId,
        status: report.status,
        metrics: {
          durationMs: round(report.durationMs),
          billedDurationMs: billedMs,
          memorySizeMB: this.#record.memoryMb,
          maxMemoryUsedMB: report.memoryMb,
          ...(report.initMs !== undefined && { initDurationMs: round(report.initMs) }),
        },
      });
      return;
    }
    this.write(`END RequestId: ${requestId}`);
    const init =
      report.initMs === undefined ? '' : `Init Duration: ${report.initMs.toFixed(2)} ms\t`;
    this.write(
      `REPORT RequestId: ${requestId}\tDuration: ${report.durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${this.#record.memoryMb} MB\tMax Memory Used: ${report.memoryMb} MB\t${init}`,
    );
  }

  /** The last 4 KB of the lines of an invocation, in base64, for callers that request the log tail. */
  tail(): string {
    const text = Buffer.from((this.#tail ?? []).map((line) => `${line}\n`).join(''));
    this.#tail = undefined;
    return text.subarray(Math.max(0, text.byteLength - LOG_TAIL_BYTES)).toString('base64');
  }

  get #isJson(): boolean {
    return this.#record.logging.LogFormat === 'JSON';
  }

  #platform(type: string, record: object): void {
    const time = new Date(this.#cloud.clock.now()).toISOString();
    this.write(JSON.stringify({ time, type, record }));
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
