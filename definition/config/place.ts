import * as z from 'zod';
import { REGIONS, type Region } from './regions.ts';

const ACCOUNT = /^\d{12}$/;

/** An account and a region. */
export const placeFields = {
  account: z.custom<string>((value) => typeof value === 'string' && ACCOUNT.test(value), {
    error: "must be an AWS account id: 12 digits in quotes, for example '111122223333'",
  }),
  region: z.custom<Region>((value) => REGIONS.some((region) => region === value), {
    error: `must be one of ${REGIONS.join(', ')}`,
  }),
};
