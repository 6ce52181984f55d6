// Original file: proto/directory.proto


export interface NameRequest {
  'name'?: (string);
}

export interface NameRequest__Output {
  'name': (string);
}
