// Original file: proto/directory.proto


export interface CramMd5Request {
  'login'?: (string);
  'challenge'?: (string);
  'digest'?: (string);
  'protocol'?: (string);
  'clientAddress'?: (string);
}

export interface CramMd5Request__Output {
  'login': (string);
  'challenge': (string);
  'digest': (string);
  'protocol': (string);
  'clientAddress': (string);
}
