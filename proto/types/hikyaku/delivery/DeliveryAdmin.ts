// Original file: proto/delivery.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Empty as _hikyaku_delivery_Empty, Empty__Output as _hikyaku_delivery_Empty__Output } from '../../hikyaku/delivery/Empty.ts';
import type { EntryRequest as _hikyaku_delivery_EntryRequest, EntryRequest__Output as _hikyaku_delivery_EntryRequest__Output } from '../../hikyaku/delivery/EntryRequest.ts';
import type { LedgerCheckReport as _hikyaku_delivery_LedgerCheckReport, LedgerCheckReport__Output as _hikyaku_delivery_LedgerCheckReport__Output } from '../../hikyaku/delivery/LedgerCheckReport.ts';
import type { LedgerCheckRequest as _hikyaku_delivery_LedgerCheckRequest, LedgerCheckRequest__Output as _hikyaku_delivery_LedgerCheckRequest__Output } from '../../hikyaku/delivery/LedgerCheckRequest.ts';
import type { PauseList as _hikyaku_delivery_PauseList, PauseList__Output as _hikyaku_delivery_PauseList__Output } from '../../hikyaku/delivery/PauseList.ts';
import type { PauseRequest as _hikyaku_delivery_PauseRequest, PauseRequest__Output as _hikyaku_delivery_PauseRequest__Output } from '../../hikyaku/delivery/PauseRequest.ts';
import type { QueueActed as _hikyaku_delivery_QueueActed, QueueActed__Output as _hikyaku_delivery_QueueActed__Output } from '../../hikyaku/delivery/QueueActed.ts';
import type { QueueAction as _hikyaku_delivery_QueueAction, QueueAction__Output as _hikyaku_delivery_QueueAction__Output } from '../../hikyaku/delivery/QueueAction.ts';
import type { QueueEntry as _hikyaku_delivery_QueueEntry, QueueEntry__Output as _hikyaku_delivery_QueueEntry__Output } from '../../hikyaku/delivery/QueueEntry.ts';
import type { QueueFilter as _hikyaku_delivery_QueueFilter, QueueFilter__Output as _hikyaku_delivery_QueueFilter__Output } from '../../hikyaku/delivery/QueueFilter.ts';
import type { QueueSummary as _hikyaku_delivery_QueueSummary, QueueSummary__Output as _hikyaku_delivery_QueueSummary__Output } from '../../hikyaku/delivery/QueueSummary.ts';
import type { Route as _hikyaku_delivery_Route, Route__Output as _hikyaku_delivery_Route__Output } from '../../hikyaku/delivery/Route.ts';
import type { RouteList as _hikyaku_delivery_RouteList, RouteList__Output as _hikyaku_delivery_RouteList__Output } from '../../hikyaku/delivery/RouteList.ts';
import type { TraceRequest as _hikyaku_delivery_TraceRequest, TraceRequest__Output as _hikyaku_delivery_TraceRequest__Output } from '../../hikyaku/delivery/TraceRequest.ts';
import type { TracedMail as _hikyaku_delivery_TracedMail, TracedMail__Output as _hikyaku_delivery_TracedMail__Output } from '../../hikyaku/delivery/TracedMail.ts';

