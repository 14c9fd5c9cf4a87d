/** Waits for some work, but no longer than this in real time. @returns whether it is done */
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
