// Original file: proto/mailbox-store.proto


export interface Bytes {
  'content'?: (Buffer | Uint8Array | string);
}

export interface Bytes__Output {
  'content': (Buffer);
}
