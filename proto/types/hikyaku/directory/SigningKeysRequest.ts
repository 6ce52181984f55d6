// Original file: proto/directory.proto


export interface SigningKeysRequest {
  'domain'?: (string);
}

export interface SigningKeysRequest__Output {
  'domain': (string);
}
