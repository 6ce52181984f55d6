// Original file: proto/mailbox-store.proto


export interface MetadataEntry {
  'name'?: (string);
  'value'?: (Buffer | Uint8Array | string);
  '_value'?: "value";
}

export interface MetadataEntry__Output {
  'name': (string);
  'value'?: (Buffer);
  '_value'?: "value";
}
