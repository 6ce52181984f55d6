// Original file: proto/delivery.proto


export interface Empty {
}

export interface Empty__Output {
}
