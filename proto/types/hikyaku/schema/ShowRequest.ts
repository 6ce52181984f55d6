// Original file: proto/schema.proto


export interface ShowRequest {
}

export interface ShowRequest__Output {
}
