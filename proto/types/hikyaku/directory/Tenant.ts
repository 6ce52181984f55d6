// Original file: proto/directory.proto


export interface Tenant {
  'id'?: (string);
  'name'?: (string);
  'title'?: (string);
  'suspended'?: (boolean);
  '_suspended'?: "suspended";
}

export interface Tenant__Output {
  'id': (string);
  'name': (string);
  'title': (string);
  'suspended'?: (boolean);
  '_suspended'?: "suspended";
}
