// Original file: proto/directory.proto


export interface AdmitRequest {
  'account'?: (string);
  'protocol'?: (string);
  'clientAddress'?: (string);
  'sender'?: (string);
  'headerFrom'?: (string)[];
  'recipients'?: (string)[];
  'sizeBytes'?: (number | string);
  'final'?: (boolean);
  'mailId'?: (string);
}

export interface AdmitRequest__Output {
  'account': (string);
  'protocol': (string);
  'clientAddress': (string);
  'sender': (string);
  'headerFrom': (string)[];
  'recipients': (string)[];
  'sizeBytes': (number);
  'final': (boolean);
  'mailId': (string);
}
