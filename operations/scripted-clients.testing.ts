import type { Clients } from './clients.ts';

/** What AWS answers, by the name of the command's class without `Command`. */
export type Answers = Readonly<Record<string, (input: never) => object>>;

/** Clients of an AWS that answers as a test says. */
export function scriptedClients(answers: Answers): Clients {
  const client = {
    async send(command: { readonly input: never }): Promise<object> {
      const name = command.constructor.name.replace(/Command$/, '');
      const answer = answers[name];
      if (answer === undefined) throw new Error(`The test has no answer to ${name}.`);
      return answer(command.input);
    },
  } as never;
  return {
    s3: client,
    states: client,
    sagemaker: client,
    sagemakerRuntime: client,
    lambda: client,
    ecs: client,
    ssm: client,
    logs: client,
    cloudwatch: client,
  };
}
