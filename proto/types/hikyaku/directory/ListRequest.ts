// Original file: proto/directory.proto


export interface ListRequest {
  'tenant'?: (string);
  'domain'?: (string);
  'account'?: (string);
  'after'?: (string);
  'limit'?: (number);
  'deleted'?: (boolean);
  'address'?: (string);
}

export interface ListRequest__Output {
  'tenant': (string);
  'domain': (string);
  'account': (string);
  'after': (string);
  'limit': (number);
  'deleted': (boolean);
  'address': (string);
}
