// Original file: proto/delivery.proto


export interface PauseRequest {
  'kind'?: (string);
  'name'?: (string);
  'reason'?: (string);
}

export interface PauseRequest__Output {
  'kind': (string);
  'name': (string);
  'reason': (string);
}
