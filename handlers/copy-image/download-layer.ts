import { LayerUnreadable } from './image-refused.ts';

/** Below the 15 minutes of a function, so that it can say what happened. */
const LONGEST_MS = 14 * 60_000;

/**
 * Downloads a layer from the address that ECR gives, which is signed and needs no credentials.
 *
 * @throws LayerUnreadable where it answers anything but the layer
 */
export async function downloadLayer(url: string): Promise<AsyncIterable<Uint8Array>> {
  const response = await attempt(() => fetch(url, { signal: AbortSignal.timeout(LONGEST_MS) }));
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new LayerUnreadable(`The address of the layer answered ${response.status}.`);
  }
  return readPieces(response.body);
}

async function* readPieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await attempt(() => reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** The network's own errors have no name that a workflow could tell apart. */
async function attempt<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw new LayerUnreadable(`The download of the layer broke off: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
