/** Where the app would be deployed to. */
export interface Place {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
}
