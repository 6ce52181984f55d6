// Original file: proto/directory.proto


export interface GroupChange {
  'address'?: (string);
  'title'?: (string);
  'add'?: (string)[];
  'remove'?: (string)[];
  'reuse'?: (boolean);
  '_title'?: "title";
}

export interface GroupChange__Output {
  'address': (string);
  'title'?: (string);
  'add': (string)[];
  'remove': (string)[];
  'reuse': (boolean);
  '_title'?: "title";
}
