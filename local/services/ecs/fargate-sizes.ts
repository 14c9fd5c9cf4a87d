const GIB = 1_024;

/** Memory in MiB for each number of CPU units: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const MEMORY_OF_CPU: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, GIB, 2 * GIB]],
  [512, steps(1, 4, 1)],
  [1_024, steps(2, 8, 1)],
  [2_048, steps(4, 16, 1)],
  [4_096, steps(8, 30, 1)],
  [8_192, steps(16, 60, 4)],
  [16_384, steps(32, 120, 8)],
  [32_768, [60 * GIB, 120 * GIB, 244 * GIB]],
]);

function steps(from: number, to: number, step: number): readonly number[] {
  const sizes: number[] = [];
  for (let gib = from; gib <= to; gib += step) sizes.push(gib * GIB);
  return sizes;
}

/** Whether Fargate has tasks of this size. */
export function isFargateSize(cpuUnits: number, memoryMib: number): boolean {
  return MEMORY_OF_CPU.get(cpuUnits)?.includes(memoryMib) === true;
}

/** `1024`, `1 vCPU`, `.5 vcpu`: CPU units; undefined for anything else. */
export function readCpu(text: string): number | undefined {
  return readSize(text, /^(\d*\.?\d+)\s*vcpu$/i);
}

/** `2048`, `2 GB`: MiB; undefined for anything else. */
export function readMemory(text: string): number | undefined {
  return readSize(text, /^(\d*\.?\d+)\s*gb$/i);
}

function readSize(text: string, unit: RegExp): number | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const [, count] = unit.exec(trimmed) ?? [];
  return count === undefined ? undefined : Math.round(Number(count) * GIB);
}
