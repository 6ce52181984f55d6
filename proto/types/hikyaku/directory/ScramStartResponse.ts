// Original file: proto/directory.proto


export interface ScramStartResponse {
  'salt'?: (Buffer | Uint8Array | string);
  'iterations'?: (number);
}

export interface ScramStartResponse__Output {
  'salt': (Buffer);
  'iterations': (number);
}
