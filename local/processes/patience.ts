/** Waits for some work, with a limit in real time. @returns whether the work is done */
export async function isDoneWithin(patienceMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([work.then(() => true as const), passed]);
  } finally {
    clearTimeout(timer);
  }
}