export interface DeliveryAdminClient extends grpc.Client {
  ActOnQueue(argument: _hikyaku_delivery_QueueAction, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueActed__Output>;
  ActOnQueue(argument: _hikyaku_delivery_QueueAction, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueActed__Output>;
  actOnQueue(argument: _hikyaku_delivery_QueueAction, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueActed__Output>;
  actOnQueue(argument: _hikyaku_delivery_QueueAction, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueActed__Output>;
  
  CheckLedger(argument: _hikyaku_delivery_LedgerCheckRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_LedgerCheckReport__Output>;
  CheckLedger(argument: _hikyaku_delivery_LedgerCheckRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_LedgerCheckReport__Output>;
  checkLedger(argument: _hikyaku_delivery_LedgerCheckRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_LedgerCheckReport__Output>;
  checkLedger(argument: _hikyaku_delivery_LedgerCheckRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_LedgerCheckReport__Output>;
  
  DeleteRoute(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  DeleteRoute(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  DeleteRoute(argument: _hikyaku_delivery_EntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  DeleteRoute(argument: _hikyaku_delivery_EntryRequest, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  deleteRoute(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  deleteRoute(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  deleteRoute(argument: _hikyaku_delivery_EntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  deleteRoute(argument: _hikyaku_delivery_EntryRequest, callback: grpc.requestCallback<_hikyaku_delivery_Empty__Output>): grpc.ClientUnaryCall;
  
  ListPauses(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  ListPauses(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  ListPauses(argument: _hikyaku_delivery_Empty, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  ListPauses(argument: _hikyaku_delivery_Empty, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  listPauses(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  listPauses(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  listPauses(argument: _hikyaku_delivery_Empty, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  listPauses(argument: _hikyaku_delivery_Empty, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  
  ListQueue(argument: _hikyaku_delivery_QueueFilter, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueEntry__Output>;
  ListQueue(argument: _hikyaku_delivery_QueueFilter, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueEntry__Output>;
  listQueue(argument: _hikyaku_delivery_QueueFilter, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueEntry__Output>;
  listQueue(argument: _hikyaku_delivery_QueueFilter, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_QueueEntry__Output>;
  
  ListRoutes(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  ListRoutes(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  ListRoutes(argument: _hikyaku_delivery_Empty, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  ListRoutes(argument: _hikyaku_delivery_Empty, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  listRoutes(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  listRoutes(argument: _hikyaku_delivery_Empty, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  listRoutes(argument: _hikyaku_delivery_Empty, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  listRoutes(argument: _hikyaku_delivery_Empty, callback: grpc.requestCallback<_hikyaku_delivery_RouteList__Output>): grpc.ClientUnaryCall;
  
  Pause(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  Pause(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  Pause(argument: _hikyaku_delivery_PauseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  Pause(argument: _hikyaku_delivery_PauseRequest, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  pause(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  pause(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  pause(argument: _hikyaku_delivery_PauseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  pause(argument: _hikyaku_delivery_PauseRequest, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  
  Resume(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  Resume(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  Resume(argument: _hikyaku_delivery_PauseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  Resume(argument: _hikyaku_delivery_PauseRequest, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  resume(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  resume(argument: _hikyaku_delivery_PauseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  resume(argument: _hikyaku_delivery_PauseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  resume(argument: _hikyaku_delivery_PauseRequest, callback: grpc.requestCallback<_hikyaku_delivery_PauseList__Output>): grpc.ClientUnaryCall;
  
  SetRoute(argument: _hikyaku_delivery_Route, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  SetRoute(argument: _hikyaku_delivery_Route, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  SetRoute(argument: _hikyaku_delivery_Route, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  SetRoute(argument: _hikyaku_delivery_Route, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  setRoute(argument: _hikyaku_delivery_Route, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  setRoute(argument: _hikyaku_delivery_Route, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  setRoute(argument: _hikyaku_delivery_Route, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  setRoute(argument: _hikyaku_delivery_Route, callback: grpc.requestCallback<_hikyaku_delivery_Route__Output>): grpc.ClientUnaryCall;
  
  ShowEntry(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  ShowEntry(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  ShowEntry(argument: _hikyaku_delivery_EntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  ShowEntry(argument: _hikyaku_delivery_EntryRequest, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  showEntry(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  showEntry(argument: _hikyaku_delivery_EntryRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  showEntry(argument: _hikyaku_delivery_EntryRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  showEntry(argument: _hikyaku_delivery_EntryRequest, callback: grpc.requestCallback<_hikyaku_delivery_QueueEntry__Output>): grpc.ClientUnaryCall;
  
  SummarizeQueue(argument: _hikyaku_delivery_QueueFilter, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  SummarizeQueue(argument: _hikyaku_delivery_QueueFilter, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  SummarizeQueue(argument: _hikyaku_delivery_QueueFilter, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  SummarizeQueue(argument: _hikyaku_delivery_QueueFilter, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  summarizeQueue(argument: _hikyaku_delivery_QueueFilter, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  summarizeQueue(argument: _hikyaku_delivery_QueueFilter, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  summarizeQueue(argument: _hikyaku_delivery_QueueFilter, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  summarizeQueue(argument: _hikyaku_delivery_QueueFilter, callback: grpc.requestCallback<_hikyaku_delivery_QueueSummary__Output>): grpc.ClientUnaryCall;
  
  Trace(argument: _hikyaku_delivery_TraceRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_TracedMail__Output>;
  Trace(argument: _hikyaku_delivery_TraceRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_TracedMail__Output>;
  trace(argument: _hikyaku_delivery_TraceRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_TracedMail__Output>;
  trace(argument: _hikyaku_delivery_TraceRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_delivery_TracedMail__Output>;
  
}

export interface DeliveryAdminHandlers extends grpc.UntypedServiceImplementation {
  ActOnQueue: grpc.handleServerStreamingCall<_hikyaku_delivery_QueueAction__Output, _hikyaku_delivery_QueueActed>;
  
  CheckLedger: grpc.handleServerStreamingCall<_hikyaku_delivery_LedgerCheckRequest__Output, _hikyaku_delivery_LedgerCheckReport>;
  
  DeleteRoute: grpc.handleUnaryCall<_hikyaku_delivery_EntryRequest__Output, _hikyaku_delivery_Empty>;
  
  ListPauses: grpc.handleUnaryCall<_hikyaku_delivery_Empty__Output, _hikyaku_delivery_PauseList>;
  
  ListQueue: grpc.handleServerStreamingCall<_hikyaku_delivery_QueueFilter__Output, _hikyaku_delivery_QueueEntry>;
  
  ListRoutes: grpc.handleUnaryCall<_hikyaku_delivery_Empty__Output, _hikyaku_delivery_RouteList>;
  
  Pause: grpc.handleUnaryCall<_hikyaku_delivery_PauseRequest__Output, _hikyaku_delivery_PauseList>;
  
  Resume: grpc.handleUnaryCall<_hikyaku_delivery_PauseRequest__Output, _hikyaku_delivery_PauseList>;
  
  SetRoute: grpc.handleUnaryCall<_hikyaku_delivery_Route__Output, _hikyaku_delivery_Route>;
  
  ShowEntry: grpc.handleUnaryCall<_hikyaku_delivery_EntryRequest__Output, _hikyaku_delivery_QueueEntry>;
  
  SummarizeQueue: grpc.handleUnaryCall<_hikyaku_delivery_QueueFilter__Output, _hikyaku_delivery_QueueSummary>;
  
  Trace: grpc.handleServerStreamingCall<_hikyaku_delivery_TraceRequest__Output, _hikyaku_delivery_TracedMail>;
  
}

export interface DeliveryAdminDefinition extends grpc.ServiceDefinition {
  ActOnQueue: MethodDefinition<_hikyaku_delivery_QueueAction, _hikyaku_delivery_QueueActed, _hikyaku_delivery_QueueAction__Output, _hikyaku_delivery_QueueActed__Output>
  CheckLedger: MethodDefinition<_hikyaku_delivery_LedgerCheckRequest, _hikyaku_delivery_LedgerCheckReport, _hikyaku_delivery_LedgerCheckRequest__Output, _hikyaku_delivery_LedgerCheckReport__Output>
  DeleteRoute: MethodDefinition<_hikyaku_delivery_EntryRequest, _hikyaku_delivery_Empty, _hikyaku_delivery_EntryRequest__Output, _hikyaku_delivery_Empty__Output>
  ListPauses: MethodDefinition<_hikyaku_delivery_Empty, _hikyaku_delivery_PauseList, _hikyaku_delivery_Empty__Output, _hikyaku_delivery_PauseList__Output>
  ListQueue: MethodDefinition<_hikyaku_delivery_QueueFilter, _hikyaku_delivery_QueueEntry, _hikyaku_delivery_QueueFilter__Output, _hikyaku_delivery_QueueEntry__Output>
  ListRoutes: MethodDefinition<_hikyaku_delivery_Empty, _hikyaku_delivery_RouteList, _hikyaku_delivery_Empty__Output, _hikyaku_delivery_RouteList__Output>
  Pause: MethodDefinition<_hikyaku_delivery_PauseRequest, _hikyaku_delivery_PauseList, _hikyaku_delivery_PauseRequest__Output, _hikyaku_delivery_PauseList__Output>
  Resume: MethodDefinition<_hikyaku_delivery_PauseRequest, _hikyaku_delivery_PauseList, _hikyaku_delivery_PauseRequest__Output, _hikyaku_delivery_PauseList__Output>
  SetRoute: MethodDefinition<_hikyaku_delivery_Route, _hikyaku_delivery_Route, _hikyaku_delivery_Route__Output, _hikyaku_delivery_Route__Output>
  ShowEntry: MethodDefinition<_hikyaku_delivery_EntryRequest, _hikyaku_delivery_QueueEntry, _hikyaku_delivery_EntryRequest__Output, _hikyaku_delivery_QueueEntry__Output>
  SummarizeQueue: MethodDefinition<_hikyaku_delivery_QueueFilter, _hikyaku_delivery_QueueSummary, _hikyaku_delivery_QueueFilter__Output, _hikyaku_delivery_QueueSummary__Output>
  Trace: MethodDefinition<_hikyaku_delivery_TraceRequest, _hikyaku_delivery_TracedMail, _hikyaku_delivery_TraceRequest__Output, _hikyaku_delivery_TracedMail__Output>
}
