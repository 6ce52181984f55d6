// Original file: proto/schema.proto

import type { Long } from '@grpc/proto-loader';

export interface Migration {
  'name'?: (string);
  'schema'?: (number);
  'state'?: (string);
  'seen'?: (number | string | Long);
  'changed'?: (number | string | Long);
}

export interface Migration__Output {
  'name': (string);
  'schema': (number);
  'state': (string);
  'seen': (number);
  'changed': (number);
}
