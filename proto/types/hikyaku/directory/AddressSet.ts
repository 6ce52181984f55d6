// Original file: proto/directory.proto


export interface AddressSet {
  'addresses'?: (string)[];
}

export interface AddressSet__Output {
  'addresses': (string)[];
}
