/** Which uploads are shown. */
export interface DatasetsSearch {
  readonly project?: string;
}

export function readDatasetsSearch({ project }: Readonly<Record<string, unknown>>): DatasetsSearch {
  return typeof project === 'string' ? { project } : {};
}
