// Original file: proto/delivery.proto

import type { QueueFilter as _hikyaku_delivery_QueueFilter, QueueFilter__Output as _hikyaku_delivery_QueueFilter__Output } from '../../hikyaku/delivery/QueueFilter.ts';

// Original file: proto/delivery.proto

export const _hikyaku_delivery_QueueAction_Action = {
  RETRY: 'RETRY',
  HOLD: 'HOLD',
  RELEASE: 'RELEASE',
  BOUNCE: 'BOUNCE',
  DELETE: 'DELETE',
} as const;

export type _hikyaku_delivery_QueueAction_Action =
  | 'RETRY'
  | 0
  | 'HOLD'
  | 1
  | 'RELEASE'
  | 2
  | 'BOUNCE'
  | 3
  | 'DELETE'
  | 4

export type _hikyaku_delivery_QueueAction_Action__Output = typeof _hikyaku_delivery_QueueAction_Action[keyof typeof _hikyaku_delivery_QueueAction_Action]

export interface QueueAction {
  'filter'?: (_hikyaku_delivery_QueueFilter | null);
  'action'?: (_hikyaku_delivery_QueueAction_Action);
  'reason'?: (string);
  'dryRun'?: (boolean);
}

export interface QueueAction__Output {
  'filter': (_hikyaku_delivery_QueueFilter__Output | null);
  'action': (_hikyaku_delivery_QueueAction_Action__Output);
  'reason': (string);
  'dryRun': (boolean);
}
