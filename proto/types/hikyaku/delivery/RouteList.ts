// Original file: proto/delivery.proto

import type { Route as _hikyaku_delivery_Route, Route__Output as _hikyaku_delivery_Route__Output } from '../../hikyaku/delivery/Route.ts';

export interface RouteList {
  'routes'?: (_hikyaku_delivery_Route)[];
}

export interface RouteList__Output {
  'routes': (_hikyaku_delivery_Route__Output)[];
}
