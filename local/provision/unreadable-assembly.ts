/** The folder has no readable cloud assembly. The message names the file and the fix. */
export class UnreadableAssembly extends Error {
  override readonly name = 'UnreadableAssembly';
}
