// Original file: proto/directory.proto


export interface ScramStartRequest {
  'login'?: (string);
  'protocol'?: (string);
  'clientAddress'?: (string);
}

export interface ScramStartRequest__Output {
  'login': (string);
  'protocol': (string);
  'clientAddress': (string);
}
