// Original file: proto/directory.proto


export interface AddressEntry {
  'address'?: (string);
  'account'?: (string);
}

export interface AddressEntry__Output {
  'address': (string);
  'account': (string);
}
