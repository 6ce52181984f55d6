// Original file: proto/directory.proto


export interface SendingRequest {
  'scope'?: (string);
  'name'?: (string);
}

export interface SendingRequest__Output {
  'scope': (string);
  'name': (string);
}
