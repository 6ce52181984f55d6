// Original file: proto/mailbox-store.proto

import type { Parameter as _hikyaku_mailbox_store_Parameter, Parameter__Output as _hikyaku_mailbox_store_Parameter__Output } from '../../hikyaku/mailbox_store/Parameter.ts';
import type { Part as _hikyaku_mailbox_store_Part, Part__Output as _hikyaku_mailbox_store_Part__Output } from '../../hikyaku/mailbox_store/Part.ts';
import type { Envelope as _hikyaku_mailbox_store_Envelope, Envelope__Output as _hikyaku_mailbox_store_Envelope__Output } from '../../hikyaku/mailbox_store/Envelope.ts';

export interface Part {
  'type'?: (string);
  'subtype'?: (string);
  'parameters'?: (_hikyaku_mailbox_store_Parameter)[];
  'id'?: (string);
  'description'?: (string);
  'encoding'?: (string);
  'md5'?: (string);
  'dispositionType'?: (string);
  'dispositionParameters'?: (_hikyaku_mailbox_store_Parameter)[];
  'language'?: (string)[];
  'location'?: (string);
  'headerStart'?: (number);
  'bodyStart'?: (number);
  'end'?: (number);
  'lines'?: (number);
  'parts'?: (_hikyaku_mailbox_store_Part)[];
  'messageEnvelope'?: (_hikyaku_mailbox_store_Envelope | null);
  'messageStructure'?: (_hikyaku_mailbox_store_Part | null);
  '_id'?: "id";
  '_description'?: "description";
  '_md5'?: "md5";
  '_dispositionType'?: "dispositionType";
  '_location'?: "location";
}

export interface Part__Output {
  'type': (string);
  'subtype': (string);
  'parameters': (_hikyaku_mailbox_store_Parameter__Output)[];
  'id'?: (string);
  'description'?: (string);
  'encoding': (string);
  'md5'?: (string);
  'dispositionType'?: (string);
  'dispositionParameters': (_hikyaku_mailbox_store_Parameter__Output)[];
  'language': (string)[];
  'location'?: (string);
  'headerStart': (number);
  'bodyStart': (number);
  'end': (number);
  'lines': (number);
  'parts': (_hikyaku_mailbox_store_Part__Output)[];
  'messageEnvelope': (_hikyaku_mailbox_store_Envelope__Output | null);
  'messageStructure': (_hikyaku_mailbox_store_Part__Output | null);
  '_id'?: "id";
  '_description'?: "description";
  '_md5'?: "md5";
  '_dispositionType'?: "dispositionType";
  '_location'?: "location";
}
