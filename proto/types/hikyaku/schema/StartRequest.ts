// Original file: proto/schema.proto


export interface StartRequest {
}

export interface StartRequest__Output {
}
