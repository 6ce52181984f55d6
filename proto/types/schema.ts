import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Migration as _hikyaku_schema_Migration, Migration__Output as _hikyaku_schema_Migration__Output } from './hikyaku/schema/Migration.ts';
import type { Process as _hikyaku_schema_Process, Process__Output as _hikyaku_schema_Process__Output } from './hikyaku/schema/Process.ts';
import type { SchemaAdminClient as _hikyaku_schema_SchemaAdminClient, SchemaAdminDefinition as _hikyaku_schema_SchemaAdminDefinition } from './hikyaku/schema/SchemaAdmin.ts';
import type { SchemaReport as _hikyaku_schema_SchemaReport, SchemaReport__Output as _hikyaku_schema_SchemaReport__Output } from './hikyaku/schema/SchemaReport.ts';
import type { ShowRequest as _hikyaku_schema_ShowRequest, ShowRequest__Output as _hikyaku_schema_ShowRequest__Output } from './hikyaku/schema/ShowRequest.ts';
import type { StartRequest as _hikyaku_schema_StartRequest, StartRequest__Output as _hikyaku_schema_StartRequest__Output } from './hikyaku/schema/StartRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hikyaku: {
    schema: {
      Migration: MessageTypeDefinition<_hikyaku_schema_Migration, _hikyaku_schema_Migration__Output>
      Process: MessageTypeDefinition<_hikyaku_schema_Process, _hikyaku_schema_Process__Output>
      SchemaAdmin: SubtypeConstructor<typeof grpc.Client, _hikyaku_schema_SchemaAdminClient> & { service: _hikyaku_schema_SchemaAdminDefinition }
      SchemaReport: MessageTypeDefinition<_hikyaku_schema_SchemaReport, _hikyaku_schema_SchemaReport__Output>
      ShowRequest: MessageTypeDefinition<_hikyaku_schema_ShowRequest, _hikyaku_schema_ShowRequest__Output>
      StartRequest: MessageTypeDefinition<_hikyaku_schema_StartRequest, _hikyaku_schema_StartRequest__Output>
    }
  }
}

