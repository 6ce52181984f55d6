import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { DeliveryAdminClient as _hikyaku_delivery_DeliveryAdminClient, DeliveryAdminDefinition as _hikyaku_delivery_DeliveryAdminDefinition } from './hikyaku/delivery/DeliveryAdmin.ts';
import type { Empty as _hikyaku_delivery_Empty, Empty__Output as _hikyaku_delivery_Empty__Output } from './hikyaku/delivery/Empty.ts';
import type { EntryRequest as _hikyaku_delivery_EntryRequest, EntryRequest__Output as _hikyaku_delivery_EntryRequest__Output } from './hikyaku/delivery/EntryRequest.ts';
import type { LedgerCheckReport as _hikyaku_delivery_LedgerCheckReport, LedgerCheckReport__Output as _hikyaku_delivery_LedgerCheckReport__Output } from './hikyaku/delivery/LedgerCheckReport.ts';
import type { LedgerCheckRequest as _hikyaku_delivery_LedgerCheckRequest, LedgerCheckRequest__Output as _hikyaku_delivery_LedgerCheckRequest__Output } from './hikyaku/delivery/LedgerCheckRequest.ts';
import type { PauseList as _hikyaku_delivery_PauseList, PauseList__Output as _hikyaku_delivery_PauseList__Output } from './hikyaku/delivery/PauseList.ts';
import type { PauseRequest as _hikyaku_delivery_PauseRequest, PauseRequest__Output as _hikyaku_delivery_PauseRequest__Output } from './hikyaku/delivery/PauseRequest.ts';
import type { QueueActed as _hikyaku_delivery_QueueActed, QueueActed__Output as _hikyaku_delivery_QueueActed__Output } from './hikyaku/delivery/QueueActed.ts';
import type { QueueAction as _hikyaku_delivery_QueueAction, QueueAction__Output as _hikyaku_delivery_QueueAction__Output } from './hikyaku/delivery/QueueAction.ts';
import type { QueueEntry as _hikyaku_delivery_QueueEntry, QueueEntry__Output as _hikyaku_delivery_QueueEntry__Output } from './hikyaku/delivery/QueueEntry.ts';
import type { QueueFilter as _hikyaku_delivery_QueueFilter, QueueFilter__Output as _hikyaku_delivery_QueueFilter__Output } from './hikyaku/delivery/QueueFilter.ts';
import type { QueueSummary as _hikyaku_delivery_QueueSummary, QueueSummary__Output as _hikyaku_delivery_QueueSummary__Output } from './hikyaku/delivery/QueueSummary.ts';
import type { Route as _hikyaku_delivery_Route, Route__Output as _hikyaku_delivery_Route__Output } from './hikyaku/delivery/Route.ts';
import type { RouteList as _hikyaku_delivery_RouteList, RouteList__Output as _hikyaku_delivery_RouteList__Output } from './hikyaku/delivery/RouteList.ts';
import type { TraceLine as _hikyaku_delivery_TraceLine, TraceLine__Output as _hikyaku_delivery_TraceLine__Output } from './hikyaku/delivery/TraceLine.ts';
import type { TraceRequest as _hikyaku_delivery_TraceRequest, TraceRequest__Output as _hikyaku_delivery_TraceRequest__Output } from './hikyaku/delivery/TraceRequest.ts';
import type { TracedMail as _hikyaku_delivery_TracedMail, TracedMail__Output as _hikyaku_delivery_TracedMail__Output } from './hikyaku/delivery/TracedMail.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hikyaku: {
    delivery: {
      DeliveryAdmin: SubtypeConstructor<typeof grpc.Client, _hikyaku_delivery_DeliveryAdminClient> & { service: _hikyaku_delivery_DeliveryAdminDefinition }
      Empty: MessageTypeDefinition<_hikyaku_delivery_Empty, _hikyaku_delivery_Empty__Output>
      EntryRequest: MessageTypeDefinition<_hikyaku_delivery_EntryRequest, _hikyaku_delivery_EntryRequest__Output>
      LedgerCheckReport: MessageTypeDefinition<_hikyaku_delivery_LedgerCheckReport, _hikyaku_delivery_LedgerCheckReport__Output>
      LedgerCheckRequest: MessageTypeDefinition<_hikyaku_delivery_LedgerCheckRequest, _hikyaku_delivery_LedgerCheckRequest__Output>
      PauseList: MessageTypeDefinition<_hikyaku_delivery_PauseList, _hikyaku_delivery_PauseList__Output>
      PauseRequest: MessageTypeDefinition<_hikyaku_delivery_PauseRequest, _hikyaku_delivery_PauseRequest__Output>
      QueueActed: MessageTypeDefinition<_hikyaku_delivery_QueueActed, _hikyaku_delivery_QueueActed__Output>
      QueueAction: MessageTypeDefinition<_hikyaku_delivery_QueueAction, _hikyaku_delivery_QueueAction__Output>
      QueueEntry: MessageTypeDefinition<_hikyaku_delivery_QueueEntry, _hikyaku_delivery_QueueEntry__Output>
      QueueFilter: MessageTypeDefinition<_hikyaku_delivery_QueueFilter, _hikyaku_delivery_QueueFilter__Output>
      QueueSummary: MessageTypeDefinition<_hikyaku_delivery_QueueSummary, _hikyaku_delivery_QueueSummary__Output>
      Route: MessageTypeDefinition<_hikyaku_delivery_Route, _hikyaku_delivery_Route__Output>
      RouteList: MessageTypeDefinition<_hikyaku_delivery_RouteList, _hikyaku_delivery_RouteList__Output>
      TraceLine: MessageTypeDefinition<_hikyaku_delivery_TraceLine, _hikyaku_delivery_TraceLine__Output>
      TraceRequest: MessageTypeDefinition<_hikyaku_delivery_TraceRequest, _hikyaku_delivery_TraceRequest__Output>
      TracedMail: MessageTypeDefinition<_hikyaku_delivery_TracedMail, _hikyaku_delivery_TracedMail__Output>
    }
  }
}

