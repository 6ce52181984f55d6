// Original file: proto/directory.proto


export interface Account {
  'id'?: (string);
  'login'?: (string);
  'tenant'?: (string);
  'title'?: (string);
  'quotaBytes'?: (number | string);
  'suspended'?: (boolean);
  'addresses'?: (string)[];
  'deletedAt'?: (number | string);
  'quotaMessages'?: (number | string);
  'forwards'?: (string)[];
  'keepsCopy'?: (boolean);
  'sendAs'?: (string)[];
}

export interface Account__Output {
  'id': (string);
  'login': (string);
  'tenant': (string);
  'title': (string);
  'quotaBytes': (number);
  'suspended': (boolean);
  'addresses': (string)[];
  'deletedAt': (number);
  'quotaMessages': (number);
  'forwards': (string)[];
  'keepsCopy': (boolean);
  'sendAs': (string)[];
}
