// Original file: proto/delivery.proto


export interface QueueFilter {
  'tenant'?: (string);
  'destination'?: (string);
  'sender'?: (string);
  'recipient'?: (string);
  'class'?: (string);
  'reason'?: (string);
  'state'?: (string);
  'mailId'?: (string);
  'id'?: (string);
  'limit'?: (number);
}

export interface QueueFilter__Output {
  'tenant': (string);
  'destination': (string);
  'sender': (string);
  'recipient': (string);
  'class': (string);
  'reason': (string);
  'state': (string);
  'mailId': (string);
  'id': (string);
  'limit': (number);
}
