/** Where AWS names a log group by a link to its console, in the account that only runtimes have. */
const LOCAL_LINK =
  /See https:\/\/[a-z0-9-]+\.console\.aws\.amazon\.com\/\S*?group=(\S+) in account 000000000000 for more information\./g;

/** Services of a runtime answer in AWS's words; a link to the console of AWS leads nowhere there. */
export function withoutLocalLinks(text: string): string {
  return text.replaceAll(LOCAL_LINK, 'Its log group $1 says more.');
}
