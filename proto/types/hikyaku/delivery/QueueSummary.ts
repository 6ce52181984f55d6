// Original file: proto/delivery.proto


export interface _hikyaku_delivery_QueueSummary_Row {
  'by'?: (string);
  'name'?: (string);
  'entries'?: (number | string);
  'recipients'?: (number | string);
  'oldestAt'?: (number | string);
}

export interface _hikyaku_delivery_QueueSummary_Row__Output {
  'by': (string);
  'name': (string);
  'entries': (number);
  'recipients': (number);
  'oldestAt': (number);
}

export interface QueueSummary {
  'rows'?: (_hikyaku_delivery_QueueSummary_Row)[];
}

export interface QueueSummary__Output {
  'rows': (_hikyaku_delivery_QueueSummary_Row__Output)[];
}
