interface PinnedAction {
  /** A tag can be moved, a commit cannot. */
  readonly commit: string;
  /** The tag that named the commit. */
  readonly version: string;
}

/** The actions that the workflow uses; the commits are those of the tags in copies of the repositories of 2026. */
export const ACTIONS = {
  'actions/checkout': { commit: 'd23441a48e516b6c34aea4fa41551a30e30af803', version: 'v6.1.0' },
  'actions/setup-node': { commit: '249970729cb0ef3589644e2896645e5dc5ba9c38', version: 'v6.5.0' },
  'actions/setup-python': { commit: 'ece7cb06caefa5fff74198d8649806c4678c61a1', version: 'v6.3.0' },
  'actions/upload-artifact': {
    commit: 'b7c566a772e6b6bfb58ed0dc250532a479d7789f',
    version: 'v6.0.0',
  },
  'actions/download-artifact': {
    commit: '37930b1c2abaa49bbe596cd826c3c89aef350131',
    version: 'v7.0.0',
  },
  'aws-actions/configure-aws-credentials': {
    commit: 'e6de054238d6b7531b4efff3b6587d9aade6a06c',
    version: 'v6.2.3',
  },
} as const satisfies Readonly<Record<string, PinnedAction>>;
