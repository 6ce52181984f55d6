// Original file: proto/directory.proto


export interface Domain {
  'name'?: (string);
  'tenant'?: (string);
  'suspended'?: (boolean);
  'reuse'?: (boolean);
  '_suspended'?: "suspended";
}

export interface Domain__Output {
  'name': (string);
  'tenant': (string);
  'suspended'?: (boolean);
  'reuse': (boolean);
  '_suspended'?: "suspended";
}
