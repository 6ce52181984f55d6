// Original file: proto/directory.proto


export interface AuthenticateRequest {
  'login'?: (string);
  'password'?: (string);
  'protocol'?: (string);
  'clientAddress'?: (string);
}

export interface AuthenticateRequest__Output {
  'login': (string);
  'password': (string);
  'protocol': (string);
  'clientAddress': (string);
}
