/**
 * `value` if the job completed. Whether AWS counts a stopped job (one that ran into its time limit)
 * as a failure is not documented, so it is made one here.
 */
export function isCompleted(member: string, value: string, step: string): string {
  const status = `$states.result.${member}`;
  const ended = `"${step}: the job ended " & ${status}`;
  const problem = `${ended} & ", not Completed. It may have run into its time limit."`;
  return `${status} = "Completed" ? ${value} : $error(${problem})`;
}
