// Original file: proto/delivery.proto


export interface TraceLine {
  'at'?: (number | string);
  'event'?: (string);
  'recipient'?: (string);
  'reply'?: (string);
  'host'?: (string);
  'address'?: (string);
  'source'?: (string);
  'reason'?: (string);
  'into'?: (string)[];
  'attempt'?: (number);
  'ms'?: (number | string);
  'tls'?: (string);
}

export interface TraceLine__Output {
  'at': (number);
  'event': (string);
  'recipient': (string);
  'reply': (string);
  'host': (string);
  'address': (string);
  'source': (string);
  'reason': (string);
  'into': (string)[];
  'attempt': (number);
  'ms': (number);
  'tls': (string);
}
