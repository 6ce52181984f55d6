// Original file: proto/delivery.proto


export interface QueueEntry {
  'id'?: (string);
  'mailId'?: (string);
  'tenant'?: (string);
  'destination'?: (string);
  'pool'?: (string);
  'class'?: (string);
  'sender'?: (string);
  'recipients'?: (string)[];
  'state'?: (string);
  'attempts'?: (number);
  'queuedAt'?: (number | string);
  'nextAt'?: (number | string);
  'expiresAt'?: (number | string);
  'reason'?: (string);
  'reply'?: (string);
  'host'?: (string);
  'sizeBytes'?: (number | string);
  'hold'?: (string);
}

export interface QueueEntry__Output {
  'id': (string);
  'mailId': (string);
  'tenant': (string);
  'destination': (string);
  'pool': (string);
  'class': (string);
  'sender': (string);
  'recipients': (string)[];
  'state': (string);
  'attempts': (number);
  'queuedAt': (number);
  'nextAt': (number);
  'expiresAt': (number);
  'reason': (string);
  'reply': (string);
  'host': (string);
  'sizeBytes': (number);
  'hold': (string);
}
