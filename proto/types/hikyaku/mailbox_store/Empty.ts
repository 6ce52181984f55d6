// Original file: proto/mailbox-store.proto


export interface Empty {
}

export interface Empty__Output {
}
