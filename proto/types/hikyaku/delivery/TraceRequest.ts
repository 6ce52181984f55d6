// Original file: proto/delivery.proto


export interface TraceRequest {
  'sender'?: (string);
  'recipient'?: (string);
  'messageId'?: (string);
  'mailId'?: (string);
  'from'?: (number | string);
  'until'?: (number | string);
  'tenant'?: (string);
  'limit'?: (number);
}

export interface TraceRequest__Output {
  'sender': (string);
  'recipient': (string);
  'messageId': (string);
  'mailId': (string);
  'from': (number);
  'until': (number);
  'tenant': (string);
  'limit': (number);
}
