import * as z from 'zod';

/** Who is notified. */
export const addressSchema = z.union([z.email(), z.url({ protocol: /^https$/ })], {
  error: 'must be a mail address or an https address',
});
