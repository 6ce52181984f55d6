// Original file: proto/mailbox-store.proto


export interface CollectReport {
  'phase'?: (string);
  'seen'?: (number | string);
  'kept'?: (number | string);
  'removed'?: (number | string);
}

export interface CollectReport__Output {
  'phase': (string);
  'seen': (number);
  'kept': (number);
  'removed': (number);
}
