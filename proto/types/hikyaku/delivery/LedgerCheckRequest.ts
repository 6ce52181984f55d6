// Original file: proto/delivery.proto


export interface LedgerCheckRequest {
  'from'?: (number | string);
  'until'?: (number | string);
}

export interface LedgerCheckRequest__Output {
  'from': (number);
  'until': (number);
}
