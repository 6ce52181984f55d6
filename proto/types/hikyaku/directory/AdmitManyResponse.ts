// Original file: proto/directory.proto

import type { AdmitResponse as _hikyaku_directory_AdmitResponse, AdmitResponse__Output as _hikyaku_directory_AdmitResponse__Output } from '../../hikyaku/directory/AdmitResponse.ts';

export interface _hikyaku_directory_AdmitManyResponse_Item {
  'id'?: (number);
  'response'?: (_hikyaku_directory_AdmitResponse | null);
  'faultCode'?: (string);
  'text'?: (string);
}

export interface _hikyaku_directory_AdmitManyResponse_Item__Output {
  'id': (number);
  'response': (_hikyaku_directory_AdmitResponse__Output | null);
  'faultCode': (string);
  'text': (string);
}

export interface AdmitManyResponse {
  'items'?: (_hikyaku_directory_AdmitManyResponse_Item)[];
}

export interface AdmitManyResponse__Output {
  'items': (_hikyaku_directory_AdmitManyResponse_Item__Output)[];
}
