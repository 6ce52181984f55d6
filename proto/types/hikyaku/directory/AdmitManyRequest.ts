// Original file: proto/directory.proto

import type { AdmitRequest as _hikyaku_directory_AdmitRequest, AdmitRequest__Output as _hikyaku_directory_AdmitRequest__Output } from '../../hikyaku/directory/AdmitRequest.ts';

export interface _hikyaku_directory_AdmitManyRequest_Item {
  'id'?: (number);
  'request'?: (_hikyaku_directory_AdmitRequest | null);
}

export interface _hikyaku_directory_AdmitManyRequest_Item__Output {
  'id': (number);
  'request': (_hikyaku_directory_AdmitRequest__Output | null);
}

export interface AdmitManyRequest {
  'items'?: (_hikyaku_directory_AdmitManyRequest_Item)[];
}

export interface AdmitManyRequest__Output {
  'items': (_hikyaku_directory_AdmitManyRequest_Item__Output)[];
}
