// Original file: proto/delivery.proto

import type { TraceLine as _hikyaku_delivery_TraceLine, TraceLine__Output as _hikyaku_delivery_TraceLine__Output } from '../../hikyaku/delivery/TraceLine.ts';
import type { QueueEntry as _hikyaku_delivery_QueueEntry, QueueEntry__Output as _hikyaku_delivery_QueueEntry__Output } from '../../hikyaku/delivery/QueueEntry.ts';

export interface TracedMail {
  'mailId'?: (string);
  'at'?: (number | string);
  'sender'?: (string);
  'recipients'?: (string)[];
  'messageId'?: (string);
  'tenant'?: (string);
  'class'?: (string);
  'sizeBytes'?: (number | string);
  'clientAddress'?: (string);
  'clientHelo'?: (string);
  'account'?: (string);
  'lines'?: (_hikyaku_delivery_TraceLine)[];
  'queued'?: (_hikyaku_delivery_QueueEntry)[];
}

export interface TracedMail__Output {
  'mailId': (string);
  'at': (number);
  'sender': (string);
  'recipients': (string)[];
  'messageId': (string);
  'tenant': (string);
  'class': (string);
  'sizeBytes': (number);
  'clientAddress': (string);
  'clientHelo': (string);
  'account': (string);
  'lines': (_hikyaku_delivery_TraceLine__Output)[];
  'queued': (_hikyaku_delivery_QueueEntry__Output)[];
}
