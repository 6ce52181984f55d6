// Original file: proto/delivery.proto


export interface QueueActed {
  'entries'?: (number | string);
  'recipients'?: (number | string);
  'skipped'?: (number | string);
}

export interface QueueActed__Output {
  'entries': (number);
  'recipients': (number);
  'skipped': (number);
}
