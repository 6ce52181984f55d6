// Original file: proto/directory.proto

import type { SendRates as _hikyaku_directory_SendRates, SendRates__Output as _hikyaku_directory_SendRates__Output } from '../../hikyaku/directory/SendRates.ts';

// Original file: proto/directory.proto

export const _hikyaku_directory_AdmitResponse_Verdict = {
  ACCEPT: 'ACCEPT',
  HOLD: 'HOLD',
  REJECT: 'REJECT',
} as const;

export type _hikyaku_directory_AdmitResponse_Verdict =
  | 'ACCEPT'
  | 0
  | 'HOLD'
  | 1
  | 'REJECT'
  | 2

export type _hikyaku_directory_AdmitResponse_Verdict__Output = typeof _hikyaku_directory_AdmitResponse_Verdict[keyof typeof _hikyaku_directory_AdmitResponse_Verdict]

export interface AdmitResponse {
  'verdict'?: (_hikyaku_directory_AdmitResponse_Verdict);
  'code'?: (number);
  'status'?: (string);
  'text'?: (string);
  'sender'?: (string);
  'class'?: (string);
  'tenant'?: (string);
  'sizeMax'?: (number | string);
  'recipientsMax'?: (number);
  'hideClient'?: (boolean);
  'rates'?: (_hikyaku_directory_SendRates | null);
  'tenantRates'?: (_hikyaku_directory_SendRates | null);
  '_sender'?: "sender";
}

export interface AdmitResponse__Output {
  'verdict': (_hikyaku_directory_AdmitResponse_Verdict__Output);
  'code': (number);
  'status': (string);
  'text': (string);
  'sender'?: (string);
  'class': (string);
  'tenant': (string);
  'sizeMax': (number);
  'recipientsMax': (number);
  'hideClient': (boolean);
  'rates': (_hikyaku_directory_SendRates__Output | null);
  'tenantRates': (_hikyaku_directory_SendRates__Output | null);
  '_sender'?: "sender";
}
