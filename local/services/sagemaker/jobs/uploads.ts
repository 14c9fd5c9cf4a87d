import type { Clock } from '../../../host/clock.ts';
import { type JobS3, uploadFolder } from './s3-objects.ts';

/** A folder to upload to S3. */
export interface Upload {
  readonly name: string;
  /** The folder on this machine that the container sees. */
  readonly root: string;
  /** The folder in it, on this machine. */
  readonly LocalPath: string;
  readonly S3Uri: string;
  /** Whether changed files are also uploaded while the container runs. */
  readonly continuous: boolean;
}

export interface Uploads {
  /** Uploads the remaining files and ends the uploads. */
  finish(): Promise<void>;
  /** Stops watching. Must always be called, also after `finish`. */
  cancel(): void;
}

/** The interval of continuous uploads. */
const LOOK_AGAIN_MS = 5_000;

/** Starts watching the continuous folders; `finish` uploads all folders. */
export function createUploads(s3: JobS3, uploads: readonly Upload[], clock: Clock): Uploads {
  const sent = new Map<string, string>();
  let failure: unknown;
  let ended = false;

  async function upload({ root, LocalPath, S3Uri }: Upload): Promise<void> {
    await uploadFolder(s3, { root, folder: LocalPath }, S3Uri, (path, version) => {
      const place = `${LocalPath}/${path}`;
      if (sent.get(place) === version) return false;
      sent.set(place, version);
      return true;
    });
  }

  const watched = uploads.filter(({ continuous }) => continuous);
  let looking = Promise.resolve();
  const look = () => {
    looking = uploadAll(watched).catch((error: unknown) => {
      failure ??= error;
    });
    void looking.then(() => {
      if (!ended) timer = clock.setTimer(LOOK_AGAIN_MS, look);
    });
  };
  let timer = watched.length === 0 ? undefined : clock.setTimer(LOOK_AGAIN_MS, look);

  async function uploadAll(folders: readonly Upload[]): Promise<void> {
    for (const folder of folders) await upload(folder);
  }

  function cancel(): void {
    ended = true;
    timer?.cancel();
  }

  return {
    cancel,
    async finish() {
      cancel();
      await looking;
      if (failure !== undefined) throw failure;
      await uploadAll(uploads);
    },
  };
}
