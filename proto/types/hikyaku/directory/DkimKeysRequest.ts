// Original file: proto/directory.proto


export interface DkimKeysRequest {
  'domain'?: (string);
  'rotate'?: (boolean);
}

export interface DkimKeysRequest__Output {
  'domain': (string);
  'rotate': (boolean);
}
