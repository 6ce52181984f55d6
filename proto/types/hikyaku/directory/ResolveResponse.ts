// Original file: proto/directory.proto

import type { Resolution as _hikyaku_directory_Resolution, Resolution__Output as _hikyaku_directory_Resolution__Output } from '../../hikyaku/directory/Resolution.ts';

export interface ResolveResponse {
  'resolutions'?: (_hikyaku_directory_Resolution)[];
}

export interface ResolveResponse__Output {
  'resolutions': (_hikyaku_directory_Resolution__Output)[];
}
