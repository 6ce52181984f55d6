// Original file: proto/directory.proto


export interface ResolveRequest {
  'addresses'?: (string)[];
}

export interface ResolveRequest__Output {
  'addresses': (string)[];
}
