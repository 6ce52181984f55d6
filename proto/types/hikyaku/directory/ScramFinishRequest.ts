// Original file: proto/directory.proto


export interface ScramFinishRequest {
  'login'?: (string);
  'protocol'?: (string);
  'clientAddress'?: (string);
  'authMessage'?: (string);
  'clientProof'?: (Buffer | Uint8Array | string);
}

export interface ScramFinishRequest__Output {
  'login': (string);
  'protocol': (string);
  'clientAddress': (string);
  'authMessage': (string);
  'clientProof': (Buffer);
}
