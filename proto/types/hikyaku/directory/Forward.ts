// Original file: proto/directory.proto


export interface Forward {
  'address'?: (string);
  'by'?: (string);
  'tenant'?: (string);
}

export interface Forward__Output {
  'address': (string);
  'by': (string);
  'tenant': (string);
}
