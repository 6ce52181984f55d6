// Original file: proto/directory.proto


export interface AuthenticateResponse {
  'account'?: (string);
  'tenant'?: (string);
  'login'?: (string);
  'quotaBytes'?: (number | string);
}

export interface AuthenticateResponse__Output {
  'account': (string);
  'tenant': (string);
  'login': (string);
  'quotaBytes': (number);
}
