// Original file: proto/delivery.proto


export interface EntryRequest {
  'id'?: (string);
}

export interface EntryRequest__Output {
  'id': (string);
}
