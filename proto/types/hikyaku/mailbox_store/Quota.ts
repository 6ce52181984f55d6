// Original file: proto/mailbox-store.proto


// Original file: proto/mailbox-store.proto

export const _hikyaku_mailbox_store_Quota_Scope = {
  ACCOUNT: 'ACCOUNT',
  DOMAIN: 'DOMAIN',
  TENANT: 'TENANT',
} as const;

export type _hikyaku_mailbox_store_Quota_Scope =
  | 'ACCOUNT'
  | 0
  | 'DOMAIN'
  | 1
  | 'TENANT'
  | 2

export type _hikyaku_mailbox_store_Quota_Scope__Output = typeof _hikyaku_mailbox_store_Quota_Scope[keyof typeof _hikyaku_mailbox_store_Quota_Scope]

export interface Quota {
  'scope'?: (_hikyaku_mailbox_store_Quota_Scope);
  'name'?: (string);
  'bytes'?: (number | string);
  'messages'?: (number | string);
}

export interface Quota__Output {
  'scope': (_hikyaku_mailbox_store_Quota_Scope__Output);
  'name': (string);
  'bytes': (number);
  'messages': (number);
}
