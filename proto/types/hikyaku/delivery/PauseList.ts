// Original file: proto/delivery.proto


export interface _hikyaku_delivery_PauseList_Item {
  'kind'?: (string);
  'name'?: (string);
  'reason'?: (string);
  'since'?: (number | string);
}

export interface _hikyaku_delivery_PauseList_Item__Output {
  'kind': (string);
  'name': (string);
  'reason': (string);
  'since': (number);
}

export interface PauseList {
  'items'?: (_hikyaku_delivery_PauseList_Item)[];
}

export interface PauseList__Output {
  'items': (_hikyaku_delivery_PauseList_Item__Output)[];
}
