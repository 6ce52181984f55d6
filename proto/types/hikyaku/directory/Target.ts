// Original file: proto/directory.proto


export interface Target {
  'account'?: (string);
  'tenant'?: (string);
  'quotaBytes'?: (number | string);
}

export interface Target__Output {
  'account': (string);
  'tenant': (string);
  'quotaBytes': (number);
}
