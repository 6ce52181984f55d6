// Original file: proto/mailbox-store.proto


export interface PackedMessages {
  'uids'?: (Buffer | Uint8Array | string);
  'flags'?: (Buffer | Uint8Array | string);
  'modSeqs'?: (Buffer | Uint8Array | string);
  'flagWords'?: (number);
  'uidSet'?: (string);
  'flagBytes'?: (number);
  'modSeqBase'?: (number | string);
  'modSeqOffsets'?: (Buffer | Uint8Array | string);
}

export interface PackedMessages__Output {
  'uids': (Buffer);
  'flags': (Buffer);
  'modSeqs': (Buffer);
  'flagWords': (number);
  'uidSet': (string);
  'flagBytes': (number);
  'modSeqBase': (number);
  'modSeqOffsets': (Buffer);
}
