import * as z from 'zod';

/** An origin as browsers send it: no path, no slash at the end. */
const ORIGIN = /^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/;

/** `https://ml.example.com,https://tools.example.com`: pages beside the console's own. */
export const originsSchema = z
  .string('https addresses with commas between them')
  .default('')
  .transform((text): readonly string[] =>
    text
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .refine((origins) => origins.every((origin) => ORIGIN.test(origin)), {
    message:
      'has an address with a path or without https; give origins such as https://ml.example.com, with commas between them',
  });
