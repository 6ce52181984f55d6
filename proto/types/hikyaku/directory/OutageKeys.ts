// Original file: proto/directory.proto


export interface OutageKeys {
  'salt'?: (Buffer | Uint8Array | string);
  'iterations'?: (number);
  'storedKey'?: (Buffer | Uint8Array | string);
  'serverKey'?: (Buffer | Uint8Array | string);
}

export interface OutageKeys__Output {
  'salt': (Buffer);
  'iterations': (number);
  'storedKey': (Buffer);
  'serverKey': (Buffer);
}
