// Original file: proto/schema.proto

import type { Process as _hikyaku_schema_Process, Process__Output as _hikyaku_schema_Process__Output } from '../../hikyaku/schema/Process.ts';
import type { Migration as _hikyaku_schema_Migration, Migration__Output as _hikyaku_schema_Migration__Output } from '../../hikyaku/schema/Migration.ts';

export interface SchemaReport {
  'inForce'?: (number);
  'wanted'?: (number);
  'knows'?: (number);
  'processes'?: (_hikyaku_schema_Process)[];
  'migrations'?: (_hikyaku_schema_Migration)[];
}

export interface SchemaReport__Output {
  'inForce': (number);
  'wanted': (number);
  'knows': (number);
  'processes': (_hikyaku_schema_Process__Output)[];
  'migrations': (_hikyaku_schema_Migration__Output)[];
}
