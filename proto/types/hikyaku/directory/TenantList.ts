// Original file: proto/directory.proto

import type { Tenant as _hikyaku_directory_Tenant, Tenant__Output as _hikyaku_directory_Tenant__Output } from '../../hikyaku/directory/Tenant.ts';

export interface TenantList {
  'tenants'?: (_hikyaku_directory_Tenant)[];
  'next'?: (string);
}

export interface TenantList__Output {
  'tenants': (_hikyaku_directory_Tenant__Output)[];
  'next': (string);
}
