// Original file: proto/delivery.proto


export interface LedgerCheckReport {
  'mails'?: (number | string);
  'accepted'?: (number | string);
  'delivered'?: (number | string);
  'bounced'?: (number | string);
  'held'?: (number | string);
  'queued'?: (number | string);
  'deleted'?: (number | string);
  'expanded'?: (number | string);
  'open'?: (number | string);
  'findings'?: (string)[];
  'complete'?: (boolean);
}

export interface LedgerCheckReport__Output {
  'mails': (number);
  'accepted': (number);
  'delivered': (number);
  'bounced': (number);
  'held': (number);
  'queued': (number);
  'deleted': (number);
  'expanded': (number);
  'open': (number);
  'findings': (string)[];
  'complete': (boolean);
}
