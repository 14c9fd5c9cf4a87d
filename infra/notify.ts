import { SubscriptionProtocol, type Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as z from 'zod';

export interface Subscriber {
  readonly kind: 'email' | 'https';
  readonly address: string;
}

/** `mail@example.org,https://hooks.example.org/x`: each confirms its subscription before it is sent anything. */
export const notifySchema = z
  .string('addresses with commas between them')
  .default('')
  .transform((text, context): readonly Subscriber[] =>
    text
      .split(',')
      .map((address) => address.trim())
      .filter((address) => address !== '')
      .flatMap((address): readonly Subscriber[] => {
        if (z.email().safeParse(address).success) return [{ kind: 'email', address }];
        if (z.url({ protocol: /^https$/ }).safeParse(address).success) {
          return [{ kind: 'https', address }];
        }
        context.addIssue({
          code: 'custom',
          input: address,
          message: `"${address}" is neither a mail address nor an https address; give several with commas between them`,
        });
        return [];
      }),
  );

/** Subscribes mail and https addresses to the project's topic. */
export function subscribe(topic: Topic, subscribers: readonly Subscriber[]): void {
  for (const { kind, address } of subscribers) {
    topic.addSubscription(
      kind === 'email'
        ? new EmailSubscription(address)
        : new UrlSubscription(address, { protocol: SubscriptionProtocol.HTTPS }),
    );
  }
}
