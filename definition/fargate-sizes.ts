import * as z from 'zod';

/** Numbers of vCPUs that a task may have. */
export const vcpuSchema = z.union(
  [
    z.literal(0.25),
    z.literal(0.5),
    z.literal(1),
    z.literal(2),
    z.literal(4),
    z.literal(8),
    z.literal(16),
    z.literal(32),
  ],
  { error: 'must be 0.25, 0.5, 1, 2, 4, 8, 16 or 32, the sizes that Fargate has' },
);

type Vcpu = z.output<typeof vcpuSchema>;

type MemorySizes =
  | { readonly from: number; readonly to: number; readonly step: number }
  | { readonly only: readonly [number, number, number] };

/** Memory in MB. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const memorySizes: Readonly<Record<Vcpu, MemorySizes>> = {
  0.25: { only: [512, 1_024, 2_048] },
  0.5: { from: 1_024, to: 4_096, step: 1_024 },
  1: { from: 2_048, to: 8_192, step: 1_024 },
  2: { from: 4_096, to: 16_384, step: 1_024 },
  4: { from: 8_192, to: 30_720, step: 1_024 },
  8: { from: 16_384, to: 61_440, step: 4_096 },
  16: { from: 32_768, to: 122_880, step: 8_192 },
  32: { only: [61_440, 122_880, 249_856] },
};

/** What is wrong with the memory of a task, in words; undefined where Fargate has this size. */
export function judgeTaskMemory(vcpu: Vcpu, memoryMb: number): string | undefined {
  const wrong = differenceOf(memorySizes[vcpu], memoryMb);
  if (wrong === undefined) return undefined;
  return `must be ${wrong} with ${vcpu} vCPU, because Fargate has no other sizes; change it or vcpu`;
}

function differenceOf(sizes: MemorySizes, memoryMb: number): string | undefined {
  if ('only' in sizes) {
    const [first, second, third] = sizes.only;
    return sizes.only.includes(memoryMb) ? undefined : `${first}, ${second} or ${third}`;
  }
  const { from, to, step } = sizes;
  const isSize = memoryMb >= from && memoryMb <= to && (memoryMb - from) % step === 0;
  return isSize ? undefined : `from ${from} to ${to} in steps of ${step}`;
}
