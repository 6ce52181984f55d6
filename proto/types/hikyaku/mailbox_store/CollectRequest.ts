// Original file: proto/mailbox-store.proto


export interface CollectRequest {
}

export interface CollectRequest__Output {
}
