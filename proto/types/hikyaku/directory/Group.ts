// Original file: proto/directory.proto


export interface Group {
  'address'?: (string);
  'tenant'?: (string);
  'title'?: (string);
  'members'?: (string)[];
}

export interface Group__Output {
  'address': (string);
  'tenant': (string);
  'title': (string);
  'members': (string)[];
}
