// Original file: proto/directory.proto


export interface AddressEntry {
  'address'?: (string);
  'account'?: (string);
  'reuse'?: (boolean);
  'move'?: (boolean);
}

export interface AddressEntry__Output {
  'address': (string);
  'account': (string);
  'reuse': (boolean);
  'move': (boolean);
}
